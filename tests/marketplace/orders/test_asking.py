"""A question about missing goods: asked three times at most, answered as it was shown, written off once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from community import clock
from community.audit.actors import Actor
from marketplace.orders.changes import asking
from marketplace.orders.changes.asking import (
    MOST_QUESTIONS,
    CannotAsk,
    QuestionOver,
    lapse_due,
    take_what_is_there,
    withdraw_question,
)
from marketplace.orders.changes.models import Shortage
from marketplace.orders.fulfilling import end_parcel
from marketplace.orders.models import Parcel
from marketplace.orders.states import ParcelStatus as S
from tests.marketplace.orders.stage import new_parcel, open_booth, packs_left
from tests.marketplace.orders.test_not_enough import all_facts, ask
from traceability.balance.counting import write_off
from traceability.batches.models import Batch

pytestmark = pytest.mark.django_db
BUYER = Actor.buyer()


@pytest.fixture
def booth(cast):
    return open_booth(cast)


@pytest.fixture
def parcel(cast, booth) -> Parcel:
    return new_parcel(cast, booth[0], packs=5)


@pytest.mark.parametrize("end", ["take", "clock", "buyer"])
def test_what_the_seller_counted_meanwhile_is_not_written_off_twice(cast, booth, parcel, end) -> None:
    shortage = ask(cast, parcel)
    write_off(batch=booth[1], missing_base=2000, note="Kiểm kho", actor=cast.lan_acts)
    if end == "take":
        take_what_is_there(parcel=parcel, actor=BUYER)
    elif end == "clock":
        lapse_due(now=shortage.answer_by + timedelta(minutes=1))
    else:
        end_parcel(parcel=parcel, to=S.CANCELLED, reason="buyer", actor=BUYER)
    assert Batch.objects.get(pk=booth[1].pk).on_hand_base == 8000
    assert packs_left(booth[1]) == (5 if end == "take" else 8)


def test_what_another_order_did_not_find_is_no_count_and_what_was_counted_before_is_known(cast, booth, parcel) -> None:
    write_off(batch=booth[1], missing_base=1000, note="Kiểm kho", actor=cast.lan_acts)
    with clock.at(timezone.now() + timedelta(minutes=1)):
        other = new_parcel(cast, booth[0], packs=3)
        ask(cast, parcel)
        ask(cast, other, 1)
        take_what_is_there(parcel=other, actor=BUYER)
        take_what_is_there(parcel=parcel, actor=BUYER)
    assert Batch.objects.get(pk=booth[1].pk).on_hand_base == 10_000 - 1000 - 2000 - 2000


def test_a_yes_to_one_question_is_none_to_the_next(cast, parcel) -> None:
    old = ask(cast, parcel)
    withdraw_question(parcel=parcel, actor=cast.lan_acts)
    ask(cast, parcel, 1)
    before = all_facts()
    with pytest.raises(QuestionOver):
        take_what_is_there(parcel=parcel, actor=BUYER, only=old)
    assert all_facts() == before


def test_a_buyer_is_not_asked_for_ever(cast, parcel) -> None:
    for _number in range(MOST_QUESTIONS):
        ask(cast, parcel)
        withdraw_question(parcel=parcel, actor=cast.lan_acts)
    before = all_facts()
    with pytest.raises(CannotAsk) as refused:
        ask(cast, parcel)
    assert refused.value.code == "asked_enough" and all_facts() == before


def test_a_question_that_breaks_keeps_no_other_from_ending(cast, booth, parcel, monkeypatch) -> None:
    other = new_parcel(cast, booth[0], packs=1 + 1)
    questions = [ask(cast, parcel), ask(cast, other, 1)]
    whole = asking.end_parcel

    def broken(*, parcel: Parcel, **more: object) -> Parcel:
        if parcel.pk == questions[0].parcel_id:
            raise ValueError("broken row")
        return whole(parcel=parcel, **more)

    monkeypatch.setattr(asking, "end_parcel", broken)
    assert lapse_due(now=questions[1].answer_by + timedelta(minutes=1)) == 1
    assert [Shortage.objects.get(pk=each.pk).status for each in questions] == ["open", "lapsed"]
