"""Payouts in the staff's admin: drafted, approved by another, handed to the bank as a file, arrived or come back."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from community import clock
from community.audit.actors import Actor
from community.staff_rights import actor_with
from community.text.money import show_dong
from marketplace.moderation.desks import Desk, shown_money
from marketplace.payouts.drafting import last_period, make_payouts
from marketplace.payouts.files import take_payout_file
from marketplace.payouts.models import Payout, PayoutFile
from marketplace.payouts.paying import (
    CannotPayOut,
    approve_payout,
    cancel_payout,
    confirm_payout,
    payout_failed,
    send_payouts,
)
from marketplace.payouts.states import PayoutStatus

LOOK, ACT = "marketplace.view_payout", "marketplace.change_payout"
OVER = (PayoutStatus.PAID, PayoutStatus.FAILED, PayoutStatus.CANCELLED)
RECENT = 40
TROUBLES: dict[str, Promise] = {
    "moved": _("Somebody was faster: this payout is now “%(status)s”."),
    "second_person": _("You did the step before: another person has to do this one."),
    "no_reason": _("Write down what the bank says about the money that came back."),
    "frozen": _("Not now: a refund, a question or a dispute is open about %(parcels)s. Cancel it and draft it again."),
    "account_changed": _("The cooperative's account has changed since. Cancel it and draft it again."),
    "no_reference": _("Write down the bank's reference of your transfer."),
    "nothing_to_send": _("There is no approved payout to hand over."),
}


class PayoutDesk(Desk):
    icon = "download"
    menu_label = _("Payouts")
    right = LOOK

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", index, name="index"),
            path("lap/", draft, name="draft"),
            path("tep/", hand_over, name="hand_over"),
            path("tep/<str:code>/", take, name="take"),
            path("<str:code>/", act, name="act"),
        ]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Everything that waits for a hand, in the order of the steps, then what is over."""
    actor_with(request.user, LOOK)
    money = shown_money()
    payouts = Payout.objects.filter(**money).select_related(
        "cooperative", "made_by", "approved_by", "sent_by", "paid_by", "ended_by", "file"
    )
    facts = {
        "simulated": not money["livemode"],
        "period": _period(),
        "drafts": payouts.filter(status=PayoutStatus.DRAFT),
        "approved": payouts.filter(status=PayoutStatus.APPROVED),
        "sent": payouts.filter(status=PayoutStatus.SENT),
        "over": payouts.filter(status__in=OVER)[:RECENT],
        "files": PayoutFile.objects.filter(**money).select_related("made_by").prefetch_related("payouts")[:RECENT],
        "may_act": request.user.has_perm(ACT),
    }
    return render(request, "moderation/payouts.html", facts)


@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """The last period that is over, now."""
    drafted = make_payouts(period=_period(), actor=actor_with(request.user, ACT), **shown_money())
    messages.success(request, _("%(count)s payouts drafted.") % {"count": len(drafted.payouts)})
    for cooperative, dong in drafted.homeless:
        words = {"name": cooperative.name, "sum": show_dong(dong)}
        messages.warning(request, _("%(name)s is owed %(sum)s and has no bank account.") % words)
    return redirect("payouts:index")


@require_POST
def hand_over(request: HttpRequest) -> HttpResponse:
    """All chosen payouts into one file."""
    actor = actor_with(request.user, ACT)
    chosen = Payout.objects.filter(code__in=request.POST.getlist("payout"), **shown_money())
    try:
        file = send_payouts(payouts=list(chosen), actor=actor)
    except CannotPayOut as refused:
        messages.error(request, _sentence(refused))
    else:
        messages.success(request, _("File %(code)s is made. Take it and give it to the bank.") % {"code": file.code})
    return redirect("payouts:index")


@require_POST
def take(request: HttpRequest, code: str) -> HttpResponse:
    """The file itself; who took it is written down."""
    actor = actor_with(request.user, ACT)
    file = get_object_or_404(PayoutFile, code=code, **shown_money())
    mark = "" if file.livemode else "mo-phong-"
    return HttpResponse(
        take_payout_file(file=file, actor=actor),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{mark}chi-tien-{file.code}.csv"',
            "Cache-Control": "no-store",
        },
    )


@require_POST
def act(request: HttpRequest, code: str) -> HttpResponse:
    """One step of one payout."""
    actor = actor_with(request.user, ACT)
    payout = get_object_or_404(Payout, code=code, **shown_money())
    try:
        said = _do(payout, request, actor)
    except CannotPayOut as refused:
        messages.error(request, _sentence(refused))
    else:
        messages.success(request, str(said))
    return redirect("payouts:index")


def _do(payout: Payout, request: HttpRequest, actor: Actor) -> Promise:
    match request.POST.get("act"):
        case "approve":
            approve_payout(payout=payout, actor=actor)
            return _("Approved. Another person puts it into the bank's file.")
        case "paid":
            confirm_payout(payout=payout, actor=actor, bank_ref=request.POST.get("bank_ref", ""))
            return _("Written down as arrived. The cooperative is told.")
        case "failed":
            payout_failed(payout=payout, actor=actor, why=request.POST.get("why", ""))
            return _("Written down: the money came back and goes into the next payout.")
        case "cancel":
            cancel_payout(payout=payout, actor=actor, why=request.POST.get("why", ""))
            return _("Cancelled. Its money goes into the next payout.")
        case _:
            raise CannotPayOut("moved", status=payout.status)


def _period() -> tuple[date, date]:
    return last_period("week" if settings.PAYOUT_EVERY == "week" else "month", clock.today())


def _sentence(refused: CannotPayOut) -> str:
    facts = refused.facts
    words = {
        "status": PayoutStatus(facts["status"]).label if "status" in facts else "",
        "parcels": ", ".join(facts.get("parcels", [])),
    }
    return str(TROUBLES.get(refused.code, TROUBLES["moved"])) % words
