"""Transfers the cooperative is waiting for, and "Đã nhận tiền": what a member saw in the bank's app.

Shows codes and sums, never who buys: until the money is there, a basket is not the seller's business.
"""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from community import clock
from community.cooperatives.models import Cooperative
from community.door.current import MemberRequest, member_required
from community.text.money import InvalidMoney, parse_dong
from marketplace.payments.arriving.confirming import CannotConfirm, Seen, confirm_received
from marketplace.payments.arriving.matching import normalise_memo
from marketplace.payments.facts import MAX_FACT_DONG
from marketplace.payments.models import Payment
from marketplace.payments.states import LIVE_PAYMENT, ExceptionKind, PaymentStatus, ProviderCode
from marketplace.selling.door import posted
from marketplace.selling.forms import keypad, typed_dong

LATE_FOR = timedelta(days=30)
MOST = 50
TROUBLES = {
    "no_amount": ("amount", gettext_lazy("Write a whole amount in đồng, for example 185.000.")),
    "no_reference": ("reference", gettext_lazy("Copy the reference from the bank's app, at least 4 characters.")),
    "no_day": ("day", gettext_lazy("Choose the day the money came, not later than today.")),
}
OUTCOMES = {
    PaymentStatus.CONFIRMED: gettext_lazy("Written down. The order is paid: now accept it."),
    "late": gettext_lazy("Written down. The money came late, but the goods are still there: now accept the order."),
    PaymentStatus.PARTIALLY_RECEIVED: gettext_lazy("Written down. A part is still missing; the buyer is told."),
    "duplicate": gettext_lazy("This transfer was known already. Nothing was counted twice."),
    ExceptionKind.OVERPAID: gettext_lazy("Written down. It is more than was asked; the rest goes back to the buyer."),
}


class ReceivedForm(forms.Form):
    amount = forms.CharField(
        label=gettext_lazy("How much came?"),
        max_length=20,
        widget=keypad("numeric"),
        error_messages={"required": TROUBLES["no_amount"][1]},
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference of the transfer"),
        max_length=60,
        help_text=gettext_lazy("Stands in the bank's app beside the transfer, for example FT26326123456."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
        error_messages={"required": TROUBLES["no_reference"][1]},
    )
    day = forms.DateField(
        label=gettext_lazy("Day it came"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": TROUBLES["no_day"][1], "invalid": TROUBLES["no_day"][1]},
    )
    sure = forms.BooleanField(
        label=gettext_lazy("I saw the money in the account"),
        error_messages={"required": gettext_lazy("A picture a buyer sends proves nothing. Look into the account.")},
    )

    def clean_amount(self) -> int:
        try:
            amount = parse_dong(self.cleaned_data["amount"])
        except InvalidMoney:
            amount = 0
        if not 0 < amount <= MAX_FACT_DONG:
            raise forms.ValidationError(str(TROUBLES["no_amount"][1]))
        return amount

    def seen(self) -> Seen:
        told = self.cleaned_data
        day: date = told["day"]
        return Seen(amount_dong=told["amount"], reference=told["reference"], day=day)


@require_safe
@member_required("money")
def awaiting_page(request: MemberRequest) -> HttpResponse:
    """Newest first; ``ma`` looks for a code as it stands in the bank's app, also an older one."""
    words = request.GET.get("ma", "").strip()[:80]
    payments = _transfers(request.cooperative)
    code = normalise_memo(words)
    found = payments.filter(memo_code=code) if code else payments.filter(_waiting())
    facts = {"payments": found.order_by("-created_at", "-pk")[:MOST], "words": words}
    return render(request, "selling/awaiting.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("money")
def received_page(request: MemberRequest, payment: UUID) -> HttpResponseBase:
    """Written down under the member's name; the same path as the word of the bank's feed."""
    row = get_object_or_404(_transfers(request.cooperative), uuid=payment)
    form = ReceivedForm(
        posted(request),
        initial={"amount": typed_dong(row.remaining_dong) if row.remaining_dong else "", "day": clock.today()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            recorded = confirm_received(payment=row, seen=form.seen(), actor=request.actor)
        except CannotConfirm as fault:
            field, sentence = TROUBLES.get(fault.code, TROUBLES["no_reference"])
            form.add_error(field, str(sentence))
        else:
            messages.success(request, str(OUTCOMES.get(recorded.outcome, _("Written down. The market looks into it."))))
            return redirect("selling:awaiting")
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "selling/received.html", {"payment": row, "form": form}, status=status)


def _transfers(cooperative: Cooperative) -> QuerySet[Payment]:
    """Of the cooperative's own accounts only: what lies with the operator is the operator's to confirm."""
    return Payment.objects.filter(provider=ProviderCode.VIETQR, account__cooperative=cooperative).select_related(
        "parcel", "account"
    )


def _waiting() -> Q:
    late = Q(status=PaymentStatus.EXPIRED, expires_at__gte=clock.now() - LATE_FOR)
    return Q(status__in=sorted(LIVE_PAYMENT)) | late
