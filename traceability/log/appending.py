"""Appending: the one place where entries of the log are made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from community import clock
from community.bulk_rows import insert_values
from community.errors import DomainError
from traceability.epcis.canonical import Canonical, canonical_json, canonical_text
from traceability.log.leaves import KINDS, Leaf, Place, commit_to, leaf_text, new_salt
from traceability.log.merkle import Frontier, leaf_hash
from traceability.log.models import LogEntry, LogHead, PrivatePart, Subtree

STORED_LEVELS = 8  # the roots of every 256 leaves, of every 256 of these, and so on


_COLUMNS = ("seq", "kind", "subject", "leaf", "leaf_hash")
_values = attrgetter(*_COLUMNS)


class LogMoved(DomainError):
    """Somebody else appended between our reading and our writing: the head was not locked. Nothing is stored."""


def origin() -> str:
    """What a new log is called, after the address its identifiers live at: "id.example.vn/tlog"."""
    parts = urlsplit(settings.ID_BASE_URL)
    return f"{parts.netloc}{parts.path.rstrip('/')}/tlog"


@transaction.atomic
def append(leaves: Sequence[Leaf]) -> list[LogEntry]:
    """Append the leaves in their order, in the caller's transaction; answers their entries. One lock for all of them.

    The head stays locked until that transaction ends, so append as late as possible and, in one transaction, once; who
    must change other rows afterwards takes the lock before them with :func:`take_turn`. The work is the same whatever
    the size of the log. Raises ``NotCanonical`` for a payload that RFC 8785 cannot write (NaN, integers beyond 2⁵³)
    and ValueError for a kind nobody knows.
    """
    if not leaves:
        return []
    unknown = {leaf.kind for leaf in leaves} - KINDS
    if unknown:
        raise ValueError(f"the log knows no {', '.join(sorted(unknown))}")
    # The slow part, before the lock.
    payloads = [one if isinstance(one := leaf.payload, Canonical) else canonical_text(one) for leaf in leaves]
    head = take_turn()
    size = head.size
    frontier = Frontier.load(size, bytes(head.frontier))
    entries, sealed = _entries(leaves, payloads, head)
    subtrees = [
        Subtree(level=level, index=index, root=root)
        for entry in entries
        for level, index, root in frontier.append(bytes(entry.leaf_hash))
        if level % STORED_LEVELS == 0
    ]
    moved = LogHead.objects.filter(pk=head.pk, size=size).update(
        size=frontier.size, frontier=frontier.dump(), last_recorded_at=head.last_recorded_at
    )
    if not moved:
        raise LogMoved("log_moved", size=size)
    insert_values(LogEntry, _COLUMNS, [_values(entry) for entry in entries])
    Subtree.objects.bulk_create(subtrees)
    PrivatePart.objects.bulk_create(sealed)
    return entries


def take_turn() -> LogHead:
    """Lock the log until the transaction ends and answer its head; call inside a transaction.

    Who locks rows of its own *after* appending must call this before, or two writers may wait for each other.
    """
    head = LogHead.objects.select_for_update().filter(pk=LogHead.ONLY).first()
    if head is None:
        LogHead.objects.get_or_create(pk=LogHead.ONLY, defaults={"origin": origin()})
        head = LogHead.objects.select_for_update().get(pk=LogHead.ONLY)
    return head


def _entries(
    leaves: Sequence[Leaf], payloads: Sequence[str], head: LogHead
) -> tuple[list[LogEntry], list[PrivatePart]]:
    # Clocks of two machines never agree: the log's own time stands still rather than going back, and a record that
    # came at another time says so.
    now = clock.now()
    at = head.last_recorded_at = max(now, head.last_recorded_at or now)
    entries, sealed = [], []
    for seq, (leaf, payload) in enumerate(zip(leaves, payloads, strict=True), start=head.size):
        commitment = ""
        if leaf.private:
            salt = new_salt()
            commitment = commit_to(leaf.private, salt)
            sealed.append(PrivatePart(entry_id=seq, salt=salt, body=canonical_json(leaf.private).decode()))
        said = replace(leaf, received=now) if leaf.received is None and now != at else leaf
        text = leaf_text(said, Place(head.origin, seq, at), payload=payload, commitment=commitment)
        entries.append(
            LogEntry(seq=seq, kind=leaf.kind, subject=leaf.subject, leaf=text, leaf_hash=leaf_hash(text.encode()))
        )
    return entries, sealed
