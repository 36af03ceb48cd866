"""The register of breaches: written once, added to, never changed. Its clock runs from when it was found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.privacy.models import Breach, BreachNote, Risk

RIGHT = "community.add_breach"


class CannotRegister(DomainError):
    """``not_allowed``, ``no_words``, ``future`` (found later than now), ``closed`` (nothing is added after that)."""


@dataclass(frozen=True, slots=True)
class BreachFacts:
    """``who``: groups and kinds of data, no names; ``affected``: people, estimated."""

    what: str
    found_at: datetime
    who: str
    affected: int
    risk: str


@transaction.atomic
def register_breach(*, facts: BreachFacts, actor: Actor) -> Breach:
    if actor.user is None or not actor.is_staff_with(RIGHT):
        raise CannotRegister("not_allowed")
    if not facts.what.strip() or not facts.who.strip():
        raise CannotRegister("no_words")
    now = clock.now()
    if facts.found_at > now:
        raise CannotRegister("future")
    breach = Breach.objects.create(
        what=facts.what.strip(),
        found_at=facts.found_at,
        who=facts.who.strip(),
        affected=facts.affected,
        risk=Risk(facts.risk),
        written_by=actor.user,
        at=now,
    )
    record(actor=actor, action="breach.registered", subject=breach, affected=facts.affected, risk=facts.risk)
    return breach


@transaction.atomic
def add_note(*, breach: Breach, kind: str, words: str, actor: Actor, affected: int | None = None) -> BreachNote:
    if actor.user is None or not actor.is_staff_with(RIGHT):
        raise CannotRegister("not_allowed")
    if not words.strip():
        raise CannotRegister("no_words")
    Breach.objects.select_for_update().get(pk=breach.pk)
    if breach.notes.filter(kind=BreachNote.Kind.CLOSED).exists():
        raise CannotRegister("closed")
    note = BreachNote.objects.create(
        breach=breach,
        kind=BreachNote.Kind(kind),
        words=words.strip(),
        affected=affected,
        written_by=actor.user,
        at=clock.now(),
    )
    record(actor=actor, action="breach.noted", subject=breach, kind=kind)
    return note


def authority_due(breach: Breach, kinds: set[str]) -> datetime | None:
    """Until when the authority must be told; None once it was, or the case is closed."""
    settled = {str(BreachNote.Kind.AUTHORITY), str(BreachNote.Kind.CLOSED)}
    return None if kinds & settled else breach.authority_by


def affected_now(breach: Breach, notes: list[BreachNote]) -> int:
    """The newest count."""
    return next((note.affected for note in reversed(notes) if note.affected is not None), breach.affected)
