"""Where a refund shall go: told by the buyer on a page under the secret link, mended until the money is sent."""

from __future__ import annotations

from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from community.audit.actors import Actor
from marketplace.payments.models import Refund
from marketplace.payments.refunds.naming import name_refund_account
from marketplace.payments.refunds.refunding import CannotRefund
from marketplace.payments.states import REFUND_UNSENT, ProviderCode
from marketplace.receiving.account_form import BankAccountForm
from marketplace.receiving.changing import CannotChange
from marketplace.shopping.secret_link import back_to_order, find_order, secret

SENTENCES = {
    "unknown_bank": _("This bank cannot receive transfers by QR code. Choose another one."),
    "bad_number": _("An account number has 4 to 19 digits. Look at it again."),
    "bad_holder": _("Write the name as the bank does, letters only: NGUYEN VAN MINH."),
}


class RefundAccountForm(BankAccountForm):
    bank = forms.ChoiceField(label=_("Your bank"), error_messages={"required": _("Choose the bank.")})
    holder = forms.CharField(
        label=_("Account holder"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "characters"}),
        error_messages={"required": _("Type the name of the account holder.")},
    )

    def error_about(self, fault: CannotChange) -> str:
        return str(SENTENCES[fault.code])


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("number", "holder")
@secret
def refund_account(request: HttpRequest, token: str, refund: UUID) -> HttpResponse:
    """What was told before is never shown again in full: whoever has the link may mend it, not read it."""
    order = find_order(token)
    wanted = Refund.objects.select_related("payment__order", "parcel__cooperative").filter(payment__order=order)
    found = get_object_or_404(wanted, uuid=refund, payment__provider=ProviderCode.VIETQR)
    if found.status not in REFUND_UNSENT:
        messages.info(request, gettext("This money is on its way already, or was called off."))
        return back_to_order(token)
    form = RefundAccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            name_refund_account(refund=found, wish=form.wish, actor=Actor.buyer())
        except CannotRefund:
            messages.warning(request, gettext("This money is on its way already, or was called off."))
        else:
            messages.success(request, gettext("Thank you. The money goes to this account."))
        return back_to_order(token)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(
        request, "shopping/refund_account.html", {"order": order, "refund": found, "form": form}, status=status
    )
