"""Answering an EPCIS query: which events, in which order, who may see them, one page at a time.

A page ends at a key (time and id of its last event), so events that arrive meanwhile neither repeat nor hide another.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from community.cooperatives.models import Cooperative
from traceability.batches.models import Batch
from traceability.epcis.documents import render_json, time_text
from traceability.epcis.identifiers import constrained
from traceability.epcis.incoming import bare_word, moment_of
from traceability.events.asking import BadQuery, Question
from traceability.events.models import ErrorDeclaration, Event, EventItem
from traceability.events.selling import SOLD_STAGE

_STEMS = {"biz_step": ("BizStep", "bizstep"), "disposition": ("Disp", "disp")}
_COLUMNS = {"eventTime": "event_time", "recordTime": "received_at"}
_Role = EventItem.Role
_ALL_ROLES = tuple(_Role.values)
# name → (roles, lots or single things)
_MATCHES: dict[str, tuple[tuple[str, ...], bool]] = {
    "MATCH_anyEPC": (_ALL_ROLES, False),
    "MATCH_anyEPCClass": (_ALL_ROLES, True),
    "MATCH_epc": ((_Role.OBJECT, _Role.CHILD), False),
    "MATCH_epcClass": ((_Role.OBJECT, _Role.CHILD), True),
    "MATCH_parentID": ((_Role.PARENT,), False),
    "MATCH_inputEPC": ((_Role.INPUT,), False),
    "MATCH_inputEPCClass": ((_Role.INPUT,), True),
    "MATCH_outputEPC": ((_Role.OUTPUT,), False),
    "MATCH_outputEPCClass": ((_Role.OUTPUT,), True),
}


class TooMany(Exception):
    """More events than maxEventCount allows."""


@dataclass(frozen=True, slots=True)
class Page:
    """``texts`` are event documents as JSON; ``next_token`` is empty on the last page."""

    texts: list[str]
    next_token: str = ""


def visible_to(cooperative: Cooperative | None) -> QuerySet[Event]:
    """What the world may read: events of published lots, without drafts and without single sales; a cooperative reads
    all of its own besides.

    A lot that went into a published one is told by it, so only what came out, was seen or was packed must be public.
    """
    drafts = Q(batch__status=Batch.Status.DRAFT) & ~Q(role=_Role.INPUT)
    items = EventItem.objects.filter(event=OuterRef("pk"))
    public = (
        Exists(items.filter(batch__isnull=False).exclude(batch__status=Batch.Status.DRAFT))
        & ~Exists(items.filter(drafts))
        & ~Q(stage=SOLD_STAGE)
    )
    return Event.objects.filter(public | Q(cooperative=cooperative) if cooperative else public)


def find_events(question: Question, *, cooperative: Cooperative | None, thing: str = "") -> Page:
    """One page; two queries. ``thing``: only events that name this lot, pack or box.

    Raises :class:`BadQuery` for a token that is none, :class:`TooMany`.
    """
    rows = visible_to(cooperative)
    if thing:
        rows = rows.filter(pk__in=EventItem.objects.filter(epc_uri__in=_same([thing])).values("event_id"))
    for name, value in question.wanted.items():
        rows = _FILTERS[name](rows, value) if name in _FILTERS else _matching(rows, name, value)
    if question.most is not None and len(rows.order_by().values_list("pk")[: question.most + 1]) > question.most:
        raise TooMany(question.most)
    column = _COLUMNS[question.order_by]
    seen, rows = _onward(rows, question, column)
    size = question.per_page
    if question.limit is not None:
        size = min(size, question.limit - seen)
    sign = "-" if question.descending else ""
    found = list(rows.order_by(f"{sign}{column}", f"{sign}id")[: size + 1])
    page = found[:size]
    more = len(found) > size and (question.limit is None or seen + size < question.limit)
    token = _token(question, page[-1], column, seen + size) if more and page else ""
    return Page(list(told(page)), token)


def words_of(rows: QuerySet[Any], column: str, *, after: str, most: int) -> list[str]:
    """The different texts in ``column`` beyond ``after``, at most so many, in their order.

    The index is stepped through some rows at a time and each step begins beyond the last word, where DISTINCT would
    read every row there is: few words in many events cost few steps, and so do many words in few.
    """
    found: list[str] = []
    while len(found) < most:
        onward = rows.filter(**{f"{column}__gt": after}).order_by(column).values_list(column, flat=True)
        words = list(dict.fromkeys(onward[: most - len(found)]))
        if not words:
            break
        after = words[-1]
        found += words
    return found


def written_otherwise(rows: QuerySet[Any], column: str, words: Sequence[str]) -> set[str]:
    """Those of these standard words that stand in ``column`` in another form, too, which comes before this one."""
    stems = _STEMS[column]
    forms = {word: {form for form in _words(stems, [word]) if form < word} for word in words}
    asked = set().union(*forms.values())
    there = (
        set(words_of(rows.filter(**{f"{column}__in": asked}), column, after="", most=len(asked))) if asked else set()
    )
    return {word for word in words if forms[word] & there}


def visible_items(cooperative: Cooperative | None) -> QuerySet[EventItem]:
    """What the events of :func:`visible_to` name."""
    return EventItem.objects.filter(Exists(visible_to(cooperative).filter(pk=OuterRef("event"))))


def told(events: Iterable[Event]) -> Iterable[str]:
    """Each event as JSON: as it was stored, with when it was recorded here and, if so, that it was declared wrong."""
    listed = list(events)
    declared = dict(
        ErrorDeclaration.objects.filter(event__in=[event.pk for event in listed]).values_list("event_id", "body")
    )
    for event in listed:
        yield with_record_time(declared.get(event.pk, event.body), event.received_at)


def with_record_time(body: str, moment: datetime) -> str:
    """EPCIS 2.0 §7.4.1: recordTime is the repository's, whatever was handed in."""
    if '"recordTime"' in body:
        return render_json({**json.loads(body), "recordTime": time_text(moment)})
    return f'{body[:-1]},"recordTime":"{time_text(moment)}"}}'


def _onward(rows: QuerySet[Event], question: Question, column: str) -> tuple[int, QuerySet[Event]]:
    if not question.after:
        return 0, rows
    moment, pk, seen = _read_token(question)
    step = "lt" if question.descending else "gt"
    return seen, rows.filter(Q(**{f"{column}__{step}": moment}) | Q(**{column: moment, f"id__{step}": pk}))


def _token(question: Question, last: Event, column: str, seen: int) -> str:
    key = [question.order_by, question.descending, getattr(last, column).isoformat(), last.pk, seen]
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def _read_token(question: Question) -> tuple[datetime, int, int]:
    text = question.after
    try:
        order_by, descending, moment, pk, seen = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        at = moment_of(moment)
    except (binascii.Error, ValueError, TypeError, RecursionError):
        at = None
    if (
        at is None
        or (order_by, descending) != (question.order_by, question.descending)
        or not all(isinstance(number, int) and 0 <= number < 2**63 for number in (pk, seen))
    ):
        raise BadQuery("bad_value", name="nextPageToken", message="is no token of this query")
    return at, pk, seen


def _words(stems: tuple[str, str], words: Iterable[str]) -> set[str]:
    """Every way a standard word can have been written in a document."""
    found: set[str] = set()
    for word in words:
        bare = bare_word(word)
        found |= {word, bare}
        if ":" not in bare:
            found |= {f"https://ref.gs1.org/cbv/{stems[0]}-{bare}", f"cbv:{stems[0]}-{bare}"}
            found |= {f"https://ns.gs1.org/cbv/{stems[0]}-{bare}", f"urn:epcglobal:cbv:{stems[1]}:{bare}"}
    return found


def _same(uris: Iterable[str]) -> set[str]:
    return {form for uri in uris if "\0" not in uri for form in (uri, constrained(uri))}


def _matching(rows: QuerySet[Event], name: str, uris: tuple[str, ...]) -> QuerySet[Event]:
    roles, is_class = _MATCHES[name]
    items = EventItem.objects.filter(epc_uri__in=_same(uris), role__in=roles, is_class=is_class)
    return rows.filter(pk__in=items.values("event_id"))


def _declared(rows: QuerySet[Event], **wanted: Any) -> QuerySet[Event]:
    return rows.filter(pk__in=ErrorDeclaration.objects.filter(**wanted).values("event_id"))


_FILTERS: dict[str, Callable[[QuerySet[Event], Any], QuerySet[Event]]] = {
    "eventType": lambda rows, value: rows.filter(type__in=value),
    "GE_eventTime": lambda rows, value: rows.filter(event_time__gte=value),
    "LT_eventTime": lambda rows, value: rows.filter(event_time__lt=value),
    "GE_recordTime": lambda rows, value: rows.filter(received_at__gte=value),
    "LT_recordTime": lambda rows, value: rows.filter(received_at__lt=value),
    "EQ_action": lambda rows, value: rows.filter(action__in=value),
    "EQ_bizStep": lambda rows, value: rows.filter(biz_step__in=_words(_STEMS["biz_step"], value)),
    "EQ_disposition": lambda rows, value: rows.filter(disposition__in=_words(_STEMS["disposition"], value)),
    "EQ_readPoint": lambda rows, value: rows.filter(read_point__in=_same(value)),
    "EQ_bizLocation": lambda rows, value: rows.filter(biz_location__in=_same(value)),
    "EQ_transformationID": lambda rows, value: rows.filter(transformation_id__in=value),
    "EQ_eventID": lambda rows, value: rows.filter(event_id__in=value),
    "EXISTS_errorDeclaration": lambda rows, value: _declared(rows) if value else rows,
    "GE_errorDeclarationTime": lambda rows, value: _declared(rows, declared_at__gte=value),
    "LT_errorDeclarationTime": lambda rows, value: _declared(rows, declared_at__lt=value),
    "EQ_errorReason": lambda rows, value: _declared(rows, reason__in=value),
    "EQ_correctiveEventID": lambda rows, value: _declared(rows, corrective__event_id__in=value),
}
