"""Checks lots after every write that moves them (MB-10): a block stops sale and claims of the lot and of everything
made of it, never recording; and goes by itself when the records are put right.

``moved`` is what ``batches.watching`` calls; ``check_batch`` and ``check_descendants`` are the same for faces.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from itertools import islice

from django.db import transaction
from django.db.models import F

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from traceability.balance.facts import Finding
from traceability.balance.gathering import gather
from traceability.balance.models import Check, Severity
from traceability.balance.near import near, same_ground
from traceability.balance.observing import observe
from traceability.balance.records import open_doubts
from traceability.balance.storing import INHERITED, Stored, store
from traceability.balance.telling import tell_of_blocks
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.batches.watching import register
from traceability.genealogy.tracing import Direction, trace

AT_ONCE = 500
CHECKER = Actor.system("balance")


def watch_lots() -> None:
    """Called once at start: whoever moves a lot says so to ``batches.watching``."""
    register(check_lots, same_ground)


def check_batch(batch_id: int) -> list[Check]:
    """Check one lot and what was made of it; answers its open checks, worst first."""
    check_lots([batch_id])
    return list(Check.objects.open().filter(batch_id=batch_id).worst_first())


def check_descendants(batch_ids: Collection[int]) -> None:
    """Check these lots and everything made of them."""
    check_lots(batch_ids)


@transaction.atomic
def check_records(misfits: Collection[int]) -> None:
    """Stop the lots of these events, whose records are not as the log has them; free those whose records are again."""
    check_lots(open_doubts(misfits))


@transaction.atomic
def check_lots(batch_ids: Collection[int]) -> None:
    """These lots, those of the same plots, and all that was made of them: rules, stored checks, locks, notes.

    About thirty queries for up to 500 lots; the same again changes nothing, and no order of calls matters.
    """
    if not batch_ids:
        return
    lots = near(batch_ids)
    for some in _chunks(lots):
        observed = observe(gather(some), today=clock.today())
        stored = store(some, observed, inherited=False)
        tell_of_blocks(stored.new_blocks)
        _touch(stored)
    for some in _chunks(lots):
        _touch(store(some, _inherited(some), inherited=True))
        _set_locks(some)


def _chunks(ids: Iterable[int]) -> Iterable[list[int]]:
    walking = iter(ids)
    while some := list(islice(walking, AT_ONCE)):
        yield some


def _inherited(batch_ids: list[int]) -> dict[int, list[Finding]]:
    """Blocks of the lots these were made of."""
    ancestry = trace(batch_ids, Direction.BACK)
    if not ancestry.links:
        return {}
    blocks = (
        Check.objects.open()
        .filter(severity=Severity.BLOCK, batch_id__in=ancestry.ids)
        .exclude(key__startswith=INHERITED)
        .select_related("batch")
        .order_by("pk")
    )
    onward: dict[int, list[int]] = defaultdict(list)
    for link in ancestry.links:
        onward[link.parent].append(link.child)
    found: dict[int, list[Finding]] = defaultdict(list)
    asked = set(batch_ids)
    seen: set[tuple[int, str, int]] = set()
    for block in blocks:
        for lot in _below(block.batch_id, onward) & asked:
            if (lot, block.rule, block.batch_id) not in seen:
                seen.add((lot, block.rule, block.batch_id))
                found[lot].append(_handed_down(block))
    return found


def _below(start: int, onward: dict[int, list[int]]) -> set[int]:
    below: set[int] = set()
    waiting = [start]
    while waiting:
        for further in onward.get(waiting.pop(), ()):
            if further not in below:
                below.add(further)
                waiting.append(further)
    return below


def _handed_down(block: Check) -> Finding:
    return Finding(
        rule=block.rule,
        severity=Severity.BLOCK,
        formula="made of a blocked lot",
        observed=1,
        limit=0,
        key=f"{INHERITED}{block.batch_id}",
        inputs={"lot": block.batch.lot_code, "code": block.batch.public_code},
        event_id=block.event_id,
    )


def _set_locks(batch_ids: Collection[int]) -> None:
    """``locked_at`` says whether a block is open; each change is audited and drawn on the page at once."""
    blocked = Check.objects.open().filter(batch_id__in=batch_ids, severity=Severity.BLOCK)
    shut = set(blocked.values_list("batch_id", flat=True))
    batches = Batch.objects.filter(pk__in=batch_ids).select_related("cooperative").order_by("pk")
    for batch in batches:
        if (batch.locked_at is not None) == (batch.pk in shut):
            continue
        locking = batch.pk in shut
        changed = Batch.objects.filter(pk=batch.pk, locked_at__isnull=locking).update(
            locked_at=clock.now() if locking else None, page_version=F("page_version") + 1
        )
        if changed:
            action = "batch.locked" if locking else "batch.unlocked"
            record(actor=CHECKER, action=action, subject=batch, cooperative=batch.cooperative, lot=batch.lot_code)


def _touch(stored: Stored) -> None:
    if stored.changed:
        touch_pages(Batch.objects.filter(pk__in=sorted(stored.changed)))
