"""What an event moved is moved back when it is declared wrong: stock, edges, containers, pages."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from community.audit.actors import Actor
from traceability.batches.models import Batch, Posting
from traceability.batches.posting import cancel
from traceability.batches.watching import beside
from traceability.events.models import Event
from traceability.genealogy.linking import unlink
from traceability.genealogy.tracing import descendant_ids


def lots_of(event: Event) -> frozenset[int]:
    """Our batches that took part in ``event``, whether by its items or by its movements."""
    found = Batch.objects.filter(Q(event_items__event=event) | Q(postings__event=event) | Q(events=event))
    return frozenset(found.values_list("pk", flat=True))


def hold_lots(batch_ids: Collection[int], *, plots: Collection[int] = ()) -> frozenset[int]:
    """Lock these batches and all that were made of them, always in the same order; answers their ids.

    With them lots of the same ground, and of ``plots``: the record is checked against theirs, and two phones that
    each see only their own harvest would exceed together what the plot can bear. Whoever writes a record takes this
    before the log's lock, as the shop does: nobody then waits for each other.
    """
    found = frozenset(batch_ids) | descendant_ids(batch_ids)
    mates = beside(batch_ids, plots) - found
    held = found | mates | (descendant_ids(mates) if mates else frozenset())
    list(Batch.objects.select_for_update().filter(pk__in=held).order_by("pk").values_list("pk", flat=True))
    return found


def withdraw_effects(*, event: Event, actor: Actor) -> None:
    """Every movement of ``event`` is balanced by an opposite one at its own time; its edges go."""
    for posting in Posting.objects.filter(event=event, cancels=None):
        cancel(posting, event_id=event.pk, by=actor.user)
    unlink(event)
