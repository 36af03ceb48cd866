"""A seller's standing after it was admitted: suspended with a reason, let back in, ceased. Never deleted."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy

from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.cooperatives.founding import change_status
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.onboarding.deciding import RIGHT
from community.onboarding.telling import tell_seller

Status = Cooperative.Status


class CannotChangeStanding(DomainError):
    """`not_allowed`, `own`, `no_words`, `moved` (fact `status`: it is not what the button was for)."""


@transaction.atomic
def suspend(*, cooperative: Cooperative, reason: str, actor: Actor) -> Cooperative:
    """Nothing is sold until it is lifted; orders placed before are still sent, and pages of batches stay."""
    words = gettext_lazy("%(name)s may not sell for the time being: %(message)s Questions? Call us. %(link)s")
    return _change(cooperative, (Status.ACTIVE,), Status.SUSPENDED, reason, actor, "seller_suspended", words)


@transaction.atomic
def lift(*, cooperative: Cooperative, reason: str, actor: Actor) -> Cooperative:
    words = gettext_lazy("%(name)s may sell again from now on. %(link)s")
    return _change(cooperative, (Status.SUSPENDED,), Status.ACTIVE, reason, actor, "seller_lifted", words)


@transaction.atomic
def cease(*, cooperative: Cooperative, reason: str, actor: Actor) -> Cooperative:
    """For good: its members have no desk any more; booth and pages of batches stay and say so."""
    words = gettext_lazy("%(name)s does not sell on Chợ Nguồn any more: %(message)s")
    before = (Status.ACTIVE, Status.SUSPENDED, Status.APPLIED)
    return _change(cooperative, before, Status.CEASED, reason, actor, "seller_ceased", words)


def _change(
    cooperative: Cooperative,
    before: tuple[str, ...],
    after: str,
    reason: str,
    actor: Actor,
    kind: str,
    words: object,
) -> Cooperative:
    said = reason.strip()[:400]
    if actor.user is None or not actor.user.has_perm(RIGHT):
        raise CannotChangeStanding("not_allowed")
    if cooperative.has_member(actor.user):
        raise CannotChangeStanding("own")
    if not said:
        raise CannotChangeStanding("no_words")
    if not Cooperative.objects.filter(pk=cooperative.pk, status__in=before).update(status_reason=said):
        cooperative.refresh_from_db(fields=["status"])
        raise CannotChangeStanding("moved", status=cooperative.status)
    change_status(cooperative=cooperative, status=after, actor=actor)
    cooperative.refresh_from_db(fields=["status", "status_reason"])
    occasion = AuditEntry.objects.about(cooperative).filter(action="cooperative.status_changed").count()
    tell_seller(cooperative=cooperative, kind=kind, key=f"{cooperative.code}:{occasion}", words=words, message=said)
    return cooperative
