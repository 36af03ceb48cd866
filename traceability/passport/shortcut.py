"""The short way of a scan: a printed address whose page is stored is answered before sessions, languages, forms and
routes are looked at, with the headers that the long way gives it (both use the same functions).

Only what is plainly asked for goes this way: GET or HEAD, our own form of address, a reader of HTML, no query but the
language. Everything else, and every page that is not stored, takes the long way.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from traceability.passport.answering import Asked, headed, reader_language
from traceability.passport.drawing import LANGUAGES
from traceability.passport.sending import IDENTITY, best_encoding, send_body
from traceability.passport.storing import GZIP, Stored, stored_by_code, stored_by_lot
from traceability.resolver.negotiating import Kind

STARTS = ("/01/", "/t/")
LOT = re.compile(r"/01/([0-9]{14})/10/([A-Z0-9][A-Z0-9-]{2,19})")
CODE = re.compile(r"/t/([0-9A-Z]{10})")
SENT = "house.sent_page"  # told to what stands in front of Django (repeated.py), in the request's environment
QUERIES = ("", *(f"lang={code}" for code in LANGUAGES))


class StoredPassportMiddleware:
    """Stands below what every answer needs (safety headers) and above what a scan does not (its body is compressed)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(STARTS) and request.method in ("GET", "HEAD"):
            answer = _stored_answer(request)
            if answer is not None:
                return answer
        return self.get_response(request)


def _stored_answer(request: HttpRequest) -> HttpResponseBase | None:
    if request.META.get("QUERY_STRING", "") not in QUERIES:
        return None
    asked = Asked.of(request)
    if asked.wanted.kind != Kind.PAGE:
        return None
    request.get_host()  # refuses a host that is not ours, as the long way does
    language = reader_language(request)
    encoding = best_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""), has_brotli=True)
    stored = _find(asked.path.partition("?")[0], language, encoding or GZIP)
    if stored is None:
        return None
    request.META[SENT] = stored.sent
    body = stored.body if encoding != IDENTITY else gzip.decompress(stored.body)
    return headed(asked, send_body(request, body, encoding=encoding, etag=stored.etag, language=language))


def _find(path: str, language: str, encoding: str) -> Stored | None:
    if (link := LOT.fullmatch(path)) is not None:
        return stored_by_lot(gtin=link[1], lot=link[2], language=language, encoding=encoding)
    if (code := CODE.fullmatch(path)) is not None:
        return stored_by_code(code=code[1], language=language, encoding=encoding)
    return None
