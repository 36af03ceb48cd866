"""Boxes on the member's phone: put goods of a lot into one, take them out, see what is inside."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from community.door.current import MemberRequest, member_required
from community.errors import DomainError
from traceability.batches.models import Batch
from traceability.events.aggregating import put_in, take_out
from traceability.events.working import Done, Taken, Work
from traceability.fieldwork.door import SeeOther, batch_or_404
from traceability.fieldwork.lot_forms import LARGEST_OF, DeedForm, amount_field, base_of
from traceability.fieldwork.lot_words import amount_words, refusal, unit_name
from traceability.genealogy.containers import container_name, open_stays

VERBS: dict[str, Callable[..., Done]] = {"xep": put_in, "lay": take_out}


class BoxForm(DeedForm):
    """Which box, and how much goes in or comes out."""

    box = forms.CharField(
        label=gettext_lazy("Which box?"),
        max_length=40,
        help_text=gettext_lazy("The number on the box (SSCC), or a name of your own: THUNG-01."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Type the number or name of the box.")},
    )
    amount = amount_field(gettext_lazy("How much?"))  # type: ignore[arg-type]

    def __init__(self, *args: Any, lot: Batch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lot = lot

    @property
    def unit(self) -> str:
        return self.lot.pack.shown_name if self.lot.pack else unit_name(LARGEST_OF[self.lot.base_unit])

    def clean_amount(self) -> int:
        """Packed goods are counted in packs."""
        typed = self.cleaned_data["amount"]
        if self.lot.pack is None:
            return base_of(typed, LARGEST_OF[self.lot.base_unit])
        return base_of(typed, "piece") * self.lot.pack.net_quantity_base


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("record")
def box_page(request: MemberRequest, public_code: str) -> HttpResponseBase:
    lot = batch_or_404(request.cooperative, public_code)
    if request.method != "POST":
        return _page(request, lot, BoxForm(initial=BoxForm.fresh(), lot=lot))
    form = BoxForm(request.POST, lot=lot)
    deed = request.POST.get("viec", "xep")
    if form.is_valid() and deed in VERBS:
        facts = form.cleaned_data
        work = Work(form.event_time(), form.recorded, facts["client_uuid"], note=facts["note"])
        contents = [Taken(lot, facts["amount"])]
        try:
            VERBS[deed](container=facts["box"], contents=contents, work=work, actor=request.actor)
        except DomainError as fault:
            form.add_error(None, refusal(fault, unit=lot.base_unit))
        else:
            said = _("Put into box %(box)s.") if deed == "xep" else _("Taken out of box %(box)s.")
            messages.success(request, said % {"box": facts["box"].upper()})
            return SeeOther(request.path)
    return _page(request, lot, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _page(request: MemberRequest, lot: Batch, form: BoxForm, *, status: int = HTTPStatus.OK) -> HttpResponse:
    inside: dict[str, int] = {}
    for stay in open_stays(lot.pk):
        inside[stay.container] = inside.get(stay.container, 0) + (stay.quantity_base or 0)
    boxes = [(container_name(box), amount_words(base, lot.base_unit)) for box, base in inside.items()]
    return render(request, "fieldwork/box.html", {"lot": lot, "form": form, "boxes": boxes}, status=status)
