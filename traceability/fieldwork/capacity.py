"""How much a cooperative can work up in a day, line by line."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.cooperatives.models import Cooperative
from community.door.current import MemberRequest, member_required
from traceability.balance.capacity import BadCapacity, set_capacity
from traceability.batches.models import Batch
from traceability.fieldwork.door import SeeOther
from traceability.fieldwork.plot_forms import CapacityForm
from traceability.fieldwork.sentences import sentence_of
from traceability.products.bands import DayCapacity
from traceability.products.models import BaseUnit, ProductLine

UNITS = {str(BaseUnit.GRAM): "kg", str(BaseUnit.MILLILITRE): "l"}
Row = tuple[ProductLine, str, CapacityForm]


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def capacity_page(request: MemberRequest) -> HttpResponseBase:
    """One form for each line of one's products and each unit in which its raw goods are weighed or measured."""
    lines = list(ProductLine.objects.filter(products__cooperative=request.cooperative).distinct().order_by("name"))
    wrong = _saved(request, lines) if request.method == "POST" else None
    if request.method == "POST" and wrong is None:
        messages.success(request, _("Saved: what you can work up in a day."))
        return SeeOther(reverse("fieldwork:capacity"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    facts = {"rows": _rows(request.cooperative, lines, wrong), "wrong": wrong}
    return render(request, "fieldwork/capacity.html", facts, status=status)


def _rows(cooperative: Cooperative, lines: list[ProductLine], wrong: CapacityForm | None) -> list[Row]:
    said = {(one.line_id, one.base_unit): one.kg_per_day for one in DayCapacity.objects.filter(cooperative=cooperative)}
    raw = Batch.objects.filter(cooperative=cooperative, kind=Batch.Kind.RAW, base_unit__in=UNITS).order_by()
    used = {*said, *raw.values_list("product__line_id", "base_unit").distinct()}
    return [
        (line, UNITS[unit], _form_of(line, unit, said.get((line.pk, unit)), wrong))
        for line in lines
        for unit in UNITS
        if (line.pk, unit) in used or (unit == BaseUnit.GRAM and (line.pk, BaseUnit.MILLILITRE) not in used)
    ]


def _form_of(line: ProductLine, unit: str, most: int | None, wrong: CapacityForm | None) -> CapacityForm:
    if wrong is not None and (wrong.data.get("line"), wrong.data.get("unit") or "g") == (line.code, unit):
        return wrong
    return CapacityForm(
        initial={"line": line.code, "unit": unit, "amount": most or ""}, auto_id=f"id_{line.code}_{unit}_%s"
    )


def _saved(request: MemberRequest, lines: list[ProductLine]) -> CapacityForm | None:
    """None when it is saved, else the form with what was wrong."""
    form = CapacityForm(request.POST)
    if not form.is_valid():
        return form
    said = form.cleaned_data
    line = next((one for one in lines if one.code == said["line"]), None)
    if line is None:
        form.add_error(None, _("Choose the line again."))
        return form
    try:
        set_capacity(
            cooperative=request.cooperative,
            line=line,
            kg_per_day=said["amount"],
            base_unit=said["unit"] or BaseUnit.GRAM,
            actor=request.actor,
        )
    except BadCapacity as fault:
        form.add_error("amount", sentence_of(fault))
        return form
    return None
