"""Hoa reads what does not add up and clears it with a reason; nobody invents or removes a finding."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from community.audit.models import AuditEntry
from tests.cast import sign_in
from tests.traceability.balance.conftest import HARVEST_DAY, Garden
from traceability.balance.models import Check
from traceability.batches.models import Batch, PostingKind
from traceability.products.bands import YieldBand
from traceability.products.importing import import_bands

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]


@pytest.fixture
def block(garden: Garden) -> Check:
    leaf = garden.harvest(1_000_000)
    garden.dry(leaf, 1_000_000, 220_000)
    garden.record(leaf, PostingKind.WASTE, 30_000, at=HARVEST_DAY + timedelta(hours=5))
    return Check.objects.get(batch=leaf)


@pytest.fixture
def hoa_looks(client: Client, garden: Garden) -> Client:
    return sign_in(client, garden.cast.hoa)


def test_the_list_and_the_finding_are_told_in_words(hoa_looks: Client, block: Check) -> None:
    listed = hoa_looks.get(reverse("balance_checks:index")).content.decode()
    assert "Xuất ra nhiều hơn số đã nhập" in listed and block.batch.cooperative.name in listed
    page = hoa_looks.get(reverse("balance_checks:edit", args=[block.pk])).content.decode()
    assert "running_sum &gt;= 0" in page and block.batch.lot_code in page


def test_clearing_needs_a_reason_opens_the_sale_and_is_kept(hoa_looks: Client, block: Check, garden: Garden) -> None:
    url = reverse("balance_checks:edit", args=[block.pk])
    assert hoa_looks.post(url, {"note": " "}).status_code == 200
    assert Batch.objects.get(pk=block.batch_id).locked_at is not None
    assert hoa_looks.post(url, {"note": "Đã xem sổ cân", "severity": "info", "rule": "X"}).status_code == 302
    block.refresh_from_db()
    assert (block.how, block.note, block.rule, block.severity) == ("dismissed", "Đã xem sổ cân", "MB-0", "block")
    assert block.cleared_by == garden.cast.hoa
    assert not Batch.objects.filter(locked_at__isnull=False).exists()
    assert AuditEntry.objects.get(action="check.dismissed").actor == garden.cast.hoa
    assert hoa_looks.post(url, {"note": "Lần nữa"}).status_code == 200  # answered meanwhile, said in the form
    assert AuditEntry.objects.filter(action="check.dismissed").count() == 1


def test_nobody_adds_or_deletes_a_finding(hoa_looks: Client, block: Check) -> None:
    before = Check.objects.count()
    for address in (reverse("balance_checks:add"), reverse("balance_checks:delete", args=[block.pk])):
        hoa_looks.post(address, {"note": "x"})
    assert Check.objects.count() == before


def test_a_member_does_not_read_the_staffs_list(client: Client, block: Check, garden: Garden) -> None:
    assert sign_in(client, garden.cast.lan).get(reverse("balance_checks:index")).status_code in (302, 403)


def test_the_province_sets_its_own_bands_and_importing_keeps_them(hoa_looks: Client, garden: Garden) -> None:
    band = YieldBand.objects.get(line__code="tea", step="dry")
    assert (band.low, band.high, band.most) == (200, 240, 270)
    said = {"line": band.line_id, "step": "dry", "low": 210, "high": 250, "most": 280}
    assert hoa_looks.post(reverse("yield_bands:edit", args=[band.pk]), said).status_code == 302
    import_bands()
    band.refresh_from_db()
    assert (band.low, band.high, band.most) == (210, 250, 280)


def test_every_line_that_is_shipped_has_bands_and_growing_lines_a_cap(garden: Garden) -> None:
    from traceability.products.models import ProductLine

    assert ProductLine.objects.count() == 17
    assert not ProductLine.objects.filter(bands__isnull=True).exists()
    capped = set(ProductLine.objects.filter(plot_cap__isnull=False).values_list("code", flat=True))
    assert capped == {"rice", "fresh_fruit", "coffee", "herbal_extract", "spice", "tea"}
    steps = {(line.pk, step.code) for line in ProductLine.objects.all() for step in line.steps.all()}
    assert {(b.line_id, b.step) for b in YieldBand.objects.exclude(step="")} <= steps
