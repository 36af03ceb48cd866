"""What buyers report of goods and sellers, in the staff's admin: read, looked into, answered with words."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from wagtail.admin.ui.tables import Column

from community.cooperatives.models import Cooperative
from community.staff_rights import actor_with
from marketplace.moderation.looking import LookInspect, LookViewSet, MomentColumn, opens
from marketplace.reports.models import MarketReport
from marketplace.reports.telling import CannotReport, answer_report

RIGHT = "marketplace.change_marketreport"
TROUBLES: dict[str, Promise] = {
    "own": _("You belong to this seller: somebody else decides."),
    "no_words": _("Write the answer: who reported it reads it."),
    "answered": _("It was answered already."),
}


class ReportInspect(LookInspect):
    template_name = "moderation/market_report.html"

    def get_page_subtitle(self) -> str:
        return f"{self.object.code} · {self.object.get_kind_display()}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        report: MarketReport = self.object
        seller: Cooperative = report.cooperative
        listing = getattr(report.product, "listing", None)
        return super().get_context_data(**kwargs) | {
            "report": report,
            "may_decide": report.answered_at is None and self.request.user.has_perm(RIGHT),
            "outcomes": MarketReport.Outcome.choices,
            "act_url": reverse("market_report_answer", args=[report.pk]),
            "seller_url": reverse("sellers_one", args=[seller.code]),
            "goods_url": reverse("shopping:product", args=[listing.slug]) if listing else "",
            "desk_url": reverse("listing_reviews:one", args=[report.product.code]) if report.product else "",
            "others": MarketReport.objects.filter(cooperative=seller).exclude(pk=report.pk).count(),
        }


class MarketReportViewSet(LookViewSet):
    """Those that wait come first, the oldest of them at the top."""

    model = MarketReport
    icon = "warning"
    menu_label = _("Reports of goods")
    inspect_view_class = ReportInspect
    inspect_view_fields = (
        "product", "cooperative", "kind", "words", "reported_at", "outcome", "answer", "answered_at", "answered_by",
    )  # fmt: skip
    list_display = (
        opens("market_reports", "code", label=_("Your reference")),
        Column("kind", label=_("What is wrong"), accessor="get_kind_display"),
        Column("about", label=_("About"), accessor=lambda one: one.product.name if one.product else ""),
        Column("cooperative", label=_("Cooperative")),
        MomentColumn("reported_at", label=_("Reported")),
        MomentColumn("answered_at", label=_("Answered")),
    )
    list_filter = ("kind", "outcome")
    list_select_related = ("product", "cooperative")
    search_fields = ("code", "words", "product__name", "cooperative__name")
    ordering = ("answered_at", "reported_at")


@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    actor = actor_with(request.user, RIGHT)
    report = get_object_or_404(MarketReport.objects.select_related("cooperative"), pk=pk)
    outcome = request.POST.get("outcome", "")
    if outcome not in MarketReport.Outcome.values:
        messages.error(request, _("Choose what came of it."))
        return redirect("market_reports:inspect", report.pk)
    try:
        answer_report(report=report, outcome=outcome, answer=request.POST.get("answer", ""), actor=actor)
        messages.success(request, _("Answered. Who reported it is told."))
    except CannotReport as refused:
        messages.error(request, str(TROUBLES[refused.code]))
    return redirect("market_reports:inspect", report.pk)


urlpatterns = [path("bao-cao-hang/<int:pk>/tra-loi/", answer, name="market_report_answer")]
