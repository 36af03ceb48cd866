"""One scan, one page: the answers to printed addresses. No session, no cookie, no write in any of them.

Who names ``text/html`` in ``Accept`` gets the page itself, at once; everybody else the GS1-conformant resolver.
"""

from __future__ import annotations

from http import HTTPStatus

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from traceability.batches.models import Batch
from traceability.gs1.digital_link import BadDigitalLink, DigitalLink
from traceability.gs1.public_codes import is_public_code, normalise_public_code
from traceability.passport.answering import (
    Asked,
    choice_page,
    document,
    reader_language,
    redirect,
    refusal,
    resolving,
)
from traceability.passport.drawing import Drawn, draw_passport
from traceability.passport.finding import (
    Scanned,
    batch_by_code,
    batch_by_lot,
    makers,
    pack_by_gtin,
    plots,
    public_batches,
    read_address,
    scanned,
)
from traceability.passport.known_links import levels_of_batch, levels_of_goods
from traceability.passport.pages import goods_page, maker_page, place_page, printable
from traceability.passport.sending import send_gzipped
from traceability.passport.serials import with_serial
from traceability.passport.storing import stored_page
from traceability.resolver.levels import maker_level, place_level
from traceability.resolver.links import Level
from traceability.resolver.linkset import candidates, linkset
from traceability.resolver.negotiating import Kind, choose


@resolving
def by_link(asked: Asked) -> HttpResponseBase:
    """Any GS1 Digital Link: 400 when malformed, 404 when nothing is registered under its key."""
    try:
        link = read_address(asked.path, asked.query)
    except BadDigitalLink:
        return refusal(
            asked, status=HTTPStatus.BAD_REQUEST, title="Not a GS1 Digital Link", template="passport/bad_link.html"
        )
    if link.gtin is not None:
        return _goods(asked, scanned(link))
    return _place(asked, link)


@resolving
def by_public_code(asked: Asked) -> HttpResponseBase:
    """``/t/{code}``: the same for goods without a GTIN."""
    typed = asked.request.resolver_match.kwargs["code"] if asked.request.resolver_match else ""
    code = normalise_public_code(typed)
    if not is_public_code(code):
        return _unknown(asked, typed.replace("\0", "")[:40])
    if asked.wanted.kind == Kind.PAGE:
        page = _stored(asked, Q(batch__public_code=code))
        if page is not None:
            return page
    batch = batch_by_code(code)
    return _batch(asked, batch, f"/t/{code}") if batch else _unknown(asked, code)


def _goods(asked: Asked, keys: Scanned) -> HttpResponseBase:
    if keys.lot is not None:
        if asked.wanted.kind == Kind.PAGE:
            page = _stored(asked, Q(batch__pack__gtin=keys.gtin, batch__lot_code=keys.lot), serial=keys.serial)
            if page is not None:
                return page
        if (batch := batch_by_lot(gtin=keys.gtin, lot=keys.lot)) is not None:
            return _batch(asked, batch, asked.anchor_path, keys)
    pack = pack_by_gtin(keys.gtin)
    if pack is None:
        return _unknown(asked, keys.gtin)
    unknown_lot = keys.lot or ""
    if asked.wanted.kind == Kind.PAGE:
        return goods_page(asked.request, pack, unknown_lot=unknown_lot)
    return _resolve(asked, levels_of_goods(pack, keys.gtin, unknown_lot=unknown_lot))


def _batch(asked: Asked, batch: Batch, path: str, keys: Scanned | None = None) -> HttpResponseBase:
    if asked.wanted.kind == Kind.PAGE:
        return batch_page(asked.request, batch, serial=keys.serial if keys else None)
    return _resolve(asked, levels_of_batch(batch, path, keys))


def _place(asked: Asked, link: DigitalLink) -> HttpResponseBase:
    """A plot (414) or a cooperative (417) that has told its number; other keys lead nowhere here."""
    key, gln = link.primary.ai, link.primary.value
    if key == "414" and (plot := plots().filter(gln=gln).first()) is not None:
        if asked.wanted.kind == Kind.PAGE:
            return place_page(asked.request, plot)
        return _resolve(asked, (place_level(plot, asked.anchor_path),))
    if key in ("414", "417") and (maker := makers().filter(gln=gln).first()) is not None:
        if asked.wanted.kind == Kind.PAGE:
            return maker_page(asked.request, maker)
        return _resolve(asked, (maker_level(maker, asked.anchor_path),))
    return _unknown(asked, gln)


@resolving
def by_place_code(asked: Asked) -> HttpResponseBase:
    """``/l/{code}``: a place without a GLN, as event documents name it."""
    code = asked.request.resolver_match.kwargs["code"] if asked.request.resolver_match else ""
    plot = plots().filter(code=code).first() if code.isalnum() else None
    if plot is None:
        return _unknown(asked, code.replace("\0", "")[:40])
    if asked.wanted.kind == Kind.PAGE:
        return place_page(asked.request, plot)
    return _resolve(asked, (place_level(plot, asked.anchor_path),))


def _resolve(asked: Asked, levels: tuple[Level, ...]) -> HttpResponseBase:
    if asked.wanted.kind == Kind.LINKSET:
        return document(linkset(levels))
    choice = choose(levels, asked.wanted)
    if len(choice.links) == 1:
        return redirect(asked, choice.links[0].href)
    if not choice.links:
        return refusal(
            asked,
            status=HTTPStatus.NOT_FOUND,
            title="No link of this type",
            template="passport/no_link.html",
            level=choice.level,
        )
    if asked.wanted.reads_html:
        return choice_page(asked, choice)
    return document(candidates(choice.level, choice.links), status=HTTPStatus.MULTIPLE_CHOICES)


def _unknown(asked: Asked, code: str) -> HttpResponseBase:
    return refusal(
        asked,
        status=HTTPStatus.NOT_FOUND,
        title="Nothing is registered here",
        template="passport/unknown_code.html",
        code=code,
    )


def _stored(asked: Asked, where: Q, *, serial: str | None = None) -> HttpResponseBase | None:
    language = reader_language(asked.request)
    drawn = stored_page(where=where, language=language)
    return send_page(asked.request, drawn, language, serial=serial) if drawn else None


def batch_page(request: HttpRequest, batch: Batch, *, serial: str | None = None) -> HttpResponseBase:
    """The page of a public batch, from the store when it is fresh, else drawn now."""
    language = reader_language(request)
    drawn = stored_page(where=Q(batch=batch), language=language) or draw_passport(batch, language=language)
    return send_page(request, drawn, language, serial=serial)


@require_safe
def lot(request: HttpRequest, code: str) -> HttpResponseBase:
    """The same page at an address of its own, whatever is accepted: where the resolver's links lead.

    ``?goi=`` is the number of one pack.
    """
    batch = get_object_or_404(public_batches(), public_code=normalise_public_code(code))
    return batch_page(request, batch, serial=printable(request.GET.get("goi", "")) or None)


def send_page(request: HttpRequest, drawn: Drawn, language: str, *, serial: str | None = None) -> HttpResponseBase:
    if serial is not None:
        drawn = with_serial(drawn, serial, language=language)
    return send_gzipped(request, drawn.html_gz, etag=drawn.etag, language=language)
