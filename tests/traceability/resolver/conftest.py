"""The same published batch of rice as the passport's tests, with its places and papers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.traceability.passport import conftest as scanned
from traceability.batches.models import Batch
from traceability.certificates.models import Certificate
from traceability.plots.models import Plot

batch, make_batch, rice, shop = scanned.batch, scanned.make_batch, scanned.rice, scanned.shop

PLOT_GLN, MAKER_GLN = "9521234000013", "9521234000006"


def add_paper(lot: Batch, number: str, scheme: str = "vietgap") -> Certificate:
    """Valid when the batch was made and today."""
    paper = Certificate.objects.create(
        cooperative=lot.cooperative,
        scheme=scheme,
        number=number,
        issuer="Tổ chức chứng nhận",
        issued_on=lot.packed_on - timedelta(days=30),
        checked_at=timezone.now(),
    )
    paper.products.add(lot.product)
    return paper


@pytest.fixture
def plot(batch: Batch) -> Plot:
    """A field with a GLN, of a cooperative with one."""
    batch.cooperative.gln = MAKER_GLN
    batch.cooperative.save()
    return Plot.objects.create(
        cooperative=batch.cooperative, name="Ruộng bà Lan", commune=batch.cooperative.commune, gln=PLOT_GLN
    )
