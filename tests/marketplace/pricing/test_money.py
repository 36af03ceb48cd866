"""Money is whole đồng: rates round half up, splits sum exactly, refunds in pieces leave nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.pricing.money import BadSum, bps_half_up, fee_reversal, fee_reversals, split
from marketplace.pricing.settlement import Rates, SellerPart, postings, settle
from tests.vectors import load_vectors

VECTORS = load_vectors("payments/money.json")["vectors"]
AMOUNTS = st.integers(min_value=0, max_value=10**12)
RATES = st.integers(min_value=0, max_value=10_000)


def _of(fn: str) -> list[dict[str, Any]]:
    return [vector for vector in VECTORS if vector["fn"] == fn]


@pytest.mark.parametrize("vector", _of("bps_half_up"), ids=lambda v: f"{v['amount']}@{v['bps']}")
def test_a_rate_is_rounded_half_up_to_one_dong(vector):
    assert bps_half_up(vector["amount"], vector["bps"]) == vector["expect"]


@pytest.mark.parametrize("vector", _of("split"), ids=lambda v: f"{v['total']}/{len(v['weights'])}")
def test_a_split_follows_the_largest_remainder(vector):
    if "expect_error" in vector:
        with pytest.raises(BadSum, match=vector["expect_error"]):
            split(vector["total"], vector["weights"])
    else:
        assert split(vector["total"], vector["weights"]) == vector["expect"]


@pytest.mark.parametrize("vector", _of("fee_reversal_cumulative"), ids=lambda v: f"{v['gross']}@{v['bps']}")
def test_refunds_in_pieces_give_the_whole_fee_back(vector):
    reversals = fee_reversals(vector["gross"], vector["bps"], vector["refunds"])
    assert bps_half_up(vector["gross"], vector["bps"]) == vector["fee"]
    assert reversals == vector["expect_reversals"]
    assert vector["fee"] - sum(reversals) == vector["fee_left"]


@pytest.mark.parametrize("vector", _of("settle"), ids=lambda v: str(len(v["order"]["sub"])))
def test_an_order_is_settled_to_the_last_dong(vector):
    order = vector["order"]
    rates = Rates(order["commission_bps"], order["vat_bps"], order["pit_bps"], order["tax_on_shipping"])
    parts = [SellerPart(s["vendor"], s["seller_type"], s["goods"], s["shipping"]) for s in order["sub"]]
    settled = settle(parts, platform_discount_dong=order["platform_discount"], rates=rates)
    told = [
        {
            "vendor": part.vendor,
            "gross": part.gross_dong,
            "platform_discount": part.platform_discount_dong,
            "commission": part.commission_dong,
            "vat_withheld": part.vat_withheld_dong,
            "pit_withheld": part.pit_withheld_dong,
            "payable": part.payable_dong,
            "buyer_pays": part.buyer_pays_dong,
        }
        for part in settled
    ]
    assert told == vector["expect"]["suborders"]
    assert postings(settled) == vector["expect"]["ledger"]
    assert sum(postings(settled).values()) == 0
    assert sum(part.buyer_pays_dong for part in settled) == vector["expect"]["total"]


@given(total=AMOUNTS, weights=st.lists(st.integers(0, 10**9), min_size=1, max_size=12).filter(any))
def test_the_parts_of_any_split_sum_to_the_whole(total, weights):
    parts = split(total, weights)
    assert sum(parts) == total
    assert all(0 <= part <= total for part in parts)
    assert all(
        abs(part * sum(weights) - total * weight) < sum(weights) for part, weight in zip(parts, weights, strict=True)
    )


@given(pieces=st.lists(st.integers(0, 10**9), min_size=1, max_size=8), bps=RATES)
def test_any_complete_refund_leaves_no_fee(pieces, bps):
    assert sum(fee_reversals(sum(pieces), bps, pieces)) == bps_half_up(sum(pieces), bps)


@given(amount=AMOUNTS, bps=RATES)
def test_a_fee_is_never_more_than_half_a_dong_off(amount, bps):
    assert abs(2 * (bps_half_up(amount, bps) * 10_000 - amount * bps)) <= 10_000


@pytest.mark.parametrize("wrong", [1.0, "1", None, True, -1])
def test_only_whole_amounts_that_are_not_negative_are_summed(wrong):
    with pytest.raises(BadSum):
        bps_half_up(wrong, 500)
    with pytest.raises(BadSum):
        split(wrong, [1])
    with pytest.raises(BadSum):
        split(1, [wrong])


def test_more_than_was_paid_cannot_be_given_back():
    with pytest.raises(BadSum, match="more refunded"):
        fee_reversal(gross_dong=100, bps=500, refunded_before_dong=60, refund_dong=41)
