"""When a buyer is forgotten: words and photos of claims go; what was wrong, how many and what was done stays."""

from __future__ import annotations

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from marketplace.claims.models import Claim, Replacement
from marketplace.claims.photographs import forget_photos
from marketplace.orders.models import Order
from marketplace.payments.forgetting import also


def forget_claims(order: Order, actor: Actor) -> None:
    """Called where an order's buyer is erased, in the same transaction; no claim runs any more then."""
    claims = Claim.objects.filter(parcel__order=order)
    photos = forget_photos(claims)
    Replacement.objects.filter(claim__in=claims).update(courier_code="")
    said = claims.filter(erased_at=None).update(words="", answer="", objection="", reasons="", erased_at=clock.now())
    if said:
        record(actor=actor, action="claim.erased", subject=order, count=said, photos=photos)


def claims_run(order: Order) -> bool:
    """While something is claimed, its buyer is needed: goods are to be sent again, or an answer is waited for."""
    return Claim.objects.running().filter(parcel__order=order).exists()


def at_erasure() -> None:
    """Called once at start: the room that erases buyers lies below and knows no claims."""
    also(forget_claims, runs=claims_run)
