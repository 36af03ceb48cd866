"""Does a cooperative send goods before the money comes? It decides itself, up to which sum; nobody does unasked."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from marketplace.receiving.models import OnDeliveryTerms


class CannotOffer(DomainError):
    """Codes: ``no_sum``, ``over_the_markets`` (facts: most_dong, what the operator allows at most)."""


@transaction.atomic
def set_terms(*, cooperative: Cooperative, offered: bool, most_dong: int, actor: Actor) -> OnDeliveryTerms:
    """Switch it on or off. ``most_dong``: what a parcel may cost, goods and delivery. Raises :class:`CannotOffer`."""
    if offered and most_dong <= 0:
        raise CannotOffer("no_sum")
    if offered and most_dong > settings.ON_DELIVERY_MOST_DONG:
        raise CannotOffer("over_the_markets", most_dong=settings.ON_DELIVERY_MOST_DONG)
    facts = {"offered": offered, "most_dong": max(most_dong, 0), "changed_at": clock.now(), "changed_by": actor.user}
    terms, _made = OnDeliveryTerms.objects.update_or_create(cooperative=cooperative, defaults=facts)
    record(
        actor=actor,
        action="on_delivery.set",
        subject=terms,
        cooperative=cooperative,
        offered=offered,
        most_dong=terms.most_dong,
    )
    return terms


def most_on_delivery(cooperatives: Collection[int]) -> dict[int, int]:
    """By cooperative, up to which sum it sends before the money comes; those that do not are absent. One query."""
    if not settings.ON_DELIVERY_PER_PHONE:
        return {}
    rows = OnDeliveryTerms.objects.filter(cooperative__in=cooperatives, offered=True)
    most = settings.ON_DELIVERY_MOST_DONG
    return {pk: min(dong, most) for pk, dong in rows.values_list("cooperative_id", "most_dong")}
