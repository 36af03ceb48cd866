"""Read what Stripe says without trusting its shape. Pure; sources: docs.stripe.com/api, API version of the library."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from marketplace.payments.facts import (
    FOREIGN_REFUND,
    DisputeFact,
    Fact,
    MoneyFact,
    ParkedFact,
    RefundedTotalFact,
    RefundFact,
    clean_text,
    whole_dong,
)
from marketplace.payments.interface import Refunded
from marketplace.payments.states import ExceptionKind

# A warning is the bank's question before a dispute: no money has moved yet.
WARNING = "warning_"
WON = frozenset({"won", "warning_closed", "prevented"})


def moment(value: object) -> datetime | None:
    """Unix seconds as an aware time."""
    return datetime.fromtimestamp(value, UTC) if type(value) is int and 0 < value < 10**11 else None


def uuid_of(text: object) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def named(thing: dict[str, Any], key: str) -> str:
    """The id under ``key``: Stripe writes it bare, or as an object when it was expanded; "" when there is none."""
    value = thing.get(key)
    return clean_text(value.get("id") if isinstance(value, dict) else value, 255)


def our_mark(thing: dict[str, Any], key: str) -> UUID | None:
    """One of our uuids in the metadata."""
    metadata = thing.get("metadata")
    return uuid_of(metadata.get(key)) if isinstance(metadata, dict) else None


def money_of(
    session: dict[str, Any], *, source: str, account: str, booked_at: datetime, livemode: bool
) -> MoneyFact | ParkedFact:
    """A paid session. Keyed by payment intent: two kinds of event tell of the same money."""
    reference = uuid_of(session.get("client_reference_id"))
    amount = whole_dong(session.get("amount_total"))
    txn_id = named(session, "payment_intent") or named(session, "id")
    if amount is None or not txn_id:
        return ParkedFact(ExceptionKind.MALFORMED, "unusable amount_total", reference)
    return MoneyFact(
        source=source,
        account_key=account,
        txn_id=txn_id,
        amount_dong=amount,
        currency=clean_text(session.get("currency"), 8).upper(),
        booked_at=booked_at,
        livemode=livemode,
        payment_uuid=reference,
        provider_ref=named(session, "id"),
    )


def refund_answer(told: dict[str, Any]) -> Refunded:
    """Stripe's word for a refund's state: succeeded, pending, requires_action, failed, canceled."""
    outcome = {"succeeded": "done", "failed": "failed", "canceled": "failed"}.get(str(told.get("status")), "waiting")
    return Refunded(outcome, clean_text(told.get("id"), 255), clean_text(told.get("failure_reason"), 200))


def refund_of(thing: dict[str, Any], *, source: str, at: datetime, livemode: bool) -> Fact:
    """A refund that we asked for; one made in Stripe's dashboard is for a person, once, whatever its later states."""
    uuid = our_mark(thing, "refund")
    if uuid is None:
        told = {key: thing.get(key) for key in ("id", "amount", "currency", "status", "reason")}
        answer = refund_answer(thing)
        return ParkedFact(
            ExceptionKind.PROVIDER_NOTICE,
            FOREIGN_REFUND,
            told=told | {"outcome": answer.outcome, "failure": answer.reason},
            money_ref=named(thing, "payment_intent"),
            source=source,
            key=f"{source}:{named(thing, 'id')}",
            amount_dong=whole_dong(thing.get("amount")),
        )
    answer = refund_answer(thing)
    return RefundFact(
        source=source,
        refund_uuid=uuid,
        outcome=answer.outcome,
        provider_ref=answer.provider_ref,
        amount_dong=whole_dong(thing.get("amount")),
        currency=clean_text(thing.get("currency"), 8).upper(),
        livemode=livemode,
        at=at,
        reason=answer.reason,
    )


def refunded_total_of(charge: dict[str, Any], *, source: str) -> Fact:
    """How much of a charge has gone back by now, whoever sent it."""
    amount, money_ref = whole_dong(charge.get("amount_refunded")), named(charge, "payment_intent")
    if amount is None or not money_ref:
        return ParkedFact(ExceptionKind.MALFORMED, "unusable amount_refunded")
    return RefundedTotalFact(source=source, money_ref=money_ref, amount_dong=amount)


def dispute_of(thing: dict[str, Any], *, source: str, at: datetime, livemode: bool) -> Fact:
    """A contested payment. Its own metadata are empty in life: only the payment intent says which payment it is."""
    amount, money_ref, number = whole_dong(thing.get("amount")), named(thing, "payment_intent"), named(thing, "id")
    if amount is None or not money_ref or not number:
        return ParkedFact(ExceptionKind.MALFORMED, "unusable dispute", money_ref=money_ref, source=source)
    stage = clean_text(thing.get("status"), 40)
    details = thing.get("evidence_details")
    return DisputeFact(
        source=source,
        provider_ref=number,
        money_ref=money_ref,
        amount_dong=amount,
        currency=clean_text(thing.get("currency"), 8).upper(),
        reason=clean_text(thing.get("reason"), 60),
        stage=stage,
        outcome="won" if stage in WON else "lost" if stage == "lost" else "open",
        money_taken=not stage.startswith(WARNING) and stage != "prevented",
        evidence_due_at=moment(details.get("due_by")) if isinstance(details, dict) else None,
        livemode=livemode,
        at=at,
    )
