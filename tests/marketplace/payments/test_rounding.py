"""Fees round on the whole refunded so far: whatever was promised, called off, sent or bounced before, what went back

completely leaves nothing on any account.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from marketplace.ledger import entries
from marketplace.ledger.balances import balances
from marketplace.ledger.entries import ParcelSums, fees_after
from marketplace.ledger.shrinking import Move, fees_left, standing_before, steps, taxed_dong
from marketplace.orders.models import Parcel
from marketplace.payments.asking.starting import start_payment
from marketplace.payments.hearing.inbox import receive
from marketplace.payments.models import Payment, Refund
from marketplace.payments.proving.rebooking import rebook
from marketplace.payments.refunds.refunding import Wish, approve_refund, ask_refund, call_off_refund
from marketplace.payments.refunds.sending_back import send_by_card
from marketplace.payments.states import RefundKind, RefundStatus
from marketplace.payouts.checking import check_all_money
from tests.fakes.stripe_http import FakeStripe, signed_event
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order

START = datetime(2026, 11, 21, tzinfo=UTC)
RATES = st.builds(
    ParcelSums,
    order_id=st.just(1),
    cooperative_id=st.just(7),
    goods_dong=st.integers(1, 999_999),
    shipping_dong=st.integers(0, 99_999),
    commission_bps=st.integers(0, 3_000),
    vat_bps=st.integers(0, 500),
    pit_bps=st.integers(0, 500),
    tax_on_shipping=st.booleans(),
)


# --- pure ------------------------------------------------------------------------------------------------------------
def test_taking_a_promise_back_as_it_was_made_leaves_a_dong() -> None:
    """The fault: the first of two promises is called off entry by entry, and then all is given back."""
    parcel = ParcelSums(1, 7, goods_dong=160_000, shipping_dong=25_000, commission_bps=333, vat_bps=0, pit_bps=0)

    def fee(dong: int) -> int:
        return fees_after(parcel, refunded_dong=dong).commission_dong

    pairs = [(a, b) for a in range(1_000, 1_040) for b in range(1_000, 1_040)]
    once_given = {(fee(0) - fee(a)) - (fee(b) - fee(a + b)) for a, b in pairs}
    assert once_given == {-1, 0, 1}


@given(parcel=RATES, choices=st.lists(st.tuples(st.integers(1, 300_000), st.booleans()), max_size=8))
def test_in_any_sequence_what_is_kept_depends_only_on_what_stands(parcel: ParcelSums, choices: Any) -> None:
    moves: list[Move] = []
    books: Counter[str] = Counter()
    _add(books, entries.parcel_paid(parcel, held_by_cooperative=None))
    standing: dict[str, int] = {}

    def move(name: str, dong: int, called_off: bool) -> None:
        stood = sum(standing.values()) - (dong if called_off else 0)
        lines = entries.refund_promised(parcel, dong=dong, refunded_before_dong=stood)
        _add(books, entries.reversed_lines(lines) if called_off else lines)
        moves.append(Move(START + timedelta(minutes=len(moves)), name, dong, called_off))
        standing.pop(name) if called_off else standing.update({name: dong})

    for number, (dong, call_off) in enumerate(choices):
        if call_off and standing:
            name = sorted(standing)[dong % len(standing)]
            assert standing_before([*moves, Move(START + timedelta(days=1), "x", 1)], name="x") == sum(
                standing.values()
            )
            move(name, standing[name], True)
        elif dong <= parcel.total_dong - sum(standing.values()):
            move(f"{number:03d}", dong, False)
    stands = sum(standing.values())
    kept = fees_after(parcel, refunded_dong=stands)
    assert fees_left(parcel, moves) == kept
    assert -books["commission"] == kept.commission_dong and -books["tax_vat"] == kept.vat_dong
    told = steps(parcel, moves)
    assert sum(step.dong for step in told) == stands
    assert sum(step.taxed_dong for step in told) == taxed_dong(parcel, refunded_dong=0) - taxed_dong(
        parcel, refunded_dong=stands
    )
    if stands < parcel.total_dong:
        move("all", parcel.total_dong - stands, False)
    assert {code: dong for code, dong in books.items() if dong} == {
        "escrow:1": parcel.total_dong,
        "refund_due:1": -parcel.total_dong,
    }


def _add(books: Counter[str], lines: entries.Lines) -> None:
    for account, dong in lines:
        books[account.code] += dong


# --- in the books ----------------------------------------------------------------------------------------------------
def pay_by_card(fake: FakeStripe) -> Payment:
    """One parcel of 185.000 ₫ at rates that round, paid by card."""
    order = make_order(make_cooperative())
    order.parcels.update(
        commission_bps=333, commission_dong=5_328, tax_mode="withhold", vat_bps=101, vat_dong=1_616, pit_bps=53
    )
    order.parcels.update(pit_dong=848)
    payment = start_payment(order=order, parcel=None, provider="stripe", actor=SYSTEM)
    headers, body = signed_event(fake.pay(payment.provider_ref), event_id=f"evt_{payment.provider_ref}")
    receive(provider="stripe", headers=headers, body=body)
    payment.refresh_from_db()
    return payment


def promise(payment: Payment, dong: int, reason: str) -> Refund:
    parcel = Parcel.objects.get(order=payment.order_id)
    refund = ask_refund(wish=Wish(payment, dong, RefundKind.PARCEL, reason, parcel=parcel), actor=SYSTEM)
    return approve_refund(refund=refund, actor=SYSTEM)


def bounce(fake: FakeStripe, refund: Refund) -> None:
    """The card's bank gives back what had arrived."""
    thing = fake.end_refund(refund.provider_ref, "failed", "expired_or_canceled_card")
    headers, body = signed_event(thing, type_="refund.failed", event_id=f"evt_{refund.provider_ref}_failed")
    receive(provider="stripe", headers=headers, body=body)


def sound() -> None:
    assert check_all_money() == []


def nothing_left() -> None:
    assert {code: dong for code, dong in balances().items() if dong} == {}
    sound()


@pytest.mark.django_db
@pytest.mark.parametrize("first", range(1_000, 1_030, 6))
def test_an_earlier_of_two_promises_called_off_leaves_nothing_after_all(stripe_fake: FakeStripe, first: int) -> None:
    payment = pay_by_card(stripe_fake)
    early, late = promise(payment, first, "early"), promise(payment, 1_007, "late")
    call_off_refund(refund=early, actor=SYSTEM, note="giữ hàng")
    sound()
    rest = promise(payment, payment.amount_dong - 1_007, "rest")
    for refund in (late, rest):
        send_by_card(refund=refund, actor=SYSTEM)
    nothing_left()
    assert rebook().total() == 0


class AnySequence(TestCase):
    @pytest.fixture(autouse=True)
    def _demo(self, stripe_fake: FakeStripe) -> None:
        self.stripe = stripe_fake

    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        acts=st.lists(
            st.tuples(st.sampled_from(["promise", "call off", "send", "bounce"]), st.integers(1, 70_001)), max_size=8
        )
    )
    def test_refunds_called_off_and_bounced_in_any_sequence(self, acts: list[tuple[str, int]]) -> None:
        payment = pay_by_card(self.stripe)
        for number, (act, dong) in enumerate(acts):
            self._play(payment, act, dong, f"reason {number}")
        sound()
        for refund in Refund.objects.filter(status__in=[RefundStatus.APPROVED, RefundStatus.FAILED]):
            send_by_card(refund=refund, actor=SYSTEM)
        left = payment.amount_dong - sum(Refund.objects.filter(status="done").values_list("amount_dong", flat=True))
        if left:
            send_by_card(refund=promise(payment, left, "the rest"), actor=SYSTEM)
        nothing_left()

    def _play(self, payment: Payment, act: str, dong: int, reason: str) -> None:
        unsent = list(Refund.objects.filter(status__in=[RefundStatus.APPROVED, RefundStatus.FAILED]).order_by("pk"))
        sent = list(Refund.objects.filter(status=RefundStatus.DONE).order_by("pk"))
        promised = sum(Refund.objects.exclude(status="cancelled").values_list("amount_dong", flat=True))
        if act == "promise" and dong <= payment.amount_dong - promised:
            promise(payment, dong, reason)
        elif act == "call off" and unsent:
            call_off_refund(refund=unsent[dong % len(unsent)], actor=SYSTEM, note="")
        elif act == "send" and unsent:
            send_by_card(refund=unsent[dong % len(unsent)], actor=SYSTEM)
        elif act == "bounce" and sent:
            bounce(self.stripe, sent[dong % len(sent)])
