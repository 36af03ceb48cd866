"""Where money lies in the books: at a card provider, on an account of the operator, or with a cooperative.

An account is one place, whoever told us: its feed, a statement or a person. The operator's accounts are named by their
feed, and the feed of an account may change; what has come lies where it was booked, and leaves from there.
"""

from __future__ import annotations

from collections import defaultdict

from django.db.models import QuerySet

from marketplace.ledger.accounts import OPERATORS_BANK, Account, clearing, held
from marketplace.ledger.models import AccountKind, LedgerEntry
from marketplace.payments.models import Capture, Payment, Refund, SuspenseDecision
from marketplace.payments.states import DecisionAct
from marketplace.receiving.models import FeedCode, ReceivingAccount


def owner_of(account_key: str) -> ReceivingAccount | None:
    """The receiving account of this number, the one in use first; a feed may watch others too."""
    if not account_key:
        return None
    return ReceivingAccount.objects.filter(account_number=account_key).order_by("-active", "-pk").first()


def money_account(capture: Capture) -> Account:
    """Where money that comes like this is booked now: a cooperative's own account, or one of the operator's."""
    account = owner_of(capture.account_key)
    return clearing(capture.provider) if account is None else _of_account(account)


def place_of(payment: Payment) -> Account:
    """Where the books expect the money of this payment now."""
    if payment.account is None:
        return clearing(payment.provider)
    return _of_account(owner_of(payment.account.account_number) or payment.account)


def lies_on(capture: Capture) -> Account:
    """Where the money of this capture was booked when it came."""
    booked = _assets().filter(transaction__key=f"capture:{capture.pk}").select_related("account").first()
    return _account_of(booked) if booked is not None else money_account(capture)


def operators_bank(*, livemode: bool) -> Account:
    """Where payouts leave from and dues arrive: the market's own account in use, else one that nobody tells us of."""
    account = operators_account(livemode=livemode)
    return _of_account(account) if account is not None else OPERATORS_BANK


def operators_account(*, livemode: bool) -> ReceivingAccount | None:
    """The market's own account in use; a simulated one only for play money."""
    accounts = ReceivingAccount.objects.filter(cooperative=None, active=True).order_by("pk")
    simulated = accounts.filter(feed=FeedCode.SIMULATED)
    return (accounts.exclude(feed=FeedCode.SIMULATED) if livemode else simulated).first()


def drawn_from(refund: Refund) -> dict[Account, int]:
    """The operator's accounts that the money of a refund leaves from, in đồng: those where its payment's money lies."""
    lying, wanted, drawn = _lying(refund.payment), refund.amount_dong, dict[Account, int]()
    for place, dong in lying.items():
        if wanted and dong > 0:
            drawn[place] = min(dong, wanted)
            wanted -= drawn[place]
    if wanted:
        rest = place_of(refund.payment)
        drawn[rest] = drawn.get(rest, 0) + wanted
    return drawn


def _of_account(account: ReceivingAccount) -> Account:
    return held(account.cooperative_id) if account.cooperative_id else clearing(account.feed)


def _lying(payment: Payment) -> dict[Account, int]:
    """What came for a payment and has not gone back, by place, in the order in which it came."""
    if payment.account is None:
        return {}
    lying: dict[Account, int] = defaultdict(int)
    for capture in payment.captures.order_by("pk"):
        lying[lies_on(capture)] += capture.amount_dong
    decided = SuspenseDecision.objects.filter(payment=payment).select_related("capture").order_by("pk")
    for decision in decided:
        lying[lies_on(decision.capture)] += decision.amount_dong
    twice = SuspenseDecision.objects.filter(capture__payment=payment, act=DecisionAct.TWICE)
    for decision in twice.select_related("capture"):
        lying[lies_on(decision.capture)] -= decision.amount_dong
    refunds = {str(pk) for pk in payment.refunds.values_list("pk", flat=True)}
    moved = _assets().filter(transaction__order=payment.order_id, transaction__kind="refund_sent")
    for entry in moved.select_related("account", "transaction"):
        if entry.transaction.key.split(":")[1] in refunds:
            lying[_account_of(entry)] += entry.amount_dong
    return lying


def _assets() -> QuerySet[LedgerEntry]:
    return LedgerEntry.objects.filter(account__kind=AccountKind.ASSET)


def _account_of(entry: LedgerEntry) -> Account:
    row = entry.account
    return Account(row.code, AccountKind(row.kind), row.cooperative_id)
