"""Two people press at once about missing goods: one does it, the other reads who; nothing is done twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from community import clock
from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from marketplace.orders.changes.asking import (
    MAY_ASK,
    QuestionOver,
    ask_buyer,
    lapse_due,
    take_what_is_there,
    withdraw_question,
)
from marketplace.orders.changes.models import ParcelChange, Shortage
from marketplace.orders.fulfilling import accept_parcel, end_parcel
from marketplace.orders.models import Parcel
from marketplace.orders.moving import ParcelMoved
from marketplace.orders.states import ParcelStatus
from tests.concurrency.at_once import at_once
from tests.marketplace.orders.stage import new_parcel, open_booth
from traceability.batches.models import Batch, Posting

pytestmark = pytest.mark.django_db(transaction=True)
BUYER = Actor.buyer()


@pytest.fixture
def parcel(cast) -> Parcel:
    return new_parcel(cast, open_booth(cast)[0], packs=5)


def fresh(parcel: Parcel) -> Parcel:
    return Parcel.objects.get(pk=parcel.pk)


def asking(cast, parcel: Parcel, line: int) -> Callable[[], Any]:
    return lambda: ask_buyer(parcel=fresh(parcel), there={line: 3}, actor=cast.son_acts)


def test_without_the_guard_in_the_update_both_would_win(cast, parcel) -> None:
    """The race itself: both look, both see that nobody is asked, both write."""
    looked = threading.Barrier(2)

    def look_then_write() -> bool:
        seen = fresh(parcel)
        free = seen.status in MAY_ASK and seen.asked_at is None
        looked.wait(timeout=60)
        return free and Parcel.objects.filter(pk=parcel.pk).update(asked_at=clock.now()) == 1

    assert at_once([look_then_write, look_then_write]) == [True, True]


def test_accept_and_not_enough_at_once_one_wins_and_the_other_reads_who_and_when(cast, parcel) -> None:
    line = parcel.lines.get().pk
    accepted, asked = at_once(
        [lambda: accept_parcel(parcel=fresh(parcel), actor=cast.lan_acts), asking(cast, parcel, line)]
    )
    now = fresh(parcel)
    # Accepting first is no obstacle to asking; asking first is one to accepting.
    assert isinstance(asked, Shortage), asked
    assert now.asked_at == asked.asked_at
    if isinstance(accepted, Parcel):
        assert now.status == ParcelStatus.ACCEPTED
    else:
        assert isinstance(accepted, ParcelMoved) and now.status == ParcelStatus.NEW
        assert (accepted.facts["by"], accepted.facts["at"]) == (cast.son.name, asked.asked_at)


def test_two_members_ask_at_once_and_the_buyer_gets_one_question(cast, parcel) -> None:
    line = parcel.lines.get().pk
    results = at_once([asking(cast, parcel, line)] * 4)
    assert sorted(type(each).__name__ for each in results) == ["ParcelMoved"] * 3 + ["Shortage"], results
    assert Shortage.objects.count() == OutboxMessage.objects.filter(kind="shortage_asked").count() == 1


def test_take_cancel_withdraw_and_the_clock_at_once_end_it_once(cast, parcel) -> None:
    batch = Batch.objects.get()
    shortage = asking(cast, parcel, parcel.lines.get().pk)()
    late = shortage.answer_by + timedelta(minutes=1)
    results = at_once(
        [
            lambda: take_what_is_there(parcel=fresh(parcel), actor=BUYER),
            lambda: take_what_is_there(parcel=fresh(parcel), actor=BUYER),
            lambda: withdraw_question(parcel=fresh(parcel), actor=cast.lan_acts),
            lambda: lapse_due(now=late),
        ]
    )
    assert all(isinstance(each, Parcel | Shortage | QuestionOver | int) for each in results), results
    status = Shortage.objects.get().status
    won = {"taken": (1, 5), "withdrawn": (0, 5), "lapsed": (0, 8)}[status]
    assert (ParcelChange.objects.count(), Batch.objects.get(pk=batch.pk).packs_available) == won
    assert fresh(parcel).asked_at is None
    adjusted = Posting.objects.filter(kind="adjust").count()
    assert adjusted == (0 if status == "withdrawn" else 1)


def test_take_and_cancel_at_once_never_both_keep_and_lose_the_goods(cast, parcel) -> None:
    asking(cast, parcel, parcel.lines.get().pk)()
    taken, ended = at_once(
        [
            lambda: take_what_is_there(parcel=fresh(parcel), actor=BUYER),
            lambda: end_parcel(parcel=fresh(parcel), to=ParcelStatus.CANCELLED, reason="buyer", actor=BUYER),
        ]
    )
    assert isinstance(ended, Parcel) and isinstance(taken, Parcel | QuestionOver), (taken, ended)
    assert fresh(parcel).status == ParcelStatus.CANCELLED
    assert Batch.objects.get().packs_available == 8 and Posting.objects.filter(kind="adjust").count() == 1
