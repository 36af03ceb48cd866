"""Which of the events handed in can be stored, which are stored already, and what is wrong with the others.

Called with the lots locked; it reads, and changes nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings

from community import clock
from community.cooperatives.models import Cooperative
from traceability.batches.models import Batch
from traceability.epcis.documents import vocabulary_of
from traceability.epcis.hashing import event_id
from traceability.epcis.incoming import CLOCK_TOLERANCE, Incoming, moment_of
from traceability.epcis.own_terms import is_ours, shape_problems, trust_problems
from traceability.epcis.problems import Problem
from traceability.events.effects import Effect, amounts_of, effects_of
from traceability.events.lots import Lots
from traceability.events.models import Event
from traceability.events.selling import SOLD_STAGE
from traceability.events.writing import Draft, Part

HASHED = re.compile(r"ni:///sha-256;[0-9a-f]{64}(\?ver=.*)?", re.IGNORECASE)
RESERVED_STAGES = frozenset({SOLD_STAGE})  # the shop's own: no page and no query tells the world of them


@dataclass(frozen=True, slots=True)
class Accepted:
    incoming: Incoming
    draft: Draft
    effects: list[Effect]


@dataclass(slots=True)
class Judgement:
    accepted: list[Accepted] = field(default_factory=list)
    declared: list[Incoming] = field(default_factory=list)  # say of a stored event that it was wrong
    repeated: list[str] = field(default_factory=list)
    refused: dict[int, list[Problem]] = field(default_factory=dict)


def judge(candidates: Sequence[Incoming], *, lots: Lots, cooperative: Cooperative) -> Judgement:
    """Two queries, however many events. Balances are judged in the order in which things happened."""
    found = Judgement()
    known = _known({event.event_id for event in candidates})
    seen: dict[str, str] = {}
    fresh: list[Accepted] = []
    now = clock.now()
    for event in candidates:
        earlier = known.get(event.event_id)
        said_before = seen.get(event.event_id) or (earlier.content if earlier else None)
        if misshapen := list(_own_term_problems(event)):
            found.refused[event.place] = misshapen
        elif earlier is not None and earlier.cooperative_id != cooperative.pk:
            found.refused[event.place] = [Problem(f"{event.pointer}/eventID", "names an event of somebody else")]
        elif said_before is not None and said_before != event.computed_id:
            message = "names an event that is stored with other content"
            found.refused[event.place] = [Problem(f"{event.pointer}/eventID", message)]
        elif said_before is not None:
            _say_again(event, found)
        else:
            amounts, problems = amounts_of(event, lots)
            problems += _problems(event, lots, cooperative)
            if problems:
                found.refused[event.place] = problems
                continue
            seen[event.event_id] = event.computed_id
            fresh.append(_accepted(event, lots, amounts, now))
    moving = [one for one in fresh if one.effects]
    short = _Balances(lots).walk(sorted(moving, key=lambda one: one.incoming.at)) if moving else {}
    found.refused |= short
    found.accepted = [one for one in fresh if one.incoming.place not in short]
    # Of an event unknown here we get to know at once that it was wrong: it is stored, and so is its declaration.
    told_wrong = [one.incoming for one in found.accepted if one.incoming.says_it_was_wrong]
    found.declared = [*told_wrong, *found.declared]
    return found


def _say_again(event: Incoming, found: Judgement) -> None:
    if event.says_it_was_wrong:
        found.declared.append(event)
    else:
        found.repeated.append(event.event_id)


@dataclass(frozen=True, slots=True)
class _Known:
    cooperative_id: int
    content: str


def _known(ids: set[str]) -> dict[str, _Known]:
    """Events that are stored under these names, with the hash of what they say."""
    rows = Event.objects.filter(event_id__in=ids).values_list("event_id", "cooperative_id", "body")
    return {name: _Known(owner, event_id(json.loads(body))) for name, owner, body in rows}


def _own_term_problems(event: Incoming) -> Iterator[Problem]:
    if is_ours(event.document, vocabulary_of(settings.ID_BASE_URL)):
        yield from shape_problems(event.document, event.pointer)


def _problems(event: Incoming, lots: Lots, cooperative: Cooperative) -> Iterator[Problem]:
    for item in event.items:
        owner = lots.owner_of(item)
        if owner is not None and owner != cooperative.pk:
            yield Problem(item.pointer, "names a lot of another cooperative")
    taken = {batch.pk for item in event.items if item.role == "input" and (batch := lots.batch_of(item))}
    for item in event.items:
        if item.role == "output" and (made := lots.batch_of(item)) and made.pk in taken:
            yield Problem(item.pointer, "would make a lot out of itself")
    if is_ours(event.document, vocabulary_of(settings.ID_BASE_URL)):
        yield from trust_problems(event.document, event.pointer, reserved=RESERVED_STAGES)
    # GS1's own examples carry made-up hashes: of things that are not ours a name is only a name.
    if HASHED.fullmatch(event.event_id) and event.event_id != event.computed_id and _names_ours(event, lots):
        yield Problem(f"{event.pointer}/eventID", "is not the CBV 2.0 hash of the event")


def _names_ours(event: Incoming, lots: Lots) -> bool:
    """A lot, a number, a place or a party of this house."""
    bases = tuple(f"{base.rstrip('/')}/" for base in (settings.ID_BASE_URL, settings.SITE_URL))
    places = [(event.document.get(name) or {}).get("id", "") for name in ("readPoint", "bizLocation")]
    parties = [
        str(each.get(name, ""))
        for listed, name in (("sourceList", "source"), ("destinationList", "destination"))
        for each in event.document.get(listed) or ()
    ]
    named = [*places, *parties, *(item.given for item in event.items)]
    return any(lots.owner_of(item) is not None for item in event.items) or any(uri.startswith(bases) for uri in named)


def _accepted(event: Incoming, lots: Lots, amounts: dict[str, int], now: datetime) -> Accepted:
    said = moment_of(event.document.get("ocop:recordedAt", ""))
    parts = tuple(
        Part(item.uri, item.role, item.is_class, lots.batch_of(item), amounts.get(item.pointer)) for item in event.items
    )
    recorded_at = said if said is not None and said <= now + CLOCK_TOLERANCE else now
    draft = Draft(event.document, event.at, recorded_at, parts)
    # A mistake told together with its event never moved anything.
    return Accepted(event, draft, [] if event.says_it_was_wrong else effects_of(event, lots, amounts))


class _Balances:
    """What our lots hold while one event after the other takes from them."""

    def __init__(self, lots: Lots) -> None:
        batches: list[Batch] = [*lots.by_lot.values(), *lots.by_code.values()]
        ids = {batch.pk for batch in batches}
        fresh = Batch.objects.filter(pk__in=ids).values_list("pk", "available_base", "shortfall_base") if ids else ()
        self.held = {pk: available - shortfall for pk, available, shortfall in fresh}

    def walk(self, events: Sequence[Accepted]) -> dict[int, list[Problem]]:
        """Problems by place, for the events that take what is not there; those take nothing."""
        refused: dict[int, list[Problem]] = {}
        for one in events:
            after = dict(self.held)
            problems = []
            for effect in one.effects:
                pk, change = effect.batch.pk, effect.movement.deltas[1]
                after[pk] += change
                if change < 0 and after[pk] < 0:
                    place = effect.item.pointer.removesuffix("epcClass") + "quantity"
                    problems.append(Problem(place, f"is more than lot {effect.batch.lot_code} holds"))
            if problems:
                refused[one.incoming.place] = problems
            else:
                self.held = after
        return refused
