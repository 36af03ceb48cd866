"""What people reported about packs, for the province's staff: read, look into, close. Never edited or deleted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import EditView
from wagtail.admin.viewsets.model import ModelViewSet

from community.audit.actors import Actor
from community.staff_rights import OnlyThese
from traceability.batches.addresses import batch_path
from traceability.passport.models import BatchReport
from traceability.passport.reporting import change_status


class ReadAndClose(OnlyThese):
    """Nobody writes a report in a buyer's name, and nobody makes one disappear: not even a superuser."""

    acts = frozenset({"view", "change"})


class StatusForm(forms.ModelForm):
    class Meta:
        model = BatchReport
        fields = ("status",)


class SettleView(EditView):
    """Shows what was said above the one thing that may change."""

    template_name = "passport/settle_report.html"

    def get_context_data(self, **facts: Any) -> dict[str, Any]:
        report: BatchReport = self.object
        path = batch_path(report.batch) if report.batch else ""
        return super().get_context_data(batch_path=path, **facts)

    def save_instance(self) -> BatchReport:
        report: BatchReport = self.form.instance
        return change_status(report=report, status=self.form.cleaned_data["status"], actor=Actor.of(self.request.user))


class BatchReportViewSet(ModelViewSet):
    model = BatchReport
    icon = "warning"
    menu_label = _("Reports about batches")
    menu_order = 180
    add_to_admin_menu = True
    url_prefix = "bao-nghi-ngo"
    edit_view_class = SettleView
    list_display = (
        Column("reason", label=_("Reason"), accessor="get_reason_display"),
        Column("batch", label=_("Batch"), accessor=lambda report: report.batch or report.code_as_given),
        Column(
            "cooperative",
            label=_("Cooperative"),
            accessor=lambda report: report.batch.cooperative if report.batch else "—",
        ),
        Column("status", label=_("Status"), accessor="get_status_display"),
        DateColumn("created_at", label=_("Received")),
    )
    list_filter = ("status", "reason")
    list_select_related = ("batch__cooperative",)
    search_fields = ("code_as_given", "batch__lot_code", "batch__public_code", "batch__cooperative__name")
    ordering = ("-pk",)
    inspect_view_enabled = True
    copy_view_enabled = False

    @cached_property
    def permission_policy(self) -> ReadAndClose:
        return ReadAndClose(self.model)

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return StatusForm
