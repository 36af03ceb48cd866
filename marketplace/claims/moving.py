"""The one way a claim changes state: allowed by the table, and by an UPDATE that checks the old state again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.claims.models import Claim
from marketplace.claims.states import ClaimStatus, claim_states_before


class ClaimMoved(DomainError):
    """Somebody was faster, or the time is over; facts: claim (code), status (now), wanted."""


def move_claim(
    *, claim: Claim, to: ClaimStatus, actor: Actor, only_from: ClaimStatus | None = None, **stamps: Any
) -> Claim:
    """Move ``claim`` and stamp the given columns; call inside a transaction. Raises :class:`ClaimMoved`.

    ``only_from`` narrows what the table allows. A move without a ``due_at`` of its own stops the clock.
    """
    allowed = [old for old in claim_states_before(to) if only_from in (None, old)]
    moved = Claim.objects.filter(pk=claim.pk, status__in=allowed).update(**{"due_at": None} | stamps, status=to)
    claim.refresh_from_db()
    if not moved:
        raise ClaimMoved("claim_moved", claim=claim.code, status=claim.status, wanted=str(to))
    parcel = claim.parcel
    record(
        actor=actor,
        action=f"claim.{to}",
        subject=claim,
        cooperative=parcel.cooperative,
        parcel=parcel.code,
        outcome=claim.outcome or claim.offer,
        dong=claim.outcome_dong or claim.offer_dong,
    )
    return claim


def hours_from_now() -> Any:
    """Until when whoever is asked next has to answer."""
    return clock.now() + timedelta(hours=settings.CLAIM_HOURS)


def tidy_words(words: str, most: int = 600) -> str:
    """Blanks and ends of lines as people mean them; never more than is kept."""
    return "\n".join(" ".join(row.split()) for row in words.strip().splitlines())[:most].strip()
