"""What this interface answers: EPCIS documents and collections as text, and problems (RFC 9457) with the standard's
exception names, each fault with the JSON pointer of its place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, JsonResponse

from community import clock
from traceability.epcis.documents import EPCIS_CONTEXT, SCHEMA_VERSION, time_text
from traceability.epcis.problems import Problem

VERSIONS = {
    "GS1-EPCIS-Version": "2.0.0",
    "GS1-EPCIS-Min": "2.0.0",
    "GS1-EPCIS-Max": "2.0.0",
    "GS1-CBV-Version": "2.0.0",
    "GS1-CBV-Min": "2.0.0",
    "GS1-CBV-Max": "2.0.0",
    "GS1-Extensions": "",
}
MOST_SHOWN = 100
_BEGINS = '{"@context":'
_TITLES = {
    "ValidationException": "The document was refused",
    "QueryParameterException": "A query parameter is not right",
    "QueryTooLargeException": "The query has too many results",
    "NoSuchResourceException": "There is no such resource",
    "ResourceAlreadyExistsException": "It exists already",
    "SecurityException": "You may not do this",
    "NotAcceptableException": "None of the media types asked for can be served",
    "UnsupportedMediaTypeException": "This media type is not read here",
    "CaptureLimitExceededException": "The document is too large",
    "TooManyRequestsException": "Too many requests; try again later",
    "MethodNotAllowedException": "This method is not allowed here",
    "NotImplementedException": "This part of the standard is not served here",
    "ImplementationException": "Something went wrong on our side",
}


def problem(
    kind: str,
    status: int,
    *,
    detail: str = "",
    errors: Sequence[Problem] = (),
    headers: Mapping[str, str] | None = None,
    **facts: Any,
) -> HttpResponse:
    """``application/problem+json``; ``errors`` as ``[{"pointer", "detail"}]``, at most a hundred of them."""
    said: dict[str, Any] = {"type": f"epcisException:{kind}", "title": _TITLES[kind], "status": int(status)}
    if detail or errors:
        said["detail"] = detail or f"{errors[0].pointer or 'the document'} {errors[0].message}"
    if errors:
        said["errors"] = errors_told(errors)
    return JsonResponse(
        said | facts, status=status, content_type="application/problem+json", headers=dict(headers or {})
    )


def errors_told(errors: Iterable[Problem]) -> list[dict[str, str]]:
    return [{"pointer": one.pointer, "detail": one.message} for one in list(errors)[:MOST_SHOWN]]


def query_document(texts: Iterable[str], *, media_type: str) -> HttpResponse:
    """An EPCISQueryDocument around stored events. A context that all of them share stands once, at the document, where
    every reader looks for it; different ones stay inside. The stored text is not parsed again but for one context."""
    created = time_text(clock.now())
    context, bare = _shared_context(list(texts))
    head = (
        f'{{"@context":{context},"type":"EPCISQueryDocument","schemaVersion":"{SCHEMA_VERSION}",'
        f'"creationDate":"{created}","epcisBody":{{"queryResults":{{"queryName":"SimpleEventQuery",'
        f'"resultsBody":{{"eventList":['
    )
    return HttpResponse(head + ",".join(bare) + "]}}}}", content_type=media_type)


def _shared_context(texts: list[str]) -> tuple[str, list[str]]:
    """The context that all ``texts`` begin with and the texts without it; else GS1's, and the texts as they are."""
    alone = json.dumps([EPCIS_CONTEXT]), texts
    if not texts or not texts[0].startswith(_BEGINS):
        return alone
    said, end = json.JSONDecoder().raw_decode(texts[0], len(_BEGINS))
    beginning = texts[0][:end] + ","
    if EPCIS_CONTEXT not in said or not all(text.startswith(beginning) for text in texts):
        return alone
    return texts[0][len(_BEGINS) : end], ["{" + text[len(beginning) :] for text in texts]


def collection(members: Iterable[str], *, media_type: str) -> HttpResponse:
    said = {"@context": EPCIS_CONTEXT, "type": "Collection", "member": list(members)}
    return HttpResponse(json.dumps(said, ensure_ascii=False), content_type=media_type)


def no_such(what: str) -> HttpResponse:
    return problem("NoSuchResourceException", HTTPStatus.NOT_FOUND, detail=f"There is no {what} here.")
