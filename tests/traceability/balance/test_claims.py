"""A claim travels as mass: nothing is gained by drying, splitting or blending."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tests.traceability.balance.makings import LEAF, OTHER_LEAF, TEA, TEA_2, made_part
from traceability.balance.claims import Source, allocate, carry_claims
from traceability.balance.facts import Making

NOON = timezone.make_aware(datetime(2026, 4, 10, 12))
VIETGAP = frozenset({"vietgap"})


def test_the_claim_shrinks_with_the_yield() -> None:
    """40 t in do not make 40 t of certified flour: y · Σc."""
    dried = Making(1, "dry", NOON, (made_part(LEAF, 7_000),), (made_part(TEA, 1_750),))
    carried = carry_claims([Source(LEAF.id, 7_000, VIETGAP)], [dried])
    assert (carried[TEA.id].total, carried[TEA.id].masses) == (1_750, {"vietgap": 1_750})
    assert carried[TEA.id].is_whole("vietgap")


def test_one_input_without_it_drops_the_claim_of_all_that_is_made() -> None:
    blend = Making(1, "merge", NOON, (made_part(LEAF, 1_750), made_part(OTHER_LEAF, 250)), (made_part(TEA, 2_000),))
    carried = carry_claims([Source(LEAF.id, 1_750, VIETGAP), Source(OTHER_LEAF.id, 250)], [blend])
    assert not carried[TEA.id].is_whole("vietgap")
    assert carried[TEA.id].masses == {"vietgap": 1_750}
    assert carried[TEA.id].total == 2_000


def test_makings_are_followed_in_any_order_and_over_diamonds() -> None:
    split = Making(1, "split", NOON, (made_part(LEAF, 100),), (made_part(TEA, 60), made_part(TEA_2, 40)))
    merge = Making(2, "merge", NOON, (made_part(TEA, 60), made_part(TEA_2, 40)), (made_part(OTHER_LEAF, 100),))
    for order in ([split, merge], [merge, split]):
        assert carry_claims([Source(LEAF.id, 100, VIETGAP)], order)[OTHER_LEAF.id].is_whole("vietgap")


@given(weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=8), total=st.integers(0, 10**9))
def test_allocation_is_whole_complete_and_fair(weights: list[int], total: int) -> None:
    shares = allocate(total, weights)
    if not sum(weights):
        assert shares == [0] * len(weights)
        return
    assert sum(shares) == total
    exact = [total * weight / sum(weights) for weight in weights]
    assert all(abs(share - due) <= 1 for share, due in zip(shares, exact, strict=True))
    assert shares == allocate(total, weights)


@given(
    good=st.integers(0, 10**6), poor=st.integers(0, 10**6), out=st.lists(st.integers(1, 10**6), min_size=1, max_size=2)
)
def test_no_claim_is_ever_gained(good: int, poor: int, out: list[int]) -> None:
    if good + poor == 0:
        return
    inputs = tuple(made_part(lot, base) for lot, base in ((LEAF, good), (OTHER_LEAF, poor)) if base)
    outputs = tuple(made_part(lot, base) for lot, base in zip((TEA, TEA_2), out, strict=False))
    made = Making(1, "dry", NOON, inputs, outputs)
    carried = carry_claims([Source(LEAF.id, good, VIETGAP), Source(OTHER_LEAF.id, poor)], [made])
    whole = sum(carried[part.lot.id].masses.get("vietgap", 0) for part in outputs)
    assert whole * (good + poor) <= good * sum(out)
    assert all(carried[part.lot.id].is_whole("vietgap") == (poor == 0) for part in outputs)
