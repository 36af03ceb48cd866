"""A published batch of rice with all its steps, as a buyer would scan it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from community import clock
from tests.cast import Cast
from tests.making import ST25_GTIN, make_st25_pack
from traceability.batches.models import Batch
from traceability.batches.opening import open_batch
from traceability.batches.publishing import publish_batch
from traceability.events.recording import StepReport, record_step
from traceability.passport import buy_box
from traceability.passport.buy_box import BuyBox
from traceability.passport.finding import public_batches
from traceability.plots.models import Plot
from traceability.products.models import Pack

PACKED_AT = timezone.make_aware(datetime(2026, 11, 5, 9, 0))
GTIN = ST25_GTIN


def jpeg() -> SimpleUploadedFile:
    """A picture with some detail, as a phone would send it."""
    out = BytesIO()
    Image.effect_noise((1200, 900), 40).convert("RGB").save(out, "JPEG")
    return SimpleUploadedFile("anh.jpg", out.getvalue(), content_type="image/jpeg")


def tell(batch: Batch, cast: Cast, stage: str, when: datetime, **facts: object) -> None:
    report = StepReport(**{"stage": stage, "event_time": when, "parameters": {}} | facts)
    with clock.at(max(when, PACKED_AT) + timedelta(hours=1)):
        record_step(batch=batch, report=report, client_uuid=uuid4(), recorded_at=when, actor=cast.lan_acts)


@pytest.fixture
def rice(cast: Cast) -> Pack:
    return make_st25_pack(cast.huong_que, allergens=["gluten"])


@pytest.fixture
def make_batch(rice: Pack, cast: Cast) -> Callable[..., Batch]:
    field = Plot.objects.create(cooperative=cast.huong_que, name="Ruộng Gò", commune=cast.tran_de)

    def make(stages: tuple[str, ...] = ("plot", "harvest", "dry"), *, pack: Pack = rice) -> Batch:
        plot = field if pack.product.cooperative_id == field.cooperative_id else None
        batch = open_batch(pack=pack, day=PACKED_AT.date(), actor=cast.lan_acts, plot=plot)
        for days, stage in enumerate(reversed(stages), start=1):
            tell(batch, cast, stage, PACKED_AT - timedelta(days=days))
        tell(batch, cast, "pack", PACKED_AT, packs=640)
        with clock.at(PACKED_AT + timedelta(hours=3)):
            publish_batch(batch=batch, actor=cast.lan_acts)
        return public_batches().get(pk=batch.pk)

    return make


@pytest.fixture
def batch(make_batch: Callable[..., Batch]) -> Batch:
    return make_batch()


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who sells the goods; the real shop is back after the test."""
    monkeypatch.setattr(
        buy_box,
        "_providers",
        [lambda _batch, _language: BuyBox("/san-pham/gao/", "Mua thêm · 195.000\u00a0₫", 195_000)],
    )


@pytest.fixture
def client() -> Client:
    """A browser: it names text/html, so a scan is answered with the page itself."""
    return Client(headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
