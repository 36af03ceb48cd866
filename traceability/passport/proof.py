"""Do the records and papers on this page say what the log says, and did somebody sign for it? One query for a page.

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
from typing import Any

from django.db.models import Subquery

from traceability.certificates.logged import SUBJECT as CERTIFICATE_SUBJECT
from traceability.certificates.logged import is_told_so
from traceability.certificates.models import Certificate
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
    """``entries``: the log's number of each event by its key. ``broken``: keys of events that do not fit;
    ``broken_papers``: of certificates."""

    state: State
    entries: dict[int, int] = field(default_factory=dict)
    broken: frozenset[int] = frozenset()
    broken_papers: frozenset[int] = frozenset()
    signed_size: int = 0
    signed_at: datetime | None = None


def proof_of(events: Sequence[Event], *, papers: Sequence[Certificate] = (), product: str = "") -> Proof:
    """``events`` as :func:`traceability.events.reading.recorded_events` gives them; the ``papers`` that the page of
    the product with this code shows. A paper is held against its newest entry, an event against its only one."""
    if not events:
        return Proof(State.EMPTY)
    said = _documents(events)
    subjects = {f"{CERTIFICATE_SUBJECT}{paper.pk}": paper for paper in papers}
    rows = _rows([*said, *subjects])
    broken = {event.pk for event in events if hashlib.sha256(event.body.encode()).hexdigest() != event.body_sha256}
    entries: dict[int, int] = {}
    told: dict[str, LogEntry] = {}
    for entry in rows:
        if entry.subject in said:
            key, body = said[entry.subject]
            if entry.subject in told or not _fits(entry, body):  # changed, or two entries for one row
                broken.add(key)
            if entry.subject.startswith(EVENT_SUBJECT):
                entries.setdefault(key, entry.seq)
        told[entry.subject] = entry
    wrong = {paper.pk for each, paper in subjects.items() if each in told and not _shows(told[each], paper, product)}
    signed_size, signed_at = (rows[0].signed_size or 0, rows[0].signed_at) if rows else (0, None)
    waits = len(told) < len(said) + len(subjects) or any(entry.seq >= signed_size for entry in told.values())
    state = State.MISMATCH if broken or wrong else State.WAITING if waits else State.VERIFIED
    return Proof(state, entries, frozenset(broken), frozenset(wrong), signed_size, signed_at)


def _documents(events: Sequence[Event]) -> dict[str, tuple[int, str]]:
    """Key and text of the event by what the log calls each of its documents."""
    said = {f"{EVENT_SUBJECT}{event.pk}": (event.pk, event.body) for event in events}
    for event in events:
        declared: int | None = getattr(event, "declared_pk", None)
        if declared is not None:
            said[f"{DECLARATION_SUBJECT}{declared}"] = (event.pk, event.declared_body)  # type: ignore[attr-defined]
    return said


def _rows(subjects: Sequence[str]) -> list[Any]:
    newest = Checkpoint.objects.order_by("-size")
    rows = LogEntry.objects.filter(subject__in=subjects).annotate(
        signed_size=Subquery(newest.values("size")[:1]), signed_at=Subquery(newest.values("made_at")[:1])
    )
    return list(rows.order_by("seq"))


def _shows(entry: LogEntry, paper: Certificate, product: str) -> bool:
    whole = leaf_hash(entry.leaf.encode()) == bytes(entry.leaf_hash)
    return whole and is_told_so(paper, product, json.loads(entry.leaf)["payload"])


def _fits(entry: LogEntry, body: str) -> bool:
    if leaf_hash(entry.leaf.encode()) != bytes(entry.leaf_hash):
        return False
    return bool(json.loads(entry.leaf)["payload"] == json.loads(body))
