"""One scan, one page: the answers to printed addresses. No session, no cookie, no write in any of them."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from datetime import date

from csp.decorators import csp_update
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.http import require_safe

from community import clock
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.gs1.digital_link import BadDigitalLink
from traceability.gs1.public_codes import is_public_code, normalise_public_code
from traceability.gs1.raw_paths import raw_path
from traceability.passport.drawing import LANGUAGES, Drawn, draw_passport, style_hash
from traceability.passport.facts import Verdict, verdict_of
from traceability.passport.finding import batch_by_code, batch_by_lot, pack_by_gtin, public_batches, read_link
from traceability.passport.storing import stored_page

MOST_BATCHES = 20
HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class ListedBatch:
    """A line of the product's page."""

    lot_code: str
    path: str
    packed_on: date | None
    best_before_on: date | None
    verdict: Verdict

    @classmethod
    def of(cls, batch: Batch, today: date) -> ListedBatch:
        verdict = verdict_of(batch, today)
        return cls(batch.lot_code, batch_path(batch), batch.packed_on, batch.best_before_on, verdict)


def reader_language(request: HttpRequest) -> str:
    """``?lang=`` wins, then the browser's wish, then Vietnamese."""
    if request.GET.get("lang") in LANGUAGES:
        return request.GET["lang"]
    for wish, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if (short := wish.partition("-")[0]) in LANGUAGES:
            return short
    return "vi"


@require_safe
def batch_by_link(request: HttpRequest, **_keys: str) -> HttpResponseBase:
    """``/01/{GTIN}[/10/{LOT}]``: 200 with the page itself, 400 for a malformed address, 404 for an unknown GTIN."""
    try:
        scanned = read_link(raw_path(request.META, request.get_full_path()))
    except BadDigitalLink:
        return _plain(request, "passport/bad_link.html", status=400)
    language = reader_language(request)
    if scanned.lot is not None:
        where = Q(batch__pack__gtin=scanned.gtin, batch__lot_code=scanned.lot)
        if (drawn := stored_page(where=where, language=language)) is not None:
            return _send(request, drawn, language)
        if (batch := batch_by_lot(gtin=scanned.gtin, lot=scanned.lot)) is not None:
            return _send(request, draw_passport(batch, language=language), language)
    return _product_page(request, gtin=scanned.gtin, unknown_lot=scanned.lot)


@require_safe
def batch_by_public_code(request: HttpRequest, code: str) -> HttpResponseBase:
    """``/t/{code}``: the same page for goods without a GTIN."""
    language = reader_language(request)
    tidy = normalise_public_code(code)
    if not is_public_code(tidy):
        return _plain(request, "passport/unknown_code.html", status=404, code=code.replace("\0", "")[:40])
    if (drawn := stored_page(where=Q(batch__public_code=tidy), language=language)) is not None:
        return _send(request, drawn, language)
    if (batch := batch_by_code(tidy)) is not None:
        return _send(request, draw_passport(batch, language=language), language)
    return _plain(request, "passport/unknown_code.html", status=404, code=tidy)


def _product_page(request: HttpRequest, *, gtin: str, unknown_lot: str | None) -> HttpResponse:
    """One level up: the goods are known; a lot that is not registered is said to be so."""
    pack = pack_by_gtin(gtin)
    if pack is None:
        return _plain(request, "passport/unknown_code.html", status=404, code=gtin)
    today = clock.today()
    batches = public_batches().filter(pack=pack).exclude(status=Batch.Status.CLOSED).order_by("-packed_on", "-pk")
    listed = [ListedBatch.of(batch, today) for batch in batches[:MOST_BATCHES]]
    return _plain(request, "passport/product.html", status=200, pack=pack, unknown_lot=unknown_lot, batches=listed)


def _send(request: HttpRequest, drawn: Drawn, language: str) -> HttpResponseBase:
    # Weak: the same page leaves compressed or not, and a strong tag would promise the same bytes.
    etag = f'W/"{drawn.etag}"'
    answer = get_conditional_response(request, etag=etag)
    if answer is None and "gzip" in request.headers.get("Accept-Encoding", ""):
        answer = HttpResponse(drawn.html_gz, content_type=HTML)
        answer["Content-Encoding"] = "gzip"
    elif answer is None:
        answer = HttpResponse(gzip.decompress(drawn.html_gz), content_type=HTML)
    answer["ETag"] = etag
    answer["Cache-Control"] = "public, max-age=60"
    answer["Content-Language"] = language
    patch_vary_headers(answer, ("Accept-Encoding", "Accept-Language"))
    return csp_update({"style-src": [style_hash()]})(lambda _request: answer)(request)


def _plain(request: HttpRequest, template: str, *, status: int, **facts: object) -> HttpResponse:
    language = reader_language(request)
    with translation.override(language):
        answer = render(request, template, facts, status=status)
    answer["Cache-Control"] = "no-cache"
    answer["Content-Language"] = language
    patch_vary_headers(answer, ("Accept-Language",))
    return answer
