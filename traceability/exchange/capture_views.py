"""``/capture`` and the POST of ``/events``: records of other systems come in here."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request

from community.api_keys.models import ApiKey
from traceability.epcis.hashing import events_of
from traceability.epcis.json_text import read_json
from traceability.epcis.problems import BadEvent, Problem
from traceability.events.asking import MOST_PER_PAGE, PER_PAGE
from traceability.events.capturing import CaptureRefused, capture
from traceability.exchange.answers import no_such, problem
from traceability.exchange.capture_jobs import AT_ONCE, BEHAVIOURS, capture_later, capture_now, told
from traceability.exchange.describing import PAGING, PROBLEMS
from traceability.exchange.door import MEDIA_TYPES, MachineView, actor_of, read_body
from traceability.exchange.later import run_capture_job
from traceability.exchange.models import CaptureJob

_EVENT_TYPE_ENDING = "Event"
DOCUMENT = dict.fromkeys(MEDIA_TYPES, OpenApiTypes.OBJECT)


class CaptureView(MachineView):
    key_needed = True

    @extend_schema(
        operation_id="capture_list",
        summary="What your key handed in, newest first",
        parameters=PAGING,
        responses={(200, "application/json"): OpenApiTypes.OBJECT, **PROBLEMS},
    )
    def get(self, request: Request) -> HttpResponse:
        for name in request.GET:
            if name not in ("perPage", "nextPageToken"):
                return _bad_parameter(name)
        size_text, after = request.GET.get("perPage", str(PER_PAGE)), request.GET.get("nextPageToken", "")
        if not (size_text.isascii() and size_text.isdigit() and int(size_text[:9]) > 0):
            return _bad_parameter("perPage")
        if after and not (after.isascii() and after.isdigit() and len(after) < 19):
            return _bad_parameter("nextPageToken")
        size = min(int(size_text[:9]), MOST_PER_PAGE)
        rows = CaptureJob.objects.filter(Q(pk__lt=int(after)) if after else Q(), cooperative=self.cooperative)
        found = list(rows.order_by("-pk").defer("body")[: size + 1])
        response = JsonResponse([told(job) for job in found[:size]], safe=False)
        if len(found) > size:
            onward = urlencode({"perPage": size, "nextPageToken": found[size - 1].pk})
            response["Link"] = f'<{request.build_absolute_uri(request.path)}?{onward}>; rel="next"'
        return response

    @extend_schema(
        operation_id="capture_create",
        summary="Hand in an EPCIS document",
        description="Up to 500 events are stored before the answer, more by a worker: ask for the job in Location.",
        parameters=[
            OpenApiParameter(
                "GS1-Capture-Error-Behaviour",
                str,
                OpenApiParameter.HEADER,
                enum=list(BEHAVIOURS),
                description="rollback (default): all or nothing. proceed: store what is good, tell what is not.",
            )
        ],
        request=DOCUMENT,
        responses={
            202: OpenApiResponse(description="Taken. Location names the capture job."),
            409: OpenApiResponse(OpenApiTypes.OBJECT, "An eventID is stored already with other content"),
            413: OpenApiResponse(OpenApiTypes.OBJECT, "The document is too large"),
            **PROBLEMS,
        },
    )
    def post(self, request: Request) -> HttpResponse:
        behaviour = request.headers.get("GS1-Capture-Error-Behaviour", "rollback").strip().lower()
        if behaviour not in BEHAVIOURS:
            detail = "GS1-Capture-Error-Behaviour is rollback or proceed."
            return problem("ValidationException", HTTPStatus.BAD_REQUEST, detail=detail)
        body = read_body(request._request)
        try:
            document = read_json(body)
            if _is_large(document):
                job = capture_later(body=body, key=self.held_key, behaviour=behaviour)
                run_capture_job(job.pk)
            else:
                job = capture_now(document=document, key=self.held_key, behaviour=behaviour)
        except BadEvent as fault:
            return refusal(fault.problems, code=fault.code)
        except CaptureRefused as fault:
            return refusal(fault.facts["captured"].problems)
        return HttpResponse(
            status=HTTPStatus.ACCEPTED, headers={"Location": reverse("epcis:capture_job", args=[job.code])}
        )


class CaptureJobView(MachineView):
    key_needed = True

    @extend_schema(
        operation_id="capture_retrieve",
        summary="What became of a capture job",
        responses={(200, "application/json"): OpenApiTypes.OBJECT, **PROBLEMS},
    )
    def get(self, request: Request, code: UUID) -> HttpResponse:
        job = CaptureJob.objects.defer("body").filter(code=code, cooperative=self.cooperative).first()
        return JsonResponse(told(job)) if job else no_such("capture job")


def store_event(request: Request, key: ApiKey) -> HttpResponse:
    """POST /events: one event. 201 with its address, 409 when it is there already."""
    try:
        document = read_json(read_body(request._request))
        if not str(document.get("type", "")).endswith(_EVENT_TYPE_ENDING):
            raise BadEvent("schema", problems=(Problem("/type", "is not an event; documents go to /capture"),))
        captured = capture(document=document, cooperative=key.cooperative, actor=actor_of(key))
    except BadEvent as fault:
        return refusal(fault.problems, code=fault.code)
    except CaptureRefused as fault:
        return refusal(fault.facts["captured"].problems)
    if not captured.stored:
        return problem("ResourceAlreadyExistsException", HTTPStatus.CONFLICT, detail="This event is stored already.")
    name = captured.stored[0]
    where = reverse("epcis:event", args=["-"]).removesuffix("-") + quote(name, safe="")
    return JsonResponse({"eventID": name}, status=HTTPStatus.CREATED, headers={"Location": where})


def refusal(problems: tuple[Problem, ...], *, code: str = "") -> HttpResponse:
    if code == "too_large":
        return problem("CaptureLimitExceededException", HTTPStatus.REQUEST_ENTITY_TOO_LARGE, errors=problems)
    if problems and all(one.pointer.endswith("/eventID") and "stored" in one.message for one in problems):
        return problem("ResourceAlreadyExistsException", HTTPStatus.CONFLICT, errors=problems)
    return problem("ValidationException", HTTPStatus.BAD_REQUEST, errors=problems)


def _is_large(document: dict[str, Any]) -> bool:
    try:
        return len(events_of(document)) > AT_ONCE
    except (KeyError, TypeError, AttributeError, IndexError):  # no EPCIS document: capturing says what is wrong
        return False


def _bad_parameter(name: str) -> HttpResponse:
    detail = f"{json.dumps(name[:100])} is no parameter of this resource, or its value is not right."
    return problem("QueryParameterException", HTTPStatus.BAD_REQUEST, detail=detail, parameter=name[:100])
