"""Every life in the money: each pair of states, old × new, is allowed by its table or refused and unchanged.

The pairs are made from the tables themselves (``states.py`` of each room), so that a new state or step is tested
without a new line here. Parcels and orders: tests/marketplace/orders/test_states.py.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import CheckConstraint, Q

from community import clock
from community.errors import DomainError
from marketplace.orders.models import Allocation, Order
from marketplace.orders.reserving import move_allocations
from marketplace.orders.states import NEXT_ALLOCATION, NEXT_PARCEL, AllocationStatus, ParcelStatus
from marketplace.payments.asking.starting import start_order_payments, start_payment
from marketplace.payments.contested.disputing import move_dispute
from marketplace.payments.ending.expiring import expire_due
from marketplace.payments.facts import DisputeFact, EndedFact
from marketplace.payments.hearing import inbox
from marketplace.payments.hearing.applying import apply_facts
from marketplace.payments.models import Dispute, InboxEvent, Payment, Refund
from marketplace.payments.refunds.refunding import move_refund
from marketplace.payments.states import (
    NEXT_DISPUTE,
    NEXT_INBOX,
    NEXT_PAYMENT,
    NEXT_REFUND,
    DisputeStatus,
    InboxStatus,
    PaymentStatus,
    RefundStatus,
)
from marketplace.payouts.models import Payout
from marketplace.payouts.paying import _move as move_payout
from marketplace.payouts.states import NEXT_PAYOUT, PayoutStatus
from marketplace.receiving.changing import _move as move_change
from marketplace.receiving.models import AccountChange, ReceivingAccount
from marketplace.receiving.states import NEXT_CHANGE, ChangeStatus
from tests.marketplace.payments.stage import SYSTEM, bank_post, make_cooperative, make_order, tables, transfer

P = PaymentStatus
Table = Mapping[str, frozenset[str]]
TABLES: dict[str, tuple[Table, type[models.TextChoices]]] = {
    "parcel": (NEXT_PARCEL, ParcelStatus),
    "allocation": (NEXT_ALLOCATION, AllocationStatus),
    "payment": (NEXT_PAYMENT, PaymentStatus),
    "refund": (NEXT_REFUND, RefundStatus),
    "inbox event": (NEXT_INBOX, InboxStatus),
    "dispute": (NEXT_DISPUTE, DisputeStatus),
    "payout": (NEXT_PAYOUT, PayoutStatus),
    "change of account": (NEXT_CHANGE, ChangeStatus),
}


@pytest.mark.parametrize(("table", "states"), TABLES.values(), ids=TABLES)
def test_a_table_knows_every_state_and_none_besides(table: Table, states: type[models.TextChoices]) -> None:
    assert set(table) == set(states.values)
    assert {new for after in table.values() for new in after} <= set(states.values)
    assert not [old for old, after in table.items() if old in after], "staying is no step"


def _with_status() -> list[tuple[type[models.Model], models.Field[Any, Any]]]:
    found = []
    for model in apps.get_app_config("marketplace").get_models():
        if not model._meta.proxy:
            found += [(model, field) for field in model._meta.local_fields if field.name == "status" and field.choices]
    return found


@pytest.mark.parametrize(("model", "field"), _with_status(), ids=lambda each: getattr(each, "__name__", ""))
def test_the_database_knows_the_states_of_every_row_that_has_some(model, field) -> None:
    """In the CHECK stand the very words of the choices: a state without a word is refused by the database."""
    known = [one.condition for one in model._meta.constraints if isinstance(one, CheckConstraint)]
    words = [value for value, _ in field.flatchoices]
    assert any(isinstance(each, Q) and each.children == [("status__in", words)] for each in known), model


# --- lives with one guarded step -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Life:
    """How to put a row into a state by force, and the one function that moves it by the rules."""

    table: Table
    make: Callable[[], models.Model]
    move: Callable[[Any, Any], Any]
    states: type[models.TextChoices]
    force: Callable[[str], dict[str, Any]] = lambda _status: {}


def _payment() -> Payment:
    return start_order_payments(order=make_order(make_cooperative()), actor=SYSTEM)[0]


def _refund() -> Refund:
    payment = _payment()
    return Refund.objects.create(payment=payment, parcel=payment.parcel, amount_dong=1, reason="x")


def _dispute() -> Dispute:
    return Dispute.objects.create(payment=_payment(), provider_ref="dp_1", amount_dong=1, told_at=clock.now())


def _told(new: str) -> DisputeFact:
    return DisputeFact(
        source="stripe",
        provider_ref="dp_1",
        money_ref="pi_1",
        amount_dong=1,
        currency="VND",
        stage=new,
        outcome=new,
        money_taken=False,
        reason="",
        livemode=False,
        at=clock.now(),
        evidence_due_at=None,
    )


def _payout() -> Payout:
    cooperative = make_cooperative()
    account, today = ReceivingAccount.objects.get(cooperative=cooperative), clock.today()
    return Payout.objects.create(
        cooperative=cooperative,
        account=account,
        amount_dong=1,
        period_start=today - timedelta(days=30),
        period_end=today,
    )


def _change() -> AccountChange:
    cooperative = make_cooperative()
    someone, other = (_person(name) for name in ("lan", "hoa"))
    return AccountChange.objects.create(
        cooperative=cooperative,
        bank_bin="970405",
        bank_name="Agribank",
        account_number="123456",
        holder="HTX",
        proposed_by=someone,
        approved_by=other,
        effective_from=clock.now(),
        account=ReceivingAccount.objects.get(cooperative=cooperative),
    )


def _person(name: str) -> Any:
    from community.accounts.models import User

    return User.objects.create_user(email=f"{name}@example.vn", name=name, is_staff=True)


def _allocation() -> Allocation:
    make_order(make_cooperative())
    return Allocation.objects.get()


def _move_allocation(row: Allocation, new: AllocationStatus) -> None:
    if not move_allocations(Allocation.objects.filter(pk=row.pk), new):
        raise DomainError("moved")


def _move_dispute(row: Dispute, new: DisputeStatus) -> None:
    if not move_dispute(row, new, _told(new)):
        raise DomainError("moved")


LIVES = {
    "allocation": Life(NEXT_ALLOCATION, _allocation, _move_allocation, AllocationStatus),
    "refund": Life(NEXT_REFUND, _refund, lambda row, new: move_refund(row, new), RefundStatus),
    "dispute": Life(
        NEXT_DISPUTE,
        _dispute,
        _move_dispute,
        DisputeStatus,
        lambda old: {"closed_at": None if old == "open" else clock.now()},
    ),
    "payout": Life(NEXT_PAYOUT, _payout, lambda row, new: move_payout(row, new, SYSTEM), PayoutStatus),
    "change of account": Life(NEXT_CHANGE, _change, lambda row, new: move_change(row, new), ChangeStatus),
}


@pytest.mark.django_db
@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_every_pair_is_allowed_or_refused_and_unchanged(life: Life) -> None:
    row = life.make()
    rows = type(row)._default_manager.filter(pk=row.pk)
    for old, new in itertools.product(life.states.values, life.states.values):
        rows.update(status=old, **life.force(old))
        before = rows.values().get()
        row.refresh_from_db()
        try:
            with transaction.atomic():
                life.move(row, life.states(new))
        except DomainError:
            assert new not in life.table[old], (old, new)
            assert rows.values().get() == before, (old, new)
        else:
            assert new in life.table[old], (old, new)
            assert rows.values().get()["status"] == new


@pytest.mark.django_db
@pytest.mark.parametrize("life", LIVES.values(), ids=LIVES)
def test_a_state_without_a_word_is_refused_by_the_database(life: Life) -> None:
    row = life.make()
    with pytest.raises(IntegrityError), transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(status="lost")


# --- payments: no single step, so every verb that moves one is played from every state -------------------------------
def _by_full_transfer(payment: Payment) -> None:
    transfer(payment)


def _by_part_of_it(payment: Payment) -> None:
    transfer(payment, transferAmount=1_000)


def _by_the_clock(payment: Payment) -> None:
    expire_due(now=clock.now() + timedelta(hours=3))


def _by_another_way(payment: Payment) -> None:
    try:
        start_payment(order=payment.order, parcel=None, provider="stripe", actor=SYSTEM)
    except DomainError:
        pass


_by_asking_again = _by_another_way


def _told_ended(outcome: str) -> Callable[[Payment], None]:
    def verb(payment: Payment) -> None:
        headers, body = bank_post(content="no code")
        inbox.receive(provider="simulated", headers=headers, body=body)
        apply_facts(facts=[EndedFact(payment.uuid, outcome)], event=InboxEvent.objects.get())

    return verb


PAYMENT_VERBS = {
    "all of the money": ("vietqr", P.CONFIRMED, _by_full_transfer),
    "part of the money": ("vietqr", P.PARTIALLY_RECEIVED, _by_part_of_it),
    "the clock": ("vietqr", P.EXPIRED, _by_the_clock),
    "another way of paying": ("vietqr", P.CANCELLED, _by_another_way),
    "asking again": ("stripe", P.PENDING, _by_asking_again),
    "the provider: failed": ("stripe", P.FAILED, _told_ended("failed")),
    "the provider: expired": ("stripe", P.EXPIRED, _told_ended("expired")),
}


def test_every_step_of_a_payment_has_a_verb() -> None:
    assert {new for after in NEXT_PAYMENT.values() for new in after} == {new for _, new, _ in PAYMENT_VERBS.values()}


@pytest.mark.django_db
@pytest.mark.parametrize("old", PaymentStatus)
@pytest.mark.parametrize(("provider", "new", "verb"), PAYMENT_VERBS.values(), ids=PAYMENT_VERBS)
def test_a_verb_moves_a_payment_as_the_table_says_or_leaves_it(old, provider, new, verb, stripe_fake) -> None:
    order = make_order(make_cooperative())
    if provider == "stripe":
        payment = start_payment(order=order, parcel=None, provider="stripe", actor=SYSTEM)
    else:
        payment = start_order_payments(order=order, actor=SYSTEM)[0]
    got = {P.CONFIRMED: payment.amount_dong, P.PARTIALLY_RECEIVED: 500}.get(old, 0)
    Payment.objects.filter(pk=payment.pk).update(status=old, received_dong=got, redirect_url="", provider_ref="")
    payment.refresh_from_db()
    verb(payment)
    payment.refresh_from_db()
    if new not in NEXT_PAYMENT[old]:
        assert payment.status == old
    elif payment.status != new:
        # Narrower than the table: a verb may know more reasons to leave a payment alone, never fewer.
        assert (payment.status, old) == (old, P.PARTIALLY_RECEIVED) or verb is _told_ended, (old, new)


@pytest.mark.django_db
def test_money_that_is_not_all_there_never_confirms(stripe_fake) -> None:
    """Not even by force."""
    payment = _payment()
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(status="confirmed", received_dong=payment.amount_dong - 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(status="lost")
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.update(status="lost")


# --- messages --------------------------------------------------------------------------------------------------------
READS = {
    InboxStatus.PROCESSED: {},
    InboxStatus.IGNORED: {"transferType": "out"},
    InboxStatus.REJECTED: {"transferAmount": -1},
}


@pytest.mark.django_db
@pytest.mark.parametrize("old", InboxStatus)
@pytest.mark.parametrize(("new", "told"), READS.items(), ids=[str(word) for word in READS])
def test_a_message_is_worked_on_only_while_it_waits(old, new, told, monkeypatch) -> None:
    payment = _payment()
    headers, body = bank_post(payment, **told)
    with monkeypatch.context() as quiet:
        quiet.setattr(inbox, "process_event", lambda **_: "")
        inbox.receive(provider="simulated", headers=headers, body=body)
    InboxEvent.objects.update(status=old)
    before = tables()
    done = inbox.process_event(event_id=InboxEvent.objects.get().pk)
    if new in NEXT_INBOX[old]:
        assert done == new
    else:
        assert done == old
        assert tables() == before


@pytest.mark.django_db
@pytest.mark.parametrize("old", InboxStatus)
@pytest.mark.parametrize(("days", "new"), [(0, InboxStatus.FAILED), (4, InboxStatus.DEAD)])
def test_a_message_that_cannot_be_worked_on_waits_or_is_given_up(old, days, new, monkeypatch) -> None:
    transfer(_payment(), content="no code")
    InboxEvent.objects.update(status=old, received_at=clock.now() - timedelta(days=days))
    monkeypatch.setattr(inbox, "apply_facts", lambda **_: 1 / 0)
    done = inbox.process_event(event_id=InboxEvent.objects.get().pk)
    assert done == (new if old in inbox.WAITING and new in NEXT_INBOX[old] else old)
