"""Do the tables still say what the log says? Each event and declaration is held against its leaf, in chunks."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import uuid5

from traceability.events.logged import DECLARATION_SUBJECT, EVENT_SUBJECT
from traceability.events.models import Event, Evidence
from traceability.events.writing import CAPTURED
from traceability.log.comparing import Entered, by_row, gone, not_in_log, numbers_of, pairs, rows_of
from traceability.log.leaves import EPCIS_EVENT, ERROR_DECLARATION
from traceability.log.matching import says_the_same
from traceability.log.parts import Finding, Told

LATE = timedelta(minutes=5)  # between a row's own time and the log's: a long transaction, clocks of two machines
EVIDENCE = re.compile(r"ni:///sha-256;([0-9a-f]{64})")
EVENT_COLUMNS = ("eventID", "type", "action", "bizStep", "disposition")
EVENT_ROWS = """
    SELECT kept.id, event_id, kept.type, action, biz_step, disposition, {event_time}, {received_at}, body, body_sha256
    FROM {those} traceability_event AS kept {on} kept.id = {value}"""
DECLARATION_ROWS = (
    "SELECT kept.id, received_at, body FROM {those} traceability_errordeclaration AS kept {on} kept.id = {value}"
)
EVIDENCE_ROWS = "SELECT event_id, sha256 FROM {those} traceability_evidence AS kept {on} kept.event_id = {value}"


class Matching:
    """A room of the audit; at the end it names the rows that no leaf tells of."""

    def __init__(self) -> None:
        self._events = Entered(EVENT_SUBJECT)
        self._declarations = Entered(DECLARATION_SUBJECT)

    def compare(self, told: Sequence[Told]) -> tuple[list[Finding], tuple[dict[int, int], dict[int, int]]]:
        events, found = by_row(told, EPCIS_EVENT, EVENT_SUBJECT)
        declarations, twice = by_row(told, ERROR_DECLARATION, DECLARATION_SUBJECT)
        carried = numbers_of(events), numbers_of(declarations)
        found += [*twice, *_match_events(events), *_match_declarations(declarations)]
        return found, carried

    def take(self, carried: tuple[dict[int, int], dict[int, int]]) -> Iterator[Finding]:
        yield from self._events.take(carried[0])
        yield from self._declarations.take(carried[1])

    def left_over(self) -> Iterator[Finding]:
        yield from not_in_log("SELECT id FROM traceability_event", "event", self._events)
        yield from not_in_log("SELECT id FROM traceability_errordeclaration", "declaration", self._declarations)


def _match_declarations(leaves: dict[int, Told]) -> Iterator[Finding]:
    for row, leaf, (received_at, body) in pairs(leaves, DECLARATION_ROWS):
        yield from _match_text(leaf, body, f"declaration {row}")
        yield from _match_arrival(leaf, received_at, f"declaration {row}")
    yield from gone(leaves, "declaration")


def _match_events(leaves: dict[int, Told]) -> Iterator[Finding]:
    with_evidence = {row: leaf for row, leaf in leaves.items() if '"ocop:evidence":[' in leaf.payload}
    yield from _match_evidence(with_evidence, list(leaves))
    sha256 = hashlib.sha256
    for row, event_id, *words, event_time, received_at, body, body_sha256 in rows_of(EVENT_ROWS, list(leaves)):
        leaf = leaves.pop(row)
        payload = leaf.payload
        if sha256(body.encode()).hexdigest() != body_sha256:
            yield Finding("body_hash", f"event {row}", "the document is not what its hash says")
        if body != payload:
            yield from _match_text(leaf, body, f"event {row}")
        if not _columns_fit(payload, event_id, tuple(words), event_time):
            yield Finding("columns", f"event {row}", f"its columns say something else than entry {leaf.seq}")
        if _as_leaf_writes(received_at) != leaf.at:
            yield from _match_arrival(leaf, received_at, f"event {row}")
    yield from gone(leaves, "event")


def _match_text(leaf: Told, body: str, where: str) -> Iterator[Finding]:
    if not says_the_same(body, leaf.payload):
        yield Finding("payload", where, f"the document is not the one in entry {leaf.seq}")


@lru_cache(maxsize=1024)  # events share them
def _written(words: tuple[str, ...]) -> list[str]:
    return [f'"{key}":"{value}"' for key, value in zip(EVENT_COLUMNS[1:], words, strict=True) if value]


def _columns_fit(payload: str, event_id: str, words: tuple[str, ...], event_time: datetime | str) -> bool:
    """A cheap look for the words as JSON would write them; only where it fails is the JSON read."""
    for each in _written(words):
        if each not in payload:
            break
    else:
        start = payload.find('"eventTime":"') + 13
        said_at = payload[start : payload.find('"', start)]
        if f'"eventID":"{event_id}"' in payload and same_moment(said_at, event_time):
            return True
    words = (event_id, *words)
    said = json.loads(payload)
    return all(said.get(key, "") == value for key, value in zip(EVENT_COLUMNS, words, strict=True)) and same_moment(
        str(said.get("eventTime")), event_time
    )


def _match_arrival(leaf: Told, received_at: datetime | str, where: str) -> Iterator[Finding]:
    if _as_leaf_writes(received_at) != leaf.at and not same_moment(leaf.at, received_at, within=LATE):
        yield Finding("received", where, f"received at {received_at}, but entry {leaf.seq} came at {leaf.at}")


@lru_cache(maxsize=256)  # what came in one document came at one moment
def _as_leaf_writes(column: datetime | str) -> str:
    """Quick: right where the column is in UTC, as both databases give it."""
    if isinstance(column, str):
        return f"{column[:10]}T{column[11:]}{'' if len(column) == 26 else '.000000'}Z"
    return column.isoformat(timespec="microseconds")[:26] + "Z"


def same_moment(text: str, column: datetime | str, *, within: timedelta = timedelta(milliseconds=1)) -> bool:
    """An ISO 8601 text and a column; SQLite gives the column in UTC without saying so."""
    try:
        kept = datetime.fromisoformat(f"{column}+00:00") if isinstance(column, str) else column
        return abs(datetime.fromisoformat(text) - kept) <= within
    except (ValueError, TypeError):
        return False


def _match_evidence(leaves: dict[int, Told], ids: Sequence[int]) -> Iterator[Finding]:
    """The photos bound to an event are those its document names, by their hashes."""
    kept: dict[int, set[str]] = {}
    for row, sha256 in rows_of(EVIDENCE_ROWS, ids):
        kept.setdefault(row, set()).add(sha256)
    for row in kept.keys() | leaves.keys():
        named = set(EVIDENCE.findall(_evidence_of(leaves[row].payload))) if row in leaves else set()
        bound = kept.get(row, set())
        if bound != named and not (bound <= named and _is_captured(row)):
            yield Finding("evidence", f"event {row}", "other photos are bound to it than its document names")


def _is_captured(row: int) -> bool:
    """Other systems name pictures that are not ours to show."""
    keys = Event.objects.filter(pk=row).values_list("event_id", "client_uuid").first()
    return keys is not None and uuid5(CAPTURED, keys[0]) == keys[1]


def _evidence_of(payload: str) -> str:
    start = payload.find('"ocop:evidence":[')
    return payload[start : payload.find("]", start)]


def check_files() -> Iterator[Finding]:
    """Every photo bound to an event is the file it was: its bytes are hashed again."""
    bound = Evidence.objects.select_related("photo").order_by("pk")
    for evidence in bound.iterator(chunk_size=200):
        where = f"photo {evidence.photo_id} of event {evidence.event_id}"
        if evidence.photo.sha256 != evidence.sha256:
            yield Finding("evidence", where, "the photo is another one than the event's document names")
            continue
        try:
            with evidence.photo.file.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
        except FileNotFoundError:
            yield Finding("evidence_gone", where, "its file is not there any more")
            continue
        if digest != evidence.sha256:
            yield Finding("evidence", where, "its file was changed")
