"""Capturing what another system recorded: each event is stored with what it does to our lots, or refused with the
place of the fault. Locks are taken in the one order of this house: graph, lots by id, log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.batches.watching import moved
from traceability.epcis.incoming import Delivery, Incoming, read_delivery
from traceability.epcis.problems import Problem
from traceability.events.boxing import contain
from traceability.events.capture_checking import Judgement, judge
from traceability.events.capture_declaring import Unfit, declare_captured
from traceability.events.effects import Effect
from traceability.events.lots import Lots, find_lots
from traceability.events.models import Event
from traceability.events.moving import post_all
from traceability.events.withdrawing import hold_lots
from traceability.events.writing import write_documents
from traceability.genealogy.containers import riders
from traceability.genealogy.linking import CycleRefused, Flow, hold, link
from traceability.log.appending import append
from traceability.log.leaves import Leaf

NAMES_SHOWN = 20


@dataclass(slots=True)
class Captured:
    """What became of a delivery. ``refused`` by place in the list of events; ``stored`` are eventIDs."""

    stored: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    refused: dict[int, list[Problem]] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(problem for place in sorted(self.refused) for problem in self.refused[place])


class CaptureRefused(DomainError):
    """Nothing was stored. Code: capture_refused; fact ``captured``: a :class:`Captured` with what is wrong."""


class _Ring(Exception):
    """An event would make a lot its own ancestor: only found when its edges are written."""

    def __init__(self, incoming: Incoming) -> None:
        super().__init__(incoming.place)
        self.place = incoming.place
        self.problems = [Problem(incoming.pointer, "would make a lot out of itself")]


def capture(
    *, document: Mapping[str, Any] | Delivery, cooperative: Cooperative, actor: Actor, proceed: bool = False
) -> Captured:
    """Take the events of an EPCIS document (or a bare event) for ``cooperative``; inside a transaction give what
    ``read_delivery`` read of it before, so that nobody waits for the reading.

    An event that is stored already, with the same content, is counted as repeated and never stored twice. With
    ``proceed`` good events are stored and bad ones told; without it one bad event means that nothing is stored.
    Raises BadEvent when the document is no EPCIS document, :class:`CaptureRefused` when nothing could be taken.
    """
    delivery = document if isinstance(document, Delivery) else read_delivery(document, now=clock.now())
    for last_try in (False, True):
        try:
            with transaction.atomic():
                return _capture(delivery, cooperative, actor, proceed=proceed)
        except IntegrityError:  # another request stored one of these events meanwhile: look again
            if last_try:
                raise
    raise AssertionError("unreachable")


def _capture(delivery: Delivery, cooperative: Cooperative, actor: Actor, *, proceed: bool) -> Captured:
    candidates = delivery.events
    lots = find_lots(item for event in candidates for item in event.items)
    makes = any(event.document["type"] == "TransformationEvent" for event in candidates)
    if makes or any(event.says_it_was_wrong for event in candidates):
        hold()  # also to take edges away: of all locks this one comes first
    ours = {batch.pk for event in candidates for item in event.items if (batch := lots.batch_of(item))}
    boxes = {item.uri for event in candidates for item in event.items if not item.is_class and item.role != "parent"}
    ours |= riders(boxes, cooperative.pk)
    told = hold_lots(ours) if ours else frozenset()
    judgement = judge(candidates, lots=lots, cooperative=cooperative)
    refused = delivery.refused | judgement.refused
    if refused and not proceed:
        raise CaptureRefused("capture_refused", captured=Captured(refused=refused))
    result = Captured(repeated=list(judgement.repeated), refused=refused)
    try:
        with transaction.atomic(savepoint=makes):  # only what makes lots of lots can close a ring
            leaves = _store(judgement, cooperative, actor, result)
    except _Ring as ring:
        if not proceed:
            raise CaptureRefused("capture_refused", captured=Captured(refused={ring.place: ring.problems})) from ring
        result = Captured(refused=dict(delivery.refused))
        judgement, leaves = _store_one_by_one(candidates, lots, cooperative, actor, result)
    leaves += _declare(judgement.declared, cooperative, actor, result, proceed=proceed)
    if result.stored:
        append(leaves)
        touch_pages(Batch.objects.filter(pk__in=told))
        facts = {"stored": len(result.stored), "repeated": len(result.repeated), "events": result.stored[:NAMES_SHOWN]}
        record(actor=actor, action="events.captured", subject=cooperative, cooperative=cooperative, **facts)
        # Seen is not moved: only what changed a lot's balance or its parents is checked against them.
        moved({effect.batch.pk for one in judgement.accepted for effect in one.effects})
    return result


def _store(judgement: Judgement, cooperative: Cooperative, actor: Actor, result: Captured) -> list[Leaf]:
    accepted = judgement.accepted
    if not accepted:
        return []
    events, leaves = write_documents(drafts=[one.draft for one in accepted], cooperative=cooperative, actor=actor)
    post_all([(event, one.effects) for event, one in zip(events, accepted, strict=True)], by=actor.user)
    for event, one in zip(events, accepted, strict=True):
        _tie(event, one.effects, one.incoming)
        contain(event, one.draft)
    result.stored += [event.event_id for event in events]
    return leaves


def _store_one_by_one(
    candidates: Sequence[Incoming], lots: Lots, cooperative: Cooperative, actor: Actor, result: Captured
) -> tuple[Judgement, list[Leaf]]:
    """Each event by itself, in the order in which things happened, so that one that closes a ring takes nothing with
    it: twice the work of a delivery without a ring, however many there are."""
    whole, leaves = Judgement(), list[Leaf]()
    for event in sorted(candidates, key=lambda one: one.at):
        alone = judge([event], lots=lots, cooperative=cooperative)
        result.repeated += alone.repeated
        result.refused |= alone.refused
        try:
            with transaction.atomic():
                leaves += _store(alone, cooperative, actor, result)
        except _Ring as ring:
            result.refused[ring.place] = ring.problems
            continue
        whole.accepted += alone.accepted
        whole.declared += alone.declared
    return whole, leaves


def _tie(event: Event, effects: Sequence[Effect], incoming: Incoming) -> None:
    taken, made = _flows(effects, {"input"}), _flows(effects, {"output"})
    if incoming.document["type"] != "TransformationEvent" or not (taken and made):
        return
    try:
        link(event, taken, made)
    except CycleRefused as fault:
        raise _Ring(incoming) from fault


def _flows(effects: Iterable[Effect], roles: set[str]) -> list[Flow]:
    return [Flow(one.batch.pk, one.movement.quantity_base) for one in effects if one.item.role in roles]


def _declare(
    declared: Sequence[Incoming], cooperative: Cooperative, actor: Actor, result: Captured, *, proceed: bool
) -> list[Leaf]:
    leaves = []
    for incoming in declared:
        try:
            leaf = declare_captured(incoming=incoming, cooperative=cooperative, actor=actor)
        except Unfit as fault:
            result.refused[incoming.place] = [fault.problem]
            if not proceed:
                raise CaptureRefused("capture_refused", captured=Captured(refused=result.refused)) from fault
            continue
        if leaf is None:
            result.repeated.append(incoming.event_id)
        else:
            leaves.append(leaf)
            if incoming.event_id not in result.stored:
                result.stored.append(incoming.event_id)
    return leaves
