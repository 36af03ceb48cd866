"""Two of the staff, two tabs, two clocks at once. Real threads on the real database; each race is first shown without

its guard (look, then write), then with it: one wins, the other reads that it was late, and the books fit.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.cooperatives.models import Membership
from community.text.dates import VIETNAM
from marketplace.ledger.accounts import SUSPENSE
from marketplace.ledger.balances import balance, balances
from marketplace.payments.asking.starting import start_order_payments, start_payment
from marketplace.payments.hearing.inbox import receive
from marketplace.payments.models import Capture, Payment, Refund, SuspenseDecision
from marketplace.payments.refunds.refunding import CannotRefund, Wish, approve_refund, ask_refund, call_off_refund
from marketplace.payments.refunds.sending_back import send_by_bank, send_by_card
from marketplace.payments.states import RefundKind
from marketplace.payments.suspense.settling import CannotSettle, attach, send_back
from marketplace.payouts.checking import check_all_money
from marketplace.payouts.drafting import make_payouts
from marketplace.payouts.models import Payout, PayoutItem
from marketplace.payouts.paying import CannotPayOut, approve_payout, cancel_payout
from marketplace.receiving.changing import (
    AccountWish,
    CannotChange,
    approve_change,
    call_off_change,
    propose_account,
)
from marketplace.receiving.models import AccountChange, ReceivingAccount
from tests.concurrency.at_once import at_once
from tests.fakes.stripe_http import FakeStripe, signed_event
from tests.marketplace.payments.stage import bank_post, make_cooperative, make_order, transfer
from tests.marketplace.payouts.stage import OCTOBER, sell

pytestmark = pytest.mark.django_db(transaction=True)
LATER = datetime(2026, 12, 5, tzinfo=VIETNAM)


def person(name: str) -> Actor:
    return Actor.of(User.objects.create_user(email=f"{name}@example.vn", name=name, is_staff=True))


def ended(results: list[Any]) -> list[str]:
    """Each result in a word: "done", or the code of its refusal. Anything else that was raised is a fault."""
    words = []
    for result in results:
        if isinstance(result, Exception):
            assert isinstance(result, (CannotRefund, CannotSettle, CannotPayOut, CannotChange)), repr(result)
            words.append(str(result.code))
        else:
            words.append("done")
    return sorted(words)


def sound() -> None:
    assert check_all_money() == []


def look_then_write(looks: Callable[[], bool], writes: Callable[[], Any]) -> Callable[[], bool]:
    """As one would write it first: both look before either writes."""
    both_looked = threading.Barrier(2)

    def naive() -> bool:
        free = looks()
        both_looked.wait(timeout=30)
        if free:
            with transaction.atomic():
                writes()
        return free

    return naive


def paid() -> Payment:
    payment = start_order_payments(order=make_order(make_cooperative()), actor=Actor.buyer())[0]
    transfer(payment)
    payment.refresh_from_db()
    return payment


def promised(payment: Payment, dong: int = 50_000) -> Refund:
    parcel = payment.parcel or payment.order.parcels.get()
    wish = Wish(payment, dong, RefundKind.PARCEL, "broken", parcel=parcel)
    return approve_refund(refund=ask_refund(wish=wish, actor=person("asks")), actor=person("approves"))


# --- refunds (R13, R34) ----------------------------------------------------------------------------------------------
def test_without_the_guard_a_refund_is_sent_twice() -> None:
    refund, sent = promised(paid()), []
    naive = look_then_write(
        lambda: Refund.objects.get(pk=refund.pk).status == "approved",
        lambda: sent.append(Refund.objects.filter(pk=refund.pk).update(status="submitted")),
    )
    assert at_once([naive, naive]) == [True, True] and sum(sent) == 2


def test_a_refund_sent_by_two_people_at_once_leaves_once() -> None:
    payment = paid()
    refund, people = promised(payment), [person("a"), person("b")]
    jobs = [
        lambda who=who, ref=ref: send_by_bank(
            refund=Refund.objects.get(pk=refund.pk), actor=who, bank_ref=ref, to_account="0123456789"
        )
        for who, ref in zip(people, ["FT1111", "FT2222"], strict=True)
    ]
    assert ended(at_once(jobs)) == ["done", "moved"]
    assert balances()[f"refund_due:{payment.order_id}"] == 0
    sound()


def test_a_card_refund_sent_by_two_people_at_once_is_one_at_the_provider(stripe_fake: FakeStripe) -> None:
    payment = start_payment(order=make_order(make_cooperative()), parcel=None, provider="stripe", actor=Actor.buyer())
    headers, body = signed_event(stripe_fake.pay(payment.provider_ref))
    receive(provider="stripe", headers=headers, body=body)
    payment.refresh_from_db()
    refund, people = promised(payment), [person("a"), person("b")]
    results = at_once(
        [lambda who=who: send_by_card(refund=Refund.objects.get(pk=refund.pk), actor=who) for who in people]
    )
    assert set(ended(results)) <= {"done", "moved"} and "done" in ended(results)
    refund.refresh_from_db()
    assert refund.status == "done" and len(stripe_fake.refunds) == 1
    assert balances()["clearing:stripe"] == payment.amount_dong - refund.amount_dong
    sound()


def test_sending_and_calling_off_at_once_end_in_one_of_the_two() -> None:
    refund, one, other = promised(paid()), person("a"), person("b")
    results = at_once(
        [
            lambda: send_by_bank(
                refund=Refund.objects.get(pk=refund.pk), actor=one, bank_ref="FT1111", to_account="0123456789"
            ),
            lambda: call_off_refund(refund=Refund.objects.get(pk=refund.pk), actor=other, note="giữ hàng"),
        ]
    )
    assert ended(results) == ["done", "moved"]
    refund.refresh_from_db()
    assert refund.status in ("done", "cancelled")
    sound()


# --- ways of paying (R4, R33) ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("_round", range(2))
def test_two_tabs_with_two_ways_of_paying_leave_one_that_asks(stripe_fake: FakeStripe, _round: int) -> None:
    order = make_order(make_cooperative())
    parcel = order.parcels.get()
    results = at_once(
        [
            lambda: start_payment(order=order, parcel=parcel, provider="vietqr", actor=Actor.buyer()),
            lambda: start_payment(order=order, parcel=None, provider="stripe", actor=Actor.buyer()),
        ]
    )
    assert not [result for result in results if isinstance(result, Exception)]
    live = [payment for payment in Payment.objects.all() if payment.is_live]
    assert len(live) == 1
    for payment in live:
        if payment.provider == "vietqr":
            transfer(payment)
        else:
            headers, body = signed_event(stripe_fake.pay(payment.provider_ref))
            receive(provider="stripe", headers=headers, body=body)
    parcel.refresh_from_db()
    assert parcel.status == "new" and Capture.objects.count() == 1
    sound()


@pytest.mark.parametrize("_round", range(2))
def test_a_change_of_method_against_money_on_its_way_counts_the_money(stripe_fake: FakeStripe, _round: int) -> None:
    order = make_order(make_cooperative())
    payment = start_order_payments(order=order, actor=Actor.buyer())[0]
    headers, body = bank_post(payment)
    results = at_once(
        [
            lambda: receive(provider="simulated", headers=headers, body=body),
            lambda: start_payment(order=order, parcel=None, provider="stripe", actor=Actor.buyer()),
        ]
    )
    assert not isinstance(results[0], Exception)
    assert not isinstance(results[1], Exception) or getattr(results[1], "code", "") == "nothing_to_pay"
    payment.refresh_from_db()
    assert (payment.status, payment.received_dong) == ("confirmed", payment.amount_dong)
    assert order.parcels.get().status == "new"
    sound()


# --- money in suspense (R14, R34) ------------------------------------------------------------------------------------
@pytest.fixture
def lost() -> tuple[Capture, Payment]:
    """Money without a code, and whom it was meant for."""
    payment = start_order_payments(order=make_order(make_cooperative()), actor=Actor.buyer())[0]
    transfer(payment, content="quên mã")
    return Capture.objects.get(), payment


def test_without_the_guard_money_in_suspense_is_given_away_twice(lost: tuple[Capture, Payment]) -> None:
    capture, payment = lost
    naive = look_then_write(
        lambda: not SuspenseDecision.objects.filter(capture=capture).exists(),
        lambda: SuspenseDecision.objects.create(
            capture=capture, act="attach", payment=payment, amount_dong=capture.amount_dong
        ),
    )
    assert at_once([naive, naive]) == [True, True] and SuspenseDecision.objects.count() == 2


@pytest.mark.parametrize("other", ["attach", "send back"])
def test_two_people_decide_about_one_transfer_at_once_and_one_does(lost: tuple[Capture, Payment], other: str) -> None:
    capture, payment = lost
    one, two = person("a"), person("b")

    def attaches(who: Actor) -> Callable[[], Any]:
        return lambda: attach(capture=capture, payment=payment, amount_dong=capture.amount_dong, actor=who)

    second = attaches(two) if other == "attach" else lambda: send_back(capture=capture, reference="FT9999", actor=two)
    assert ended(at_once([attaches(one), second])) == ["decided", "done"]
    assert SuspenseDecision.objects.count() == 1 and balance(SUSPENSE) == 0
    payment.refresh_from_db()
    attached = SuspenseDecision.objects.get().act == "attach"
    assert payment.received_dong == (payment.amount_dong if attached else 0)
    sound()


# --- accounts and payouts (R25, R34) ---------------------------------------------------------------------------------
@pytest.fixture
def change() -> AccountChange:
    cooperative = make_cooperative()
    owner = User.objects.create_user(phone="+84912000111", name="Lan")
    Membership.objects.create(cooperative=cooperative, user=owner, role="owner")
    wish = AccountWish("970405", "7600205118834", "HOP TAC XA HUONG QUE")
    return propose_account(cooperative=cooperative, wish=wish, actor=Actor.of(owner, cooperative))


def test_without_the_guard_a_change_is_approved_and_called_off(change: AccountChange) -> None:
    written: list[str] = []
    both_looked = threading.Barrier(2)

    def naive(to: str) -> None:
        free = AccountChange.objects.get(pk=change.pk).status == "proposed"
        both_looked.wait(timeout=30)
        if free:
            AccountChange.objects.filter(pk=change.pk).update(status=to)
            written.append(to)

    at_once([lambda: naive("refused"), lambda: naive("cancelled")])
    assert sorted(written) == ["cancelled", "refused"]


@pytest.mark.parametrize("_round", range(2))
def test_approving_and_calling_off_a_change_of_account_at_once_agree(change: AccountChange, _round: int) -> None:
    staff, owner = person("staff"), Actor.of(User.objects.get(name="Lan"), change.cooperative)
    results = at_once(
        [
            lambda: approve_change(change=AccountChange.objects.get(pk=change.pk), feed="manual", actor=staff),
            lambda: call_off_change(change=AccountChange.objects.get(pk=change.pk), actor=owner),
        ]
    )
    change.refresh_from_db()
    # Called off after it was approved is no contradiction: an owner may, until it is in force.
    assert ended(results) in (["done", "moved"], ["done", "done"])
    assert change.status == ("cancelled" if not isinstance(results[1], Exception) else "approved")
    assert not ReceivingAccount.objects.filter(account_number="7600205118834").exists()


def test_without_the_guard_a_period_is_paid_out_twice() -> None:
    made: list[int] = []
    naive = look_then_write(lambda: not Payout.objects.exists(), lambda: made.append(1))
    at_once([naive, naive])
    assert len(made) == 2


def test_two_drafts_of_a_period_at_once_are_one() -> None:
    cooperative = make_cooperative(stock=50, feed="sepay")
    for _ in range(2):
        sell(cooperative)
    people = [person("a"), person("b")]

    def drafts(who: Actor) -> int:
        with clock.at(LATER):
            return len(make_payouts(period=OCTOBER, actor=who).payouts)

    results = at_once([lambda who=who: drafts(who) for who in people])
    assert sorted(results) == [0, 1]
    assert Payout.objects.get().amount_dong == 2 * 177_000
    assert not PayoutItem.objects.filter(released=True).exists()
    sound()


def test_a_payout_is_approved_or_cancelled_never_both() -> None:
    sell(make_cooperative(stock=50, feed="sepay"))
    with clock.at(LATER):
        payout = make_payouts(period=OCTOBER, actor=person("maker")).payouts[0]
    one, two = person("a"), person("b")
    results = at_once(
        [
            lambda: approve_payout(payout=payout, actor=one),
            lambda: approve_payout(payout=payout, actor=two),
            lambda: cancel_payout(payout=payout, actor=two, why="nhầm kỳ"),
        ]
    )
    payout = Payout.objects.get(pk=payout.pk)
    assert ended(results).count("done") <= 2 and payout.status in ("approved", "cancelled")
    assert sum(not isinstance(result, Exception) for result in results[:2]) <= 1
    sound()
