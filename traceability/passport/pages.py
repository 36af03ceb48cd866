"""Pages about goods, places, makers and papers, drawn on request: those that links of the resolver lead to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from community import clock
from community.cooperatives.models import Cooperative
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.gs1.charsets import CSET82
from traceability.passport.answering import plain_page
from traceability.passport.facts import Verdict, verdict_of
from traceability.passport.finding import makers, papers, plots, public_batches, public_packs
from traceability.passport.serials import LONGEST_SERIAL
from traceability.plots.models import Plot
from traceability.products.models import Pack, Product

MOST_BATCHES = 20


@dataclass(frozen=True, slots=True)
class ListedBatch:
    """A line of a list of batches."""

    lot_code: str
    product: Product
    path: str
    packed_on: date | None
    best_before_on: date | None
    verdict: Verdict

    @classmethod
    def of(cls, batch: Batch, today: date) -> ListedBatch:
        verdict = verdict_of(batch, today)
        return cls(batch.lot_code, batch.product, batch_path(batch), batch.packed_on, batch.best_before_on, verdict)


def goods_page(request: HttpRequest, pack: Pack, *, unknown_lot: str = "") -> HttpResponse:
    """One level up from a lot: the goods are known; a lot that is not registered is said to be so."""
    if unknown_lot and public_batches().filter(pack=pack, lot_code=unknown_lot).exists():
        unknown_lot = ""
    return plain_page(
        request,
        "passport/product.html",
        status=HTTPStatus.OK,
        pack=pack,
        unknown_lot=unknown_lot,
        batches=_listed(pack=pack),
    )


def place_page(request: HttpRequest, plot: Plot) -> HttpResponse:
    """A field, pond or workshop at commune level: its lots, and whose it is."""
    return plain_page(
        request,
        "passport/place.html",
        status=HTTPStatus.OK,
        plot=plot,
        maker=plot.cooperative,
        batches=_listed(plot=plot),
    )


def maker_page(request: HttpRequest, maker: Cooperative) -> HttpResponse:
    return plain_page(
        request, "passport/place.html", status=HTTPStatus.OK, maker=maker, batches=_listed(cooperative=maker)
    )


@require_safe
def goods(request: HttpRequest, code: str) -> HttpResponseBase:
    """``?lo=`` is a lot that was scanned and is not registered."""
    pack = get_object_or_404(public_packs(), code=code.upper())
    return goods_page(request, pack, unknown_lot=printable(request.GET.get("lo", "")))


@require_safe
def place(request: HttpRequest, code: str) -> HttpResponseBase:
    return place_page(request, get_object_or_404(plots(), code=code.upper()))


@require_safe
def maker(request: HttpRequest, code: str) -> HttpResponseBase:
    return maker_page(request, get_object_or_404(makers(), code=code.upper()))


@require_safe
def paper(request: HttpRequest, number: int) -> HttpResponseBase:
    """A certificate that the operator has checked: what it says, and whether it holds today."""
    certificate = get_object_or_404(papers(), pk=number)
    return plain_page(
        request,
        "passport/certificate.html",
        status=HTTPStatus.OK,
        certificate=certificate,
        is_valid=certificate.valid_on(clock.today()),
        products=certificate.products.all(),
    )


def printable(text: str) -> str:
    """A lot or serial from a query as GS1 allows it, "" for anything else."""
    return text if 0 < len(text) <= LONGEST_SERIAL and set(text) <= CSET82 else ""


def _listed(**where: object) -> list[ListedBatch]:
    today = clock.today()
    batches = public_batches().filter(**where).exclude(status=Batch.Status.CLOSED).order_by("-packed_on", "-pk")
    return [ListedBatch.of(batch, today) for batch in batches[:MOST_BATCHES]]
