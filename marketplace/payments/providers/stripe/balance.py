"""What Stripe tells of the operator's balance: its movements with their fees, payouts to the bank, what lies there.

docs.stripe.com/api/balance_transactions, …/api/payouts, …/reports/reporting-categories.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import stripe

from marketplace.payments.facts import MAX_FACT_DONG, BalanceFact, Fact, IgnoredFact, PayoutFact, clean_text, whole_dong
from marketplace.payments.interface import ProviderFailed
from marketplace.payments.providers.stripe.reading import moment, named
from marketplace.payments.states import SourceCode

if TYPE_CHECKING:
    from stripe.params import BalanceTransactionListParams, PayoutListParams

PAGE = 100
OUTCOMES = {"paid": "arrived", "failed": "failed", "canceled": "failed"}
GONE_BACK = frozenset({"refund", "dispute"})


def lines_since(client: stripe.StripeClient, since: datetime, *, livemode: bool) -> Iterator[BalanceFact]:
    """Every movement of the balance since then. Raises ProviderFailed."""
    wanted: BalanceTransactionListParams = {
        "created": {"gte": int(since.timestamp())},
        "limit": PAGE,
        "expand": ["data.source"],
    }
    try:
        for one in client.v1.balance_transactions.list(wanted).auto_paging_iter():
            fact = line_of(one.to_dict(), livemode=livemode)
            if fact is not None:
                yield fact
    except stripe.StripeError as error:
        raise ProviderFailed("unreachable") from error


def payouts_since(client: stripe.StripeClient, since: datetime, *, livemode: bool) -> Iterator[PayoutFact]:
    """Every payout made since then, as it is now. Raises ProviderFailed."""
    wanted: PayoutListParams = {"created": {"gte": int(since.timestamp())}, "limit": PAGE}
    try:
        for one in client.v1.payouts.list(wanted).auto_paging_iter():
            fact = payout_of(one.to_dict(), livemode=livemode)
            if isinstance(fact, PayoutFact):
                yield fact
    except stripe.StripeError as error:
        raise ProviderFailed("unreachable") from error


def balance_now(client: stripe.StripeClient) -> dict[str, int]:
    """What lies with Stripe, available or not yet: currency → its smallest unit. Raises ProviderFailed."""
    try:
        told = client.v1.balance.retrieve().to_dict()
    except stripe.StripeError as error:
        raise ProviderFailed("unreachable") from error
    lies: dict[str, int] = {}
    for part in (each for kind in ("available", "pending") for each in told.get(kind) or []):
        amount, currency = _whole(part.get("amount")), clean_text(part.get("currency"), 3).upper()
        if amount is not None and currency:
            lies[currency] = lies.get(currency, 0) + amount
    return lies


def line_of(told: dict[str, Any], *, livemode: bool) -> BalanceFact | None:
    """A balance transaction with its source; None when it cannot be read."""
    amount, fee, net = (_whole(told.get(each)) for each in ("amount", "fee", "net"))
    number, at = clean_text(told.get("id"), 255), moment(told.get("created"))
    if amount is None or fee is None or net is None or net != amount - fee or not number or at is None:
        return None
    thing = told.get("source")
    source = thing if isinstance(thing, dict) else {}
    return BalanceFact(
        source=SourceCode.STRIPE,
        txn_id=number,
        category=clean_text(told.get("reporting_category") or told.get("type"), 40),
        amount=amount,
        fee=fee,
        net=net,
        currency=clean_text(told.get("currency"), 3).upper(),
        thing=named(told, "source"),
        money_ref=named(source, "payment_intent"),
        charged_dong=_charged(source),
        livemode=livemode,
        at=at,
    )


def payout_of(thing: dict[str, Any], *, livemode: bool) -> Fact:
    """A payout as its events and the list tell it; arrives when Stripe says "paid"."""
    amount, number, at = whole_dong(thing.get("amount")), clean_text(thing.get("id"), 255), moment(thing.get("created"))
    if amount is None or not number or at is None:
        return IgnoredFact("unusable payout")
    trace = thing.get("trace_id")
    words = [thing.get("statement_descriptor"), trace.get("value") if isinstance(trace, dict) else ""]
    due = moment(thing.get("arrival_date"))
    return PayoutFact(
        source=SourceCode.STRIPE,
        provider_ref=number,
        amount_dong=amount,
        currency=clean_text(thing.get("currency"), 8).upper(),
        outcome=OUTCOMES.get(str(thing.get("status")), "sent"),
        livemode=livemode,
        at=at,
        due_on=due.date() if due else None,
        words="|".join(word for each in words if (word := clean_text(each, 50).strip())),
    )


def _whole(value: object) -> int | None:
    """A whole sum in either direction, or none at all."""
    return value if type(value) is int and abs(value) <= MAX_FACT_DONG else None


def _charged(source: dict[str, Any]) -> int | None:
    """What the buyer's side of it was, in đồng; below zero for what went back."""
    amount = whole_dong(source.get("amount")) if source.get("currency") == "vnd" else None
    return -amount if amount is not None and source.get("object") in GONE_BACK else amount
