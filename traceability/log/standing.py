"""Whether a record can be proved: what a passport says of its batch, in three states."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from enum import StrEnum

from django.apps import apps

from traceability.log.checkpoints import latest_checkpoint
from traceability.log.leaves import EPCIS_EVENT
from traceability.log.matching import says_the_same
from traceability.log.models import LogEntry
from traceability.log.parts import cut

AT_ONCE = 500


class Standing(StrEnum):
    VERIFIED = "verified"  # every record is in the log as it is shown, and under a signed checkpoint
    PENDING = "pending"  # all fits, but something is not yet in a checkpoint
    MISMATCH = "mismatch"  # a record is not, or not so, in the log: nothing of it may be sold


def standing_of(event_ids: Collection[int]) -> Standing:
    """The worst standing among these events. One query for the checkpoint and two for every 500 events."""
    signed = latest_checkpoint()
    worst = Standing.VERIFIED
    for part in _parts(event_ids):
        seqs = _seqs_that_fit(part)
        if len(seqs) < len(part):
            return Standing.MISMATCH
        if signed is None or any(seq >= signed.size for seq in seqs.values()):
            worst = Standing.PENDING
    return worst


def misfits(event_ids: Collection[int]) -> list[int]:
    """Those of the events whose record is not, or not so, in the log."""
    return [pk for part in _parts(event_ids) for pk in sorted(set(part) - _seqs_that_fit(part).keys())]


def _seqs_that_fit(event_ids: Collection[int]) -> dict[int, int]:
    """By event: the one entry whose leaf is what its hash says, and says what the event's document says."""
    events = apps.get_model("traceability", "Event").objects.filter(pk__in=event_ids)  # a room above this one
    rows = {f"event:{pk}": (pk, body, digest) for pk, body, digest in events.values_list("pk", "body", "body_sha256")}
    found: dict[int, int] = {}
    refused: set[int] = set()
    for entry in LogEntry.objects.filter(subject__in=list(rows), kind=EPCIS_EVENT):
        pk, body, digest = rows[entry.subject]
        if pk in found or hashlib.sha256(body.encode()).hexdigest() != digest or not _fits(entry, body):
            refused.add(pk)
        found[pk] = entry.seq
    return {pk: seq for pk, seq in found.items() if pk not in refused}


def _fits(entry: LogEntry, body: str) -> bool:
    told = cut(entry.seq, entry.kind, entry.subject, entry.leaf)
    hashed = hashlib.sha256(b"\x00" + entry.leaf.encode()).digest()
    return told is not None and hashed == bytes(entry.leaf_hash) and says_the_same(body, told.payload)


def _parts(event_ids: Collection[int]) -> Iterable[list[int]]:
    ids = sorted(set(event_ids))
    return (ids[first : first + AT_ONCE] for first in range(0, len(ids), AT_ONCE))
