"""Dues in the staff's admin: which cooperatives owe commission and tax, and writing down that they paid."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.widgets import AdminDateInput

from community import clock
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.staff_rights import actor_with
from community.text.money import InvalidMoney, parse_dong
from marketplace.ledger.models import LedgerAccount
from marketplace.moderation.desks import Desk, shown_money
from marketplace.moderation.proposals import WAITS, refusal, waiting_about
from marketplace.payments.models import Capture, Proposal
from marketplace.payments.states import ProposalAct
from marketplace.payouts.dues import (
    CannotRecordDues,
    DuesSlip,
    dues_of,
    record_dues,
    undo_dues,
    waiting_dues,
)
from marketplace.payouts.models import DuesPayment

LOOK, ACT = "marketplace.view_duespayment", "marketplace.add_duespayment"
RECENT = 40
TROUBLES: dict[str, Promise] = {
    "not_positive": _("Type an amount above zero."),
    "no_reference": _("Write down the bank's reference of the transfer."),
    "known": _("This transfer is written down already, for %(cooperative)s."),
    "not_yet": _("This day is still to come."),
    "undone": _("This was undone already."),
    "spoken_for": _("This money was decided about meanwhile."),
    "second_person": _("For a sum this large another person has to undo it."),
    "not_the_markets": _("This money came to a cooperative's account, not to the market's."),
    "play_money": _("Simulated money pays no real debt."),
}


class DuesDesk(Desk):
    icon = "collapse-up"
    menu_label = _("Dues of cooperatives")
    right = LOOK

    def get_urlpatterns(self) -> list[URLPattern]:
        return [path("", index, name="index"), path("<int:pk>/bo/", undo, name="undo")]


class DuesForm(forms.Form):
    cooperative = forms.ModelChoiceField(queryset=Cooperative.objects.order_by("name"), label=_("Cooperative"))
    amount = forms.CharField(label=_("Amount (đồng)"), max_length=20)
    bank_ref = forms.CharField(label=_("Reference of the bank"), max_length=120)
    received_on = forms.DateField(label=_("Received on"), widget=AdminDateInput)
    capture = forms.ModelChoiceField(queryset=Capture.objects.none(), required=False, widget=forms.HiddenInput)

    def clean_amount(self) -> int:
        try:
            return parse_dong(self.cleaned_data["amount"])
        except InvalidMoney:
            raise forms.ValidationError(_("Type the amount with digits only, like 185.000.")) from None


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    actor = actor_with(request.user, LOOK if request.method != "POST" else ACT)
    money = shown_money()
    form = DuesForm(request.POST or None, initial={"received_on": clock.today()})
    form.fields["capture"].queryset = Capture.objects.filter(payment=None)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        slip = DuesSlip(
            cooperative=told["cooperative"],
            amount_dong=told["amount"],
            bank_ref=told["bank_ref"],
            received_on=told["received_on"],
            capture=told["capture"],
            **money,
        )
        try:
            recorded = record_dues(slip=slip, actor=actor)
        except DomainError as refused:
            form.add_error(None, _sentence(refused))
        else:
            done = _("Written down. It stands on the cooperative's statement.")
            messages.success(request, WAITS if isinstance(recorded, Proposal) else done)
            return redirect("dues:index")
    opened = LedgerAccount.objects.filter(code__startswith="payable:").values("cooperative")
    debts = [(one, dues_of(one, **money)) for one in Cooperative.objects.filter(pk__in=opened).order_by("name")]
    facts = {
        "simulated": not money["livemode"],
        "form": form,
        "debts": [(one, dues) for one, dues in debts if dues.owed_dong],
        "waiting": waiting_dues(**money),
        "paid": DuesPayment.objects.filter(**money).select_related("cooperative", "recorded_by")[:RECENT],
        "proposals": waiting_about(act=ProposalAct.DUES),
        "may_act": request.user.has_perm(ACT),
    }
    return render(request, "moderation/dues.html", facts, status=400 if form.errors else 200)


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_with(request.user, ACT)
    dues = get_object_or_404(DuesPayment, pk=pk, **shown_money())
    try:
        undo_dues(dues=dues, actor=actor, why=request.POST.get("why", ""))
    except DomainError as refused:
        messages.error(request, _sentence(refused))
    else:
        messages.success(request, _("Taken back. The cooperative owes it again."))
    return redirect("dues:index")


def _sentence(refused: DomainError) -> str:
    """Of dues, of agreeing, or of suspense when the money was decided about a moment ago."""
    if not isinstance(refused, CannotRecordDues):
        return refusal(refused)
    return str(TROUBLES.get(refused.code, TROUBLES["spoken_for"])) % {
        "cooperative": refused.facts.get("cooperative", "")
    }
