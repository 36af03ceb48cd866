"""Packing slips: one to look at and print from the browser, or many as one PDF for A5 or a roll of 58 mm."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.door.current import MemberRequest, member_required
from community.limiting import may_read_more
from marketplace.orders.states import ParcelStatus
from marketplace.selling.door import parcel_or_404
from marketplace.slips.drawing import PAPERS, slips_pdf
from marketplace.slips.facts import on_the_table, printable, slip_of
from marketplace.slips.files import DRAWN_AT_ONCE, MOST_SLIPS, ask_slips, draw_slips_later, take_file
from marketplace.slips.models import SlipRun

USUAL = "a5"
PER_PAGE = 200


@require_safe
@member_required("pack")
def slip(request: MemberRequest, code: str) -> HttpResponse:
    """The paper that goes with the parcel, as long as its buyer concerns the packer."""
    parcel = parcel_or_404(request.cooperative, code)
    found = printable(request.cooperative, [parcel.code])
    if not found:
        raise Http404
    return render(request, "selling/slip.html", {"parcel": parcel, "slip": slip_of(found[0])})


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("pack")
def slips_page(request: MemberRequest) -> HttpResponseBase:
    """What lies on the table; packed ones are ticked. Up to a hundred come at once, more are drawn by the worker."""
    if request.method != "POST":
        return _page(request)
    paper = request.POST.get("kho", USUAL)
    wanted = set(request.POST.getlist("ma")[:MOST_SLIPS])
    codes = list(on_the_table(request.cooperative).filter(code__in=wanted).values_list("code", flat=True))
    if not codes or paper not in PAPERS:
        return _page(request, wanted, fault=_("Tick at least one parcel."))
    if len(codes) <= DRAWN_AT_ONCE:
        asked = urlencode([("kho", paper), *(("ma", code) for code in codes)])
        return redirect(f"{reverse('selling:slips_file')}?{asked}")
    run = ask_slips(cooperative=request.cooperative, codes=codes, paper=paper, actor=request.actor)
    draw_slips_later(run.pk)
    return redirect("selling:slip_run", code=run.code)


def _page(
    request: MemberRequest, ticked: set[str] | None = None, *, fault: str = "", status: int = HTTPStatus.BAD_REQUEST
) -> HttpResponse:
    """Of more than a page, each page makes its own paper. Without ``ticked``: those packed, or all."""
    page = Paginator(on_the_table(request.cooperative), PER_PAGE).get_page(request.GET.get("page"))
    if ticked is None:
        packed = {parcel.code for parcel in page if parcel.status == ParcelStatus.PACKED}
        ticked = packed or {parcel.code for parcel in page}
    facts = {"page": page, "ticked": ticked, "fault": fault, "paper": request.POST.get("kho", USUAL)}
    status = status if fault else HTTPStatus.OK
    return render(request, "selling/slips.html", facts, status=status)


@require_safe
@member_required("pack")
def slips_file(request: MemberRequest) -> HttpResponse:
    """``ma``: codes of parcels, ``kho``: the paper. Nobody keeps it on the way: it names buyers."""
    codes = [code.upper()[:12] for code in request.GET.getlist("ma")][:DRAWN_AT_ONCE]
    paper = PAPERS.get(request.GET.get("kho", USUAL))
    parcels = printable(request.cooperative, codes)
    if paper is None or not parcels:
        raise Http404
    if not may_read_more(request):
        fault = _("Too many papers in a short time. Wait a minute, then try again.")
        return _page(request, set(codes), fault=fault, status=HTTPStatus.TOO_MANY_REQUESTS)
    return _pdf(slips_pdf([slip_of(parcel) for parcel in parcels], paper), parcels[0].code, paper.name)


@require_safe
@member_required("pack")
def slip_run(request: MemberRequest, code: str) -> HttpResponse:
    """Of many: waits for the worker, looks again by itself; ``tep=1`` is the file."""
    run = get_object_or_404(SlipRun, cooperative=request.cooperative, asked_by=request.user, code=code)
    if "tep" in request.GET:
        content = take_file(run)
        if content is None:
            raise Http404
        return _pdf(content, run.code, run.paper)
    return render(request, "selling/slip_run.html", {"run": run})


def _pdf(content: bytes, name: str, paper: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="phieu-{name}-{paper}.pdf"'
    answer["Cache-Control"] = "no-store, private"
    return answer
