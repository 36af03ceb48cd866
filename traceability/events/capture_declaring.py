"""Another system says that an event we have was wrong: the event stays, its effects go (EPCIS 2.0 §7.4.1.4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid5

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.batches.watching import moved
from traceability.epcis.documents import render_json
from traceability.epcis.incoming import Incoming, bare_word, moment_of
from traceability.epcis.problems import Problem
from traceability.events.dating import date_lots_again
from traceability.events.logged import DECLARATION_SUBJECT
from traceability.events.models import ErrorDeclaration, Event
from traceability.events.riding import riders_of
from traceability.events.selling import SOLD_STAGE
from traceability.events.withdrawing import hold_lots, lots_of, withdraw_effects
from traceability.events.writing import CAPTURED, party_uri
from traceability.log.leaves import ERROR_DECLARATION, Leaf

_ER = ("https://ref.gs1.org/cbv/ER-", "urn:epcglobal:cbv:er:", "cbv:ER-")


class Unfit(Exception):
    """A declaration that cannot be taken; ``problem`` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def declare_captured(*, incoming: Incoming, cooperative: Cooperative, actor: Actor) -> Leaf | None:
    """Store the declaration and take the event's effects back; the leaf is the caller's to append.

    None when the same declaration is there already. Raises :class:`Unfit`. Call inside a transaction.
    """
    event = Event.objects.select_related("batch").get(event_id=incoming.event_id, cooperative=cooperative)
    said = incoming.document["errorDeclaration"]
    pointer = f"{incoming.pointer}/errorDeclaration"
    declared_at = _declared_at(said, pointer)
    reason = _reason(said.get("reason", ""))
    if _is_there(event, reason, declared_at, pointer):
        return None
    lots = lots_of(event)
    told = hold_lots(lots | riders_of(event))
    better = said.get("correctiveEventIDs") or ()
    corrective = Event.objects.filter(cooperative=cooperative, event_id__in=better).first()
    declaration = ErrorDeclaration.objects.create(
        event=event,
        corrective=corrective,
        client_uuid=uuid5(CAPTURED, "declaration:" + event.event_id),
        reason=reason,
        declared_at=declared_at,
        received_at=clock.now(),
        body=render_json(incoming.document),
        actor=actor.user,
    )
    withdraw_effects(event=event, actor=actor)
    date_lots_again(withdrawn=event, lots=lots)
    touch_pages(Batch.objects.filter(pk__in=told))
    facts = {"reason": reason, "event": event.event_id}
    record(actor=actor, action="step.declared_wrong", subject=event.batch or event, cooperative=cooperative, **facts)
    moved(lots)
    return Leaf(
        kind=ERROR_DECLARATION,
        subject=f"{DECLARATION_SUBJECT}{declaration.pk}",
        payload=incoming.document,
        about=tuple(dict.fromkeys(item.uri for item in incoming.items)),
        actor=party_uri(cooperative),
        received=declaration.received_at,
    )


def _declared_at(said: Mapping[str, Any], pointer: str) -> datetime:
    if (at := moment_of(said["declarationTime"])) is None:
        raise Unfit(Problem(f"{pointer}/declarationTime", "is not a point in time"))
    return at


def _is_there(event: Event, reason: str, at: datetime, pointer: str) -> bool:
    """Whether the event has this very declaration; what cannot be declared, or was otherwise, raises."""
    if event.stage == SOLD_STAGE:
        raise Unfit(Problem(pointer, "concerns a sale of the shop, which is taken back as a return"))
    earlier = event.declarations.first()
    if earlier is not None and (earlier.reason, earlier.declared_at) != (reason, at):
        raise Unfit(Problem(pointer, "concerns an event that was declared wrong before"))
    return earlier is not None


def _reason(word: str) -> str:
    """One of our two; a reason of another vocabulary says no more to us than that the data were wrong."""
    for stem in _ER:
        word = word.removeprefix(stem)
    known = bare_word(word)
    return known if known in ErrorDeclaration.Reason.values else ErrorDeclaration.Reason.INCORRECT_DATA
