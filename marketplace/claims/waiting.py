"""What of claims waits for whom: numbers for the desks' doors."""

from __future__ import annotations

from community import clock
from community.cooperatives.models import Cooperative
from marketplace.claims.models import Claim, ClaimQuerySet
from marketplace.claims.states import OF_SELLER, ClaimStatus


def claims_of(cooperative: Cooperative) -> ClaimQuerySet:
    """The only way a seller's screen reaches a claim."""
    return Claim.objects.filter(parcel__cooperative=cooperative)


def waiting_claims(cooperative: Cooperative) -> int:
    """How many wait for a hand of this cooperative: an answer, or goods to be sent again."""
    return claims_of(cooperative).filter(status__in=OF_SELLER).count()


def claims_to_decide() -> int:
    """How many wait for the market."""
    return Claim.objects.filter(status=ClaimStatus.PLATFORM).count()


def hours_left(claim: Claim) -> int | None:
    """Whole hours until the clock passes it on, 0 when they are over; None when no clock runs."""
    if claim.due_at is None:
        return None
    return max(0, int((claim.due_at - clock.now()).total_seconds() // 3600))
