"""Receiving accounts in the staff's admin: the second person looks at the papers, then agrees or says why not.

Lists show the last four characters; the whole number only while it has to be compared.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import HeaderButton

from community.audit.actors import Actor
from community.staff_rights import actor_with
from marketplace.moderation.looking import LookInspect, LookViewSet, MomentColumn
from marketplace.payments.providers.registry import simulated_is_on
from marketplace.receiving.banks import bank_choices
from marketplace.receiving.changing import (
    AccountWish,
    CannotChange,
    active_account,
    approve_change,
    call_off_change,
    propose_account,
    refuse_change,
)
from marketplace.receiving.models import AccountChange, FeedCode
from marketplace.receiving.states import NEXT_CHANGE, ChangeStatus

RIGHT = "marketplace.change_accountchange"
TROUBLES: dict[str, Promise] = {
    "not_staff": _("Only staff in person may do this."),
    "second_person": _("You asked for it yourself: another person has to check it."),
    "own_cooperative": _("You are a member of this cooperative: somebody else has to check it."),
    "no_reason": _("Write why: the cooperative reads it."),
    "taken": _("Another seller uses this account."),
    "change_open": _("A change is waiting already."),
    "same_account": _("This account is in use already."),
    "unknown_bank": _("This bank cannot receive transfers by QR code. Choose another one."),
    "bad_number": _("An account number has 4 to 19 digits. Look at the paper of the bank again."),
    "bad_holder": _("Write the holder as the bank does: letters only, like HTX HUONG QUE."),
    "not_owner": _("Only an owner of the cooperative can change it."),
    "moved": _("Somebody was faster. Look at it again."),
}


def feeds() -> list[tuple[str, str]]:
    """How movements of a real account can reach this site."""
    return [(code, str(name)) for code, name in FeedCode.choices if code != FeedCode.SIMULATED or simulated_is_on()]


class ChangeInspect(LookInspect):
    template_name = "moderation/account_change.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        change: AccountChange = self.object
        allowed = NEXT_CHANGE[change.status] if self.request.user.has_perm(RIGHT) else frozenset()
        earlier = AccountChange.objects.filter(cooperative=change.cooperative).exclude(pk=change.pk)
        return super().get_context_data(**kwargs) | {
            "change": change,
            "may_approve": ChangeStatus.APPROVED in allowed and change.proposed_by_id != self.request.user.pk,
            "may_refuse": ChangeStatus.REFUSED in allowed,
            "may_call_off": change.cooperative_id is None and ChangeStatus.CANCELLED in allowed,
            "own": change.is_open and change.proposed_by_id == self.request.user.pk,
            "feeds": feeds(),
            "earlier": earlier[:10],
            "act_url": reverse("account_change_act", args=[change.pk]),
        }


class ChangeIndex(IndexView):
    """With the door to the market's own account: there is no menu of its own for one page."""

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.request.user.has_perm(RIGHT):
            return []
        return [HeaderButton(str(_("The market's own account")), url=reverse("platform_account"), icon_name="lock")]


class AccountChangeViewSet(LookViewSet):
    model = AccountChange
    icon = "lock"
    menu_label = _("Receiving accounts")
    index_view_class = ChangeIndex
    inspect_view_class = ChangeInspect
    inspect_view_fields = (
        "cooperative", "bank_name", "holder", "status", "feed", "proposed_at", "proposed_by", "approved_at",
        "approved_by", "effective_from", "ended_at", "ended_by", "reason",
    )  # fmt: skip
    list_display = (
        "__str__",
        Column("seller", label=_("Cooperative"), accessor=lambda change: change.cooperative or _("The market")),
        Column("holder", label=_("Account holder")),
        Column("status", label=_("Status"), accessor="get_status_display"),
        DateColumn("proposed_at", label=_("Asked for")),
        MomentColumn("effective_from", label=_("Takes effect")),
    )
    list_filter = ("status",)
    list_select_related = ("cooperative",)
    search_fields = ("cooperative__name", "holder")
    ordering = ("-pk",)


class PlatformAccountForm(forms.Form):
    bank = forms.ChoiceField(label=_("Bank"))
    number = forms.CharField(label=_("Account number"), max_length=40)
    holder = forms.CharField(label=_("Account holder"), max_length=80)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bank"].choices = [("", ""), *bank_choices()]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("number")
def platform_account(request: HttpRequest) -> HttpResponse:
    """The market's own account, for collecting (PAYMENTS_COLLECT=platform): one of the staff asks, another checks."""
    actor = actor_with(request.user, RIGHT)
    form = PlatformAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            change = propose_account(
                cooperative=None, wish=AccountWish(told["bank"], told["number"], told["holder"]), actor=actor
            )
        except CannotChange as refused:
            form.add_error(None, _sentence(refused))
        else:
            messages.success(request, _("Asked for. Another person has to check it."))
            return redirect("account_changes:inspect", change.pk)
    facts = {"form": form, "account": active_account(None), "list_url": reverse("account_changes:index")}
    return render(request, "moderation/platform_account.html", facts)


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One step of a change, by whoever may move money."""
    actor = actor_with(request.user, RIGHT)
    change = get_object_or_404(AccountChange.objects.select_related("cooperative"), pk=pk)
    try:
        said = _do(change, request, actor)
    except CannotChange as refused:
        messages.error(request, _sentence(refused))
    else:
        messages.success(request, str(said))
    return redirect("account_changes:inspect", change.pk)


def _do(change: AccountChange, request: HttpRequest, actor: Actor) -> Promise:
    feed = request.POST.get("feed", "")
    match request.POST.get("act"):
        case "approve" if feed in dict(feeds()):
            approve_change(change=change, feed=feed, actor=actor)
            if change.status == ChangeStatus.IN_FORCE:
                return _("Checked. It holds at once: it is the first account.")
            return _("Checked. It holds in 24 hours; everybody of the cooperative is told.")
        case "refuse":
            refuse_change(change=change, reason=request.POST.get("reason", ""), actor=actor)
            return _("Refused. The cooperative reads why.")
        case "call_off" if change.cooperative_id is None:
            call_off_change(change=change, actor=actor)
            return _("Called off. Money keeps coming to the account in use.")
        case _:
            raise CannotChange("moved", status=change.status)


def _sentence(refused: CannotChange) -> str:
    return str(TROUBLES.get(refused.code, TROUBLES["moved"]))


urlpatterns = [
    path("tai-khoan-nhan-tien/cua-cho/", platform_account, name="platform_account"),
    path("tai-khoan-nhan-tien/<int:pk>/buoc/", act, name="account_change_act"),
]
