"""Checkout Sessions: one per card payment, on Stripe's page, never shorter than half an hour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import stripe

from community import clock
from marketplace.orders.links import order_link
from marketplace.payments.facts import EndedFact, Fact, MoneyFact
from marketplace.payments.interface import (
    AlreadyPaid,
    Cancelled,
    CancelResult,
    CannotCancel,
    ProviderFailed,
    Started,
)
from marketplace.payments.providers.stripe import reading
from marketplace.payments.states import SourceCode

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

    from marketplace.payments.models import Payment

SESSION_MINUTES = 31  # Stripe refuses less than 30; one more for clocks and the way
CHECKOUT_PAGE = "https://checkout.stripe.com"  # where a started session leads to
LOCALES = {"vi": "vi", "en": "en"}
PAGE = 100


def session_expiry(now: datetime) -> datetime:
    """When a session that starts now ends, in whole seconds as Stripe counts."""
    return (now + timedelta(minutes=SESSION_MINUTES)).replace(microsecond=0)


def start_session(client: stripe.StripeClient, payment: Payment) -> Started:
    """Create the Checkout Session of this payment, or get the one that the same call made before."""
    try:
        session = client.v1.checkout.sessions.create(
            _params(payment), {"idempotency_key": f"pay-{payment.uuid}-create"}
        )
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise ProviderFailed("unreachable") from error
    except stripe.InvalidRequestError as error:
        raise ProviderFailed(error.code or "refused") from error
    except stripe.StripeError as error:
        raise ProviderFailed("refused", status=error.http_status) from error
    return Started(provider_ref=session.id, redirect_url=session.url or "")


def end_session(client: stripe.StripeClient, payment: Payment) -> CancelResult:
    """Expire the session; when Stripe says it is complete, bring the money home instead."""
    if not payment.provider_ref:
        return Cancelled()
    try:
        session = client.v1.checkout.sessions.retrieve(payment.provider_ref)
        if session.status == "open":
            session = client.v1.checkout.sessions.expire(
                payment.provider_ref, {}, {"idempotency_key": f"pay-{payment.uuid}-expire"}
            )
    except stripe.InvalidRequestError:  # paid between our two calls: look again
        return _what_became_of(client, payment)
    except stripe.StripeError as error:
        return CannotCancel(type(error).__name__)
    return _end_of(session.to_dict())


def retrieve_session(client: stripe.StripeClient, number: str) -> dict[str, Any] | None:
    """The session as Stripe holds it now; None when Stripe does not answer or does not know it."""
    try:
        return client.v1.checkout.sessions.retrieve(number).to_dict()
    except stripe.StripeError:
        return None


def sessions_since(client: stripe.StripeClient, since: datetime) -> Iterator[Fact]:
    """What became of every session made since then, as its webhooks would have told. Raises ProviderFailed."""
    try:
        listed = client.v1.checkout.sessions.list({"created": {"gte": int(since.timestamp())}, "limit": PAGE})
        for session in listed.auto_paging_iter():
            fact = _fact_of(session.to_dict())
            if fact is not None:
                yield fact
    except stripe.StripeError as error:
        raise ProviderFailed("unreachable") from error


def _fact_of(session: dict[str, Any]) -> Fact | None:
    reference = reading.uuid_of(session.get("client_reference_id"))
    if reference is None:
        return None
    if session.get("payment_status") == "paid":
        return _money(session)
    return EndedFact(reference, "expired") if session.get("status") == "expired" else None


def _what_became_of(client: stripe.StripeClient, payment: Payment) -> CancelResult:
    session = retrieve_session(client, payment.provider_ref)
    return _end_of(session) if session else CannotCancel("unknown session")


def _end_of(session: dict[str, Any]) -> CancelResult:
    if session.get("status") == "expired":
        return Cancelled()
    if session.get("status") == "complete" and session.get("payment_status") == "paid":
        fact = _money(session)
        return AlreadyPaid(fact) if isinstance(fact, MoneyFact) else CannotCancel("unreadable session")
    return CannotCancel("payment under way")


def _money(session: dict[str, Any]) -> Fact:
    return reading.money_of(
        session,
        source=SourceCode.STRIPE,
        account="",
        booked_at=clock.now(),
        livemode=session.get("livemode") is True,
    )


def _params(payment: Payment) -> SessionCreateParams:
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
