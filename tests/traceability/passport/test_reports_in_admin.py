"""Hoa reads what people reported and closes it; nobody rewrites or removes a report."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from community.audit.models import AuditEntry
from tests.cast import Cast, sign_in
from traceability.batches.models import Batch
from traceability.passport.models import BatchReport
from traceability.passport.reporting import change_status, report_batch


@pytest.fixture
def report(batch: Batch) -> BatchReport:
    return report_batch(batch=batch, code=batch.public_code, reason="copy", words="Tem mờ", phone="+84912345678")


@pytest.fixture
def hoas_client(client: Client, cast: Cast, site_ready: None) -> Client:
    return sign_in(client, cast.hoa)


def test_the_list_and_the_report_tell_what_was_said(hoas_client: Client, report: BatchReport, batch: Batch) -> None:
    listed = hoas_client.get(reverse("batch_reports:index")).content.decode()
    assert batch.lot_code in listed
    page = hoas_client.get(reverse("batch_reports:edit", args=[report.pk])).content.decode()
    assert "Tem mờ" in page
    assert "0912 345 678" in page


def test_a_report_of_an_unknown_code_can_be_read_too(hoas_client: Client, batch: Batch) -> None:
    unknown = report_batch(batch=None, code="ABC <b>", reason="other", words="", phone="")
    page = hoas_client.get(reverse("batch_reports:edit", args=[unknown.pk])).content.decode()
    assert "ABC &lt;b&gt;" in page
    assert hoas_client.get(reverse("batch_reports:index")).status_code == 200


def test_closing_changes_the_status_and_nothing_else(hoas_client: Client, report: BatchReport, cast: Cast) -> None:
    answer = hoas_client.post(
        reverse("batch_reports:edit", args=[report.pk]), {"status": "closed", "words": "khác", "phone": ""}
    )
    assert answer.status_code == 302
    report.refresh_from_db()
    assert (report.status, report.words, report.phone) == ("closed", "Tem mờ", "+84912345678")
    entry = AuditEntry.objects.get(action="batch_report.status_changed")
    assert (entry.actor, entry.facts) == (cast.hoa, {"status": "closed"})


def test_the_same_status_again_is_no_new_line_in_the_log(report: BatchReport, cast: Cast) -> None:
    for _ in range(2):
        change_status(report=report, status="closed", actor=cast.hoa_acts)
    assert AuditEntry.objects.filter(action="batch_report.status_changed").count() == 1


def test_nobody_adds_or_deletes_a_report_in_the_admin(hoas_client: Client, report: BatchReport) -> None:
    for address in (reverse("batch_reports:add"), reverse("batch_reports:delete", args=[report.pk])):
        hoas_client.post(address, {"reason": "other"})
    assert BatchReport.objects.get() == report


def test_a_seller_does_not_read_reports(client: Client, report: BatchReport, cast: Cast, site_ready: None) -> None:
    page = sign_in(client, cast.lan).get(reverse("batch_reports:index"))
    assert page.status_code in (302, 403)
    assert "Tem mờ" not in page.content.decode()
