"""What waits for a second person, in the staff's admin: who wants what and why; confirm, refuse, withdraw."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin.ui.tables import Column, DateColumn

from community.audit.actors import Actor
from community.errors import DomainError
from community.staff_rights import actor_with
from community.text.money import show_dong
from marketplace.moderation.looking import LookInspect, LookViewSet, opens
from marketplace.moderation.money_sentences import moment, trouble
from marketplace.payments.agreeing import CannotAgree, refuse_proposal, withdraw_proposal
from marketplace.payments.models import OwnMove, PaymentException, Proposal, ProviderPayout
from marketplace.payments.states import LossBearer, ProposalAct, ProposalStatus
from marketplace.payments.treasury.moving import CannotMove
from marketplace.payments.treasury.own_places import place_name
from marketplace.payments.treasury.provider_payouts import CannotArrive
from marketplace.payouts.confirming import confirm_proposal
from marketplace.payouts.dues import CannotRecordDues

# Who may do an act alone below the limit may propose and confirm it above.
RIGHTS = {
    ProposalAct.ATTACH: "marketplace.change_paymentexception",
    ProposalAct.SEND_BACK: "marketplace.change_paymentexception",
    ProposalAct.NOT_OURS: "marketplace.change_paymentexception",
    ProposalAct.DUES: "marketplace.add_duespayment",
    ProposalAct.LOSS: "marketplace.change_dispute",
    ProposalAct.CLAIM: "marketplace.change_refund",  # decided by who minds claims, confirmed by who minds money
    ProposalAct.TWICE: "marketplace.change_paymentexception",
    ProposalAct.TAKEN_OVER: "marketplace.change_refund",
    ProposalAct.ARRIVED: "marketplace.add_ownmove",
    ProposalAct.NOT_ARRIVED: "marketplace.add_ownmove",
    ProposalAct.UNDO_MOVE: "marketplace.add_ownmove",
}
OWN_MONEY = (ProposalAct.ARRIVED, ProposalAct.NOT_ARRIVED, ProposalAct.UNDO_MOVE)
WAITS = _("Written down. Above the limit it counts only when a second person has confirmed it.")
TROUBLES: dict[str, Promise] = {
    "second_person": _("Another person than who proposed it has to say yes or no."),
    "waits": _("%(name)s proposed something about this money at %(time)s. Confirm or refuse that first."),
    "ended": _("%(name)s was faster at %(time)s: %(status)s."),
    "not_the_same": _("The facts are others by now. Refuse it, and look at the money again."),
    "no_reason": _("Write why not."),
    "not_yours": _("Only who proposed it withdraws it."),
}


class ProposalInspect(LookInspect):
    template_name = "moderation/proposal.html"

    def get_page_subtitle(self) -> str:
        return f"{self.object.get_act_display()} · {show_dong(self.object.amount_dong)}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        proposal: Proposal = self.object
        user = self.request.user
        waits = proposal.status == ProposalStatus.WAITING and user.has_perm(RIGHTS[ProposalAct(proposal.act)])
        mine = proposal.proposed_by_id == user.pk
        bearer = proposal.facts.get("borne_by")
        return super().get_context_data(**kwargs) | {
            "proposal": proposal,
            "reference": proposal.facts.get("reference") or proposal.facts.get("bank_ref") or _own_reference(proposal),
            "bearer": LossBearer(bearer).label if bearer else "",
            "question": _question(proposal),
            "own_money": proposal.act in OWN_MONEY,
            "into": place_name(into) if (into := proposal.facts.get("into")) else "",
            "may_say": waits and not mine,
            "may_withdraw": waits and mine,
            "act_url": reverse("proposal_act", args=[proposal.pk]),
        }


def _question(proposal: Proposal) -> PaymentException | None:
    """The page where its money is looked at."""
    if number := proposal.facts.get("question"):
        return PaymentException.objects.filter(pk=number).first()
    return proposal.capture.exceptions.first() if proposal.capture else None


def _own_reference(proposal: Proposal) -> str:
    """Which payout or which move it is about, as its bank or provider names it."""
    facts = proposal.facts
    if payout := facts.get("payout"):
        return str(ProviderPayout.objects.get(pk=payout).provider_ref)
    return str(OwnMove.objects.get(pk=facts["move"]).reference) if facts.get("move") else ""


class ProposalViewSet(LookViewSet):
    model = Proposal
    icon = "group"
    menu_label = _("Waits for a second person")
    inspect_view_class = ProposalInspect
    inspect_view_fields = (
        "act", "status", "cooperative", "note", "proposed_by", "proposed_at", "ended_by", "ended_at", "answer",
    )  # fmt: skip
    list_display = (
        opens("proposals", "act", label=_("What shall be done"), accessor="get_act_display"),
        Column("amount", label=_("Amount"), accessor=lambda one: show_dong(one.amount_dong)),
        Column("status", label=_("Status"), accessor="get_status_display"),
        Column("proposed_by", label=_("Proposed by"), accessor=lambda one: one.proposed_by.name),
        Column("note", label=_("Note")),
        DateColumn("proposed_at", label=_("Since")),
    )
    list_filter = ("status", "act")
    list_select_related = ("proposed_by",)
    ordering = ("-pk",)


def waiting_about(**rows: Any) -> list[Proposal]:
    """What waits about this money, for the pages where it would be done."""
    return list(Proposal.objects.filter(status=ProposalStatus.WAITING, **rows).select_related("proposed_by"))


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Yes, no, or never mind; by whoever may do the act itself."""
    rows = Proposal.objects.select_related("capture", "payment", "dispute__payment", "cooperative", "proposed_by")
    proposal = get_object_or_404(rows, pk=pk)
    actor = actor_with(request.user, RIGHTS[ProposalAct(proposal.act)])
    try:
        messages.success(request, str(_do(proposal, request, actor)))
    except DomainError as refused:
        messages.error(request, refusal(refused))
    return redirect("proposals:inspect", proposal.pk)


def _do(proposal: Proposal, request: HttpRequest, actor: Actor) -> Promise:
    match request.POST.get("act"):
        case "confirm":
            confirm_proposal(proposal=proposal, actor=actor)
            return _("Confirmed. It is in the books.")
        case "refuse":
            refuse_proposal(proposal=proposal, reason=request.POST.get("reason", ""), actor=actor)
            return _("Refused. Nothing was booked.")
        case "withdraw":
            withdraw_proposal(proposal=proposal, actor=actor)
            return _("Withdrawn. Nothing was booked.")
        case _:
            raise CannotAgree("not_the_same")


def refusal(refused: DomainError) -> str:
    """Why nothing was done: of agreeing, or of the act itself."""
    if isinstance(refused, CannotAgree):
        facts = refused.facts
        status = facts.get("status")
        words = {
            "name": str(facts.get("by") or _("Somebody")),
            "time": moment(facts.get("at")),
            "status": ProposalStatus(str(status)).label if status else "",
        }
        return str(TROUBLES[refused.code]) % words
    if isinstance(refused, CannotRecordDues | CannotArrive | CannotMove):
        return str(TROUBLES["not_the_same"])
    return trouble(refused)


urlpatterns = [path("cho-nguoi-thu-hai/<int:pk>/quyet/", act, name="proposal_act")]
