"""Labels that are on no pack and never will be: spoilt ones and those left over are destroyed, and somebody says so.

MB-3: each label of a lot was made, then put on a pack, or destroyed. Packing takes one label a pack; what is made
beyond packs and destroyed ones is out somewhere, and could be on goods that are not ours.
"""

from __future__ import annotations

from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import Sum

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from traceability.batches.models import Batch
from traceability.batches.watching import moved
from traceability.labels.models import LabelVoid
from traceability.labels.printing import tally_of


class BadVoid(DomainError):
    """Codes: nothing_voided, more_than_made (fact: most), void_mismatch, void_cancelled."""


def voided_of(batch: Batch) -> int:
    """How many labels were destroyed. One query."""
    return LabelVoid.objects.filter(batch=batch).aggregate(sum=Sum("count"))["sum"] or 0


def left_over(batch: Batch) -> int:
    """Labels that are neither on a pack nor destroyed. Three queries; below zero: packs without a label of ours."""
    tally = tally_of(batch)
    return tally.printed - tally.packs - voided_of(batch)


@transaction.atomic
def void_labels(*, batch: Batch, count: int, why: str, key: UUID, actor: Actor) -> LabelVoid:
    """Write down that ``count`` labels were destroyed. The same ``key`` again answers the row it made."""
    _hold(batch)
    if (earlier := LabelVoid.objects.filter(key=key).first()) is not None:
        if (earlier.batch_id, earlier.count, earlier.why) != (batch.pk, count, why):
            raise BadVoid("void_mismatch")
        return earlier
    most = tally_of(batch).printed - voided_of(batch)
    if count <= 0:
        raise BadVoid("nothing_voided")
    if count > most:
        raise BadVoid("more_than_made", most=most)
    void = LabelVoid.objects.create(
        batch=batch, count=count, why=LabelVoid.Why(why), key=key, actor=actor.user, at=clock.now()
    )
    _note(void, "label.voided", actor)
    return void


@transaction.atomic
def cancel_void(*, void: LabelVoid, actor: Actor) -> LabelVoid:
    """It was a mistake: the labels are there. Once; again answers the same row."""
    _hold(void.batch)
    if void.cancels_id is not None:
        raise BadVoid("void_cancelled")
    if (earlier := LabelVoid.objects.filter(cancels=void).first()) is not None:
        return earlier
    back = LabelVoid.objects.create(
        batch=void.batch,
        count=-void.count,
        why=void.why,
        key=uuid5(void.key, "cancelled"),
        actor=actor.user,
        at=clock.now(),
        cancels=void,
    )
    _note(back, "label.void_cancelled", actor)
    return back


def _hold(batch: Batch) -> None:
    """Whoever prints or destroys labels of the same batch waits here."""
    Batch.objects.select_for_update().only("pk").get(pk=batch.pk)


def _note(void: LabelVoid, action: str, actor: Actor) -> None:
    batch = void.batch
    record(
        actor=actor,
        action=action,
        subject=void,
        cooperative=batch.cooperative,
        lot=batch.lot_code,
        count=abs(void.count),
        why=void.why,
    )
    moved([batch.pk])
