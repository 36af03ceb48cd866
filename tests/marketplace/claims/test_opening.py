"""What a buyer may claim, until when, with which proof; and that it is told once."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from community import clock
from community.outbox.models import OutboxMessage
from marketplace.claims.lots import held_parcels, lots_of
from marketplace.claims.models import Claim
from marketplace.claims.moving import ClaimMoved
from marketplace.claims.opening import CannotClaim, Told, open_claim, withdraw_claim
from marketplace.claims.states import ClaimStatus, PhotoBy, Problem
from marketplace.claims.waiting import hours_left, waiting_claims
from marketplace.orders.completing import complete_delivered
from marketplace.orders.models import Parcel
from marketplace.orders.states import ParcelStatus
from tests.marketplace.claims.stage import (
    BUYER,
    a_picture,
    bought,
    claim_of,
    delivered,
    everything,
    in_hours,
    open_booth,
    sent,
    told,
)

pytestmark = pytest.mark.django_db


def refusal(parcel: Parcel, what: Told) -> CannotClaim:
    before = everything()
    with pytest.raises(CannotClaim) as refused:
        open_claim(parcel=parcel, told=what, key=uuid4(), actor=BUYER)
    assert everything() == before
    return refused.value


def test_a_claim_names_the_packs_its_lot_and_its_photos_and_asks_the_seller(cast) -> None:
    goods, batch = open_booth(cast)
    parcel = delivered(cast, goods)
    photo = a_picture()
    claim = open_claim(parcel=parcel, told=told(parcel, Problem.BROKEN, photos=[photo]), key=uuid4(), actor=BUYER)
    assert claim.status == ClaimStatus.OPEN and claim.lines.get().total_dong == 80_000
    assert list(lots_of(claim)) == [batch]
    kept = claim.photos.get()
    assert (kept.sha256, kept.width, kept.height, kept.by) == (photo.sha256, 40, 30, PhotoBy.BUYER)
    assert kept.file.read() == photo.jpeg
    assert waiting_claims(cast.huong_que) == 1 and waiting_claims(cast.other_cooperative) == 0
    assert hours_left(claim) == 47
    [message] = OutboxMessage.objects.filter(kind="claim_opened")
    assert message.to == cast.huong_que.phone and f"/ban-hang/khieu-nai/{claim.code}/" in message.text
    order = parcel.order
    for secret in (order.token, order.buyer_name, order.buyer_phone, "mật chảy"):
        assert secret not in message.text


def test_the_same_form_sent_twice_is_one_claim(cast) -> None:
    goods, _batch = open_booth(cast)
    parcel, key = delivered(cast, goods), uuid4()
    first = claim_of(parcel, key=key)
    before = everything()
    assert claim_of(parcel, key=key) == first and everything() == before


def test_one_claim_runs_at_a_time_and_few_in_all(cast) -> None:
    goods, _batch = open_booth(cast)
    parcel = delivered(cast, goods)
    claim = claim_of(parcel)
    assert refusal(parcel, told(parcel)).facts == {"claim": claim.code}
    for _ in range(3):
        withdraw_claim(claim=claim, actor=BUYER)
        claim = claim_of(parcel)
    withdraw_claim(claim=claim, actor=BUYER)
    assert refusal(parcel, told(parcel)).code == "too_often"


@pytest.mark.parametrize(("days", "may"), [(6.9, True), (7.1, False)], ids=["within the days for it", "after them"])
def test_the_time_to_claim_begins_with_the_delivery(cast, days, may) -> None:
    goods, _batch = open_booth(cast)
    parcel = delivered(cast, goods)
    with in_hours(24 * days):
        if may:
            assert claim_of(parcel)
        else:
            assert refusal(parcel, told(parcel)).code == "too_late"


def test_what_has_not_left_cannot_be_claimed(cast) -> None:
    goods, _batch = open_booth(cast)
    parcel = bought(cast, goods).parcels.get()
    assert refusal(parcel, told(parcel)).code == "not_sent"


def test_a_parcel_on_its_way_is_missing_only_after_its_days(cast) -> None:
    goods, _batch = open_booth(cast)
    parcel = sent(cast, goods)
    assert refusal(parcel, told(parcel, Problem.NOT_ARRIVED)).code == "not_late"
    with in_hours(24 * (parcel.days_max + 1)):
        claim = claim_of(parcel, Problem.NOT_ARRIVED)
    assert claim.lines.get().packs == 2, "all of it is missing, whatever was typed"


def test_what_the_seller_calls_delivered_may_be_missing_at_once(cast) -> None:
    goods, _batch = open_booth(cast)
    assert claim_of(delivered(cast, goods), Problem.NOT_ARRIVED)


@pytest.mark.parametrize(
    ("problem", "packs", "words", "code"),
    [
        (Problem.BROKEN, 1, "Vỡ", "no_photo"),
        (Problem.WRONG, 1, "  ", "no_words"),
        (Problem.BAD, 0, "Hỏng", "no_lines"),
        (Problem.TOO_FEW, 3, "Thiếu", "too_many"),
    ],
)
def test_a_claim_needs_its_packs_and_its_proof(cast, problem, packs, words, code) -> None:
    goods, _batch = open_booth(cast)
    parcel = delivered(cast, goods)
    assert refusal(parcel, Told(problem, {parcel.lines.get().pk: packs}, words)).code == code


def test_a_parcel_with_a_running_claim_is_not_completed(cast) -> None:
    """And so not paid out: payouts take only what is complete."""
    goods, _batch = open_booth(cast)
    parcel = delivered(cast, goods)
    claim = claim_of(parcel)
    later = clock.now() + timedelta(days=8)
    assert complete_delivered(now=later, held=held_parcels()) == 0
    assert Parcel.objects.get(pk=parcel.pk).status == ParcelStatus.DELIVERED
    withdraw_claim(claim=claim, actor=BUYER)
    assert complete_delivered(now=later, held=held_parcels()) == 1
    assert refusal(parcel, told(parcel)).code == "not_sent"


def test_what_is_over_is_not_taken_back(cast) -> None:
    goods, _batch = open_booth(cast)
    claim = claim_of(delivered(cast, goods))
    withdraw_claim(claim=claim, actor=BUYER)
    before = everything()
    with pytest.raises(ClaimMoved):
        withdraw_claim(claim=claim, actor=BUYER)
    assert everything() == before and Claim.objects.get().ended_at is not None


def test_several_orders_that_complain_of_one_lot_are_told_once_to_its_cooperative_and_to_staff(cast, settings) -> None:
    settings.CLAIMS_PER_LOT = 2
    goods, _batch = open_booth(cast)
    claim_of(delivered(cast, goods))
    assert not OutboxMessage.objects.filter(kind__startswith="lot_claimed").exists()
    claim_of(delivered(cast, goods), Problem.TOO_FEW)  # says nothing about the lot
    assert not OutboxMessage.objects.filter(kind__startswith="lot_claimed").exists()
    for _ in range(2):
        claim_of(delivered(cast, goods))
    to = OutboxMessage.objects.filter(kind__startswith="lot_claimed").values_list("to", flat=True)
    assert sorted(to) == sorted([cast.huong_que.phone, cast.hoa.email])
