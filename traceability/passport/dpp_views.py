"""The addresses of the machine-readable passport; errors are problem+json (RFC 9457)."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from http import HTTPStatus
from pathlib import Path

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import override
from django.views.decorators.http import require_http_methods

from traceability.batches.models import Batch
from traceability.gs1.digital_link import BadDigitalLink
from traceability.gs1.raw_paths import raw_path
from traceability.passport.dpp import record_of
from traceability.passport.facts import passport_of
from traceability.passport.finding import batch_by_code, batch_by_lot, read_link

SCHEMA_FILE = Path(__file__).parent / "data" / "dpp.schema.json"
LD_JSON = "application/ld+json"
readable = require_http_methods(["GET", "HEAD", "OPTIONS"])


@readable
def dpp_by_link(request: HttpRequest, **_keys: str) -> HttpResponseBase:
    """``/api/dpp/01/{gtin}/10/{lot}``, read from the path as sent."""
    try:
        keys = read_link(raw_path(request.META, request.get_full_path()).removeprefix("/api/dpp"))
    except BadDigitalLink:
        return _refused(HTTPStatus.BAD_REQUEST, "Not a GS1 Digital Link of a lot")
    if keys.lot is None:
        return _refused(HTTPStatus.BAD_REQUEST, "Not a GS1 Digital Link of a lot")
    return _passport(request, batch_by_lot(gtin=keys.gtin, lot=keys.lot))


@readable
def dpp_by_code(request: HttpRequest, code: str) -> HttpResponseBase:
    return _passport(request, batch_by_code(code))


@readable
def dpp_schema(request: HttpRequest) -> HttpResponseBase:
    return _open(HttpResponse(schema_text(), content_type="application/schema+json"))


@cache
def schema_text() -> str:
    return SCHEMA_FILE.read_text("utf-8")


def _passport(request: HttpRequest, batch: Batch | None) -> HttpResponseBase:
    if batch is None:
        return _refused(HTTPStatus.NOT_FOUND, "This lot is not registered here")
    with override("vi"):  # one language for machines; names have their English beside them
        body = json.dumps(record_of(passport_of(batch, language="vi")), ensure_ascii=False).encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    answer = get_conditional_response(request, etag=etag) or HttpResponse(body, content_type=LD_JSON)
    answer["ETag"] = etag
    answer["Cache-Control"] = "public, max-age=60"
    answer["Link"] = '</api/dpp/schema.json>; rel="describedby"'
    return _open(answer)


def _open(answer: HttpResponseBase) -> HttpResponseBase:
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
    answer["Access-Control-Expose-Headers"] = "ETag, Link"
    return answer


def _refused(status: HTTPStatus, title: str) -> HttpResponseBase:
    said = json.dumps({"type": "about:blank", "title": title, "status": int(status)})
    answer = HttpResponse(said, status=status, content_type="application/problem+json")
    answer["Cache-Control"] = "no-cache"
    return _open(answer)
