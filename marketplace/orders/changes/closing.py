"""The one way an open question ends: the parcel's ``asked_at`` is taken back by an UPDATE that only one writer wins."""

from __future__ import annotations

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from marketplace.orders.changes.models import Shortage
from marketplace.orders.models import Parcel

NO_ANSWER = "no_answer"  # why a parcel ended, beside the words of people
BY_BUYER = "buyer"


def ending_of(reason: str) -> Shortage.Status:
    """How a question ended with its parcel: by the buyer's own hand, or by another's."""
    return Shortage.Status.CANCELLED if reason == BY_BUYER else Shortage.Status.ENDED


def close_question(
    *, parcel: Parcel, to: Shortage.Status, actor: Actor, only: Shortage | None = None
) -> Shortage | None:
    """End the open question, whichever or ``only`` this one; None when there is none. Call inside a transaction."""
    rows = Parcel.objects.filter(pk=parcel.pk, asked_at__isnull=False)
    if only is not None:
        rows = rows.filter(asked_at=only.asked_at)
    if not rows.update(asked_at=None):
        return None
    shortage = Shortage.objects.select_related("parcel__order", "parcel__cooperative", "asked_by").get(
        parcel=parcel.pk, status=Shortage.Status.OPEN
    )
    Shortage.objects.filter(pk=shortage.pk, status=Shortage.Status.OPEN).update(status=to, ended_at=clock.now())
    shortage.refresh_from_db(fields=["status", "ended_at"])
    record(actor=actor, action=f"shortage.{to}", subject=shortage.parcel, cooperative=shortage.parcel.cooperative)
    return shortage
