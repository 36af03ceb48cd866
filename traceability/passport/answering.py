"""What every answer of the resolver carries, and its plain answers: redirect, linkset, choice, refusal.

Source: GS1-Conformant Resolver Standard 1.2.0. Any site may read these answers (CORS), all name their linkset, and all
say that they depend on ``Accept`` and ``Accept-Language``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote_plus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from traceability.gs1.raw_paths import raw_path
from traceability.passport.drawing import LANGUAGES
from traceability.resolver.linkset import CONTEXT_HEADER, MEDIA_TYPE
from traceability.resolver.negotiating import Choice, Wanted, read_wanted
from traceability.resolver.targets import identity

METHODS = "GET, HEAD, OPTIONS"
LONGEST_ECHO = 400
OWN_WORDS = ("linkType",)
"""What of a query the resolver itself reads; everything else goes on to where it redirects."""

_KEPT_IN_PATH = "/%!$&'()*+;=:@"
_KEPT_IN_QUERY = _KEPT_IN_PATH + "?,"
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the resolver reads it. ``path`` and ``query`` are as sent, percent-encoded."""

    request: HttpRequest
    path: str
    query: str
    wanted: Wanted

    @classmethod
    def of(cls, request: HttpRequest) -> Asked:
        query = request.META.get("QUERY_STRING", "")
        wanted = read_wanted(
            link_type=_pair(query, "linkType"),
            accept=request.headers.get("Accept", ""),
            accept_language=request.headers.get("Accept-Language", ""),
        )
        return cls(request, raw_path(request.META, request.get_full_path()), query, wanted)

    @property
    def anchor_path(self) -> str:
        """The identity that was asked for: no slash at the end, no query."""
        return self.path.removesuffix("/")


def reader_language(request: HttpRequest) -> str:
    """``?lang=`` wins, then the address (pages under /en), then the browser's wish, then Vietnamese."""
    if request.GET.get("lang") in LANGUAGES:
        return str(request.GET["lang"])
    if request.resolver_match and request.resolver_match.namespaces:
        return (translation.get_language() or "vi")[:2]
    for wish, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if (short := wish.partition("-")[0]) in LANGUAGES:
            return short
    return "vi"


def resolving(view: Callable[[Asked], HttpResponseBase]) -> View:
    """Wraps the answer to one printed address: methods, CORS, the linkset's address, what the answer varies by."""

    @wraps(view)
    def answer(request: HttpRequest, **_keys: str) -> HttpResponseBase:
        asked = Asked.of(request)
        if request.method == "OPTIONS":
            told: HttpResponseBase = HttpResponse(status=HTTPStatus.NO_CONTENT)
        elif request.method in ("GET", "HEAD"):
            told = view(asked)
        else:
            told = HttpResponse(status=HTTPStatus.METHOD_NOT_ALLOWED)
        return headed(asked, told)

    return answer


def open_to_all(answer: HttpResponseBase) -> HttpResponseBase:
    """Readable by pages of any site: nothing here is private, and no cookie is looked at."""
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Access-Control-Allow-Methods"] = METHODS
    answer["Access-Control-Allow-Headers"] = "Accept, Accept-Language"
    answer["Access-Control-Expose-Headers"] = "Link, Location, ETag, Content-Language"
    answer["Access-Control-Max-Age"] = "86400"
    return answer


def redirect(asked: Asked, href: str) -> HttpResponse:
    """307: the label is permanent, where it leads is not."""
    answer = HttpResponse(status=HTTPStatus.TEMPORARY_REDIRECT)
    answer["Location"] = with_query(href, passed_on(asked.query))
    answer["Cache-Control"] = "public, max-age=60"
    return answer


def passed_on(query: str) -> str:
    """The request's query without the resolver's own words, safe in a header, otherwise byte by byte as it came."""
    kept = [pair for pair in query.split("&") if pair and _name(pair) not in OWN_WORDS]
    return quote("&".join(kept).encode("latin-1", "replace"), safe=_KEPT_IN_QUERY)


def with_query(href: str, query: str) -> str:
    """``href`` may have a query and a section of its own."""
    if not query:
        return href
    address, hash_, part = href.partition("#")
    return address + ("&" if "?" in address else "?") + query + hash_ + part


def document(told: dict[str, Any], *, status: int = HTTPStatus.OK, media_type: str = MEDIA_TYPE) -> HttpResponse:
    """A linkset (or another JSON answer) with the JSON-LD context that goes with it."""
    answer = HttpResponse(json.dumps(told, ensure_ascii=False), content_type=media_type, status=status)
    if media_type == MEDIA_TYPE:
        answer["Link"] = CONTEXT_HEADER
    answer["Cache-Control"] = "public, max-age=60"
    return answer


def choice_page(asked: Asked, choice: Choice) -> HttpResponse:
    """300 for people: the links that fit equally well."""
    links = [(link.title, with_query(link.href, passed_on(asked.query))) for link in choice.links]
    return plain_page(
        asked.request, "passport/choice.html", status=HTTPStatus.MULTIPLE_CHOICES, level=choice.level, links=links
    )


def refusal(asked: Asked, *, status: int, title: str, template: str, **facts: object) -> HttpResponse:
    """A plain page for people, problem+json (RFC 9457) for machines."""
    if asked.wanted.reads_html:
        return plain_page(asked.request, template, status=status, **facts)
    problem = {"type": "about:blank", "title": title, "status": int(status), "instance": asked.path[:LONGEST_ECHO]}
    answer = document(problem, status=status, media_type="application/problem+json")
    answer["Cache-Control"] = "no-cache"
    return answer


def plain_page(request: HttpRequest, template: str, *, status: int, **facts: object) -> HttpResponse:
    language = reader_language(request)
    with translation.override(language):
        answer = render(request, template, facts, status=status)
    answer["Cache-Control"] = "no-cache"
    answer["Content-Language"] = language
    patch_vary_headers(answer, ("Accept-Language",))
    return answer


def headed(asked: Asked, answer: HttpResponseBase) -> HttpResponseBase:
    """What every answer of the resolver carries; the short way of a stored page (shortcut.py) calls it too."""
    patch_vary_headers(answer, ("Accept", "Accept-Language"))
    link = f'<{linkset_address(asked)}>; rel="linkset"; type="{MEDIA_TYPE}"'
    answer["Link"] = ", ".join(filter(None, (answer.headers.get("Link"), link)))
    if answer.status_code in (HTTPStatus.NO_CONTENT, HTTPStatus.METHOD_NOT_ALLOWED):
        answer["Allow"] = METHODS
    if asked.request.method == "HEAD" and isinstance(answer, HttpResponse):
        answer["Content-Length"] = str(len(answer.content))
        answer.content = b""
    return open_to_all(answer)


def linkset_address(asked: Asked) -> str:
    """No comma in it: readers of ``Link`` split there."""
    path = quote(asked.anchor_path[:LONGEST_ECHO].encode("latin-1", "replace"), safe=_KEPT_IN_PATH)
    return identity(f"{path}?linkType=linkset")


def _pair(query: str, name: str) -> str:
    """The first value of ``name``, decoded; broken bytes become question marks."""
    for pair in query.split("&"):
        key, _, value = pair.partition("=")
        if unquote_plus(key) == name:
            return unquote_plus(value, errors="replace")
    return ""


def _name(pair: str) -> str:
    return unquote_plus(pair.partition("=")[0])
