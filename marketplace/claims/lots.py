"""Which lots a claim is about, and when several claims about one lot are told to who can stop it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from marketplace.claims.models import Claim, Replacement
from marketplace.claims.states import ABOUT_THE_LOT, ClaimStatus
from marketplace.claims.telling import tell_of_lot
from marketplace.orders.models import Allocation
from marketplace.orders.states import AllocationStatus
from traceability.batches.models import Batch

LOOKED_BACK = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class ClaimedLot:
    """A lot and how many orders complain of it."""

    batch: Batch
    orders: int


def lots_of(claim: Claim) -> QuerySet[Batch]:
    """The batches the claimed lines were really packed from; goods sent again are not what was wrong."""
    return Batch.objects.filter(pk__in=_packed(claim).values("batch")).order_by("lot_code", "pk")


def claimed_lots(*, least: int) -> list[ClaimedLot]:
    """Lots that at least so many orders complain of lately, most first; two queries."""
    counted = _sold().values("batch").annotate(orders=Count("line__parcel__order", distinct=True))
    rows = counted.filter(orders__gte=least).order_by("-orders", "batch").values_list("batch", "orders")
    found = dict(rows[:50])
    batches = Batch.objects.filter(pk__in=found).select_related("product", "cooperative", "pack")
    return sorted((ClaimedLot(one, found[one.pk]) for one in batches), key=lambda lot: (-lot.orders, lot.batch.pk))


def warn_of_lots(claim: Claim) -> None:
    """After a claim: a lot that reached the number is told to the cooperative and to staff, once."""
    if claim.problem not in ABOUT_THE_LOT:
        return
    for batch in lots_of(claim).select_related("cooperative", "product"):
        orders = _sold().filter(batch=batch).aggregate(n=Count("line__parcel__order", distinct=True))["n"]
        if orders >= settings.CLAIMS_PER_LOT and tell_of_lot(batch, orders=orders):
            record(
                actor=Actor.system("claims"),
                action="batch.claimed_often",
                subject=batch,
                cooperative=batch.cooperative,
                lot=batch.lot_code,
                orders=orders,
            )


def held_parcels() -> QuerySet[Any]:
    """Parcels that may not be completed (and so not paid out) yet: a claim runs, or goods were sent again lately."""
    since = clock.now() - timedelta(days=settings.CLAIM_DAYS)
    waits = Q(pk__in=Claim.objects.running()) | Q(pk__in=Replacement.objects.filter(sent_at__gt=since).values("claim"))
    return Claim.objects.filter(waits).order_by().values("parcel")


def _packed(claim: Claim) -> QuerySet[Allocation]:
    bound = Allocation.objects.filter(line__claim_lines__claim=claim, replacements=None)
    return bound.exclude(status=AllocationStatus.RELEASED)


def _sold() -> QuerySet[Allocation]:
    """Packs in orders that complain of their quality, lately and not taken back."""
    claims = Claim.objects.filter(problem__in=ABOUT_THE_LOT, opened_at__gte=clock.now() - LOOKED_BACK)
    bound = Allocation.objects.filter(
        line__claim_lines__claim__in=claims.exclude(status=ClaimStatus.WITHDRAWN), replacements=None
    )
    return bound.exclude(status=AllocationStatus.RELEASED)
