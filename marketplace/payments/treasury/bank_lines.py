"""A bank's line that is the operator's own money: out of suspense, where it waited as a stranger's, and back again.

The books say it twice: it leaves suspense and the account it came to, and comes in again as what it is.
"""

from __future__ import annotations

from django.db.models import Sum

from community import clock
from community.audit.actors import Actor
from marketplace.payments.books.suspense_books import book_decision
from marketplace.payments.models import Capture, PaymentException, SuspenseDecision
from marketplace.payments.states import DecisionAct, ExceptionStatus


def waits_whole(capture: Capture) -> bool:
    """Nobody has decided about any of it."""
    decided = SuspenseDecision.objects.filter(capture=capture).aggregate(sum=Sum("amount_dong"))["sum"] or 0
    return capture.payment_id is None and decided == 0


def leave_suspense(capture: Capture, *, note: str, actor: Actor) -> None:
    """All of it is the operator's own; call with the capture locked and ``waits_whole``."""
    decision = SuspenseDecision.objects.create(
        capture=capture,
        act=DecisionAct.NOT_OURS,
        amount_dong=capture.amount_dong,
        note=note[:300],
        decided_by=actor.user,
    )
    book_decision(decision)
    PaymentException.objects.filter(capture=capture, status=ExceptionStatus.OPEN).update(
        status=ExceptionStatus.RESOLVED, closed_at=clock.now(), closed_by=actor.user, resolution=decision.act
    )


def back_into_suspense(capture: Capture, *, note: str, actor: Actor) -> None:
    """It was somebody else's after all: it waits again, with its question."""
    stands = SuspenseDecision.objects.get(
        capture=capture, act=DecisionAct.NOT_OURS, undoes=None, undone_by__isnull=True
    )
    undone = SuspenseDecision.objects.create(
        capture=capture,
        act=DecisionAct.NOT_OURS,
        amount_dong=-stands.amount_dong,
        note=note[:300],
        undoes=stands,
        decided_by=actor.user,
    )
    book_decision(undone)
    PaymentException.objects.filter(capture=capture).exclude(status=ExceptionStatus.OPEN).update(
        status=ExceptionStatus.OPEN, closed_at=None, closed_by=None, resolution=""
    )


def is_own_money(capture: Capture) -> bool:
    """It was found to be a provider's payout or the operator's own: a decision about it is undone there."""
    own = capture.own_moves.filter(status="booked").exists()
    return own or hasattr(capture, "provider_payout")
