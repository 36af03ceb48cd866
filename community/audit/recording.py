from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from community import clock
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.bulk_rows import insert_values

if TYPE_CHECKING:
    from community.cooperatives.models import Cooperative


def record(
    *, actor: Actor, action: str, subject: Model, cooperative: Cooperative | None = None, **facts: Any
) -> AuditEntry:
    """Add one entry, in the caller's transaction. `action` is "thing.verb_past" ("user.unlocked").

    `facts` must be JSON and free of personal data: codes, counts, đồng. The cooperative is by default the actor's.
    Part of another act: nothing is added, but whether its mandate stands is asked.
    """
    entry = AuditEntry(**_said(actor, action, cooperative or actor.cooperative), **_about(subject), facts=facts)
    if not actor.is_part:
        entry.save()
    return entry


def record_many(
    *, actor: Actor, action: str, cooperative: Cooperative, subjects: Iterable[tuple[Model, Mapping[str, Any]]]
) -> None:
    """One entry for each (subject, its facts), in few statements: for acts that touch thousands of things at once."""
    said = _said(actor, action, cooperative)
    if actor.is_part:
        return
    rows = [(*said.values(), *_about(one).values(), json.dumps(facts)) for one, facts in subjects]
    insert_values(AuditEntry, [*said, "subject_type", "subject_id", "subject_code", "facts"], rows)


def _said(actor: Actor, action: str, cooperative: Cooperative | None) -> dict[str, Any]:
    """Who acts under a mandate is asked here whether it still stands: the write is refused with the line."""
    if actor.stands is not None:
        actor.stands(action)
    return {
        "at": clock.now(),
        "actor_id": actor.user.pk if actor.user else None,
        "actor_label": (actor.label or (actor.user.name if actor.user else ""))[:120],
        "cooperative_id": cooperative.pk if cooperative else None,
        "mandate_code": actor.mandate_code,
        "action": action,
    }


def _about(subject: Model) -> dict[str, Any]:
    return {
        "subject_type": subject._meta.label_lower,
        "subject_id": subject.pk,
        "subject_code": str(getattr(subject, "code", "") or "")[:60],
    }
