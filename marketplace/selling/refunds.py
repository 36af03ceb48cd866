"""Money the cooperative has to send back from its own account, and the wish to give some back for a parcel.

The market approves; where the cooperative holds the money, a member transfers it and writes the reference down.
"""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from community.cooperatives.models import Cooperative
from community.door.current import MemberRequest, member_required
from community.text.money import InvalidMoney, parse_dong
from marketplace.payments.models import Refund
from marketplace.payments.refunds.asking_back import ask_for_goods, left_of_parcel
from marketplace.payments.refunds.refunding import PARCEL_ENDED, CannotRefund
from marketplace.payments.refunds.sending_back import send_by_bank
from marketplace.payments.states import NEXT_REFUND, ProviderCode, RefundReason, RefundStatus
from marketplace.payments.vietqr import BadVietQR, encode_vietqr
from marketplace.receiving.banks import find_bank
from marketplace.selling.door import parcel_or_404, posted
from marketplace.selling.forms import keypad, typed_dong
from traceability.labels.qr import qr_png, qr_svg

TO_SEND = sorted(state for state, allowed in NEXT_REFUND.items() if RefundStatus.SUBMITTED in allowed)
MOST = 50
NO_AMOUNT = gettext_lazy("Write a whole amount in đồng, for example 185.000.")
TROUBLES = {
    "no_reference": gettext_lazy("Copy the reference from the bank's app, at least 4 characters."),
    "reference_used": gettext_lazy("Another refund was sent with this reference. One transfer is one refund."),
    "no_target": gettext_lazy("Write down the number of the account you transferred to."),
    "other_target": gettext_lazy(
        "The buyer named another account meanwhile. Look at the account, then at your transfer."
    ),
    "second_person": gettext_lazy("For a sum this large somebody else has to do this step."),
    "moved": gettext_lazy("Somebody was faster: this refund has moved on."),
    "not_positive": NO_AMOUNT,
    "more_than_came": gettext_lazy("That is more than is left of this parcel's money."),
    "asked_before": gettext_lazy("Money for this reason was asked for already."),
}


class SentForm(forms.Form):
    to_account = forms.CharField(
        label=gettext_lazy("Account you transferred to"),
        max_length=40,
        widget=keypad("numeric"),
        error_messages={"required": TROUBLES["no_target"]},
    )
    bank_ref = forms.CharField(
        label=gettext_lazy("Reference of the transfer"),
        max_length=60,
        help_text=gettext_lazy("Stands in the bank's app beside the transfer, for example FT26326123456."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off"}),
        error_messages={"required": TROUBLES["no_reference"]},
    )


class AskForm(forms.Form):
    amount = forms.CharField(
        label=gettext_lazy("How much goes back?"),
        max_length=20,
        widget=keypad("numeric"),
        error_messages={"required": NO_AMOUNT},
    )
    reason = forms.ChoiceField(label=gettext_lazy("Reason"), choices=RefundReason.choices)
    note = forms.CharField(
        label=gettext_lazy("What happened, in words"),
        max_length=300,
        error_messages={"required": gettext_lazy("Write in a few words what happened; the market reads it.")},
    )

    def clean_amount(self) -> int:
        try:
            return parse_dong(self.cleaned_data["amount"])
        except InvalidMoney as fault:
            raise forms.ValidationError(str(NO_AMOUNT)) from fault


@require_safe
@member_required("money")
def refunds_page(request: MemberRequest) -> HttpResponse:
    own = _refunds(request.cooperative)
    facts = {
        "to_send": _with_why(own.filter(status__in=TO_SEND).order_by("approved_at", "pk")),
        "waiting": _with_why(own.filter(status=RefundStatus.REQUESTED).order_by("requested_at", "pk")[:MOST]),
        "done": _with_why(own.filter(status=RefundStatus.DONE).order_by("-ended_at", "-pk")[:MOST]),
    }
    return render(request, "selling/refunds.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("money")
def refund_page(request: MemberRequest, refund: UUID) -> HttpResponseBase:
    """Whom to pay, with a code to scan; then the reference of the transfer. ``?anh``: the code as a picture to keep,

    since the bank's app on this very phone reads it from the gallery.
    """
    row = get_object_or_404(_refunds(request.cooperative).filter(status__in=TO_SEND), uuid=refund)
    code = _code_to_pay(row)
    if "anh" in request.GET and code:
        return _picture(code, name=f"VietQR-{row.payment.order.code}.png")
    form = SentForm(posted(request), initial={"to_account": row.to_account})
    if request.method == "POST" and form.is_valid():
        try:
            send_by_bank(refund=row, actor=request.actor, **form.cleaned_data)
        except CannotRefund as fault:
            form.add_error(None, _trouble(fault))
            row.refresh_from_db()
        else:
            messages.success(request, _("Written down as sent. The buyer is told."))
            return redirect("selling:refunds")
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    facts = {
        "refund": row,
        "form": form,
        "bank": find_bank(row.to_bank_bin),
        "memo": _memo(row),
        "qr": qr_svg(code, title=_("Code to pay with")) if code else "",
    }
    return render(request, "selling/refund.html", facts, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("money")
def ask_page(request: MemberRequest, code: str) -> HttpResponseBase:
    """A wish: the market's staff approve it."""
    parcel = parcel_or_404(request.cooperative, code)
    left = left_of_parcel(parcel)
    form = AskForm(posted(request), initial={"amount": typed_dong(left)})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        reason = RefundReason(told["reason"])
        try:
            ask_for_goods(
                parcel=parcel, amount_dong=told["amount"], reason=reason, note=told["note"], actor=request.actor
            )
        except CannotRefund as fault:
            form.add_error(None, _trouble(fault))
        else:
            messages.success(request, _("Asked for. The market looks at it and tells you."))
            return redirect("selling:parcel", code=parcel.code)
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "selling/refund_ask.html", {"parcel": parcel, "left": left, "form": form}, status=status)


def refunds_to_send(cooperative: Cooperative) -> int:
    """How many approved refunds wait for a transfer of the cooperative."""
    return _refunds(cooperative).filter(status__in=TO_SEND).count()


def why_of(refund: Refund) -> str:
    """Why the money goes back, as a seller would say it."""
    said = refund.reason.partition(":")[0]
    if said in RefundReason.values:
        return str(RefundReason(said).label)
    if said == "claim":
        return _("A buyer's claim")
    return _("The order was not sent") if said == PARCEL_ENDED else str(refund.get_kind_display())


def _with_why(refunds: QuerySet[Refund]) -> list[tuple[Refund, str]]:
    return [(refund, why_of(refund)) for refund in refunds]


def _refunds(cooperative: Cooperative) -> QuerySet[Refund]:
    """Of money on the cooperative's own accounts only: the rest is the operator's to send."""
    return Refund.objects.filter(
        payment__provider=ProviderCode.VIETQR, payment__account__cooperative=cooperative
    ).select_related("payment__order", "payment__account", "payment__parcel", "parcel")


def _memo(refund: Refund) -> str:
    return f"HOAN TIEN {refund.payment.order.code}"


def _code_to_pay(refund: Refund) -> str:
    """What the code says; empty while the buyer has named no account."""
    if not (refund.to_account and refund.to_bank_bin):
        return ""
    try:
        return encode_vietqr(
            bank_bin=refund.to_bank_bin,
            account=refund.to_account,
            amount_dong=refund.amount_dong,
            purpose=_memo(refund),
        )
    except BadVietQR:
        return ""


def _picture(code: str, *, name: str) -> HttpResponse:
    return HttpResponse(
        qr_png(code), content_type="image/png", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _trouble(fault: CannotRefund) -> str:
    return str(TROUBLES.get(fault.code, TROUBLES["moved"]))
