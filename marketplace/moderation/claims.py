"""Buyers' claims in the staff's admin: what both sides say, which lots, and the market's decision with its reasons."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView

from community.audit.recording import record
from community.errors import DomainError
from community.staff_rights import actor_with
from community.text.money import InvalidMoney, parse_dong, show_dong
from marketplace.claims.ending import decide_claim
from marketplace.claims.lots import claimed_lots, lots_of
from marketplace.claims.models import Claim
from marketplace.claims.states import ClaimStatus, Outcome
from marketplace.claims.telling import offer_words, outcome_words
from marketplace.claims.views import claim_photo_answer, photos_by
from marketplace.moderation.looking import LookInspect, LookViewSet, MomentColumn, opens
from marketplace.moderation.proposals import WAITS, refusal, waiting_about
from marketplace.payments.agreeing import CannotAgree
from marketplace.payments.refunds.asking_back import left_of_parcel
from marketplace.payments.refunds.refunding import payment_of
from marketplace.payments.states import ProposalAct
from traceability.batches.addresses import batch_path

RIGHT = "marketplace.change_claim"
NO_AMOUNT = _("Write a whole amount in đồng, for example 185.000.")
TROUBLES: dict[str, Promise] = {
    "own": _("You belong to this seller: somebody else decides."),
    "no_reasons": _("Write the reasons: both sides read them."),
    "not_positive": NO_AMOUNT,
    "more_than_left": _("At most %(left)s of this parcel's money can go back."),
    "more_than_came": _("At most %(left)s of this parcel's money can go back."),
    "nothing_left": _("No money of this parcel can go back: it went back already, is contested, or never came here."),
    "nothing_paid": _("No money of this parcel can go back: it went back already, is contested, or never came here."),
    "sold_out": _("There are not enough goods left to send again."),
    "claim_moved": _("This claim is not the market's to decide any more."),
}
OFFERS: tuple[tuple[str, Promise], ...] = (
    (Outcome.PART, _("A part of the money goes back")),
    (Outcome.FULL, _("All the money of the parcel goes back")),
    (Outcome.RESEND, _("The cooperative sends the goods once more")),
    (Outcome.NONE, _("The claim is not justified")),
)


class ClaimInspect(LookInspect):
    template_name = "moderation/claim.html"

    def get_page_subtitle(self) -> str:
        return f"{self.object.parcel.code} · {self.object.get_problem_display()}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        claim: Claim = self.object
        buyers, sellers = photos_by(claim, lambda photo: reverse("claim_photo", args=[claim.pk, photo]))
        payment = payment_of(claim.parcel)
        return super().get_context_data(**kwargs) | {
            "claim": claim,
            "lines": claim.lines.select_related("line"),
            "lots": [(lot.lot_code, batch_path(lot)) for lot in lots_of(claim).select_related("pack")],
            "buyers_photos": buyers,
            "sellers_photos": sellers,
            "offer": offer_words(claim),
            "outcome": outcome_words(claim),
            "proposals": waiting_about(act=ProposalAct.CLAIM, payment=payment) if payment else [],
            "may_decide": claim.status == ClaimStatus.PLATFORM and self.request.user.has_perm(RIGHT),
            "left_dong": left_of_parcel(claim.parcel),
            "limit_dong": settings.REFUND_TWO_PEOPLE_OVER,
            "offers": OFFERS,
            "decide_url": reverse("claim_decide", args=[claim.pk]),
        }


class ClaimIndex(IndexView):
    """On top: lots that several orders complain of, since those may have to be stopped."""

    template_name = "moderation/claims.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        lots = claimed_lots(least=settings.CLAIMS_PER_LOT)
        return super().get_context_data(**kwargs) | {"lots": [(lot, batch_path(lot.batch)) for lot in lots]}


class ClaimViewSet(LookViewSet):
    model = Claim
    icon = "warning"
    menu_label = _("Claims of buyers")
    index_view_class = ClaimIndex
    inspect_view_class = ClaimInspect
    inspect_view_fields = (
        "parcel", "problem", "status", "opened_at", "due_at", "answered_at", "answered_by", "passed_on_at",
        "decided_by", "reasons", "ended_at",
    )  # fmt: skip
    list_display = (
        opens("claims", "code", label=_("Parcel"), accessor=lambda claim: claim.parcel.code),
        Column("problem", label=_("What is wrong"), accessor="get_problem_display"),
        Column("status", label=_("Status"), accessor="get_status_display"),
        Column("cooperative", label=_("Cooperative"), accessor=lambda claim: claim.parcel.cooperative),
        MomentColumn("opened_at", label=_("Since")),
        MomentColumn("due_at", label=_("Answer until")),
    )
    list_filter = ("status", "problem")
    list_select_related = ("parcel__cooperative",)
    search_fields = ("code", "parcel__code", "parcel__cooperative__name")
    ordering = ("-pk",)


@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The market's word; above the limit it waits for a second person."""
    actor = actor_with(request.user, RIGHT)
    claim = get_object_or_404(Claim.objects.select_related("parcel__order", "parcel__cooperative"), pk=pk)
    outcome, words = request.POST.get("outcome", ""), request.POST.get("words", "")
    if outcome not in Outcome.values:
        messages.error(request, _("Choose what shall be done."))
        return redirect("claims:inspect", claim.pk)
    try:
        dong = parse_dong(request.POST.get("dong", "")) if outcome == Outcome.PART else 0
        decided = decide_claim(claim=claim, outcome=Outcome(outcome), dong=dong, words=words, actor=actor)
    except InvalidMoney:
        messages.error(request, NO_AMOUNT)
    except CannotAgree as refused:
        messages.error(request, refusal(refused))
    except DomainError as refused:
        messages.error(request, trouble_of(refused))
    else:
        waits = decided.status == ClaimStatus.PLATFORM
        messages.success(request, WAITS if waits else _("Decided. Both sides are told."))
    return redirect("claims:inspect", claim.pk)


@require_safe
def claim_photo(request: HttpRequest, pk: int, photo: int) -> FileResponse:
    """Who looked is written down, as with the photo of a parcel."""
    actor = actor_with(request.user, RIGHT)
    claim = get_object_or_404(Claim.objects.select_related("parcel__cooperative"), pk=pk)
    answer = claim_photo_answer(claim, photo)
    record(actor=actor, action="claim.photo_looked_at", subject=claim, cooperative=claim.parcel.cooperative)
    return answer


def trouble_of(refused: DomainError) -> str:
    words = {"left": show_dong(refused.facts.get("left_dong", 0))}
    return str(TROUBLES.get(refused.code, TROUBLES["claim_moved"])) % words


urlpatterns = [
    path("khieu-nai/<int:pk>/quyet/", decide, name="claim_decide"),
    path("khieu-nai/<int:pk>/anh/<int:photo>/", claim_photo, name="claim_photo"),
]
