"""The lot ledger: the cached balance is always the sum of its postings, and nothing is ever taken twice."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from community.append_only import AppendOnlyError
from tests.cast import Cast
from tests.traceability.batches.conftest import DAY
from traceability.batches.models import Batch, Posting, PostingKind
from traceability.batches.opening import open_batch
from traceability.batches.posting import EFFECT, BatchNotOnSale, Movement, OutOfStock, post

pytestmark = pytest.mark.django_db
MOVEMENTS = st.lists(st.tuples(st.sampled_from(sorted(EFFECT)), st.integers(1, 40)), max_size=25)


def balance(batch: Batch) -> tuple[int, int]:
    batch.refresh_from_db()
    return batch.on_hand_base, batch.available_base


def summed(batch: Batch) -> tuple[int, int]:
    sums = batch.postings.aggregate(on_hand=Sum("on_hand_delta", default=0), free=Sum("available_delta", default=0))
    return sums["on_hand"], sums["free"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVEMENTS)
def test_the_balance_is_the_sum_of_the_postings_and_never_below_zero(
    batch: Batch, moves: list[tuple[PostingKind, int]]
) -> None:
    """Against a model of two integers: a movement passes exactly when the model stays 0 ≤ available ≤ on hand."""
    with transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(status="published")
        on_hand = free = 0
        for kind, quantity in moves:
            step_on_hand, step_free = (sign * quantity for sign in EFFECT[kind])
            may = 0 <= free + step_free <= on_hand + step_on_hand
            if may:
                post(batch_id=batch.pk, movement=Movement(kind, quantity))
                on_hand, free = on_hand + step_on_hand, free + step_free
            else:
                with pytest.raises(OutOfStock):
                    post(batch_id=batch.pk, movement=Movement(kind, quantity))
            assert balance(batch) == summed(batch) == (on_hand, free)
        transaction.set_rollback(True)


def test_reserving_takes_from_what_can_be_sold_and_selling_from_what_is_there(ten_packs: Batch) -> None:
    post(batch_id=ten_packs.pk, movement=Movement("reserve", 15_000))
    assert balance(ten_packs) == (50_000, 35_000)
    post(batch_id=ten_packs.pk, movement=Movement("sell", 10_000))
    post(batch_id=ten_packs.pk, movement=Movement("release", 5_000))
    assert balance(ten_packs) == (40_000, 40_000)


@pytest.mark.parametrize("kind", ["reserve", "out", "waste", "sample", "own_use"])
def test_more_than_there_is_cannot_be_taken_and_nothing_changes(ten_packs: Batch, kind: PostingKind) -> None:
    with pytest.raises(OutOfStock) as refused:
        post(batch_id=ten_packs.pk, movement=Movement(kind, 50_001))
    assert refused.value.facts == {"batch": ten_packs.lot_code, "wanted_base": 50_001}
    assert balance(ten_packs) == (50_000, 50_000)
    assert Posting.objects.count() == 1


@pytest.mark.parametrize("kind", ["sell", "release"])
def test_what_was_not_reserved_is_neither_sold_nor_released(ten_packs: Batch, kind: PostingKind) -> None:
    with pytest.raises(OutOfStock):
        post(batch_id=ten_packs.pk, movement=Movement(kind, 1))
    assert balance(ten_packs) == (50_000, 50_000)


@pytest.mark.parametrize("status", ["draft", "on_hold", "recalled", "closed"])
def test_a_batch_that_is_not_public_cannot_be_reserved_but_can_be_released(ten_packs: Batch, status: str) -> None:
    post(batch_id=ten_packs.pk, movement=Movement("reserve", 5_000))
    Batch.objects.filter(pk=ten_packs.pk).update(status=status)
    with pytest.raises(BatchNotOnSale):
        post(batch_id=ten_packs.pk, movement=Movement("reserve", 5_000))
    post(batch_id=ten_packs.pk, movement=Movement("release", 5_000))
    assert balance(ten_packs) == (50_000, 50_000)


def test_a_movement_with_a_key_happens_once(ten_packs: Batch) -> None:
    first = post(batch_id=ten_packs.pk, movement=Movement("reserve", 5_000, key="order:1"))
    again = post(batch_id=ten_packs.pk, movement=Movement("reserve", 5_000, key="order:1"))
    assert first == again
    assert balance(ten_packs) == (50_000, 45_000)


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_movement_of_nothing_or_less_is_a_programming_error(ten_packs: Batch, quantity: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        post(batch_id=ten_packs.pk, movement=Movement("pack", quantity))


def test_a_posting_can_neither_be_changed_nor_deleted(ten_packs: Batch) -> None:
    row = ten_packs.postings.get()
    for deed in (
        row.save,
        row.delete,
        ten_packs.postings.all().delete,
        lambda: Posting.objects.update(quantity_base=1),
    ):
        with pytest.raises(AppendOnlyError):
            deed()
    assert Posting.objects.get().quantity_base == 50_000


@pytest.mark.parametrize(
    "values", [{"available_base": -1}, {"on_hand_base": 49_999}, {"available_base": 50_001}, {"on_hand_base": -1}]
)
def test_the_database_itself_refuses_an_impossible_balance(ten_packs: Batch, values: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Batch.objects.filter(pk=ten_packs.pk).update(**values)
    assert balance(ten_packs) == (50_000, 50_000)


def test_whole_packs_are_counted_down_never_up(ten_packs: Batch) -> None:
    post(batch_id=ten_packs.pk, movement=Movement("sample", 1))
    ten_packs.refresh_from_db()
    assert ten_packs.packs_available == 9


def test_another_batch_is_left_alone(ten_packs: Batch, cast: Cast) -> None:
    other = open_batch(pack=ten_packs.pack, day=DAY, actor=cast.lan_acts)
    post(batch_id=ten_packs.pk, movement=Movement("out", 5_000))
    assert balance(other) == (0, 0)
