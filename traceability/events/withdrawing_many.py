"""Many records taken back at once, because they did not happen: what ``declare_error`` does for one.

Only for records that are the one thing known of their lot: an import that is undone before anybody worked with it.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from uuid import uuid4

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record_many
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch, Posting, PostingKind
from traceability.epcis.documents import render_json
from traceability.events.correcting import document_of
from traceability.events.models import ErrorDeclaration, Event
from traceability.events.packing_many import AT_ONCE, tell_moved
from traceability.events.withdrawing import hold_lots
from traceability.events.writing import in_vietnam, party_uri
from traceability.genealogy.linking import hold
from traceability.log.appending import append
from traceability.log.leaves import ERROR_DECLARATION, Leaf


class NotAlone(DomainError):
    """Something else is known of the lot of such a record. Code: not_alone; fact: lots (lot codes)."""


@transaction.atomic
def withdraw_many(*, cooperative: Cooperative, event_ids: Collection[int], note: str, actor: Actor) -> list[Batch]:
    """Declare these records wrong (``did_not_occur``); their lots become empty drafts. Answers the lots.

    Raises :class:`NotAlone` and changes nothing.
    """
    hold()  # of all locks this one comes first
    events = list(Event.objects.filter(pk__in=event_ids, cooperative=cooperative).select_related("cooperative"))
    hold_lots({event.batch_id for event in events if event.batch_id})
    if shared := lots_with_more(cooperative, event_ids):
        raise NotAlone("not_alone", lots=shared)
    told = _declare(events, note, actor)
    lots = _emptied(events, actor)
    record_many(
        actor=actor,
        action="step.declared_wrong",
        cooperative=cooperative,
        subjects=[
            (lots[event.batch_id or 0], {"stage": event.stage, "reason": "did_not_occur", "event": event.event_id})
            for event in events
        ],
    )
    append([_leaf(each, lots[each.event.batch_id or 0]) for each in told])
    tell_moved(sorted(lots))
    return list(lots.values())


def lots_with_more(cooperative: Cooperative, event_ids: Collection[int]) -> list[str]:
    """Codes of the lots of these records that are no drafts any more, or of which anything else is known."""
    ids = set(event_ids)
    lots = Batch.objects.filter(cooperative=cooperative, events__in=ids)
    more = set(lots.exclude(status=Batch.Status.DRAFT).values_list("lot_code", flat=True))
    more |= set(lots.filter(edges_up__isnull=False).values_list("lot_code", flat=True))
    more |= set(lots.filter(edges_down__isnull=False).values_list("lot_code", flat=True))
    of_lots = lots.values("pk")
    records = Event.objects.in_force().filter(items__batch__in=of_lots).exclude(pk__in=ids)
    more |= set(records.values_list("items__batch__lot_code", flat=True))
    movements = Posting.objects.filter(batch__in=of_lots, cancels=None, cancelled_by=None).exclude(event__in=ids)
    more |= set(movements.values_list("batch__lot_code", flat=True))
    declared = ErrorDeclaration.objects.filter(event__in=ids).values_list("event__batch__lot_code", flat=True)
    return sorted(more | set(declared))


def _declare(events: list[Event], note: str, actor: Actor) -> list[ErrorDeclaration]:
    now = clock.now()
    reason = ErrorDeclaration.Reason.DID_NOT_OCCUR.value
    rows = [
        ErrorDeclaration(
            event=event,
            client_uuid=uuid4(),
            reason=reason,
            note=note,
            declared_at=in_vietnam(now),
            received_at=now,
            body=render_json(document_of(event, reason, note, in_vietnam(now), None, actor)),
            actor=actor.user,
        )
        for event in events
    ]
    return ErrorDeclaration.objects.bulk_create(rows, batch_size=AT_ONCE)


def _emptied(events: list[Event], actor: Actor) -> dict[int, Batch]:
    """An opposite movement for each, at the same moment; the lots hold nothing and have no dates of packing."""
    postings = list(Posting.objects.filter(event__in=[event.pk for event in events], cancels=None))
    Posting.objects.bulk_create(
        [
            Posting(
                batch_id=one.batch_id,
                kind=PostingKind.ADJUST,
                quantity_base=one.quantity_base,
                on_hand_delta=-one.on_hand_delta,
                available_delta=-one.available_delta,
                at=one.at,
                key=f"cancel:{one.pk}",
                event_id=one.event_id,
                actor=actor.user,
                cancels=one,
            )
            for one in postings
        ],
        batch_size=AT_ONCE,
    )
    ids = {event.batch_id for event in events if event.batch_id}
    Batch.objects.filter(pk__in=ids).update(
        on_hand_base=0, available_base=0, shortfall_base=0, packed_on=None, best_before_on=None
    )
    return {lot.pk: lot for lot in Batch.objects.filter(pk__in=ids).select_related("pack")}


def _leaf(told: ErrorDeclaration, lot: Batch) -> Leaf:
    return Leaf(
        kind=ERROR_DECLARATION,
        subject=f"declaration:{told.pk}",
        payload=json.loads(told.body),
        about=(batch_uri(lot),),
        actor=party_uri(told.event.cooperative),
    )
