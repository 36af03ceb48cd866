"""What this floor adds to the staff's admin."""

from __future__ import annotations

from wagtail import hooks

from traceability.fieldwork.checks_in_admin import BalanceGroup
from traceability.passport.in_admin import BatchReportViewSet


@hooks.register("register_admin_viewset")
def batch_reports() -> BatchReportViewSet:
    return BatchReportViewSet("batch_reports")


@hooks.register("register_admin_viewset")
def balance() -> BalanceGroup:
    return BalanceGroup()
