"""What the banks say beside what we have, in the staff's admin: each time a feed was asked, and what differed."""

from __future__ import annotations

import csv
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.admin.ui.tables import Column

from community.sheets.cells import safe_text
from community.text.money import show_dong
from marketplace.moderation.looking import LookInspect, LookViewSet, MomentColumn, opens
from marketplace.payments.models import Reconciliation
from marketplace.payments.states import SourceCode

WHAT: dict[str, Promise] = {
    "found": _("Missed before, found now"),
    "other_amount": _("The bank tells another amount"),
    "not_told": _("We have it, the bank does not tell it"),
}
ERRORS: dict[str, Promise] = {
    "unreachable": _("The feed did not answer. It is asked again in ten minutes."),
    "unreadable": _("The feed answered something else than its list. Is its key right?"),
}


class ReconciliationInspect(LookInspect):
    template_name = "moderation/reconciliation.html"

    def get_page_subtitle(self) -> str:
        return str(self.object.get_source_display())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        run: Reconciliation = self.object
        return super().get_context_data(**kwargs) | {
            "run": run,
            "error": ERRORS.get(run.error, run.error),
            "lines": [_line(row) for row in run.differences],
            "csv_url": reverse("reconciliation_csv", args=[run.pk]),
        }


class ReconciliationViewSet(LookViewSet):
    model = Reconciliation
    icon = "history"
    menu_label = _("Compared with banks")
    inspect_view_class = ReconciliationInspect
    inspect_view_fields = ("source", "since", "started_at", "told", "found")
    list_display = (
        opens("reconciliations", "source", label=_("Asked"), accessor="get_source_display"),
        MomentColumn("started_at", label=_("At")),
        Column("told", label=_("Incoming transfers told")),
        Column("found", label=_("Missed before")),
        Column("differences", label=_("To look at"), accessor=lambda run: len(run.differences)),
        Column("error", label=_("Error"), accessor=lambda run: ERRORS.get(run.error, run.error)),
    )
    list_filter = ("source",)
    ordering = ("-pk",)


@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The differences as a sheet; no cell can run as a formula."""
    if not request.user.has_perm("marketplace.view_reconciliation"):
        raise PermissionDenied
    run = get_object_or_404(Reconciliation, pk=pk)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="doi-soat-{run.source}-{run.started_at:%Y%m%d-%H%M}.csv"'
    answer.write("\ufeff")
    sheet = csv.writer(answer)
    heads = (_("What"), _("Account"), _("Transaction"), _("Reference"), _("Booked"), _("We have"), _("The bank says"))
    sheet.writerow([safe_text(each) for each in (*heads, _("Told by"))])
    for row in run.differences:
        cells = ("account", "txn", "reference", "at", "ours_dong", "told_dong", "teller")
        sheet.writerow([safe_text(WHAT.get(row["what"], row["what"])), *(safe_text(row.get(cell)) for cell in cells)])
    return answer


def _line(row: dict[str, Any]) -> dict[str, Any]:
    ours, told = row.get("ours_dong"), row.get("told_dong")
    teller = row.get("teller", "")
    return row | {
        "words": WHAT.get(row["what"], row["what"]),
        "ours": show_dong(ours) if ours else "—",
        "bank": show_dong(told) if told else (show_dong(ours) if row["what"] == "found" and ours else "—"),
        "moment": parse_datetime(row["at"]) if row.get("at") else None,
        "teller": SourceCode(teller).label if teller in SourceCode.values else "",
    }


urlpatterns = [path("doi-soat/<int:pk>/csv/", download, name="reconciliation_csv")]
