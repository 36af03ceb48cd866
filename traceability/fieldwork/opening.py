"""Beginning a batch: which pack, which day, and the lot code (proposed, so that nobody has to invent one)."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import clock
from community.cooperatives.models import Cooperative
from community.door.current import MemberRequest, member_required
from traceability.batches.models import Batch
from traceability.batches.opening import LotTaken, open_batch, proposed_lot_code
from traceability.fieldwork.door import to_batch
from traceability.fieldwork.forms import NewBatchForm
from traceability.fieldwork.progress import product_drawing
from traceability.fieldwork.sentences import sentence_of
from traceability.gs1.lot_codes import BadLotCode
from traceability.products.models import Pack


@require_safe
@member_required("record")
def choose_pack(request: MemberRequest) -> HttpResponse:
    """Pictures of all packs; ``?product=`` narrows to one product."""
    packs = _packs(request.cooperative)
    if wanted := request.GET.get("product"):
        packs = packs.filter(product__code=wanted[:12])
    tiles = [(pack, product_drawing(pack.product)) for pack in packs]
    return render(request, "fieldwork/choose_pack.html", {"tiles": tiles})


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("record")
def new_batch(request: MemberRequest, pack_code: str) -> HttpResponseBase:
    pack = get_object_or_404(_packs(request.cooperative), code=pack_code)
    plots = request.cooperative.plots.in_use()
    if request.method != "POST":
        today = clock.today()
        lot = proposed_lot_code(pack=pack, day=today)
        form = NewBatchForm(plots=plots, initial={"day": today, "lot": lot, "proposed": lot})
        return _form_page(request, pack, form)
    form = NewBatchForm(request.POST, plots=plots)
    batch = _opened(request, pack, form) if form.is_valid() else None
    if batch is None:
        return _form_page(request, pack, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    messages.success(request, _("Batch %(lot)s is open. Now record its first step.") % {"lot": batch.lot_code})
    return to_batch(batch)


def _packs(cooperative: Cooperative) -> QuerySet[Pack]:
    return Pack.objects.filter(
        product__cooperative=cooperative, status=Pack.Status.ACTIVE, product__status="active"
    ).select_related("product__line", "product__cooperative")


def _opened(request: MemberRequest, pack: Pack, form: NewBatchForm) -> Batch | None:
    """None when a rule said no; the sentence then stands at the lot field."""
    day: date = form.cleaned_data["day"]
    lot = form.cleaned_data["lot"]
    if lot == form.cleaned_data["proposed"] and not lot.startswith(f"L{day:%y%m%d}"):
        lot = ""  # the proposal was for another day and nobody touched it
    try:
        return open_batch(pack=pack, day=day, actor=request.actor, lot_code=lot, plot=form.cleaned_data["plot"])
    except (BadLotCode, LotTaken) as fault:
        form.add_error("lot", sentence_of(fault))
        return None


def _form_page(request: MemberRequest, pack: Pack, form: NewBatchForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    facts = {"form": form, "pack": pack, "drawing": product_drawing(pack.product)}
    return render(request, "fieldwork/new_batch.html", facts, status=status)
