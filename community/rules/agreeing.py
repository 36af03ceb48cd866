"""Which version holds, and who accepted it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.joining import may_decide
from community.cooperatives.models import Cooperative
from community.cooperatives.roles import Role
from community.errors import DomainError
from community.rules.models import RulesAcceptance, RulesVersion

Kind = RulesVersion.Kind
By = RulesAcceptance.By


class CannotAcceptRules(DomainError):
    """`superseded` (another version holds now: fact `number`), `not_yet` (in force later), `not_allowed`."""


def current_rules(kind: str, at: datetime | None = None) -> RulesVersion | None:
    """The version in force at that moment (now), by the date in Viet Nam; None when none was published yet."""
    day = timezone.localdate(at or clock.now())
    return RulesVersion.objects.of(Kind(kind)).filter(in_force_from__lte=day).first()


def newest_rules(kind: str) -> RulesVersion | None:
    """The last one published, though it may come into force later: what a seller is asked to accept."""
    return RulesVersion.objects.of(Kind(kind)).first()


@transaction.atomic
def record_acceptance(
    *, version: RulesVersion, by: str, reference: str, actor: Actor, cooperative: Cooperative | None = None
) -> RulesAcceptance:
    """Write down that ``reference`` (an order's or a seller's code) accepted this version; again does no harm.

    An order accepts what holds at this moment, a seller also what comes. Raises CannotAcceptRules: the face shows the
    words that hold now, and asks again.
    """
    held = current_rules(version.kind)
    if held is not None and held.number > version.number:
        raise CannotAcceptRules("superseded", number=held.number)
    if by == By.ORDER and (held is None or held.number != version.number):
        raise CannotAcceptRules("not_yet", number=version.number)
    accepted, fresh = RulesAcceptance.objects.get_or_create(
        version=version, by=By(by), reference=reference, defaults={"accepted_by": actor.user, "at": clock.now()}
    )
    if fresh:
        told = {"by": str(by), "reference": reference}
        record(actor=actor, action="rules.accepted", subject=version, cooperative=cooperative, **told)
    return accepted


def accepted_by_order(code: str, kind: str = Kind.TERMS) -> RulesAcceptance | None:
    """What the order with this code accepted; None for one from before the first version."""
    found = RulesAcceptance.objects.filter(by=By.ORDER, reference=code, version__kind=kind)
    return found.select_related("version").order_by("-pk").first()


@transaction.atomic
def accept_as_seller(*, cooperative: Cooperative, version: RulesVersion, actor: Actor) -> RulesAcceptance:
    """By an owner or a manager. Raises CannotAcceptRules."""
    if not may_decide(actor, cooperative, Role.MANAGER):
        raise CannotAcceptRules("not_allowed")
    return record_acceptance(
        version=version, by=By.SELLER, reference=cooperative.code, actor=actor, cooperative=cooperative
    )


def rules_to_accept(cooperative: Cooperative) -> RulesVersion | None:
    """The newest operating rules, as long as this seller has not accepted them."""
    newest = newest_rules(Kind.OPERATING)
    if newest is None:
        return None
    told = RulesAcceptance.objects.filter(version=newest, by=By.SELLER, reference=cooperative.code)
    return None if told.exists() else newest
