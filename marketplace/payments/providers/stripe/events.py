"""Stripe's webhooks: whose they are, and what each of them means (docs.stripe.com/api/events/types)."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import stripe

from community import clock
from community.text.json_objects import read_object
from marketplace.payments.facts import EndedFact, Fact, IgnoredFact, ParkedFact, RawEvent, clean_text
from marketplace.payments.interface import BadSignature, UnreadableMessage
from marketplace.payments.providers.stripe import reading
from marketplace.payments.providers.stripe.balance import payout_of
from marketplace.payments.providers.stripe.signing import SIGNATURE_HEADER, check_stripe_signature
from marketplace.payments.states import ExceptionKind, SourceCode

log = logging.getLogger(__name__)

PAID = frozenset({"checkout.session.completed", "checkout.session.async_payment_succeeded"})
ENDED = {"checkout.session.async_payment_failed": "failed", "checkout.session.expired": "expired"}
REFUNDS = frozenset({"refund.created", "refund.updated", "refund.failed"})
DISPUTES = frozenset({"charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed"})
PAYOUTS = frozenset({"payout.paid", "payout.failed", "payout.canceled"})
DECLINED = "payment_intent.payment_failed"
REFUNDED = "charge.refunded"
# What the webhook endpoint at Stripe is to be subscribed to; anything else is kept and ignored.
SUBSCRIBED = tuple(sorted(PAID | ENDED.keys() | REFUNDS | DISPUTES | PAYOUTS | {DECLINED, REFUNDED}))


class StripeEvents:
    """The hearing side; pure. ``code`` and ``livemode`` let the simulated card speak the same language."""

    def __init__(self, *, secrets: Sequence[str], livemode: bool, code: str = SourceCode.STRIPE) -> None:
        self.code: str = code
        self._secrets = tuple(secret for secret in secrets if secret)
        self._livemode = livemode

    def verify(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> list[RawEvent]:
        """One event per body. Raises BadSignature, or UnreadableMessage for signed bytes that are no JSON text."""
        if not self._secrets:
            raise BadSignature("no_secret")
        check_stripe_signature(headers.get(SIGNATURE_HEADER, ""), body, self._secrets, now)
        try:
            text = body.decode("utf-8")
        except UnicodeDecodeError as error:
            raise UnreadableMessage("not_utf8") from error
        told = read_object(text)
        if told is None:
            raise UnreadableMessage("not_json")
        if not isinstance(told.get("id"), str) or told.get("object") != "event":
            digest = "sha256:" + hashlib.sha256(body).hexdigest()
            return [RawEvent(digest, "", "unreadable", clean_text(text, len(body)), self._livemode)]
        version = clean_text(told.get("api_version"), 40)
        if version != stripe.api_version:
            log.warning("stripe event of API version %s, we speak %s", version or "none", stripe.api_version)
        return [
            RawEvent(
                event_id=clean_text(told["id"], 255),
                account_key=clean_text(told.get("account"), 64),
                type=clean_text(told.get("type"), 80),
                body=clean_text(text, len(body)),
                livemode=told.get("livemode") is True,
                api_version=version,
            )
        ]

    def interpret(self, event: RawEvent) -> list[Fact]:
        """Sessions become money or ends, refunds and disputes their own facts; the rest is ignored."""
        told = read_object(event.body)
        data = told.get("data") if told else None
        thing = data.get("object") if isinstance(data, dict) else None
        if told is None or not isinstance(thing, dict):
            return [ParkedFact(kind=ExceptionKind.MALFORMED, reason="unusable event")]
        at = reading.moment(told.get("created")) or clock.now()
        if event.type.startswith("checkout.session."):
            return [self._of_session(event, thing, at)]
        if event.type in REFUNDS:
            return [reading.refund_of(thing, source=self.code, at=at, livemode=event.livemode)]
        if event.type in DISPUTES:
            return [reading.dispute_of(thing, source=self.code, at=at, livemode=event.livemode)]
        if event.type in PAYOUTS:
            return [payout_of(thing, livemode=event.livemode)]
        if event.type == REFUNDED:
            return [reading.refunded_total_of(thing, source=self.code)]
        if event.type == DECLINED:
            log.info("a card was declined: %s", _why_declined(thing))
            return [IgnoredFact("card declined")]
        return [IgnoredFact("not subscribed")]

    def _of_session(self, event: RawEvent, session: dict[str, Any], at: datetime) -> Fact:
        reference = reading.uuid_of(session.get("client_reference_id"))
        if reference is None:
            return IgnoredFact("not our session")
        if event.type in PAID:
            if session.get("payment_status") != "paid":
                return IgnoredFact("not paid yet")
            return reading.money_of(
                session, source=self.code, account=event.account_key, booked_at=at, livemode=event.livemode
            )
        if event.type in ENDED:
            return EndedFact(reference, ENDED[event.type])
        return IgnoredFact("not subscribed")


def _why_declined(intent: dict[str, Any]) -> str:
    """The bank's word (insufficient_funds …); never anything of the card."""
    error = intent.get("last_payment_error")
    return clean_text(error.get("decline_code") or error.get("code"), 60) if isinstance(error, dict) else ""


Retrieve = Callable[[str], "dict[str, Any] | None"]


def as_it_is_now(event: RawEvent, retrieve: Retrieve) -> RawEvent:
    """The event with its session as the API holds it now: not the order of events decides, but the state.

    Unchanged when it is not about a session or the API has no answer. Call outside every transaction.
    """
    told = read_object(event.body)
    data = told.get("data") if told else None
    thing = data.get("object") if isinstance(data, dict) else None
    if told is None or not isinstance(thing, dict) or not event.type.startswith("checkout.session."):
        return event
    session = retrieve(reading.named(thing, "id"))
    if session is None:
        return event
    kind = event.type
    if session.get("payment_status") == "paid":
        kind = "checkout.session.completed"
    elif session.get("status") == "expired":
        kind = "checkout.session.expired"
    return replace(event, type=kind, body=json.dumps(told | {"type": kind, "data": {"object": session}}))
