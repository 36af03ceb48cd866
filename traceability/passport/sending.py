"""Sends a drawn page: encoding, ETag, caching, language. The same for a stored page and one drawn on the spot."""

from __future__ import annotations

import gzip
from functools import cache, lru_cache

from csp.constants import HEADER
from csp.utils import build_policy
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers

from traceability.passport.drawing import style_hash
from traceability.passport.storing import BROTLI, GZIP

HTML = "text/html; charset=utf-8"
IDENTITY = ""
CONDITIONS = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE")


@lru_cache(maxsize=512)
def best_encoding(accepted: str, *, has_brotli: bool) -> str:
    """BROTLI, GZIP or IDENTITY for an ``Accept-Encoding``; of equal wishes the smaller. Nothing in it raises."""
    wishes: dict[str, float] = {}
    for part in accepted.lower().split(","):
        name, _, parameter = part.partition(";")
        try:
            quality = float(parameter.strip().removeprefix("q=") or 1)
        except ValueError:
            quality = 0.0
        wishes[name.strip()] = quality
    offered = (BROTLI, GZIP) if has_brotli else (GZIP,)
    best = max(offered, key=lambda name: wishes.get(name, wishes.get("*", 0.0)))
    return best if wishes.get(best, wishes.get("*", 0.0)) > 0 else IDENTITY


def send_body(request: HttpRequest, body: bytes, *, encoding: str, etag: str, language: str) -> HttpResponseBase:
    """``body`` is in ``encoding`` already. The ETag is strong, so it names the encoding too."""
    tag = f'"{etag}{encoding and "-" + encoding}"'
    asked_before = any(name in request.META for name in CONDITIONS)
    answer = get_conditional_response(request, etag=tag) if asked_before else None
    if answer is None:
        answer = HttpResponse(body, content_type=HTML)
        answer.headers["Content-Length"] = str(len(body))
        if encoding:
            answer.headers["Content-Encoding"] = encoding
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = "public, max-age=60"
    answer.headers["Content-Language"] = language
    patch_vary_headers(answer, ("Accept-Encoding", "Accept-Language"))
    answer.headers[HEADER] = page_policy()
    return answer


@cache
def page_policy() -> str:
    """The site's policy, and the page's one style block by its hash. Made once: composing it costs more than a scan."""
    return str(build_policy(update={"style-src": [style_hash()]}))


def send_gzipped(request: HttpRequest, html_gz: bytes, *, etag: str, language: str) -> HttpResponseBase:
    """A page that is there in gzip only: drawn on the spot, or with something added."""
    encoding = best_encoding(request.META.get("HTTP_ACCEPT_ENCODING", ""), has_brotli=False)
    body = html_gz if encoding == GZIP else gzip.decompress(html_gz)
    return send_body(request, body, encoding=encoding, etag=etag, language=language)
