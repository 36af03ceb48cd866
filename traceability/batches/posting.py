"""The lot ledger's only door: every movement is one append-only row and one conditional UPDATE.

Two ways in. :func:`post` asks first: the UPDATE carries its own guard (``available_base >= n``), so two writers can
never both take the last pack. :func:`post_recorded` writes down what has already happened and never refuses for lack
of stock: what was taken beyond what there was stands in ``shortfall_base`` until a correction or a late record fills
it. Both keep, on SQLite and PostgreSQL alike, after every movement and in whatever order they come:

    available_base - shortfall_base = Σ available_delta        on_hand_base - shortfall_base = Σ on_hand_delta
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import BigIntegerField, F, QuerySet, Value
from django.db.models.functions import Greatest

from community import clock
from community.accounts.models import User
from community.errors import DomainError
from traceability.batches.models import Batch, Posting, PostingKind


class OutOfStock(DomainError):
    """The batch does not hold that much any more; facts: batch (lot code), wanted_base."""


class BatchNotOnSale(DomainError):
    """The batch was held, recalled, closed or locked meanwhile; facts: batch (lot code)."""


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
# What the shop promises to buyers: asked for under a guard, never written down after the fact.
PROMISES = frozenset({PostingKind.RESERVE, PostingKind.RELEASE})


@dataclass(frozen=True, slots=True)
class Movement:
    """``quantity_base`` > 0 in the batch's base unit; ``key`` makes the movement happen once.

    ``direction`` (+1 or -1) is for ADJUST alone. ``from_reserve=False`` is a sale by hand: of goods nobody reserved.
    """

    kind: PostingKind
    quantity_base: int
    key: str | None = None
    at: datetime | None = None
    event_id: int | None = None
    by: User | None = None
    direction: int = 0
    from_reserve: bool = True

    @property
    def deltas(self) -> tuple[int, int]:
        """(on hand, available). Raises ValueError for a movement that makes no sense: a programming error."""
        if self.quantity_base <= 0:
            raise ValueError("a movement is a positive quantity")
        if (self.kind == PostingKind.ADJUST) != (self.direction in (-1, 1)):
            raise ValueError("an adjustment, and nothing else, has a direction")
        if self.kind == PostingKind.ADJUST:
            return self.direction * self.quantity_base, self.direction * self.quantity_base
        if self.kind == PostingKind.SELL and not self.from_reserve:
            return -self.quantity_base, -self.quantity_base
        on_hand, available = EFFECT[self.kind]
        return on_hand * self.quantity_base, available * self.quantity_base


def post(*, batch_id: int, movement: Movement) -> Posting:
    """Move stock of one batch. Raises :class:`OutOfStock` and changes nothing when there is not enough.

    A movement whose key was already posted is returned as it stands.
    """
    return _once(batch_id, movement, rows=_with_enough(Batch.objects.filter(pk=batch_id), movement))


def post_recorded(*, batch_id: int, movement: Movement) -> Posting:
    """Write down a movement that has happened: never refused for lack of stock, the lack stands in the shortfall.

    Reserving and releasing are promises, not records: those raise ValueError. A sale of reserved goods stays guarded.
    """
    if movement.kind in PROMISES:
        raise ValueError("a promise is not a record")
    on_hand, available = movement.deltas
    rows = Batch.objects.filter(pk=batch_id)
    return _once(batch_id, movement, rows=rows if on_hand == available else _with_enough(rows, movement))


def cancel(posting: Posting, *, event_id: int | None = None, by: User | None = None) -> Posting:
    """Take a recorded movement back, once: an opposite ADJUST at the same moment, which balances it in history too.

    Never refused for lack of stock. ValueError for promises to buyers and for a movement that itself takes one back.
    """
    if posting.on_hand_delta != posting.available_delta or posting.cancels_id is not None:
        raise ValueError("only a recorded movement can be taken back")
    movement = Movement(
        PostingKind.ADJUST,
        posting.quantity_base,
        key=f"cancel:{posting.pk}",
        at=posting.at,
        event_id=event_id or posting.event_id,
        by=by,
        direction=-1 if posting.on_hand_delta > 0 else +1,
    )
    rows = Batch.objects.filter(pk=posting.batch_id)
    return _once(posting.batch_id, movement, rows=rows, cancels=posting)


def _once(batch_id: int, movement: Movement, *, rows: QuerySet[Batch], cancels: Posting | None = None) -> Posting:
    on_hand, available = movement.deltas
    if movement.key is not None and (earlier := Posting.objects.filter(key=movement.key).first()):
        return earlier
    try:
        with transaction.atomic():
            if not rows.update(**_netted(on_hand, available)):
                raise _refusal(batch_id=batch_id, movement=movement)
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
                cancels=cancels,
            )
    except IntegrityError:  # somebody posted the same key between our look and our row: theirs stands
        earlier = Posting.objects.filter(key=movement.key).first() if movement.key is not None else None
        if earlier is None:
            raise
        return earlier


def _netted(on_hand: int, available: int) -> dict[str, object]:
    """The cached columns after these deltas, as one UPDATE: available never below zero, the rest in the shortfall."""
    zero = Value(0, output_field=BigIntegerField())
    shortfall = Greatest(zero, F("shortfall_base") - F("available_base") - Value(available))
    return {
        "available_base": Greatest(zero, F("available_base") - F("shortfall_base") + Value(available)),
        "shortfall_base": shortfall,
        "on_hand_base": F("on_hand_base") - F("shortfall_base") + Value(on_hand) + shortfall,
    }


def _with_enough(rows: QuerySet[Batch], movement: Movement) -> QuerySet[Batch]:
    """Narrow the UPDATE to a batch that holds enough; reserving also wants it public and not locked."""
    on_hand, available = movement.deltas
    if movement.kind == PostingKind.RESERVE:
        rows = rows.filter(status=Batch.Status.PUBLISHED, locked_at__isnull=True)
    if available < 0:
        rows = rows.filter(available_base__gte=-available)
    reserved_after = on_hand - available
    return rows.filter(on_hand_base__gte=F("available_base") - reserved_after) if reserved_after < 0 else rows


def _refusal(*, batch_id: int, movement: Movement) -> DomainError:
    batch = Batch.objects.get(pk=batch_id)
    not_on_sale = batch.status != Batch.Status.PUBLISHED or batch.locked_at is not None
    if movement.kind == PostingKind.RESERVE and not_on_sale:
        return BatchNotOnSale("batch_not_on_sale", batch=batch.lot_code)
    return OutOfStock("out_of_stock", batch=batch.lot_code, wanted_base=movement.quantity_base)
