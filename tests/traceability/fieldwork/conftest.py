"""A cooperative that grows rice, one batch in the making, and Lan signed in on her phone (in English, so that tests
read the source sentences)."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation
from PIL import Image
from pytest_django import Settings

from tests.cast import Cast, sign_in
from tests.making import make_st25_pack
from traceability.batches.models import Batch
from traceability.batches.opening import open_batch
from traceability.batches.publishing import publish_batch
from traceability.events.models import Event
from traceability.events.recording import StepReport, record_step
from traceability.products.models import Pack


def then() -> datetime:
    """The harvest of a week ago."""
    return timezone.localtime().replace(hour=7, minute=30, second=0, microsecond=0) - timedelta(days=7)


@pytest.fixture(autouse=True)
def _scratch_media(settings: Settings, tmp_path: Path, site_ready: None) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def _in_english(db: None):
    with translation.override("en"):
        yield


@pytest.fixture
def pack(cast: Cast) -> Pack:
    return make_st25_pack(cast.huong_que)


@pytest.fixture
def batch(pack: Pack, cast: Cast) -> Batch:
    return open_batch(pack=pack, day=then().date(), actor=cast.lan_acts)


@pytest.fixture
def published(batch: Batch, cast: Cast) -> Batch:
    for number, step in enumerate(batch.product.line.steps.all()):
        record(batch, cast, step.code, at=then() + timedelta(hours=number), packs=640 if step.kind == "pack" else None)
    batch.refresh_from_db()
    return publish_batch(batch=batch, actor=cast.lan_acts)


@pytest.fixture
def lan_phone(client: Client, cast: Cast) -> Client:
    return sign_in(client, cast.lan)


def record(batch: Batch, cast: Cast, stage: str, *, at: datetime | None = None, **facts: object) -> Event:
    at = at or then()
    report = StepReport(**{"stage": stage, "event_time": at, "parameters": {}} | facts)
    return record_step(batch=batch, report=report, client_uuid=uuid4(), recorded_at=at, actor=cast.lan_acts)


def jpeg(width: int = 320, height: int = 240, name: str = "IMG_0001.jpg", colour: str = "olive") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def typed(**fields: object) -> dict[str, object]:
    """A step form as the browser sends it; the hidden fields are there already."""
    return {
        "client_uuid": str(uuid4()),
        "recorded_at": timezone.now().isoformat(),
        "day": then().date().isoformat(),
        "hour": "07:30",
        "note": "",
        "late_reason": "Chép lại từ sổ tay",
    } | fields
