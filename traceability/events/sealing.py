"""Movements of the lot ledger in the log: not each, but a hash over all of them up to a number, once an hour.

What the shop alone moves (reserve, release, sell, return) and what a count found have no record of their own. A seal
binds them all the same: whoever changes, adds or takes out a movement that was sealed is found by ``tlog_audit``.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db import OperationalError, connection, transaction

from traceability.batches.models import Posting
from traceability.log.appending import append, take_turn
from traceability.log.leaves import MOVEMENTS, Leaf
from traceability.log.models import LogEntry
from traceability.log.parts import Finding, Told

logger = logging.getLogger(__name__)

SUBJECT = "movements:"
CHUNK = 2_000
MOST_AT_ONCE = 50_000  # movements under one seal, so that nobody waits long for the log's head
WAIT = "2s"  # for writers to finish; else the next hour seals
_COLUMNS = ("pk", "batch_id", "kind", "quantity_base", "on_hand_delta", "available_delta", "at", "key", "event_id")
_COLUMNS += ("cancels_id",)


@dataclass(frozen=True, slots=True)
class Seal:
    """``digest`` (SHA-256, hex) over ``count`` movements with keys above ``after`` and up to ``until``."""

    after: int
    until: int
    count: int
    digest: str


def seal_movements() -> int:
    """Seal what moved since the last seal; how many movements. 0 also when writers kept the table for too long."""
    try:
        finished = _finished()
    except OperationalError as fault:
        logger.warning("movements are sealed an hour later: %s", fault)
        return 0
    sealed = 0
    while part := _seal_part(finished):
        sealed += part
    return sealed


def _finished() -> int:
    """The highest key below which no movement is still being written: keys are given before transactions end."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{WAIT}'")
                cursor.execute("LOCK TABLE traceability_posting IN SHARE MODE")
        return Posting.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@transaction.atomic
def _seal_part(finished: int) -> int:
    take_turn()  # two workers never seal the same movements
    last = LogEntry.objects.filter(kind=MOVEMENTS).order_by("-seq").first()
    after = int(last.subject.removeprefix(SUBJECT)) if last else 0
    keys = Posting.objects.filter(pk__gt=after, pk__lte=finished).order_by("pk").values_list("pk", flat=True)
    part = list(keys[:MOST_AT_ONCE])
    if not part:
        return 0
    seal = seal_over(after, part[-1])
    said = {"after": seal.after, "until": seal.until, "count": seal.count, "sha256": seal.digest}
    append([Leaf(kind=MOVEMENTS, subject=f"{SUBJECT}{seal.until}", payload=said)])
    return seal.count


def seal_over(after: int, until: int) -> Seal:
    """What a seal over these keys says today. One JSON array a line: key, lot, kind, amount, what it did to the
    stock and to what can be sold, moment (UTC), its own key, the event it follows, the movement it takes back."""
    digest, count, last = hashlib.sha256(), 0, after
    rows = Posting.objects.order_by("pk").values_list(*_COLUMNS)
    while part := list(rows.filter(pk__gt=last, pk__lte=until)[:CHUNK]):
        for pk, batch, kind, amount, on_hand, available, at, *rest in part:
            moment = at.astimezone(UTC).isoformat(timespec="microseconds")
            digest.update(json.dumps([pk, batch, kind, amount, on_hand, available, moment, *rest]).encode() + b"\n")
        count, last = count + len(part), part[-1][0]
    return Seal(after, until, count, digest.hexdigest())


class SealMatching:
    """A room of the audit: at the end it holds every seal against the movements."""

    def __init__(self) -> None:
        self._seals: list[tuple[int, dict[str, Any]]] = []

    def compare(self, told: Sequence[Told]) -> tuple[list[Finding], list[tuple[int, dict[str, Any]]]]:
        return [], [(leaf.seq, json.loads(leaf.payload)) for leaf in told if leaf.kind == MOVEMENTS]

    def take(self, carried: list[tuple[int, dict[str, Any]]]) -> Iterable[Finding]:
        self._seals += carried
        return ()

    def left_over(self) -> Iterator[Finding]:
        after = 0
        for seq, said in self._seals:
            if said.get("after") != after:
                yield Finding("seal", f"entry {seq}", f"it does not go on from movement {after}")
            seal = seal_over(said["after"], said["until"])
            if (seal.count, seal.digest) != (said["count"], said["sha256"]):
                words = f"movements {seal.after + 1} to {seal.until} are not those of its hash"
                yield Finding("seal", f"entry {seq}", words)
            after = said["until"]
