"""The lot ledger's only door: every movement is one append-only row and one conditional UPDATE.

The UPDATE carries its own guard (``available_base >= n``), so two writers can never both take the last pack, on
SQLite and PostgreSQL alike; the CHECK constraint on the batch is the second fence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from community import clock
from community.accounts.models import User
from community.errors import DomainError
from traceability.batches.models import Batch, Posting, PostingKind


class OutOfStock(DomainError):
    """The batch does not hold that much any more; facts: batch (lot code), wanted_base."""


class BatchNotOnSale(DomainError):
    """The batch was held, recalled or closed meanwhile; facts: batch (lot code)."""


# How a movement of n base units changes (on hand, available). Reserving takes from what is available only.
EFFECT: dict[str, tuple[int, int]] = {
    PostingKind.HARVEST: (+1, +1),
    PostingKind.BUY: (+1, +1),
    PostingKind.IN: (+1, +1),
    PostingKind.PACK: (+1, +1),
    PostingKind.RETURN: (+1, +1),
    PostingKind.OUT: (-1, -1),
    PostingKind.WASTE: (-1, -1),
    PostingKind.SAMPLE: (-1, -1),
    PostingKind.OWN_USE: (-1, -1),
    PostingKind.RESERVE: (0, -1),
    PostingKind.RELEASE: (0, +1),
    PostingKind.SELL: (-1, 0),
}


@dataclass(frozen=True, slots=True)
class Movement:
    """``quantity_base`` > 0 in the batch's base unit; ``key`` makes the movement happen once."""

    kind: PostingKind
    quantity_base: int
    key: str | None = None
    at: datetime | None = None
    event_id: int | None = None
    by: User | None = None


@transaction.atomic
def post(*, batch_id: int, movement: Movement) -> Posting:
    """Move stock of one batch. Raises :class:`OutOfStock` and changes nothing when there is not enough.

    A movement whose key was already posted is returned as it stands.
    """
    if movement.quantity_base <= 0:
        raise ValueError("a movement is a positive quantity")
    if movement.key is not None and (earlier := Posting.objects.filter(key=movement.key).first()):
        return earlier
    on_hand, available = (sign * movement.quantity_base for sign in EFFECT[movement.kind])
    _move(batch_id=batch_id, movement=movement, on_hand=on_hand, available=available)
    return Posting.objects.create(
        batch_id=batch_id,
        kind=movement.kind,
        quantity_base=movement.quantity_base,
        on_hand_delta=on_hand,
        available_delta=available,
        at=movement.at or clock.now(),
        key=movement.key,
        event_id=movement.event_id,
        actor=movement.by,
    )


def _move(*, batch_id: int, movement: Movement, on_hand: int, available: int) -> None:
    row = Batch.objects.filter(pk=batch_id)
    if movement.kind == PostingKind.RESERVE:
        row = row.filter(status=Batch.Status.PUBLISHED)
    guarded = row.filter(
        available_base__gte=-available,
        on_hand_base__gte=F("available_base") + available - on_hand,
    )
    if not guarded.update(on_hand_base=F("on_hand_base") + on_hand, available_base=F("available_base") + available):
        raise _refusal(batch_id=batch_id, movement=movement)


def _refusal(*, batch_id: int, movement: Movement) -> DomainError:
    batch = Batch.objects.get(pk=batch_id)
    if movement.kind == PostingKind.RESERVE and batch.status != Batch.Status.PUBLISHED:
        return BatchNotOnSale("batch_not_on_sale", batch=batch.lot_code)
    return OutOfStock("out_of_stock", batch=batch.lot_code, wanted_base=movement.quantity_base)
