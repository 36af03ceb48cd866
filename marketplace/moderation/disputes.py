"""Contested card payments, in the staff's admin: what the bank says, what to send it, and who bears a loss."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.ui.tables import Column, DateColumn

from community.accounts.models import User
from community.audit.actors import Actor
from community.text.money import show_dong
from marketplace.moderation.looking import LookInspect, LookViewSet, MomentColumn, opens
from marketplace.moderation.proposals import WAITS, refusal, waiting_about
from marketplace.payments.agreeing import CannotAgree
from marketplace.payments.contested.disputing import CannotSettle, settle_loss
from marketplace.payments.contested.evidence import evidence_text
from marketplace.payments.models import Dispute
from marketplace.payments.states import DisputeStatus, LossBearer, ProviderCode

SEE = "marketplace.view_dispute"
RIGHT = "marketplace.change_dispute"
DASHBOARD = "https://dashboard.stripe.com"
TROUBLES: dict[str, Promise] = {
    "not_lost": _("Only a lost dispute is settled; this one is “%(status)s”."),
    "settled": _("Somebody was faster: this loss is settled already."),
    "nobody_to_bear": _("The sellers have been paid less than that for this order. The operator has to bear it."),
}


# Stripe's words (docs.stripe.com/disputes/categories, …/api/disputes/object); others are shown as they come.
REASONS: dict[str, Promise] = {
    "fraudulent": _("The owner of the card says that somebody else paid with it."),
    "product_not_received": _("The buyer says that the goods never came."),
    "product_unacceptable": _("The buyer says that the goods are not as described."),
    "duplicate": _("The buyer says that the same thing was paid twice."),
    "credit_not_processed": _("The buyer says that a promised refund never came."),
    "unrecognized": _("The owner of the card does not recognise the payment."),
}
STAGES: dict[str, Promise] = {
    "warning_needs_response": _("The bank only asks; no money has left. Answer in time, or it becomes a dispute."),
    "warning_under_review": _("The bank reads our answer; no money has left."),
    "needs_response": _("The money is taken back. Hand in the evidence in time, or the dispute is lost."),
    "under_review": _("The bank reads our evidence. There is nothing to do but wait."),
}


def dashboard_link(dispute: Dispute) -> str:
    """The dispute's page at Stripe, where evidence is handed in; "" for play money."""
    if dispute.payment.provider != ProviderCode.STRIPE:
        return ""
    return f"{DASHBOARD}/{'' if dispute.payment.livemode else 'test/'}disputes/{dispute.provider_ref}"


class DisputeInspect(LookInspect):
    template_name = "moderation/dispute.html"

    def get_page_subtitle(self) -> str:
        return f"{self.object.payment.order.code} · {show_dong(self.object.amount_dong)}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        dispute: Dispute = self.object
        may_settle = dispute.status == DisputeStatus.LOST and not dispute.borne_by
        return super().get_context_data(**kwargs) | {
            "dispute": dispute,
            "reason": REASONS.get(dispute.reason, dispute.reason),
            "what_now": STAGES.get(dispute.stage, "") if dispute.status == DisputeStatus.OPEN else "",
            "dashboard_link": dashboard_link(dispute),
            "evidence": evidence_text(dispute),
            "evidence_url": reverse("dispute_evidence", args=[dispute.pk]),
            "proposals": waiting_about(dispute=dispute),
            "may_settle": may_settle and self.request.user.has_perm(RIGHT),
            "settle_url": reverse("dispute_settle", args=[dispute.pk]),
        }


class DisputeViewSet(LookViewSet):
    model = Dispute
    icon = "warning"
    menu_label = _("Disputes")
    inspect_view_class = DisputeInspect
    inspect_view_fields = (
        "provider_ref", "amount_dong", "status", "evidence_due_at", "opened_at",
        "withdrawn_at", "closed_at", "borne_by", "settled_at", "settled_by",
    )  # fmt: skip
    list_display = (
        opens("disputes", "order", label=_("Order"), accessor=lambda dispute: dispute.payment.order.code),
        Column("amount", label=_("Amount"), accessor=lambda dispute: show_dong(dispute.amount_dong)),
        Column("status", label=_("Status"), accessor="get_status_display"),
        MomentColumn("evidence_due_at", label=_("Answer until")),
        DateColumn("opened_at", label=_("Since")),
    )
    list_filter = ("status", "borne_by")
    list_select_related = ("payment__order",)
    search_fields = ("provider_ref", "payment__order__code")
    ordering = ("-pk",)


@require_safe
def evidence(request: HttpRequest, pk: int) -> HttpResponse:
    """The same words as a file, to hand in at the card provider."""
    if not request.user.has_perm(SEE):
        raise PermissionDenied
    dispute = get_object_or_404(Dispute.objects.select_related("payment__order"), pk=pk)
    answer = HttpResponse(evidence_text(dispute), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="evidence-{dispute.payment.order.code}.txt"'
    answer["Cache-Control"] = "no-store, private"
    return answer


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Who bears a lost dispute, said by whoever may move money."""
    if not (isinstance(request.user, User) and request.user.has_perm(RIGHT)):
        raise PermissionDenied
    dispute = get_object_or_404(Dispute.objects.select_related("payment__order"), pk=pk)
    bearer = request.POST.get("borne_by")
    if bearer not in LossBearer.values:
        messages.error(request, _("Choose who bears the loss."))
        return redirect("disputes:inspect", dispute.pk)
    try:
        settled = settle_loss(dispute=dispute, borne_by=LossBearer(bearer), actor=Actor.of(request.user))
    except CannotAgree as refused:
        messages.error(request, refusal(refused))
    except CannotSettle as refused:
        status = DisputeStatus(refused.facts.get("status", dispute.status)).label
        messages.error(request, str(TROUBLES[refused.code]) % {"status": status})
    else:
        messages.success(request, _("The loss is settled and in the books.") if settled.borne_by else WAITS)
    return redirect("disputes:inspect", dispute.pk)


urlpatterns = [
    path("tranh-chap/<int:pk>/ket-thuc/", settle, name="dispute_settle"),
    path("tranh-chap/<int:pk>/bang-chung/", evidence, name="dispute_evidence"),
]
