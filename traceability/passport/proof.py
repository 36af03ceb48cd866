"""Do the records on this page say what the log says, and did somebody sign for it? One query for the whole page.

This compares each record with its own entry of the log. That the log itself was never rewritten is for the checkpoint's
proofs to show: ``tlog_audit`` here, ``verify.py`` on anybody's own machine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.db.models import Subquery

from traceability.events.logged import DECLARATION_SUBJECT, EVENT_SUBJECT
from traceability.events.models import Event
from traceability.log.merkle import leaf_hash
from traceability.log.models import Checkpoint, LogEntry


class State(StrEnum):
    VERIFIED = "verified"  # every record fits its entry, and all entries are under a signed checkpoint
    WAITING = "waiting"  # they fit, but some are younger than the last checkpoint
    MISMATCH = "mismatch"  # a record says something else than the log
    EMPTY = "empty"  # nothing is recorded


@dataclass(frozen=True, slots=True)
class Proof:
    """``entries``: the log's number of each event by its key. ``broken``: keys of events that do not fit."""

    state: State
    entries: dict[int, int] = field(default_factory=dict)
    broken: frozenset[int] = frozenset()
    signed_size: int = 0
    signed_at: datetime | None = None


def proof_of(events: Sequence[Event]) -> Proof:
    """``events`` as :func:`traceability.events.reading.recorded_events` gives them."""
    if not events:
        return Proof(State.EMPTY)
    said = {f"{EVENT_SUBJECT}{event.pk}": (event.pk, event.body) for event in events}
    for event in events:
        declared: int | None = getattr(event, "declared_pk", None)
        if declared is not None:
            said[f"{DECLARATION_SUBJECT}{declared}"] = (event.pk, event.declared_body)  # type: ignore[attr-defined]
    newest = Checkpoint.objects.order_by("-size")
    rows = LogEntry.objects.filter(subject__in=said).annotate(
        signed_size=Subquery(newest.values("size")[:1]), signed_at=Subquery(newest.values("made_at")[:1])
    )
    entries: dict[int, int] = {}
    twice: dict[str, set[int]] = {}
    broken = {event.pk for event in events if hashlib.sha256(event.body.encode()).hexdigest() != event.body_sha256}
    signed_size, signed_at, youngest = 0, None, -1
    for entry in rows:
        if entry.subject not in said:  # two entries for one row
            broken |= twice[entry.subject]
            continue
        key, body = said.pop(entry.subject)
        twice[entry.subject] = {key}
        signed_size, signed_at = entry.signed_size or 0, entry.signed_at
        youngest = max(youngest, entry.seq)
        if entry.subject.startswith(EVENT_SUBJECT):
            entries[key] = entry.seq
        if not _fits(entry, body):
            broken.add(key)
    waiting = bool(said) or youngest >= signed_size
    state = State.MISMATCH if broken else State.WAITING if waiting else State.VERIFIED
    return Proof(state, entries, frozenset(broken), signed_size, signed_at)


def _fits(entry: LogEntry, body: str) -> bool:
    if leaf_hash(entry.leaf.encode()) != bytes(entry.leaf_hash):
        return False
    return bool(json.loads(entry.leaf)["payload"] == json.loads(body))
