"""Stripe Checkout: cards from abroad, on Stripe's own page. Optional: absent unless key and secret are set.

The đồng is a zero-decimal currency for Stripe: 65 000 ₫ is ``unit_amount=65000``. A session lives at least 30
minutes. Idempotency keys are our uuid and a verb, never random, so that a retry after a lost answer finds the same
session. The return address proves nothing; only a signed event or the API does.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import stripe

from community import clock
from marketplace.orders.links import order_link
from marketplace.payments.facts import (
    EndedFact,
    Fact,
    IgnoredFact,
    MoneyFact,
    ParkedFact,
    RawEvent,
    RefundFact,
    clean_text,
    whole_dong,
)
from marketplace.payments.providers.base import (
    CLOCK_DRIFT_SECONDS,
    AlreadyPaid,
    BadSignature,
    Cancelled,
    CancelResult,
    CannotCancel,
    ProviderFailed,
    Refunded,
    Started,
)
from marketplace.payments.states import ExceptionKind, ProviderCode, SourceCode

if TYPE_CHECKING:
    from stripe import HTTPClient
    from stripe.params import RefundCreateParams
    from stripe.params.checkout import SessionCreateParams

    from marketplace.payments.models import Payment, Refund

log = logging.getLogger(__name__)

SESSION_MINUTES = 31  # Stripe refuses less than 30; one more for clocks and the way
SIGNATURE_HEADER = "stripe-signature"
LOCALES = {"vi": "vi", "en": "en"}
PAID_EVENTS = frozenset({"checkout.session.completed", "checkout.session.async_payment_succeeded"})
# Refunds and disputes may be made in Stripe's dashboard: a person here must hear of them.
NOTICE_PREFIXES = ("charge.dispute.", "charge.refunded", "refund.")


class StripeProvider:
    """Both sides of Stripe. ``http_client`` is given by tests; None means Stripe's own."""

    code: str = ProviderCode.STRIPE

    def __init__(
        self,
        *,
        secret_key: str,
        webhook_secrets: Sequence[str],
        http_client: HTTPClient | None = None,
    ) -> None:
        self._client = stripe.StripeClient(secret_key, http_client=http_client, max_network_retries=2)
        self._webhook_secrets = tuple(secret for secret in webhook_secrets if secret)
        self._livemode = not secret_key.startswith(("sk_test_", "rk_test_"))

    @property
    def livemode(self) -> bool:
        return self._livemode

    # --- asking ---------------------------------------------------------------------------------------------------
    def start(self, payment: Payment) -> Started:
        """Create the Checkout Session of this payment, or get the one that the same call made before."""
        try:
            session = self._client.v1.checkout.sessions.create(
                self._session_params(payment), {"idempotency_key": f"pay-{payment.uuid}-create"}
            )
        except stripe.APIConnectionError as error:
            raise ProviderFailed("unreachable") from error
        except stripe.InvalidRequestError as error:
            raise ProviderFailed(error.code or "refused") from error
        except stripe.StripeError as error:
            raise ProviderFailed("refused", status=error.http_status) from error
        return Started(provider_ref=session.id, redirect_url=session.url or "")

    def _session_params(self, payment: Payment) -> SessionCreateParams:
        order = payment.order
        page = order_link(order)
        reference = {"payment": str(payment.uuid), "order": order.code}
        return cast(
            "SessionCreateParams",
            {
                "mode": "payment",
                "client_reference_id": str(payment.uuid),
                "metadata": reference,
                "payment_intent_data": {
                    "metadata": reference,
                    "transfer_group": order.code,
                    "description": f"Chợ Nguồn {order.code}",
                },
                "line_items": [
                    {
                        "quantity": 1,
                        "price_data": {
                            "currency": "vnd",
                            "unit_amount": payment.amount_dong,
                            "product_data": {"name": f"Chợ Nguồn {order.code}"},
                        },
                    }
                ],
                "locale": LOCALES.get(order.language, "auto"),
                # From the row, not from the clock: a retry must send the very same parameters.
                "expires_at": int(payment.expires_at.timestamp()),
                "success_url": f"{page}?from=stripe",
                "cancel_url": page,
                **({"customer_email": order.buyer_email} if order.buyer_email else {}),
            },
        )

    def cancel(self, payment: Payment) -> CancelResult:
        """Expire the session; when Stripe says it is complete, bring the money home instead."""
        if not payment.provider_ref:
            return Cancelled()
        try:
            session = self._client.v1.checkout.sessions.retrieve(payment.provider_ref)
            if session.status == "open":
                self._client.v1.checkout.sessions.expire(
                    payment.provider_ref, {}, {"idempotency_key": f"pay-{payment.uuid}-expire"}
                )
                return Cancelled()
        except stripe.StripeError as error:
            return CannotCancel(type(error).__name__)
        if session.status == "complete" and session.payment_status == "paid":
            fact = self._money(session.to_dict(), "", clock.now(), bool(session.livemode))
            return AlreadyPaid(fact) if isinstance(fact, MoneyFact) else CannotCancel("unreadable session")
        return Cancelled() if session.status == "expired" else CannotCancel("payment under way")

    def refund(self, refund: Refund, *, money_ref: str) -> Refunded:
        """Give back part of the money of ``money_ref`` (a payment intent); the same refund always asks the same."""
        wanted = {
            "payment_intent": money_ref,
            "amount": refund.amount_dong,
            "metadata": {"refund": str(refund.uuid), "payment": str(refund.payment.uuid)},
        }
        try:
            told = self._client.v1.refunds.create(
                cast("RefundCreateParams", wanted), {"idempotency_key": f"refund-{refund.uuid}"}
            )
        except stripe.APIConnectionError as error:
            raise ProviderFailed("unreachable") from error
        except stripe.StripeError as error:
            raise ProviderFailed(error.code or "refused", status=error.http_status) from error
        return refund_answer(told.to_dict())

    # --- hearing --------------------------------------------------------------------------------------------------
    def verify(self, *, headers: Mapping[str, str], body: bytes, now: datetime) -> list[RawEvent]:
        """Own check of ``Stripe-Signature``: the library's accepts timestamps of the future."""
        check_stripe_signature(headers.get(SIGNATURE_HEADER, ""), body, self._webhook_secrets, now)
        told = _read(body)
        text = clean_text(body.decode("utf-8", errors="replace"), len(body))
        if told is None or not isinstance(told.get("id"), str) or told.get("object") != "event":
            digest = "sha256:" + hashlib.sha256(body).hexdigest()
            return [RawEvent(digest, "", "unreadable", text, self._livemode)]
        version = clean_text(told.get("api_version"), 40)
        if version and version != stripe.api_version:
            log.warning("stripe event of API version %s, we speak %s", version, stripe.api_version)
        return [
            RawEvent(
                event_id=clean_text(told["id"], 255),
                account_key=clean_text(told.get("account"), 64),
                type=clean_text(told.get("type"), 80),
                body=text,
                livemode=told.get("livemode") is True,
                api_version=version,
            )
        ]

    def interpret(self, event: RawEvent) -> list[Fact]:
        """Sessions become money or ends; refunds and disputes are parked for a person; the rest is ignored."""
        told = _read(event.body.encode())
        thing = _thing(told)
        if thing is None or told is None:
            return [ParkedFact(kind=ExceptionKind.MALFORMED, reason="unusable event")]
        if event.type.startswith("refund.") and (fact := _refund_fact(thing, told)) is not None:
            return [fact]
        if event.type.startswith(NOTICE_PREFIXES):
            notice = {key: thing.get(key) for key in ("id", "amount", "currency", "status", "reason")}
            return [ParkedFact(ExceptionKind.PROVIDER_NOTICE, event.type, _reference(thing), notice)]
        if not event.type.startswith("checkout.session."):
            return [IgnoredFact("not subscribed")]
        uuid = _reference(thing)
        if uuid is None:
            return [IgnoredFact("not our session")]
        if event.type in PAID_EVENTS:
            if thing.get("payment_status") != "paid":
                return [IgnoredFact("not paid yet")]
            return [self._money(thing, event.account_key, _moment(told.get("created")), event.livemode)]
        if event.type == "checkout.session.async_payment_failed":
            return [EndedFact(uuid, "failed")]
        if event.type == "checkout.session.expired":
            return [EndedFact(uuid, "expired")]
        return [IgnoredFact("not subscribed")]

    def _money(self, session: dict[str, Any], account: str, booked_at: datetime, livemode: bool) -> Fact:
        """Keyed by payment intent: two kinds of event tell of the same money."""
        amount = whole_dong(session.get("amount_total"))
        txn_id = session.get("payment_intent") or session.get("id")
        if amount is None or not isinstance(txn_id, str):
            return ParkedFact(ExceptionKind.MALFORMED, "unusable amount_total", _reference(session))
        return MoneyFact(
            source=SourceCode.STRIPE,
            account_key=account,
            txn_id=clean_text(txn_id, 255),
            amount_dong=amount,
            currency=clean_text(session.get("currency"), 8).upper(),
            booked_at=booked_at,
            livemode=livemode,
            payment_uuid=_reference(session),
            provider_ref=clean_text(session.get("id"), 255),
        )


def session_expiry(now: datetime) -> datetime:
    """When a session that starts now ends, in whole seconds as Stripe counts."""
    return (now + timedelta(minutes=SESSION_MINUTES)).replace(microsecond=0)


def check_stripe_signature(header: str, body: bytes, secrets: Sequence[str], now: datetime) -> None:
    """``t=<unix>,v1=<hex HMAC-SHA256 of "t.body">``; several v1 while a secret rotates. Raises BadSignature.

    Refuses a timestamp more than 300 s away on either side.
    """
    items = [part.strip().partition("=") for part in header.split(",")]
    times = [value for key, _, value in items if key == "t"]
    given = [value for key, _, value in items if key == "v1"]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit() and len(times[0]) <= 12):
        raise BadSignature("bad_timestamp")
    if abs(now.timestamp() - int(times[0])) > CLOCK_DRIFT_SECONDS:
        raise BadSignature("clock_drift")
    signed = times[0].encode() + b"." + body
    wanted = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets if secret]
    if not any(hmac.compare_digest(one.encode(), other.encode()) for one in given for other in wanted):
        raise BadSignature("wrong_signature")


def refund_answer(told: dict[str, Any]) -> Refunded:
    """Stripe's word for a refund's state: succeeded, pending, requires_action, failed, canceled."""
    outcome = {"succeeded": "done", "failed": "failed", "canceled": "failed"}.get(str(told.get("status")), "waiting")
    return Refunded(outcome, clean_text(told.get("id"), 255), clean_text(told.get("failure_reason"), 200))


def _refund_fact(thing: dict[str, Any], told: dict[str, Any]) -> RefundFact | None:
    """A refund that we asked for; None for one made in Stripe's dashboard, which a person has to look at."""
    metadata = thing.get("metadata")
    uuid = _uuid(metadata.get("refund")) if isinstance(metadata, dict) else None
    if uuid is None:
        return None
    answer = refund_answer(thing)
    return RefundFact(uuid, answer.outcome, answer.provider_ref, _moment(told.get("created")), answer.reason)


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _thing(told: dict[str, Any] | None) -> dict[str, Any] | None:
    data = told.get("data") if told else None
    thing = data.get("object") if isinstance(data, dict) else None
    return thing if isinstance(thing, dict) else None


def _reference(thing: dict[str, Any]) -> UUID | None:
    """Our payment's uuid, from the session itself or from metadata (refunds, disputes)."""
    metadata = thing.get("metadata")
    return _uuid(thing.get("client_reference_id") or (metadata.get("payment") if isinstance(metadata, dict) else None))


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(text) if isinstance(text, str) else None
    except ValueError:
        return None


def _moment(value: object) -> datetime:
    return datetime.fromtimestamp(value, UTC) if type(value) is int and 0 < value < 10**11 else clock.now()
