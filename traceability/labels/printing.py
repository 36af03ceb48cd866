"""Printing labels of a batch: written down once, numbered on, and asked about when there are more labels than packs.

MB-3: labels of a lot ≤ ⌈packs · 1.02⌉. Two in a hundred spoil in the printer; beyond that somebody says why. A label
is not a serial: the file may be fetched again without a new run.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Sum

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch, PostingKind
from traceability.events.writing import party_uri
from traceability.labels.geometry import SHEETS
from traceability.labels.models import LabelFile, LabelRun
from traceability.labels.sheets import MOST_LABELS, BadLabel, code_block_mm
from traceability.log.appending import append
from traceability.log.leaves import LABEL_RUN, Leaf

SPOILT_PERCENT = 2
DRAWN_AT_ONCE = 100  # more than these are drawn by the worker


class NotPrinted(DomainError):
    """Nothing was written down.

    Codes: not_public (facts: status), reason_needed (facts: printed, packs, most), replay_mismatch, bad_place (facts:
    most).
    """


@dataclass(frozen=True, slots=True)
class Wish:
    """``count`` labels on ``sheet`` (a name of SHEETS or LabelRun.PRINTING_HOUSE), ``used`` places left free before."""

    sheet: str
    count: int
    used: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Labels ``printed`` so far, ``packs`` there were to label (0: goods without a pack), and the ``most`` without a
    reason (None: no packs to compare with)."""

    printed: int
    packs: int

    @property
    def most(self) -> int | None:
        return -(-self.packs * (100 + SPOILT_PERCENT) // 100) if self.packs else None


def tally_of(batch: Batch) -> Tally:
    """Two queries. What was packed counts, unless it was taken back; not what is left, nor what a count found."""
    printed = LabelRun.objects.filter(batch=batch).aggregate(n=Sum("count"))["n"] or 0
    if batch.pack is None:
        return Tally(printed=printed, packs=0)
    packing = batch.postings.filter(kind=PostingKind.PACK, cancelled_by__isnull=True)
    packed_base = packing.aggregate(n=Sum("on_hand_delta"))["n"] or 0
    return Tally(printed=printed, packs=max(0, packed_base // batch.pack.net_quantity_base))


@transaction.atomic
def print_labels(*, batch: Batch, wish: Wish, key: UUID, actor: Actor) -> LabelRun:
    """Write the run down, in the log too; its file is drawn by :mod:`traceability.labels.files`.

    The same ``key`` again answers the run that it made. Raises :class:`NotPrinted` and ``BadLabel``.
    """
    # Whoever prints the same batch waits here, so that numbers follow on and nobody slips past the limit.
    status = Batch.objects.select_for_update().values_list("status", flat=True).get(pk=batch.pk)
    if (earlier := LabelRun.objects.filter(key=key).first()) is not None:
        return _same(earlier, batch, wish)
    if status != Batch.Status.PUBLISHED:
        raise NotPrinted("not_public", status=status)
    _check_paper(batch, wish)
    tally = tally_of(batch)
    if tally.most is not None and tally.printed + wish.count > tally.most and not wish.reason:
        raise NotPrinted("reason_needed", printed=tally.printed, packs=tally.packs, most=tally.most)
    run = LabelRun.objects.create(
        batch=batch,
        sheet=wish.sheet,
        used=wish.used,
        first_number=tally.printed + 1,
        count=wish.count,
        reason=wish.reason,
        key=key,
        actor=actor.user,
        at=clock.now(),
    )
    if wish.sheet in SHEETS and wish.count > DRAWN_AT_ONCE:
        LabelFile.objects.create(run=run)
    record(
        actor=actor,
        action="label.printed",
        subject=run,
        cooperative=batch.cooperative,
        count=run.count,
        sheet=run.sheet,
        first=run.first_number,
        lot=batch.lot_code,
    )
    append([_leaf(run, batch)])
    return run


def _check_paper(batch: Batch, wish: Wish) -> None:
    if wish.count < 1:
        raise BadLabel("nothing_to_print")
    if wish.sheet == LabelRun.PRINTING_HOUSE:
        return
    if wish.count > MOST_LABELS:
        raise BadLabel("too_many", most=MOST_LABELS)
    sheet = SHEETS[wish.sheet]
    if not 0 <= wish.used < sheet.labels_per_page:
        raise NotPrinted("bad_place", most=sheet.labels_per_page)
    code_block_mm(batch_uri(batch), sheet)


def _same(run: LabelRun, batch: Batch, wish: Wish) -> LabelRun:
    if run.batch_id != batch.pk or Wish(run.sheet, run.count, run.used, run.reason) != wish:
        raise NotPrinted("replay_mismatch")
    return run


def _leaf(run: LabelRun, batch: Batch) -> Leaf:
    payload = {
        "run": run.code,
        "lot": batch_uri(batch),
        "first": run.first_number,
        "count": run.count,
        "sheet": run.sheet,
        "reprint": bool(run.reason),
    }
    # Why is somebody's own words: bound to the log, readable only by the cooperative.
    private = {"reason": run.reason} if run.reason else None
    return Leaf(
        LABEL_RUN,
        f"labelrun:{run.pk}",
        payload,
        about=(batch_uri(batch),),
        actor=party_uri(batch.cooperative),
        private=private,
    )
