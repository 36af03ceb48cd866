from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from community import clock
from community.audit.actors import Actor
from community.audit.models import AuditEntry

if TYPE_CHECKING:
    from community.cooperatives.models import Cooperative


def record(
    *, actor: Actor, action: str, subject: Model, cooperative: Cooperative | None = None, **facts: Any
) -> AuditEntry:
    """Add one entry, in the caller's transaction. `action` is "thing.verb_past" ("user.unlocked").

    `facts` must be JSON and free of personal data: codes, counts, đồng. The cooperative is by default the actor's.
    """
    entry = _entry(actor, action, subject, cooperative or actor.cooperative, facts)
    entry.save()
    return entry


def record_many(
    *, actor: Actor, action: str, cooperative: Cooperative, subjects: Iterable[tuple[Model, Mapping[str, Any]]]
) -> None:
    """One entry for each (subject, its facts), in few statements: for acts that touch thousands of things at once."""
    entries = [_entry(actor, action, subject, cooperative, dict(facts)) for subject, facts in subjects]
    AuditEntry.objects.bulk_create(entries, batch_size=500)


def _entry(
    actor: Actor, action: str, subject: Model, cooperative: Cooperative | None, facts: dict[str, Any]
) -> AuditEntry:
    return AuditEntry(
        at=clock.now(),
        actor=actor.user,
        actor_label=(actor.label or (actor.user.name if actor.user else ""))[:120],
        cooperative=cooperative,
        mandate_code=actor.mandate_code,
        action=action,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_code=str(getattr(subject, "code", "") or "")[:60],
        facts=facts,
    )
