"""Ties lots together: the edges of one event, written in that event's transaction, and taken away when it is annulled.

The graph never gets a cycle. Looking for one and writing must not be interleaved with another writer's, and two events
over four different lots can close a ring together, so locking the lots is not enough: every writer of edges waits at
one lock (:func:`hold`). SQLite has a single writer anyway.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction

from community.errors import DomainError
from traceability.batches.models import Batch
from traceability.genealogy.models import Containment, Edge
from traceability.genealogy.tracing import is_upstream

if TYPE_CHECKING:
    from traceability.events.models import Event

GRAPH_LOCK = 0x67656E65  # "gene": any number that nobody else of this house uses


class CycleRefused(DomainError):
    """An output would be made of itself, directly or not. Code: cycle; facts: inputs, outputs (lot codes)."""


@dataclass(frozen=True, slots=True)
class Flow:
    """How much of a lot went in or came out, in the lot's own base unit (> 0)."""

    batch_id: int
    quantity_base: int


def hold() -> None:
    """Wait until no other transaction is writing edges. Take it before any lot is locked, never after."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [GRAPH_LOCK])


@transaction.atomic
def link(event: Event, inputs: Sequence[Flow], outputs: Sequence[Flow]) -> list[Edge]:
    """Write an edge from every input to every output. Raises :class:`CycleRefused` and writes nothing.

    What went in is divided over several outputs by what came out of each (largest remainder, so it adds up; an output
    too small for a whole unit still gets 1, for no link may be lost).
    """
    hold()
    went_in, came_out = _summed(inputs), _summed(outputs)
    if _closes_a_ring(set(went_in), set(came_out)):
        raise CycleRefused("cycle", inputs=_lot_codes(went_in), outputs=_lot_codes(came_out))
    lots, sizes = list(came_out), list(came_out.values())
    return Edge.objects.bulk_create(
        Edge(parent_id=parent, child_id=child, event_id=event.pk, parent_base=max(1, part))
        for parent, amount in went_in.items()
        for child, part in zip(lots, divided(amount, sizes), strict=True)
    )


@transaction.atomic
def unlink(event: Event) -> int:
    """An event is no longer in force: its edges go, and so does what it said about containers. How many edges went.

    What it put in was never in; what it took out is in again.
    """
    hold()
    Containment.objects.filter(put_in_by_id=event.pk).delete()
    Containment.objects.filter(taken_out_by_id=event.pk).update(taken_out_by=None, until_at=None)
    return Edge.objects.filter(event_id=event.pk).delete()[0]


def divided(amount: int, sizes: Sequence[int]) -> list[int]:
    """``amount`` in parts in proportion to ``sizes``: whole units that add up, the largest remainders get the rest."""
    whole = sum(sizes)
    parts = [amount * size // whole for size in sizes]
    by_remainder = sorted(range(len(sizes)), key=lambda place: -(amount * sizes[place] % whole))
    for place in by_remainder[: amount - sum(parts)]:
        parts[place] += 1
    return parts


def _summed(flows: Sequence[Flow]) -> dict[int, int]:
    found: dict[int, int] = {}
    for flow in flows:
        if flow.quantity_base <= 0:
            raise ValueError("a flow is a positive quantity")
        found[flow.batch_id] = found.get(flow.batch_id, 0) + flow.quantity_base
    return found


def _closes_a_ring(inputs: set[int], outputs: set[int]) -> bool:
    """A lot from which nothing was made yet is nobody's ancestor: the usual case costs one look at the index."""
    if inputs & outputs:
        return True
    gave_already = outputs & set(Edge.objects.filter(parent__in=outputs).values_list("parent_id", flat=True))
    return bool(gave_already) and is_upstream(gave_already, inputs)


def _lot_codes(lots: dict[int, int]) -> list[str]:
    return sorted(Batch.objects.filter(pk__in=lots).values_list("lot_code", flat=True))
