"""Refunds to the card: looked for before they are made, because an answer may have been lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import stripe

from marketplace.payments.interface import ProviderFailed, Refunded
from marketplace.payments.providers.stripe import reading

if TYPE_CHECKING:
    from stripe.params import RefundCreateParams

    from marketplace.payments.models import Refund

PAGE = 100
GONE = frozenset({"failed", "canceled"})


def refund_key(refund: Refund) -> str:
    """The same attempt has the same key: our uuid and when this attempt was written down.

    A new attempt after a failure must have another: Stripe answers a known key with the old answer, failures too.
    """
    attempt = f"-{refund.submitted_at:%Y%m%d%H%M%S%f}" if refund.submitted_at else ""
    return f"refund-{refund.uuid}{attempt}"


def refund_by_card(client: stripe.StripeClient, refund: Refund, *, money_ref: str) -> Refunded:
    """Give back part of the money of ``money_ref`` (a payment intent).

    Raises ProviderFailed: ``unreachable`` when nobody knows whether it was made, else Stripe's own word.
    """
    wanted = {
        "payment_intent": money_ref,
        "amount": refund.amount_dong,
        "metadata": {"refund": str(refund.uuid), "payment": str(refund.payment.uuid)},
    }
    try:
        told = _made_before(client, refund, money_ref)
        if told is None:
            told = _make(client, refund, cast("RefundCreateParams", wanted), money_ref)
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise ProviderFailed("unreachable") from error
    except stripe.StripeError as error:
        raise ProviderFailed(error.code or "refused", status=error.http_status) from error
    return reading.refund_answer(told)


def _make(client: stripe.StripeClient, refund: Refund, wanted: RefundCreateParams, money_ref: str) -> dict[str, Any]:
    """After a 5xx nobody knows: look whether it was made all the same. Stripe would repeat the 5xx under this key."""
    try:
        return client.v1.refunds.create(wanted, {"idempotency_key": refund_key(refund)}).to_dict()
    except stripe.APIError:
        told = _made_before(client, refund, money_ref)
        if told is None:
            raise
        return told


def _made_before(client: stripe.StripeClient, refund: Refund, money_ref: str) -> dict[str, Any] | None:
    """This refund at Stripe, unless it failed there."""
    for one in client.v1.refunds.list({"payment_intent": money_ref, "limit": PAGE}).data:
        told = one.to_dict()
        if reading.our_mark(told, "refund") == refund.uuid and told.get("status") not in GONE:
            return told
    return None
