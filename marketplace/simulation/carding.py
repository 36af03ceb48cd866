"""A card company that does not exist: makes the events Stripe would post, signs them, and sends them to the same inbox.

Every play is a row of posts in the order in which they arrive; the shop hears nothing else of it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import stripe
from django.conf import settings

from community import clock
from marketplace.payments.models import Dispute, Payment, Refund
from marketplace.payments.providers.stripe.signing import SIGNATURE_HEADER, sign_as_stripe
from marketplace.payments.states import RefundStatus
from marketplace.simulation.delivering import WRONG_SECRET, Delivery, deliver
from marketplace.simulation.hurrying import let_time_run_out

OTHER_DONG = 10_000
REPETITIONS = 3
COMPLETED = "checkout.session.completed"
ARRIVED = "checkout.session.async_payment_succeeded"
MISSING = "checkout.session.async_payment_failed"
EXPIRED = "checkout.session.expired"
ANSWER_DAYS = 7


@dataclass(frozen=True)
class Post:
    """One event: its type, the thing it is about, and which event of the play it is (``same``: that one again)."""

    type: str
    thing: dict[str, Any]
    same: int | None = None


def play(*, action: str, payment: Payment, number: int) -> list[Delivery]:
    """Post what ``action`` means; ``number`` names the play, so that a reload of the answer repeats it.

    An unknown word pays plainly.
    """
    if action == "late":
        let_time_run_out(order=payment.order)
    posts = PLAYS.get(action, _pay)(payment)
    secret = WRONG_SECRET if action == "forge" else settings.SIMULATED_BANK_SECRET
    return [
        _post(post, number=f"evt_sim_{number}_{at if post.same is None else post.same}", secret=secret)
        for at, post in enumerate(posts)
    ]


def _post(post: Post, *, number: str, secret: str) -> Delivery:
    now = int(clock.now().timestamp())
    told = {
        "id": number,
        "object": "event",
        "api_version": stripe.api_version,
        "created": now,
        "livemode": False,
        "type": post.type,
        "data": {"object": post.thing},
    }
    body = json.dumps(told, separators=(",", ":")).encode()
    return deliver(headers={SIGNATURE_HEADER: sign_as_stripe(secret=secret, timestamp=now, body=body)}, body=body)


# --- things -----------------------------------------------------------------------------------------------------------
def intent_of(payment: Payment) -> str:
    """The number under which the card's money travels."""
    return f"pi_sim_{payment.uuid.hex}"


def _session(payment: Payment, *, paid: bool = True, more_dong: int = 0) -> dict[str, Any]:
    return {
        "id": payment.provider_ref,
        "object": "checkout.session",
        "status": "complete",
        "payment_status": "paid" if paid else "unpaid",
        "payment_intent": intent_of(payment),
        "amount_total": payment.amount_dong + more_dong,
        "currency": "vnd",
        "client_reference_id": str(payment.uuid),
        "livemode": False,
        "metadata": {"payment": str(payment.uuid), "order": payment.order.code},
    }


def _refund(refund: Refund, status: str) -> dict[str, Any]:
    return {
        "id": refund.provider_ref or f"re_sim_{refund.uuid.hex}",
        "object": "refund",
        "amount": refund.amount_dong,
        "currency": "vnd",
        "status": status,
        "failure_reason": "expired_or_canceled_card" if status == "failed" else None,
        "payment_intent": intent_of(refund.payment),
        "metadata": {"refund": str(refund.uuid), "payment": str(refund.payment.uuid)},
    }


def _dispute(payment: Payment, status: str) -> dict[str, Any]:
    """Of what has not gone back yet; once told, of the same sum."""
    number = f"dp_sim_{payment.uuid.hex}"
    known = Dispute.objects.filter(provider_ref=number).first()
    gone = sum(payment.refunds.filter(status=RefundStatus.DONE).values_list("amount_dong", flat=True))
    due = clock.now() + timedelta(days=ANSWER_DAYS)
    return {
        "id": number,
        "object": "dispute",
        "amount": known.amount_dong if known else max(payment.received_dong - gone, 1),
        "currency": "vnd",
        "reason": "product_not_received",
        "status": status,
        "payment_intent": intent_of(payment),
        "evidence_details": {"due_by": int(due.timestamp()), "has_evidence": False},
        "livemode": False,
        "metadata": {},
    }


# --- plays ------------------------------------------------------------------------------------------------------------
def _pay(payment: Payment) -> list[Post]:
    return [Post(COMPLETED, _session(payment))]


def _decline(payment: Payment) -> list[Post]:
    intent = {
        "id": intent_of(payment),
        "object": "payment_intent",
        "last_payment_error": {"code": "card_declined", "decline_code": "insufficient_funds"},
    }
    return [Post("payment_intent.payment_failed", intent)]


def _reorder(payment: Payment) -> list[Post]:
    """The second word first, the end in between, the first word last."""
    return [
        Post(ARRIVED, _session(payment)),
        Post(EXPIRED, _session(payment, paid=False)),
        Post(COMPLETED, _session(payment, paid=False)),
    ]


def _refunds(payment: Payment, word: str, status: str) -> list[Post]:
    waiting = payment.refunds.filter(status=RefundStatus.SUBMITTED).select_related("payment").order_by("pk")
    return [Post(word, _refund(refund, status)) for refund in waiting]


def _disputed(stage: str, word: str) -> Callable[[Payment], list[Post]]:
    return lambda payment: [Post(f"charge.dispute.{word}", _dispute(payment, stage))]


PLAYS: dict[str, Callable[[Payment], list[Post]]] = {
    "pay": _pay,
    "late": _pay,
    "forge": _pay,
    "short": lambda payment: [Post(COMPLETED, _session(payment, more_dong=-(payment.amount_dong // 2)))],
    "over": lambda payment: [Post(COMPLETED, _session(payment, more_dong=OTHER_DONG))],
    "repeat": lambda payment: [Post(COMPLETED, _session(payment), same=0) for _ in range(REPETITIONS)],
    "reorder": _reorder,
    "later": lambda payment: [Post(COMPLETED, _session(payment, paid=False)), Post(ARRIVED, _session(payment))],
    "never": lambda payment: [
        Post(COMPLETED, _session(payment, paid=False)),
        Post(MISSING, _session(payment, paid=False)),
    ],
    "expire": lambda payment: [Post(EXPIRED, _session(payment, paid=False))],
    "decline": _decline,
    "refund_arrives": lambda payment: _refunds(payment, "refund.updated", "succeeded"),
    "refund_fails": lambda payment: _refunds(payment, "refund.failed", "failed"),
    "inquiry": _disputed("warning_needs_response", "created"),
    "dispute": _disputed("needs_response", "created"),
    "dispute_won": _disputed("won", "closed"),
    "dispute_lost": _disputed("lost", "closed"),
}
