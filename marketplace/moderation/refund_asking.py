"""A parcel in the staff's admin, and the form that asks for money back for a part of it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from community.staff_rights import actor_with
from community.text.money import InvalidMoney, parse_dong, show_dong
from marketplace.moderation.looking import LookInspect
from marketplace.moderation.parcel_photos import photo_url
from marketplace.moderation.refunds import RIGHT, sentence_of
from marketplace.orders.models import Parcel
from marketplace.payments.refunds.asking_back import ask_for_goods, left_of_parcel
from marketplace.payments.refunds.refunding import CannotRefund
from marketplace.payments.states import RefundReason


class AskForm(forms.Form):
    amount = forms.CharField(label=_("Amount"), max_length=20, widget=forms.TextInput(attrs={"inputmode": "numeric"}))
    reason = forms.ChoiceField(label=_("Reason"), choices=RefundReason.choices)
    note = forms.CharField(label=_("What happened, in words"), max_length=300)

    def clean_amount(self) -> int:
        try:
            return parse_dong(self.cleaned_data["amount"])
        except InvalidMoney as fault:
            raise forms.ValidationError(_("Write a whole amount in đồng, for example 185.000.")) from fault


class ParcelInspect(LookInspect):
    template_name = "moderation/parcel.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        parcel: Parcel = self.object
        left = left_of_parcel(parcel) if self.request.user.has_perm(RIGHT) else 0
        return super().get_context_data(**kwargs) | {
            "photo_url": photo_url(parcel),
            "left_dong": left,
            "form": AskForm(initial={"amount": show_dong(left)} | self.request.GET.dict()),
            "ask_url": reverse("refund_ask", args=[parcel.pk]),
        }


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Written down as a wish; a person approves it on its own page."""
    actor = actor_with(request.user, RIGHT)
    parcel = get_object_or_404(Parcel.objects.select_related("order", "cooperative"), pk=pk)
    form = AskForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(fault) for faults in form.errors.values() for fault in faults))
        return _again(parcel, form)
    told = form.cleaned_data
    try:
        refund = ask_for_goods(
            parcel=parcel,
            amount_dong=told["amount"],
            reason=RefundReason(told["reason"]),
            note=told["note"],
            actor=actor,
        )
    except CannotRefund as refused:
        messages.error(request, sentence_of(refused))
        return _again(parcel, form)
    messages.success(request, _("Asked for. Now somebody has to approve it."))
    return redirect("refunds:inspect", refund.pk)


def _again(parcel: Parcel, form: AskForm) -> HttpResponse:
    """Back to the form with what was typed."""
    typed = urlencode({name: str(form.data.get(name, ""))[:300] for name in form.fields})
    return redirect(f"{reverse('parcels:inspect', args=[parcel.pk])}?{typed}")


urlpatterns = [path("kien-hang/<int:pk>/hoan-tien/", ask, name="refund_ask")]
