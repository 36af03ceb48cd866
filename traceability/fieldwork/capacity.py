"""How much a cooperative can work up in a day, line by line."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.cooperatives.current import MemberRequest, member_required
from traceability.balance.capacity import BadCapacity, set_capacity
from traceability.fieldwork.door import SeeOther
from traceability.fieldwork.plot_forms import CapacityForm
from traceability.fieldwork.sentences import sentence_of
from traceability.products.bands import DayCapacity
from traceability.products.models import ProductLine


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def capacity_page(request: MemberRequest) -> HttpResponseBase:
    """One form a line of one's products."""
    lines = list(ProductLine.objects.filter(products__cooperative=request.cooperative).distinct().order_by("name"))
    said = dict(DayCapacity.objects.filter(cooperative=request.cooperative).values_list("line_id", "kg_per_day"))
    wrong = _saved(request, lines) if request.method == "POST" else None
    if request.method == "POST" and wrong is None:
        messages.success(request, _("Saved: what you can work up in a day."))
        return SeeOther(reverse("fieldwork:capacity"))
    rows = [(line, said.get(line.pk), _form_of(line, said.get(line.pk), wrong)) for line in lines]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    return render(request, "fieldwork/capacity.html", {"rows": rows, "wrong": wrong}, status=status)


def _form_of(line: ProductLine, kg: int | None, wrong: CapacityForm | None) -> CapacityForm:
    if wrong is not None and wrong.data.get("line") == line.code:
        return wrong
    return CapacityForm(initial={"line": line.code, "amount": kg or ""}, auto_id=f"id_{line.code}_%s")


def _saved(request: MemberRequest, lines: list[ProductLine]) -> CapacityForm | None:
    """None when it is saved, else the form with what was wrong."""
    form = CapacityForm(request.POST)
    if not form.is_valid():
        return form
    line = next((one for one in lines if one.code == form.cleaned_data["line"]), None)
    if line is None:
        form.add_error(None, _("Choose the line again."))
        return form
    try:
        set_capacity(
            cooperative=request.cooperative, line=line, kg_per_day=form.cleaned_data["amount"], actor=request.actor
        )
    except BadCapacity as fault:
        form.add_error("amount", sentence_of(fault))
        return form
    return None
