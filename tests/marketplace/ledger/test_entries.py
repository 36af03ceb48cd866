"""Every fact sums to zero, fees shrink with refunds, and nothing is left over when everything went back."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.ledger import entries
from marketplace.ledger.accounts import COMMISSION, SUSPENSE, clearing, escrow, held, overpaid, payable, refund_due
from marketplace.ledger.entries import ParcelSums

BANK = clearing("bank")
PARCEL = ParcelSums(
    order_id=1, cooperative_id=7, goods_dong=130_000, shipping_dong=25_000, commission_bps=500, vat_bps=100, pit_bps=50
)


def summed(*facts: entries.Lines) -> Counter[str]:
    sums: Counter[str] = Counter()
    for lines in facts:
        for account, amount in lines:
            sums[account.code] += amount
    return Counter({code: amount for code, amount in sums.items() if amount})


def test_money_for_nobody_lies_in_suspense_until_it_is_matched():
    came = entries.money_came(into=BANK, order_id=None, dong=50_000)
    assert summed(came) == {"clearing:bank": 50_000, SUSPENSE.code: -50_000}
    assert summed(came, entries.suspense_matched(order_id=1, dong=50_000)) == {
        "clearing:bank": 50_000,
        escrow(1).code: -50_000,
    }


def test_a_collected_parcel_leaves_the_seller_a_claim_and_the_operator_the_commission():
    books = summed(
        entries.money_came(into=BANK, order_id=1, dong=155_000), entries.parcel_paid(PARCEL, held_by_cooperative=None)
    )
    assert books == {
        "clearing:bank": 155_000,
        "payable:7": -(155_000 - 6_500 - 1_300 - 650),
        "commission": -6_500,
        "tax_vat": -1_300,
        "tax_pit": -650,
    }


def test_a_directly_paid_parcel_leaves_the_seller_owing_the_fees():
    mine = held(7)
    books = summed(
        entries.money_came(into=mine, order_id=1, dong=155_000), entries.parcel_paid(PARCEL, held_by_cooperative=mine)
    )
    assert books == {"payable:7": 8_450, "commission": -6_500, "tax_vat": -1_300, "tax_pit": -650}


def test_a_surplus_belongs_to_the_buyer_until_it_is_sent_back():
    books = [
        entries.money_came(into=BANK, order_id=1, dong=160_000),
        entries.parcel_paid(PARCEL, held_by_cooperative=None),
        entries.surplus_found(order_id=1, dong=5_000),
    ]
    assert summed(*books)[overpaid(1).code] == -5_000
    back = [
        entries.unspent_refund_promised(order_id=1, dong=5_000, from_surplus=True),
        entries.refund_sent(order_id=1, dong=5_000, out_of=BANK),
    ]
    assert overpaid(1).code not in summed(*books, *back)
    assert refund_due(1).code not in summed(*books, *back)


@given(
    goods=st.integers(1, 10**9),
    shipping=st.integers(0, 10**6),
    rates=st.tuples(st.integers(0, 3_000), st.integers(0, 500), st.integers(0, 500)),
    on_shipping=st.booleans(),
    cuts=st.lists(st.integers(1, 10**9), max_size=6),
    direct=st.booleans(),
)
def test_a_complete_refund_in_any_pieces_leaves_nothing_anywhere(goods, shipping, rates, on_shipping, cuts, direct):
    parcel = ParcelSums(1, 7, goods, shipping, *rates, tax_on_shipping=on_shipping)
    mine = held(7) if direct else None
    into = mine or BANK
    books = [
        entries.money_came(into=into, order_id=1, dong=parcel.total_dong),
        entries.parcel_paid(parcel, held_by_cooperative=mine),
    ]
    refunded = 0
    for cut in [*cuts, parcel.total_dong]:
        piece = min(cut, parcel.total_dong - refunded)
        if piece:
            promised = entries.refund_promised(parcel, dong=piece, refunded_before_dong=refunded)
            sent = entries.refund_sent(order_id=1, dong=piece, out_of=payable(7) if direct else BANK)
            assert sum(amount for _, amount in promised) == 0
            books += [promised, sent]
            refunded += piece
    assert not summed(*books)


def test_fees_never_grow_while_money_goes_back():
    fees = [entries.fees_after(PARCEL, refunded_dong=dong).sum_dong for dong in range(0, 155_001, 5_000)]
    assert fees == sorted(fees, reverse=True)
    assert fees[-1] == 0


@pytest.mark.parametrize("won", [True, False])
def test_a_dispute_takes_the_money_from_the_provider_and_a_won_one_brings_it_back(won):
    stripe = clearing("stripe")
    opened = entries.dispute_opened(dong=155_000, at_provider=stripe)
    assert summed(opened) == {"dispute": 155_000, "clearing:stripe": -155_000}
    if won:
        assert not summed(opened, entries.reversed_lines(opened))


def test_what_the_operator_keeps_is_an_income():
    assert summed(entries.parcel_paid(PARCEL, held_by_cooperative=None))[COMMISSION.code] == -6_500
