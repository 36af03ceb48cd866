""" "Đã nhận tiền": a person saw the money in the bank and says so. The same path as any feed's word, under a name.

Whoever tells the same transfer later (the feed, a statement; same account, reference, amount and day) tells nothing
new. See docs/decisions/0081-received-by-hand.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.payments.arriving.capturing import Recorded, record_capture
from marketplace.payments.facts import MoneyFact, fold_reference, whole_dong
from marketplace.payments.feeds.reading import BANK_ZONE
from marketplace.payments.models import Payment
from marketplace.payments.states import ProviderCode, SourceCode

SHORTEST_REFERENCE = 4
LONGEST_AGO = timedelta(days=180)


class CannotConfirm(DomainError):
    """Nothing was changed. Codes: ``not_yours``, ``no_transfer``, ``no_amount``, ``no_reference``, ``no_day``."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What somebody read in the bank's app: đồng, the bank's reference of the transfer, the day it came."""

    amount_dong: int
    reference: str
    day: date


@transaction.atomic
def confirm_received(*, payment: Payment, seen: Seen, actor: Actor) -> Recorded:
    """Write down what a person saw. A cooperative's people speak of their own account only, staff of any.

    ``actor.cooperative`` says for whom they speak; None is the operator. Raises :class:`CannotConfirm`.
    """
    account = payment.account
    if payment.provider != ProviderCode.VIETQR or account is None:
        raise CannotConfirm("no_transfer")
    if actor.cooperative is not None and account.cooperative_id != actor.cooperative.pk:
        raise CannotConfirm("not_yours")
    amount = whole_dong(seen.amount_dong)
    if amount is None:
        raise CannotConfirm("no_amount")
    reference = fold_reference(seen.reference)
    if len(reference) < SHORTEST_REFERENCE:
        raise CannotConfirm("no_reference")
    if not clock.today() - LONGEST_AGO <= seen.day <= clock.today():
        raise CannotConfirm("no_day")
    fact = MoneyFact(
        source=SourceCode.MANUAL,
        account_key=account.account_number,
        txn_id=f"{seen.day:%Y%m%d}:{reference}:{amount}",
        amount_dong=amount,
        currency="VND",
        booked_at=min(datetime.combine(seen.day, time(12), BANK_ZONE), clock.now()),
        livemode=payment.livemode,
        memo=payment.memo_code or "",
        bank_reference=reference,
    )
    recorded = record_capture(fact=fact)
    record(
        actor=actor,
        action="payment.received_by_hand",
        subject=payment,
        cooperative=payment.parcel.cooperative if payment.parcel else None,
        amount_dong=amount,
        outcome=recorded.outcome,
    )
    return recorded
