"""Whose money is it: from a fact to one payment, or to the word for why a person must look.

Never by amount alone. A memo code counts only together with the account it was shown with.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from marketplace.payments.arriving.matching import find_memo_codes
from marketplace.payments.facts import MoneyFact
from marketplace.payments.models import Payment
from marketplace.payments.states import ExceptionKind


@dataclass(frozen=True)
class Attributed:
    """The money belongs to this payment."""

    payment: Payment


@dataclass(frozen=True)
class Unattributed:
    """It stays in suspense; ``payment`` is the one it may have been meant for."""

    kind: ExceptionKind
    payment: Payment | None = None


def attribute(fact: MoneyFact) -> Attributed | Unattributed:
    """Find the payment by the provider's reference to it, else by the memo code."""
    if fact.payment_uuid is not None:
        return _by_reference(fact, fact.payment_uuid)
    return _by_memo(fact)


def _by_reference(fact: MoneyFact, uuid: UUID) -> Attributed | Unattributed:
    payment = Payment.objects.filter(uuid=uuid, provider=fact.source).first()
    if payment is None:
        return Unattributed(ExceptionKind.UNMATCHED)
    if payment.livemode != fact.livemode:
        return Unattributed(ExceptionKind.MODE_MISMATCH, payment)
    if payment.amount_dong != fact.amount_dong:
        return Unattributed(ExceptionKind.AMOUNT_MISMATCH, payment)
    if payment.provider_ref and fact.provider_ref != payment.provider_ref:
        return Unattributed(ExceptionKind.ACCOUNT_MISMATCH, payment)
    return Attributed(payment)


def _by_memo(fact: MoneyFact) -> Attributed | Unattributed:
    codes = find_memo_codes(fact.memo)
    payments = list(Payment.objects.filter(memo_code__in=codes).select_related("account")[:2]) if codes else []
    if not payments:
        return Unattributed(ExceptionKind.UNMATCHED)
    if len(payments) > 1:
        return Unattributed(ExceptionKind.AMBIGUOUS)
    payment = payments[0]
    if payment.account is None or payment.account.account_number != fact.account_key:
        return Unattributed(ExceptionKind.ACCOUNT_MISMATCH, payment)
    if payment.livemode != fact.livemode:
        return Unattributed(ExceptionKind.MODE_MISMATCH, payment)
    return Attributed(payment)
