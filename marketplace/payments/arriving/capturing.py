"""Write down money that arrived, once, and let it do what it can.

``record_capture`` is the only way money enters: webhooks, polling and the card provider's answers all end here.
Under, over, late, twice, for nobody: each has a state and a row; nothing is dropped and nothing is applied by guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from community import clock
from community.audit.recording import record
from marketplace.payments.arriving.attributing import Unattributed, attribute
from marketplace.payments.arriving.spending import spend
from marketplace.payments.asking.following import follow_what_goes
from marketplace.payments.books.bookkeeping import book_capture, book_surplus
from marketplace.payments.facts import MoneyFact, clean_text, fold_reference
from marketplace.payments.feeds.reading import BANK_ZONE
from marketplace.payments.locking import lock_payments
from marketplace.payments.models import Capture, InboxEvent, Payment
from marketplace.payments.notices import tell_over, tell_short
from marketplace.payments.parking import SYSTEM, park
from marketplace.payments.refunds.owing import owe_more
from marketplace.payments.refunds.refunding import close_underpaid, promised_of
from marketplace.payments.states import ExceptionKind, InboxStatus, PaymentStatus, payment_states_before
from marketplace.payments.treasury.provider_payouts import claim_for_payout

EXTENSION = timedelta(minutes=30)
# No money of ours goes by that name, or none that we have heard of yet.
UNKNOWN_MONEY = "unknown money"


@dataclass(frozen=True)
class Recorded:
    """What became of the money, in one word: ``confirmed``, ``partially_received``, ``overpaid``, ``duplicate``,

    ``late``, ``not_ours``, ``own_money`` (a card provider's payout to us) or the kind of the exception that was opened.
    """

    outcome: str
    capture: Capture | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """Money of one capture that counts for one payment: all of it, or the part staff took from suspense.

    ``key`` names the arrival for ever: the capture's number, with the decision's when there was one.
    """

    capture: Capture
    amount_dong: int
    key: str


@transaction.atomic
def record_capture(*, fact: MoneyFact, event: InboxEvent | None = None) -> Recorded:
    """Record one arrival of money; the same arrival told again changes nothing and answers ``duplicate``."""
    if fact.payment_uuid is not None and not Payment.objects.filter(uuid=fact.payment_uuid).exists():
        return Recorded("not_ours")  # another system on the same card account
    if fact.currency != "VND":
        payment = Payment.objects.filter(uuid=fact.payment_uuid).first() if fact.payment_uuid else None
        key = f"{fact.source}:{fact.account_key}:{fact.txn_id}"
        park(kind=ExceptionKind.CURRENCY_MISMATCH, key=key, payment=payment, event=event, currency=fact.currency)
        return Recorded(ExceptionKind.CURRENCY_MISMATCH)
    found = attribute(fact)
    payment = None if isinstance(found, Unattributed) else found.payment
    capture, fresh = _write_down(fact, payment, event)
    if not fresh:
        return Recorded("duplicate", capture)
    book_capture(capture)
    if fact.payment_uuid is not None:
        _wake(fact)
    if isinstance(found, Unattributed):
        if found.kind == ExceptionKind.UNMATCHED and claim_for_payout(capture):
            return Recorded("own_money", capture)
        park(
            kind=found.kind,
            key=str(capture.pk),
            amount_dong=capture.amount_dong,
            payment=found.payment,
            capture=capture,
            event=event,
        )
        return Recorded(found.kind, capture)
    return Recorded(count_for(found.payment, Arrival(capture, capture.amount_dong, str(capture.pk))), capture)


def _wake(fact: MoneyFact) -> None:
    """Events come in any order: what was told of this money before we knew it is read again by the clock, whether its

    webhook told of the money or we asked for it.
    """
    InboxEvent.objects.filter(
        provider=fact.source, status=InboxStatus.IGNORED, outcome=UNKNOWN_MONEY, body__contains=fact.txn_id
    ).update(status=InboxStatus.RECEIVED, next_at=clock.now())


def _write_down(fact: MoneyFact, payment: Payment | None, event: InboxEvent | None) -> tuple[Capture, bool]:
    """Insert, and let the two unique constraints say whether it is new."""
    same_id = Q(provider=fact.source, account_key=fact.account_key, txn_id=fact.txn_id)
    booked_on = fact.booked_at.astimezone(BANK_ZONE).date()
    reference = fold_reference(fact.bank_reference)
    try:
        with transaction.atomic():
            capture = Capture.objects.create(
                payment=payment,
                provider=fact.source,
                account_key=fact.account_key,
                txn_id=fact.txn_id,
                bank_reference=reference,
                amount_dong=fact.amount_dong,
                memo=clean_text(fact.memo, 500),
                livemode=fact.livemode,
                booked_at=fact.booked_at,
                booked_on=booked_on,
                event=event,
            )
    except IntegrityError:
        same_reference = Q(
            account_key=fact.account_key,
            bank_reference=reference,
            amount_dong=fact.amount_dong,
            booked_on=booked_on,
        ) & ~Q(bank_reference="")
        return Capture.objects.filter(same_id | same_reference).order_by("pk")[0], False
    return capture, True


def count_for(payment: Payment, arrival: Arrival) -> str:
    """Add to the payment under its lock, then confirm it, keep waiting, or say what is wrong; in one word.

    A part that was promised back to the buyer meanwhile buys nothing: only what is left of the money counts. What its
    parcel owes on delivery is asked for first, whatever was printed: money that is too little then is a part of it.
    Call in the transaction that wrote the money down, or that took it out of suspense.
    """
    lock_payments(order_id=payment.order_id)
    Payment.objects.filter(pk=payment.pk).update(received_dong=F("received_dong") + arrival.amount_dong)
    payment = Payment.objects.select_related("order", "parcel__cooperative").get(pk=payment.pk)
    payment = follow_what_goes(payment, actor=SYSTEM)
    if payment.status == PaymentStatus.CONFIRMED:
        _overpaid(payment, arrival, surplus_dong=arrival.amount_dong)
        return ExceptionKind.OVERPAID
    free_dong = payment.received_dong - promised_of(payment)
    if free_dong < payment.amount_dong:
        return _partly(payment, arrival, missing_dong=payment.amount_dong - free_dong)
    return confirm(payment, arrival)


def confirm(payment: Payment, arrival: Arrival) -> str:
    """The money is complete with this arrival (payments locked).

    The payment is confirmed whatever becomes of the goods: money is a fact.
    """
    now = clock.now()
    late = payment.status in (PaymentStatus.EXPIRED, PaymentStatus.CANCELLED, PaymentStatus.FAILED)
    Payment.objects.filter(pk=payment.pk, status__in=payment_states_before(PaymentStatus.CONFIRMED)).update(
        status=PaymentStatus.CONFIRMED, confirmed_at=now, late=late
    )
    payment.refresh_from_db(fields=["status", "confirmed_at", "late"])
    close_underpaid(payment)
    record(
        actor=SYSTEM,
        action="payment.confirmed",
        subject=payment,
        cooperative=payment.parcel.cooperative if payment.parcel else None,
        provider=payment.provider,
        received_dong=payment.received_dong,
        late=late,
    )
    surplus = payment.received_dong - promised_of(payment) - payment.amount_dong
    if surplus:
        _overpaid(payment, arrival, surplus_dong=surplus)
    return spend(payment=payment) or (ExceptionKind.OVERPAID if surplus else PaymentStatus.CONFIRMED)


def _partly(payment: Payment, arrival: Arrival, *, missing_dong: int) -> str:
    """Too little. A waiting payment waits longer, once; one whose time is over is parked."""
    now = clock.now()
    if not Payment.objects.filter(pk=payment.pk).live().update(status=PaymentStatus.PARTIALLY_RECEIVED):
        owe_more(
            payment=payment,
            kind=ExceptionKind.UNDERPAID,
            dong=arrival.amount_dong,
            part=f"capture:{arrival.key}",
            capture=arrival.capture,
        )
        return ExceptionKind.UNDERPAID
    Payment.objects.filter(pk=payment.pk, extended_at=None, expires_at__lt=now + EXTENSION).update(
        extended_at=now, expires_at=now + EXTENSION
    )
    tell_short(payment.order, received_dong=payment.received_dong, remaining_dong=missing_dong)
    return PaymentStatus.PARTIALLY_RECEIVED


def _overpaid(payment: Payment, arrival: Arrival, *, surplus_dong: int) -> None:
    part, at = f"capture:{arrival.key}", arrival.capture.booked_at
    book_surplus(payment, key=part, dong=surplus_dong, at=at)
    owe_more(payment=payment, kind=ExceptionKind.OVERPAID, dong=surplus_dong, part=part, capture=arrival.capture)
    tell_over(payment.order, surplus_dong=surplus_dong)
