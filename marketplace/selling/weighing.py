"""The scale on the desk: what all packs of a line weigh together, one line a screen."""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_http_methods

from community.door.current import MemberRequest, member_required
from community.text.quantities import InvalidNumber, parse_decimal_vi, show_number, show_quantity, to_base
from marketplace.orders.changes.reckoning import MASS, Weight, weight_of
from marketplace.orders.changes.weighing import CannotWeigh, weigh_line
from marketplace.orders.changes.wording import weight_words
from marketplace.orders.models import OrderLine, Parcel
from marketplace.orders.moving import ParcelMoved
from marketplace.payments.ending.lowering import ask_for_what_goes
from marketplace.selling.door import parcel_or_404, posted
from marketplace.selling.forms import keypad
from marketplace.selling.orders import someone_was_faster
from marketplace.selling.sentences import sentence_of
from marketplace.selling.shrinking import may_weigh, weighable

TROUBLES = {
    "too_light": gettext_lazy(
        "This is much less than %(promised)s. Look at the scale again: kg with a comma. "
        "If there is no more, press “Not enough goods”: the buyer decides."
    ),
    "too_heavy": gettext_lazy("This is much more than %(promised)s. Look at the scale again: kg with a comma."),
    "not_by_weight": gettext_lazy("These goods are counted, not weighed."),
}


class WeightForm(forms.Form):
    """In kg, as the scale says."""

    weight = forms.CharField(
        label=gettext_lazy("What does the scale say?"),
        max_length=12,
        widget=keypad("decimal"),
        error_messages={"required": gettext_lazy("Type what the scale says, in kg: 0,95.")},
    )

    def clean_weight(self) -> int:
        try:
            return to_base(parse_decimal_vi(self.cleaned_data["weight"]), "kg")
        except InvalidNumber as fault:
            raise forms.ValidationError(sentence_of(fault), code=fault.code) from fault


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("pack")
def weigh(request: MemberRequest, code: str, place: int) -> HttpResponseBase:
    """``place``: which line of the parcel, from 1. It may be typed again until the parcel is sent."""
    parcel = parcel_or_404(request.cooperative, code)
    lines = weighable(parcel)
    if not 1 <= place <= len(lines):
        raise Http404
    line = lines[place - 1]
    if request.method != "POST" and not may_weigh(parcel):
        return redirect("selling:parcel", code=parcel.code)
    stands = weight_of(line)
    form = WeightForm(posted(request), initial={"weight": _typed(stands) if stands else ""})
    if request.method == "POST" and form.is_valid():
        try:
            weight = weigh_line(parcel=parcel, line=line, content_base=form.cleaned_data["weight"], actor=request.actor)
        except ParcelMoved as fault:
            return someone_was_faster(request, parcel, fault)
        except CannotWeigh as fault:
            form.add_error("weight", _trouble(fault))
        else:
            ask_for_what_goes(parcel=parcel, actor=request.actor)
            messages.success(request, weight_words(weight, owed=parcel.owes_on_delivery))
            return _next(parcel, place, len(lines))
    return _page(request, parcel, line, form, number=place, of=len(lines))


def _next(parcel: Parcel, place: int, of: int) -> HttpResponseBase:
    if place < of:
        return redirect("selling:weigh", code=parcel.code, place=place + 1)
    return redirect("selling:parcel", code=parcel.code)


def _typed(weight: Weight) -> str:
    """950 g → "0,95"."""
    return show_number(Decimal(weight.content_base) / 1000, _language())


def _trouble(fault: CannotWeigh) -> str:
    facts = {"promised": show_quantity(fault.facts.get("promised_base", 0), MASS, _language())}
    return str(TROUBLES[fault.code]) % facts


def _page(
    request: MemberRequest, parcel: Parcel, line: OrderLine, form: WeightForm, *, number: int, of: int
) -> HttpResponse:
    facts = {
        "parcel": parcel,
        "line": line,
        "form": form,
        "promised": line.packs_to_send * line.net_quantity_base,
        "number": number,
        "of": of,
    }
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "selling/weigh.html", facts, status=status)


def _language() -> str:
    return (get_language() or "vi")[:2]
