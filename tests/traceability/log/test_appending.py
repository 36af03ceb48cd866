"""Entries are appended in order, without a gap, with the caller's transaction or not at all."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from community import clock
from traceability.epcis.canonical import NotCanonical, canonical_json
from traceability.log.appending import append
from traceability.log.leaves import Leaf, commit_to
from traceability.log.merkle import Frontier, frontier_of, leaf_hash, node_hash
from traceability.log.models import LogEntry, LogHead, PrivatePart, Subtree

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def leaf(number: int, **more) -> Leaf:
    return Leaf(kind="epcis-event", subject=f"event:{number}", payload={"eventID": f"ni:{number}"}, **more)


def test_entries_count_from_zero_without_a_gap() -> None:
    first = append([leaf(1), leaf(2)])
    then = append([leaf(3)])
    assert [entry.seq for entry in first + then] == [0, 1, 2]
    assert list(LogEntry.objects.values_list("seq", "subject")) == [(0, "event:1"), (1, "event:2"), (2, "event:3")]
    assert append([]) == [] and LogHead.objects.get().size == 3


def test_a_leaf_is_canonical_and_says_its_place() -> None:
    with clock.at(NOON):
        [entry] = append([leaf(7, about=("http://x/1",), actor="http://x/p/HQ")])
    told = json.loads(entry.leaf)
    assert told == {
        "v": 1,
        "log": "localhost:8000/tlog",
        "seq": 0,
        "kind": "epcis-event",
        "recordTime": "2026-11-22T05:00:00.000000Z",
        "actor": "http://x/p/HQ",
        "subjects": ["http://x/1"],
        "payload": {"eventID": "ni:7"},
    }
    assert entry.leaf.encode() == canonical_json(told)
    assert entry.leaf_hash == hashlib.sha256(b"\x00" + entry.leaf.encode()).digest()


def test_the_head_is_the_frontier_of_all_leaves() -> None:
    for size in (1, 2, 300):
        append([leaf(number) for number in range(size)])
    head = LogHead.objects.get()
    hashes = [bytes(each) for each in LogEntry.objects.values_list("leaf_hash", flat=True)]
    assert head.size == 303 == len(hashes)
    assert bytes(head.frontier) == frontier_of(hashes).dump()


def test_the_root_of_every_256_leaves_is_kept() -> None:
    append([leaf(number) for number in range(700)])
    hashes = [bytes(each) for each in LogEntry.objects.values_list("leaf_hash", flat=True)]
    kept = {(tree.level, tree.index): bytes(tree.root) for tree in Subtree.objects.all()}
    assert kept == {(8, 0): frontier_of(hashes[:256]).root(), (8, 1): frontier_of(hashes[256:512]).root()}


def test_a_refused_transaction_leaves_no_gap() -> None:
    append([leaf(1)])
    with transaction.atomic():
        append([leaf(2)])
        transaction.set_rollback(True)
    [entry] = append([leaf(3)])
    assert entry.seq == 1 and LogHead.objects.get().size == 2


def test_what_json_cannot_say_is_refused_and_nothing_stored() -> None:
    bad = Leaf(kind="epcis-event", subject="event:2", payload={"n": float("nan")})
    with pytest.raises(NotCanonical):
        append([leaf(1), bad])
    with pytest.raises(ValueError, match="knows no"):
        append([leaf(1), Leaf(kind="rumour", subject="x:1", payload={})])
    assert not LogEntry.objects.exists() and not LogHead.objects.filter(size__gt=0).exists()


def test_the_log_s_time_never_goes_back() -> None:
    with clock.at(NOON):
        append([leaf(1)])
    with clock.at(NOON - timedelta(hours=3)):
        [late] = append([leaf(2, received=NOON - timedelta(hours=3))])
    told = json.loads(late.leaf)
    assert told["recordTime"] == "2026-11-22T05:00:00.000000Z"
    assert told["received"] == "2026-11-22T02:00:00.000000Z"


def test_a_private_part_is_only_committed_to_and_can_be_erased() -> None:
    [entry] = append([leaf(1, private={"name": "Nguyễn Thị Lan"})])
    assert "Lan" not in entry.leaf
    kept = PrivatePart.objects.get(entry=entry)
    assert json.loads(entry.leaf)["private"] == commit_to(json.loads(kept.body), bytes(kept.salt))
    assert commit_to(json.loads(kept.body), b"\x00" * 32) != json.loads(entry.leaf)["private"]
    kept.delete()
    assert LogEntry.objects.get().leaf == entry.leaf


def test_appending_asks_the_database_as_often_whatever_the_size() -> None:
    """At 1,000,000 leaves as at 1: the head, the head again, the entries; nothing that exists is read."""
    append([leaf(0)])
    small = queries_of_one()
    roots = [hashlib.sha256(bytes([number])).digest() for number in range((1_000_001).bit_count())]
    LogHead.objects.update(size=1_000_001, frontier=b"".join(roots))
    large = queries_of_one()
    assert len(large) == len(small) <= 5, large
    assert Frontier.load(1_000_002, bytes(LogHead.objects.get().frontier)).roots[-1] == node_hash(
        roots[-1], leaf_hash(LogEntry.objects.get(seq=1_000_001).leaf.encode())
    )
    assert len(bytes(LogHead.objects.get().frontier)) <= 64 * 32


def queries_of_one() -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        append([leaf(9)])
    return [each["sql"] for each in asked.captured_queries]
