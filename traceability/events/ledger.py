"""Do the movements of the lot ledger still say what the recorded events say? Read in chunks, after the log itself.

A movement that a record made names its event; that event's document, which the log proves, says the amount. What the
shop alone moves (reserve, release, sell) has no record: of it only that it is one movement, and the sums.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.db.models import F, Q

from traceability.batches.models import Posting, PostingKind
from traceability.batches.posting import EFFECT
from traceability.epcis.identifiers import constrained
from traceability.events.effects import PIECES, UNITS
from traceability.events.models import Event, EventItem
from traceability.log.parts import Finding

CHUNK = 2_000
LISTS = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
SHOP = frozenset({PostingKind.RESERVE, PostingKind.RELEASE, PostingKind.SELL, PostingKind.RETURN})
# Of these records every amount of a lot of ours is a movement.
MOVING = (
    Q(role__in=("input", "output"), event__type="TransformationEvent")
    | Q(role="object", event__action="ADD", event__biz_step__in=("commissioning", "creating_class_instance"))
    | Q(role="object", event__stage="pack")
)


class _Row(NamedTuple):
    pk: int
    batch_id: int
    kind: str
    base: int
    on_hand: int
    available: int
    at: Any
    event_id: int | None
    cancels_id: int | None
    unit: str
    pack_base: int | None
    event_time: Any
    of_batch: int | None  # what it takes back
    of_on_hand: int | None
    of_available: int | None


_COLUMNS = (
    *("pk", "batch_id", "kind", "quantity_base", "on_hand_delta", "available_delta", "at", "event_id", "cancels_id"),
    *("batch__base_unit", "batch__pack__net_quantity_base", "event__event_time"),
    *("cancels__batch_id", "cancels__on_hand_delta", "cancels__available_delta"),
)


def check_ledger() -> Iterator[Finding]:
    """Every movement against its record, then every record against its movements."""
    last = 0
    while rows := [
        _Row(*told) for told in Posting.objects.filter(pk__gt=last).order_by("pk").values_list(*_COLUMNS)[:CHUNK]
    ]:
        last = rows[-1].pk
        amounts = _Amounts([row.event_id for row in rows if row.event_id is not None])
        for row in rows:
            if fault := _fault(row, amounts):
                yield Finding("movement", f"movement {row.pk}", fault)
    yield from _without_movement()


def _fault(row: _Row, amounts: _Amounts) -> str:
    if row.cancels_id is not None:
        opposite = (row.batch_id, -row.on_hand, -row.available)
        return (
            ""
            if (row.of_batch, row.of_on_hand, row.of_available) == opposite
            else "it does not take back what it says it takes back"
        )
    if (row.on_hand, row.available) not in _deltas(row):
        return "its parts do not fit its kind and amount"
    if row.event_id is None:
        return "" if row.kind in SHOP else "no record tells of it"
    if row.at != row.event_time:
        return f"it is of another moment than event {row.event_id}"
    return amounts.fault(row)


def _deltas(row: _Row) -> Sequence[tuple[int, int]]:
    if row.kind == PostingKind.ADJUST:
        return ((row.base, row.base), (-row.base, -row.base))
    on_hand, available = EFFECT[row.kind]
    usual = (on_hand * row.base, available * row.base)
    return (usual, (-row.base, -row.base)) if row.kind == PostingKind.SELL else (usual,)


class _Amounts:
    """What the documents of these events say of each lot of ours. Two queries."""

    def __init__(self, event_ids: Sequence[int]) -> None:
        self._uris: dict[tuple[int, int], set[str]] = defaultdict(set)
        named = EventItem.objects.filter(event__in=set(event_ids), batch__isnull=False)
        for event_id, batch_id, uri in named.values_list("event_id", "batch_id", "epc_uri"):
            self._uris[event_id, batch_id].add(uri)
        bodies = Event.objects.filter(pk__in=set(event_ids)).values_list("pk", "body")
        self._said = {pk: _said_in(json.loads(body)) for pk, body in bodies}

    def fault(self, row: _Row) -> str:
        uris = self._uris.get((row.event_id or 0, row.batch_id))
        said = self._said[row.event_id or 0]
        amounts = [each for uri in uris or () for each in said.get(uri, ())]
        if uris is None or not uris & said.keys():
            return f"event {row.event_id} does not tell of its lot"
        if row.kind != PostingKind.ADJUST and row.base not in [_in_base(*each, row) for each in amounts]:
            return f"event {row.event_id} tells of another amount"
        return ""


def _said_in(document: Mapping[str, Any]) -> dict[str, list[tuple[Any, str]]]:
    found: dict[str, list[tuple[Any, str]]] = defaultdict(list)
    for name in LISTS:
        for each in document.get(name, ()):
            found[constrained(each["epcClass"])].append((each.get("quantity"), each.get("uom", "")))
    return found


def _in_base(quantity: Any, uom: str, row: _Row) -> Decimal | None:
    size = Decimal(row.pack_base or 1) if uom in PIECES else UNITS.get(uom, ("", Decimal(0)))[1]
    try:
        return Decimal(str(quantity)) * size
    except InvalidOperation:
        return None


def _without_movement() -> Iterator[Finding]:
    """Amounts of lots of ours that moved nothing: their movement was taken out."""
    told = EventItem.objects.filter(MOVING, batch__isnull=False, quantity_base__isnull=False)
    lost = told.exclude(event__postings__batch=F("batch")).order_by("pk")
    for event_id, lot in lost.values_list("event_id", "batch__lot_code").iterator(chunk_size=CHUNK):
        yield Finding("movement_gone", f"event {event_id}", f"what it tells of lot {lot} moved nothing")
