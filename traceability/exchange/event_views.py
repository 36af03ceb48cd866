"""Reading events: by query, by name, by thing, and by the words that occur in them."""

from __future__ import annotations

import base64
from http import HTTPStatus
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from traceability.epcis.documents import EPCIS_CONTEXT
from traceability.epcis.incoming import bare_word
from traceability.events.asking import EVENT_TYPES, BadQuery, read_question
from traceability.events.querying import (
    TooMany,
    find_events,
    told,
    visible_items,
    visible_to,
    words_of,
    written_otherwise,
)
from traceability.exchange.answers import collection, no_such, problem, query_document
from traceability.exchange.capture_views import DOCUMENT, store_event
from traceability.exchange.describing import EVENTS, PAGING, PROBLEMS, QUERY
from traceability.exchange.door import MachineView

LONGEST_ADDRESS = 16_000
RESOURCES = (
    "capture", "events", "eventTypes", "epcs", "bizSteps", "bizLocations", "readPoints", "dispositions", "queries",
)  # fmt: skip
_COLLECTION = {(200, "application/json"): OpenApiTypes.OBJECT, **PROBLEMS}


class RootView(MachineView):
    @extend_schema(operation_id="root", summary="What there is", responses=_COLLECTION)
    def get(self, request: Request) -> HttpResponse:
        return collection(RESOURCES, media_type=self.media_type)


class EventsView(MachineView):
    @extend_schema(
        operation_id="events_list",
        summary="Events by query",
        description="Without a key: events of published lots. With one: also all events of your own.",
        parameters=QUERY,
        responses=EVENTS,
    )
    def get(self, request: Request) -> HttpResponse:
        return answer_query(self, request)

    @extend_schema(
        operation_id="events_create",
        summary="Store one event",
        request=DOCUMENT,
        responses={
            (201, "application/json"): OpenApiTypes.OBJECT,
            409: OpenApiResponse(OpenApiTypes.OBJECT, "The event is stored already"),
            413: OpenApiResponse(OpenApiTypes.OBJECT, "The event is too large"),
            **PROBLEMS,
        },
    )
    def post(self, request: Request) -> HttpResponse:
        return store_event(request, self.held_key)


class EventView(MachineView):
    @extend_schema(operation_id="events_retrieve", summary="One event by its eventID", responses=EVENTS)
    def get(self, request: Request, event_id: str) -> HttpResponse:
        # "…?ver=CBV2.0" belongs to the name of an event; who did not encode the question mark means the same.
        if set(request.GET) == {"ver"}:
            event_id = f"{event_id}?ver={request.GET['ver']}"
        if "\0" in event_id:
            return no_such("event")
        found = list(visible_to(self.cooperative).filter(event_id=event_id)[:1])
        return query_document(told(found), media_type=self.media_type) if found else no_such("event")


class EpcEventsView(MachineView):
    @extend_schema(
        operation_id="epcs_events", summary="Events of a lot, a pack or a box", parameters=QUERY, responses=EVENTS
    )
    def get(self, request: Request, epc: str) -> HttpResponse:
        return answer_query(self, request, things=epc)


class WordEventsView(MachineView):
    """``/bizSteps/{bizStep}/events`` and its like: a query with one parameter given by the path."""

    @extend_schema(operation_id="word_events", summary="Events with this word", parameters=QUERY, responses=EVENTS)
    def get(self, request: Request, resource: str, value: str) -> HttpResponse:
        if resource == "eventTypes" and value not in EVENT_TYPES:
            return no_such("event type")
        return answer_query(self, request, **{_WORDS[resource].parameter: value})


class SubResourceView(MachineView):
    @extend_schema(operation_id="sub_resources", summary="What there is of this thing", responses=_COLLECTION)
    def get(self, request: Request, resource: str, value: str) -> HttpResponse:
        if resource == "eventTypes" and value not in EVENT_TYPES:
            return no_such("event type")
        return collection(["events"], media_type=self.media_type)


class _Word:
    def __init__(self, parameter: str, column: str, *, is_standard: bool = False) -> None:
        self.parameter = parameter
        self.column = column
        self.is_standard = is_standard


_WORDS = {
    "eventTypes": _Word("eventType", "type"),
    "bizSteps": _Word("EQ_bizStep", "biz_step", is_standard=True),
    "dispositions": _Word("EQ_disposition", "disposition", is_standard=True),
    "bizLocations": _Word("EQ_bizLocation", "biz_location"),
    "readPoints": _Word("EQ_readPoint", "read_point"),
}


class WordsView(MachineView):
    @extend_schema(operation_id="words_list", summary="Which of them occur", parameters=PAGING, responses=_COLLECTION)
    def get(self, request: Request, resource: str) -> HttpResponse:
        word = _WORDS.get(resource)
        try:
            size, after = _paging(request, resource)
        except BadQuery as fault:
            return _bad_query(fault)
        column = word.column if word else "epc_uri"
        rows = visible_to(self.cooperative) if word else visible_items(self.cooperative)
        found = words_of(rows, column, after=after, most=size + 1)
        members = found[:size]
        if word and word.is_standard:  # each once, however it is written, and on one page only
            again = written_otherwise(rows, column, members)
            members = [bare_word(value) for value in members if value not in again]
        token = _token(resource, found[size - 1]) if len(found) > size else ""
        return _with_next(collection(members, media_type=self.media_type), request, token)


class QueriesView(MachineView):
    """Named queries are not kept here; the standard lets a repository say so."""

    @extend_schema(operation_id="queries_list", summary="Named queries: none are kept", responses=_COLLECTION)
    def get(self, request: Request) -> HttpResponse:
        return JsonResponse({"@context": EPCIS_CONTEXT, "type": "Collection", "member": []})


class NothingView(MachineView):
    """Everything else under this address: a problem, not a page."""

    @extend_schema(exclude=True)
    def get(self, request: Request, anything: str) -> HttpResponse:
        return no_such("resource")

    post = put = patch = delete = get


def answer_query(view: MachineView, request: Request, *, things: str = "", **fixed: str) -> HttpResponse:
    """A page of events; what the path says is asked beside what the parameters ask."""
    if len(request.get_full_path()) > LONGEST_ADDRESS:
        return problem("QueryParameterException", HTTPStatus.REQUEST_URI_TOO_LONG, detail="The address is too long.")
    given = {name: request.GET.getlist(name) for name in request.GET}
    try:
        for name in fixed:
            if name in given:
                raise BadQuery("bad_value", name=name, message="is said by the path already")
        question = read_question(given | {name: [value] for name, value in fixed.items()})
        page = find_events(question, cooperative=view.cooperative, thing=things)
    except BadQuery as fault:
        return _bad_query(fault)
    except TooMany:
        return problem("QueryTooLargeException", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return _with_next(query_document(page.texts, media_type=view.media_type), request, page.next_token)


def _bad_query(fault: BadQuery) -> HttpResponse:
    name = fault.facts["name"]
    detail = f"{name} {fault.facts['message']}"
    return problem("QueryParameterException", HTTPStatus.BAD_REQUEST, detail=detail, parameter=name)


def _paging(request: Request, resource: str) -> tuple[int, str]:
    """perPage and nextPageToken alone, for the lists of words. Raises BadQuery."""
    for name in request.GET:
        if name not in ("perPage", "nextPageToken"):
            raise BadQuery("unknown_parameter", name=name[:100], message="is no parameter of this resource")
    question = read_question({name: request.GET.getlist(name) for name in request.GET})
    return question.per_page, _read_token(resource, question.after) if question.after else ""


def _token(resource: str, last: str) -> str:
    return base64.urlsafe_b64encode(f"{resource} {last}".encode()).decode().rstrip("=")


def _read_token(resource: str, token: str) -> str:
    """The last word of the page before."""
    try:
        said = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True).decode()
    except ValueError:
        said = ""
    of, gap, last = said.partition(" ")
    if of != resource or not gap or not last or "\0" in last:
        raise BadQuery("bad_value", name="nextPageToken", message="is no token of this list")
    return last


def _with_next(response: HttpResponse, request: Request, token: str) -> HttpResponse:
    if token:
        asked = [
            (name, value) for name in request.GET for value in request.GET.getlist(name) if name != "nextPageToken"
        ]
        onward = urlencode([*asked, ("nextPageToken", token)])
        response["Link"] = f'<{request.build_absolute_uri(request.path)}?{onward}>; rel="next"'
    return response
