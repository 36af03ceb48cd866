"""Goods sent once more are real: reserved and sold from real lots; what cannot leave is the market's to decide."""

from __future__ import annotations

import pytest

from community import clock
from marketplace.claims.ending import accept_offer, decide_claim, pass_on_due
from marketplace.claims.lots import held_parcels, lots_of
from marketplace.claims.models import Claim, Replacement
from marketplace.claims.moving import ClaimMoved
from marketplace.claims.opening import check_claimable, withdraw_claim
from marketplace.claims.replacing import CannotResend, call_off_resending, send_again
from marketplace.claims.states import ClaimStatus, Outcome, ReplacementStatus
from marketplace.orders.fulfilling import WrongPick
from marketplace.orders.models import Allocation
from marketplace.orders.reserving import SoldOut
from marketplace.orders.states import AllocationStatus
from marketplace.payments.models import Refund
from tests.marketplace.claims.stage import (
    BUYER,
    answered,
    bought,
    delivered,
    everything,
    in_hours,
    open_booth,
    passed_on,
)
from traceability.batches.models import Batch
from traceability.events.models import Event

pytestmark = pytest.mark.django_db


def promised(cast) -> tuple[Claim, Batch]:
    goods, batch = open_booth(cast)
    claim = accept_offer(claim=answered(cast, delivered(cast, goods), Outcome.RESEND), actor=BUYER)
    batch.refresh_from_db()
    return claim, batch


def test_the_claimed_packs_are_reserved_when_it_is_agreed_and_sold_when_they_leave(cast) -> None:
    claim, batch = promised(cast)
    assert claim.status == ClaimStatus.RESENDING and batch.packs_available == 7  # of 10: two sold, one held
    assert batch.on_hand_base == 8 * 1000
    sales = Event.objects.filter(stage="sold").count()
    send_again(claim=claim, courier="VNPost", courier_code="EM2", actor=cast.lan_acts)
    batch.refresh_from_db()
    assert (batch.packs_available, batch.on_hand_base) == (7, 7 * 1000)
    again = Replacement.objects.get()
    assert (claim.status, again.status, again.courier_code) == (ClaimStatus.SETTLED, ReplacementStatus.SENT, "EM2")
    assert again.allocations.get().status == AllocationStatus.SOLD
    assert Event.objects.filter(stage="sold").count() == sales + 1, "the lot's history tells of it"
    assert not Refund.objects.exists()


def test_goods_sent_again_begin_the_days_to_complain_anew(cast) -> None:
    claim, _batch = promised(cast)
    with in_hours(24 * 6):
        send_again(claim=claim, courier="VNPost", courier_code="", actor=cast.lan_acts)
    with in_hours(24 * 12):
        check_claimable(claim.parcel)
        assert claim.parcel_id in held_parcels().values_list("parcel", flat=True)
    with in_hours(24 * 14):
        assert not held_parcels().exists()


def test_the_lot_of_the_goods_sent_again_is_not_the_one_complained_of(cast) -> None:
    claim, batch = promised(cast)
    assert list(lots_of(claim)) == [batch]
    assert Allocation.objects.filter(line__parcel=claim.parcel).count() == 2


def test_a_batch_that_is_held_does_not_leave(cast) -> None:
    claim, batch = promised(cast)
    Batch.objects.filter(pk=batch.pk).update(status=Batch.Status.ON_HOLD)
    before = everything()
    with pytest.raises(WrongPick, match="batch_blocked"):
        send_again(claim=claim, courier="VNPost", courier_code="", actor=cast.lan_acts)
    assert everything() == before


def test_what_cannot_be_sent_goes_back_on_sale_and_the_market_decides(cast) -> None:
    claim, batch = promised(cast)
    with pytest.raises(CannotResend, match="no_words"):
        call_off_resending(claim=claim, words=" ", actor=cast.lan_acts)
    call_off_resending(claim=claim, words="Hết hũ", actor=cast.lan_acts)
    batch.refresh_from_db()
    assert (claim.status, claim.outcome, batch.packs_available) == (ClaimStatus.PLATFORM, "", 8)
    decide_claim(claim=claim, outcome=Outcome.RESEND, words="Gửi lại", actor=cast.hoa_acts)
    send_again(claim=claim, courier="VNPost", courier_code="", actor=cast.lan_acts)
    assert Replacement.objects.get().status == ReplacementStatus.SENT


def test_goods_that_do_not_leave_in_time_are_the_markets_to_decide(cast) -> None:
    claim, batch = promised(cast)
    with in_hours(24 * 8):
        assert pass_on_due(now=clock.now()) == 1
    batch.refresh_from_db()
    claim.refresh_from_db()
    assert (claim.status, batch.packs_available) == (ClaimStatus.PLATFORM, 8)
    withdraw_claim(claim=claim, actor=BUYER)


def test_somebody_else_sends_nothing(cast) -> None:
    claim, _batch = promised(cast)
    before = everything()
    with pytest.raises(CannotResend, match="not_yours"):
        send_again(claim=claim, courier="VNPost", courier_code="", actor=cast.other_acts)
    assert everything() == before
    send_again(claim=claim, courier="VNPost", courier_code="", actor=cast.lan_acts)
    before = everything()
    with pytest.raises(ClaimMoved):
        send_again(claim=claim, courier="VNPost", courier_code="", actor=cast.son_acts)
    assert everything() == before


def test_goods_that_were_sold_meanwhile_are_not_promised(cast) -> None:
    goods, _batch = open_booth(cast, packs=3)
    claim = answered(cast, delivered(cast, goods), Outcome.RESEND)
    bought(cast, goods, packs=1)
    before = everything()
    with pytest.raises(SoldOut):
        accept_offer(claim=claim, actor=BUYER)
    assert everything() == before


def test_the_market_does_not_promise_goods_that_are_gone(cast) -> None:
    goods, _batch = open_booth(cast, packs=2)
    claim = passed_on(cast, delivered(cast, goods))
    before = everything()
    with pytest.raises(SoldOut):
        decide_claim(claim=claim, outcome=Outcome.RESEND, words="Gửi lại", actor=cast.hoa_acts)
    assert everything() == before
