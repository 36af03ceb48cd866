"""Records are never refused for lack of stock: what was taken beyond what there was stands in the shortfall."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.cast import Cast
from tests.harness import guards
from traceability.batches.models import Batch, Posting, PostingKind
from traceability.batches.posting import (
    EFFECT,
    PROMISES,
    BatchNotOnSale,
    Movement,
    OutOfStock,
    cancel,
    post,
    post_recorded,
)

NOON = timezone.make_aware(datetime(2026, 11, 5, 12))
RECORDS = sorted(kind for kind, (on_hand, free) in EFFECT.items() if on_hand == free and kind not in PROMISES)


def columns(batch: Batch) -> tuple[int, int, int]:
    batch.refresh_from_db()
    return batch.on_hand_base, batch.available_base, batch.shortfall_base


def sums_agree(batch: Batch) -> bool:
    on_hand, free, short = columns(batch)
    sums = batch.postings.aggregate(on=Sum("on_hand_delta", default=0), free=Sum("available_delta", default=0))
    assert (on_hand - short, free - short) == (sums["on"], sums["free"])
    return free >= 0 and short >= 0 and not (free and short) and on_hand >= free


class Ledger(RuleBasedStateMachine):
    """Any movements in any order, asked for or written down, with corrections and late moments."""

    batch: Batch

    def __init__(self) -> None:
        super().__init__()
        Posting.objects.filter(batch=self.batch)._raw_delete("default")
        Batch.objects.filter(pk=self.batch.pk).update(
            on_hand_base=0, available_base=0, shortfall_base=0, status="published"
        )

    @rule(kind=st.sampled_from(RECORDS), amount=st.integers(1, 50), late=st.integers(0, 90))
    def write_down(self, kind: PostingKind, amount: int, late: int) -> None:
        moment = NOON - timedelta(minutes=late)
        post_recorded(batch_id=self.batch.pk, movement=Movement(kind, amount, at=moment))

    @rule(amount=st.integers(1, 50), direction=st.sampled_from([-1, 1]))
    def adjust(self, amount: int, direction: int) -> None:
        movement = Movement(PostingKind.ADJUST, amount, direction=direction)
        post_recorded(batch_id=self.batch.pk, movement=movement)

    @rule(amount=st.integers(1, 50))
    def sell_by_hand(self, amount: int) -> None:
        movement = Movement(PostingKind.SELL, amount, from_reserve=False)
        post_recorded(batch_id=self.batch.pk, movement=movement)

    @rule(kind=st.sampled_from(sorted(EFFECT)), amount=st.integers(1, 50))
    def ask(self, kind: PostingKind, amount: int) -> None:
        before = columns(self.batch)
        try:
            post(batch_id=self.batch.pk, movement=Movement(kind, amount))
        except OutOfStock:
            assert columns(self.batch) == before

    @rule(which=st.integers(0, 30))
    def take_back(self, which: int) -> None:
        rows = list(self.batch.postings.order_by("pk"))
        if rows and (row := rows[which % len(rows)]).on_hand_delta == row.available_delta and not row.cancels_id:
            assert cancel(row) == cancel(row)

    @invariant()
    def the_columns_are_the_sums(self) -> None:
        assert sums_agree(self.batch)


@pytest.mark.django_db
def test_whatever_is_recorded_in_whatever_order_the_columns_are_the_sums_of_the_postings(batch: Batch) -> None:
    machine = type("LedgerOfOneBatch", (Ledger,), {"batch": batch})
    settled = settings(max_examples=40, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
    with guards.lifted():
        run_state_machine_as_test(machine, settings=settled)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["out", "waste", "sample", "own_use"])
def test_a_record_beyond_what_there_is_stands_in_the_shortfall(ten_packs: Batch, kind: PostingKind) -> None:
    post_recorded(batch_id=ten_packs.pk, movement=Movement(kind, 50_000))
    assert columns(ten_packs) == (0, 0, 0)
    post_recorded(batch_id=ten_packs.pk, movement=Movement(kind, 1))
    assert columns(ten_packs) == (0, 0, 1)


@pytest.mark.django_db
def test_what_comes_in_fills_the_shortfall_first_by_either_door(ten_packs: Batch) -> None:
    post_recorded(batch_id=ten_packs.pk, movement=Movement(PostingKind.WASTE, 60_000))
    post(batch_id=ten_packs.pk, movement=Movement(PostingKind.RETURN, 4_000))
    assert columns(ten_packs) == (0, 0, 6_000)
    post_recorded(batch_id=ten_packs.pk, movement=Movement(PostingKind.PACK, 9_000))
    assert columns(ten_packs) == (3_000, 3_000, 0)


@pytest.mark.django_db
def test_reserved_goods_that_were_wasted_are_short_and_a_release_fills_it(ten_packs: Batch) -> None:
    post(batch_id=ten_packs.pk, movement=Movement(PostingKind.RESERVE, 30_000))
    post_recorded(batch_id=ten_packs.pk, movement=Movement(PostingKind.WASTE, 25_000))
    assert columns(ten_packs) == (30_000, 0, 5_000)  # 25 kg are there, 30 kg are promised
    post(batch_id=ten_packs.pk, movement=Movement(PostingKind.RELEASE, 20_000))
    assert columns(ten_packs) == (25_000, 15_000, 0)


@pytest.mark.django_db
def test_a_movement_is_taken_back_once_at_its_own_moment(ten_packs: Batch) -> None:
    row = post_recorded(batch_id=ten_packs.pk, movement=Movement(PostingKind.WASTE, 60_000, at=NOON))
    back = cancel(row)
    assert (back.kind, back.on_hand_delta, back.at, back.cancels) == ("adjust", 60_000, NOON, row)
    assert cancel(row) == back
    assert columns(ten_packs) == (50_000, 50_000, 0)


@pytest.mark.django_db
def test_taking_back_what_was_packed_is_never_refused(ten_packs: Batch) -> None:
    post(batch_id=ten_packs.pk, movement=Movement(PostingKind.OUT, 30_000))
    cancel(ten_packs.postings.get(kind="pack"))
    assert columns(ten_packs) == (0, 0, 30_000)


@pytest.mark.django_db
def test_promises_and_corrections_are_not_taken_back(ten_packs: Batch) -> None:
    promise = post(batch_id=ten_packs.pk, movement=Movement(PostingKind.RESERVE, 5_000))
    correction = cancel(ten_packs.postings.get(kind="pack"))
    for row in (promise, correction):
        with pytest.raises(ValueError, match="taken back"):
            cancel(row)
    for kind in PROMISES:
        with pytest.raises(ValueError, match="promise"):
            post_recorded(batch_id=ten_packs.pk, movement=Movement(kind, 1))


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "direction"), [("adjust", 0), ("waste", 1), ("pack", -1)])
def test_only_an_adjustment_has_a_direction(ten_packs: Batch, kind: PostingKind, direction: int) -> None:
    with pytest.raises(ValueError, match="direction"):
        post_recorded(batch_id=ten_packs.pk, movement=Movement(kind, 1, direction=direction))


@pytest.mark.django_db
def test_a_locked_batch_cannot_be_promised_and_stays_recordable(ten_packs: Batch, cast: Cast) -> None:
    Batch.objects.filter(pk=ten_packs.pk).update(locked_at=timezone.now())
    with pytest.raises(BatchNotOnSale):
        post(batch_id=ten_packs.pk, movement=Movement(PostingKind.RESERVE, 5_000))
    assert columns(ten_packs) == (50_000, 50_000, 0)
    post_recorded(batch_id=ten_packs.pk, movement=Movement(PostingKind.WASTE, 5_000))
    assert columns(ten_packs) == (45_000, 45_000, 0)


TOGETHER = 16


def _all_at_once(deed: object) -> None:
    barrier = Barrier(TOGETHER, timeout=60)

    def run(which: int) -> None:
        try:
            barrier.wait()
            deed(which)  # type: ignore[operator]
        finally:
            connection.close()

    with ThreadPoolExecutor(TOGETHER) as pool:
        list(pool.map(run, range(TOGETHER)))


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("site_ready")
def test_records_written_at_the_same_moment_all_count(ten_packs: Batch) -> None:
    """First the race: each computes the new columns from what it has read, and all but one are lost."""
    read = Barrier(TOGETHER, timeout=60)

    def look_and_write(_: int) -> None:
        seen = Batch.objects.get(pk=ten_packs.pk)
        read.wait()
        Batch.objects.filter(pk=ten_packs.pk).update(available_base=seen.available_base - 1_000)

    _all_at_once(look_and_write)
    assert columns(ten_packs)[1] == 49_000
    Batch.objects.filter(pk=ten_packs.pk).update(available_base=50_000)

    def waste(which: int) -> None:
        post_recorded(batch_id=ten_packs.pk, movement=Movement(PostingKind.WASTE, 4_000, key=f"w{which}"))

    _all_at_once(waste)
    assert columns(ten_packs) == (0, 0, 14_000)
    assert sums_agree(ten_packs)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("site_ready")
def test_a_correction_asked_for_by_many_at_once_happens_once(ten_packs: Batch) -> None:
    row = post_recorded(batch_id=ten_packs.pk, movement=Movement(PostingKind.WASTE, 4_000))
    _all_at_once(lambda which: cancel(Posting.objects.get(pk=row.pk)))
    assert columns(ten_packs) == (50_000, 50_000, 0)
    assert Posting.objects.filter(cancels=row).count() == 1
