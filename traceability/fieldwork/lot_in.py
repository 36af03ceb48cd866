"""Raw goods come in: harvested or bought; a new lot, or more of one that is open."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community.door.current import MemberRequest, member_required
from community.errors import DomainError
from community.photos.forms import SENTENCES
from community.photos.models import Photo
from community.photos.taking_in import BadPhoto, take_in_photo
from traceability.batches.models import Batch
from traceability.batches.opening import LotPlan
from traceability.events.dating import HARVEST_CODES
from traceability.events.harvesting import record_harvest, record_purchase
from traceability.events.models import Event
from traceability.events.working import Done, Output, Work
from traceability.events.writing import ReplayMismatch
from traceability.fieldwork.door import SeeOther
from traceability.fieldwork.lot_forms import LotInForm
from traceability.fieldwork.lot_sense import far_more_than_before
from traceability.fieldwork.lot_words import refusal
from traceability.fieldwork.place_here import keep_place
from traceability.fieldwork.progress import product_drawing
from traceability.fieldwork.spoken import Spoken, amount_told
from traceability.products.models import LineStep, Product

HOW = {"thu-hoach": record_harvest, "mua": record_purchase}
USUAL_UNIT = {"g": "kg", "ml": "litre", "piece": "piece"}
FIELD_OF = {
    "amount_needed": "amount",
    "amount_too_large": "amount",
    "material_needed": "material",
    "material_too_long": "material",
    "in_future": "day",
    "note_too_long": "note",
}


@require_safe
@member_required("record")
def choose_product(request: MemberRequest, how: str) -> HttpResponseBase:
    """For which product? One product needs no question."""
    _known(how)
    products = list(Product.objects.of_cooperative(request.cooperative).active().select_related("line"))
    if len(products) == 1:
        return SeeOther(reverse("fieldwork:lot_in", args=[how, products[0].code]))
    tiles = [(product, product_drawing(product)) for product in products]
    return render(request, "fieldwork/lot_product.html", {"tiles": tiles, "how": how})


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("record")
def lot_in(request: MemberRequest, how: str, product_code: str) -> HttpResponseBase:
    _known(how)
    products = Product.objects.of_cooperative(request.cooperative).active().select_related("line", "cooperative")
    product = get_object_or_404(products, code=product_code)
    plots = request.cooperative.plots.in_use() if how == "thu-hoach" else None
    if request.method != "POST":
        form = LotInForm(initial=LotInForm.fresh() | _as_last_time(product), product=product, plots=plots)
        return _page(request, how, product, form)
    form = LotInForm(request.POST, product=product, plots=plots)
    if form.is_valid() and not far_more_than_before(form, product):
        done = _record(request, how, product, form)
        if done is not None:
            batch = done.batch
            facts = {"lot": batch.lot_code, "amount": amount_told(done.event, _base(form), batch.base_unit)}
            messages.success(request, _("Lot %(lot)s: %(amount)s came in.") % facts)
            return SeeOther(reverse("fieldwork:lot", args=[batch.public_code]))
    return _page(request, how, product, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _base(form: LotInForm) -> int:
    spoken: Spoken = form.cleaned_data["spoken"]
    return spoken.base


def _known(how: str) -> None:
    if how not in HOW:
        raise Http404


def _as_last_time(product: Product) -> dict[str, Any]:
    """What came in last for this product most likely comes in again."""
    last = Batch.objects.filter(product=product, kind=Batch.Kind.RAW).order_by("-pk").first()
    if last is None:
        return {"unit": "kg"}
    unit = USUAL_UNIT[last.base_unit]
    return {"material": last.material, "material_en": last.material_en, "unit": unit, "plot": last.plot_id}


def _record(request: MemberRequest, how: str, product: Product, form: LotInForm) -> Done | None:
    """None when something was refused; the sentence then stands at its field."""
    facts, spoken = form.cleaned_data, form.cleaned_data["spoken"]
    plan = LotPlan(
        product=product,
        material=facts["material"],
        material_en=facts["material_en"],
        base_unit=spoken.base_unit,
        plot=facts.get("plot"),
    )
    try:
        photos = _photos(request, form, product)
        work = Work(
            form.event_time(),
            form.recorded,
            facts["client_uuid"],
            step=_step(product, how),
            note=facts["note"],
            photos=photos,
            said_as=spoken.said,
        )
        with transaction.atomic():
            spoken.remember(product, request.actor)
            done = HOW[how](output=Output(spoken.base, plan=plan), work=work, actor=request.actor)
            if how == "thu-hoach":
                keep_place(request, done.event, form.fix)
        return done
    except BadPhoto as fault:
        form.add_error(None, str(SENTENCES[fault.code]))
    except (DomainError, ReplayMismatch) as fault:
        field = FIELD_OF.get(fault.code)
        form.add_error(field if field in form.fields else None, refusal(fault, unit=spoken.base_unit))
    return None


def _photos(request: MemberRequest, form: LotInForm, product: Product) -> tuple[Photo, ...]:
    """At most one. A form sent twice keeps the picture it brought first."""
    earlier = Event.objects.filter(
        client_uuid=form.cleaned_data["client_uuid"], cooperative=request.cooperative
    ).first()
    if earlier is not None:
        return tuple(evidence.photo for evidence in earlier.evidence.select_related("photo"))
    upload = request.FILES.get("photo")
    if not upload:
        return ()
    title = f"{form.cleaned_data['material']} · {product.name}"[:120]
    return (take_in_photo(upload=upload, title=title, actor=request.actor.as_part(), cooperative=request.cooperative),)


def _step(product: Product, how: str) -> LineStep | None:
    codes = HARVEST_CODES if how == "thu-hoach" else {"receive", "material"}
    return LineStep.objects.filter(line=product.line_id, code__in=codes).first()


def _page(
    request: MemberRequest, how: str, product: Product, form: LotInForm, *, status: int = HTTPStatus.OK
) -> HttpResponse:
    known = Batch.objects.of_cooperative(request.cooperative).filter(kind=Batch.Kind.RAW)
    facts = {
        "form": form,
        "product": product,
        "how": how,
        "drawing": product_drawing(product),
        "known": sorted(set(known.values_list("material", flat=True)[:100])),
    }
    return render(request, "fieldwork/lot_in.html", facts, status=status)
