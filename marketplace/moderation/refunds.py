"""Money to give back, in the staff's admin: who asked, who approved, who sent; each step a button, each a rule."""

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
from community.staff_rights import actor_with
from community.text.money import show_dong
from marketplace.moderation.looking import LookInspect, LookViewSet, opens
from marketplace.payments.models import PaymentException, Refund
from marketplace.payments.refunds.questions import made_elsewhere, reason_of
from marketplace.payments.refunds.refunding import CannotRefund, approve_refund, call_off_refund
from marketplace.payments.refunds.sending_back import send_by_bank, send_by_card
from marketplace.payments.refunds.twins import doubts
from marketplace.payments.states import CARD_PROVIDERS, NEXT_REFUND, RefundKind, RefundStatus
from marketplace.receiving.banks import find_bank

RIGHT = "marketplace.change_refund"
SAY = "marketplace.change_paymentexception"
TROUBLES: dict[str, Promise] = {
    "more_than_came": _("That is more than is left of the buyer's money (%(left)s)."),
    "second_person": _("Above %(limit)s a second person has to do this step."),
    "no_reference": _("Write down the bank's reference of your transfer."),
    "moved": _("Somebody was faster: this refund is now “%(status)s”."),
    "provider_off": _("The card provider is not set up here."),
    "no_target": _("Write down the number of the account you transferred to."),
    "other_target": _("The buyer named another account meanwhile. Look at the account, then at your transfer."),
    "reference_used": _("Another refund was sent with this reference. One transfer is one refund."),
    "by_provider": _("This money came by card and goes back to the card, not by transfer."),
    "not_positive": _("Write a whole amount in đồng, for example 185.000."),
    "asked_before": _("Money for this reason was asked for already."),
    "told_twice": _("Two rows may tell one transfer. Say first whether the money came once or twice."),
    "nothing_paid": _("No card money is known for this payment, so none can go back to the card."),
}


class RefundInspect(LookInspect):
    template_name = "moderation/refund.html"

    def get_page_subtitle(self) -> str:
        return f"{self.object.payment.order.code} · {show_dong(self.object.amount_dong)}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        refund: Refund = self.object
        allowed = NEXT_REFUND[refund.status] if self.request.user.has_perm(RIGHT) else frozenset()
        question = _surplus_question(refund)
        return super().get_context_data(**kwargs) | {
            "refund": refund,
            "doubts": doubts(refund.payment) if question else [],
            "may_say": self.request.user.has_perm(SAY),
            "doubt_url": reverse("exception_act", args=[question.pk]) if question else "",
            "bank": find_bank(refund.to_bank_bin),
            "may_approve": RefundStatus.APPROVED in allowed,
            "may_send": RefundStatus.SUBMITTED in allowed,
            "may_call_off": RefundStatus.CANCELLED in allowed,
            "may_ask_again": refund.status == RefundStatus.SUBMITTED
            and self.request.user.has_perm(RIGHT)
            and not made_elsewhere(refund),
            "by_card": refund.payment.provider in CARD_PROVIDERS,
            "act_url": reverse("refund_act", args=[refund.pk]),
        }


def _surplus_question(refund: Refund) -> PaymentException | None:
    """Why too much, or too little, waits to be approved."""
    if refund.kind == RefundKind.PARCEL or refund.status != RefundStatus.REQUESTED:
        return None
    questions = PaymentException.objects.filter(payment=refund.payment_id)
    return next((one for one in questions if reason_of(one) == refund.reason), None)


class RefundViewSet(LookViewSet):
    model = Refund
    icon = "undo"
    menu_label = _("Refunds")
    inspect_view_class = RefundInspect
    inspect_view_fields = (
        "parcel", "kind", "status", "note", "requested_at", "requested_by", "approved_at",
        "approved_by", "submitted_at", "submitted_by", "ended_at", "bank_ref", "provider_ref", "failure",
    )  # fmt: skip
    list_display = (
        opens("refunds", "order", label=_("Order"), accessor=lambda refund: refund.payment.order.code),
        Column("amount", label=_("Amount"), accessor=lambda refund: show_dong(refund.amount_dong)),
        Column("kind", label=_("What for"), accessor="get_kind_display"),
        Column("status", label=_("Status"), accessor="get_status_display"),
        DateColumn("requested_at", label=_("Asked for")),
    )
    list_filter = ("status", "kind")
    list_select_related = ("parcel", "payment__order")
    ordering = ("-pk",)


@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """One step of a refund, by whoever may move money."""
    actor = actor_with(request.user, RIGHT)
    refund = get_object_or_404(Refund.objects.select_related("payment__order", "payment__account", "parcel"), pk=pk)
    try:
        said = _do(refund, request, actor)
    except CannotRefund as refused:
        messages.error(request, sentence_of(refused))
    else:
        messages.success(request, str(said))
    return redirect("refunds:inspect", refund.pk)


def _do(refund: Refund, request: HttpRequest, actor: Actor) -> Promise:
    match request.POST.get("act"):
        case "approve":
            approve_refund(refund=refund, actor=actor)
            return _("Approved. Now the money can be sent.")
        case "send" if refund.payment.provider in CARD_PROVIDERS:
            send_by_card(refund=refund, actor=actor)
            return _("The card provider was asked to give the money back.")
        case "send":
            told = {name: request.POST.get(name, "") for name in ("bank_ref", "to_account")}
            send_by_bank(refund=refund, actor=actor, **told)
            return _("Written down as sent. The buyer is told.")
        case "call_off":
            call_off_refund(refund=refund, actor=actor, note=request.POST.get("note", ""))
            return _("Called off. Nothing is promised to the buyer any more.")
        case _:
            raise CannotRefund("moved", status=refund.status)


def sentence_of(refused: CannotRefund) -> str:
    facts = refused.facts
    words = {
        "left": show_dong(facts.get("left_dong", 0)),
        "limit": show_dong(facts.get("limit_dong", 0)),
        "status": RefundStatus(facts["status"]).label if "status" in facts else "",
    }
    return str(TROUBLES.get(refused.code, TROUBLES["moved"])) % words


urlpatterns = [path("hoan-tien/<int:pk>/", act, name="refund_act")]
