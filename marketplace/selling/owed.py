"""Transfer on delivery on the desk: whether we offer it, what a parcel still owes, and a parcel that came back."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from community.door.current import MemberRequest, member_required
from community.text.money import InvalidMoney, parse_dong, show_dong
from marketplace.orders.models import Parcel
from marketplace.orders.moving import ParcelMoved
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.collecting import market_collects
from marketplace.payments.ending.reminding import transfer_of
from marketplace.payments.ending.taking_back import CannotTakeBack, take_back
from marketplace.payments.models import Payment
from marketplace.receiving.changing import active_account
from marketplace.receiving.models import OnDeliveryTerms
from marketplace.receiving.on_delivery import CannotOffer, set_terms
from marketplace.selling.door import parcel_or_404, posted
from marketplace.selling.forms import keypad, typed_dong
from marketplace.selling.sentences import moved_sentence

OFF, ON = "off", "on"
USUAL_DONG = 500_000


@dataclass(frozen=True, slots=True)
class Owed:
    """What is still to come for a parcel, and the code that asks for it."""

    dong: int
    payment: Payment | None


def owed_on(parcel: Parcel) -> Owed | None:
    """None when nothing is owed on delivery."""
    if not parcel.owes_on_delivery:
        return None
    payment = transfer_of(parcel, list(parcel.payments.select_related("account")))
    return Owed(payment.remaining_dong if payment else parcel.total_dong, payment)


# --- our terms --------------------------------------------------------------------------------------------------------
class TermsForm(forms.Form):
    offered = forms.ChoiceField(
        label=gettext_lazy("May buyers transfer when the parcel arrives?"),
        choices=((OFF, gettext_lazy("No, the money comes first")), (ON, gettext_lazy("Yes, we send it before"))),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose one of the two.")},
    )
    most = forms.CharField(
        label=gettext_lazy("Up to how much for one parcel?"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("Goods and delivery together. What costs more is paid first."),
        widget=keypad("numeric"),
    )

    def clean(self) -> dict[str, Any]:
        told = super().clean() or {}
        try:
            told["most_dong"] = parse_dong(str(told.get("most", "")))
        except InvalidMoney:
            told["most_dong"] = 0
        return told


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("money")
def terms_page(request: MemberRequest) -> HttpResponseBase:
    """On or off, and the largest sum; off until somebody switches it on."""
    terms = OnDeliveryTerms.objects.filter(cooperative=request.cooperative).first()
    usual = min(USUAL_DONG, settings.ON_DELIVERY_MOST_DONG)
    stands = {
        "offered": ON if terms and terms.offered else OFF,
        "most": typed_dong(terms.most_dong if terms and terms.most_dong else usual),
    }
    form = TermsForm(posted(request), initial=stands)
    if request.method == "POST" and form.is_valid():
        wish = form.cleaned_data
        try:
            set_terms(
                cooperative=request.cooperative,
                offered=wish["offered"] == ON,
                most_dong=wish["most_dong"],
                actor=request.actor,
            )
        except CannotOffer as fault:
            form.add_error("most", _why_not(fault))
        else:
            messages.success(request, _("Saved. It counts for new orders."))
            return redirect("selling:account")
    facts = {
        "form": form,
        "most_dong": settings.ON_DELIVERY_MOST_DONG,
        "per_phone": settings.ON_DELIVERY_PER_PHONE,
        "days": settings.ON_DELIVERY_DAYS,
        "has_account": active_account(request.cooperative) is not None,
        "market_collects": market_collects() or not settings.ON_DELIVERY_PER_PHONE,
    }
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "selling/on_delivery.html", facts, status=status)


def _why_not(fault: CannotOffer) -> str:
    if fault.code == "over_the_markets":
        return _("The market allows %(sum)s at most.") % {"sum": show_dong(fault.facts["most_dong"])}
    return _("Write a whole amount in đồng, for example 500.000.")


# --- a parcel that came back ------------------------------------------------------------------------------------------
BUYER_HAS_IT, GOT_LOST = "Khách đã nhận nhưng không trả tiền", "Hàng thất lạc trên đường"


class CameBackForm(forms.Form):
    goods = forms.ChoiceField(
        label=gettext_lazy("What about the goods?"),
        choices=(
            ("stock", gettext_lazy("They are here and good: back on sale")),
            ("lost", gettext_lazy("Broken, spoilt or lost: they cannot be sold")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what became of the goods.")},
    )
    why = forms.ChoiceField(
        label=gettext_lazy("Why?"),
        choices=(
            ("Khách không nhận hàng", gettext_lazy("The buyer did not take it")),
            ("Không tìm thấy người nhận", gettext_lazy("Nobody was found there")),
            (BUYER_HAS_IT, gettext_lazy("The buyer has it and does not pay")),
            (GOT_LOST, gettext_lazy("It got lost on the way")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose why.")},
    )

    def clean(self) -> dict[str, Any]:
        """What is elsewhere cannot be sold again."""
        told = super().clean() or {}
        if told.get("goods") == "stock" and told.get("why") in (BUYER_HAS_IT, GOT_LOST):
            self.add_error(
                "goods",
                _("Goods that are lost or still with the buyer cannot be sold again: choose “Broken, spoilt or lost”."),
            )
        return told


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("pack")
def came_back(request: MemberRequest, code: str) -> HttpResponseBase:
    """Out unpaid and back again, or given up; nothing was booked, so nothing goes back in the books."""
    parcel = parcel_or_404(request.cooperative, code)
    form = CameBackForm(posted(request))
    if request.method == "POST" and form.is_valid():
        to_stock = form.cleaned_data["goods"] == "stock"
        try:
            take_back(parcel=parcel, to_stock=to_stock, reason=form.cleaned_data["why"], actor=request.actor)
        except CannotTakeBack:
            messages.warning(request, _("The money has come meanwhile: this parcel is paid."))
        except ParcelMoved as fault:
            messages.warning(request, moved_sentence(fault))
        else:
            messages.success(request, _("Written down: it came back.") if to_stock else _("Written down: it is lost."))
        return redirect("selling:parcel", code=parcel.code)
    if not form.is_bound and not (parcel.owes_on_delivery and parcel.status in GOES):
        return redirect("selling:parcel", code=parcel.code)
    facts = {"parcel": parcel, "form": form, "owed": owed_on(parcel)}
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "selling/came_back.html", facts, status=status)


GOES = (ParcelStatus.SHIPPED, ParcelStatus.DELIVERED)
