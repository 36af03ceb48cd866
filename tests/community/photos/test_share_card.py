"""The picture of a shared link: made by the worker, light enough for a phone in a valley, never waited for."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from PIL import Image
from pytest_django import DjangoAssertNumQueries, Settings

from community.photos.models import Photo
from community.photos.rendering import SHARE_BYTES, SHARE_SPECS, render_photo, unready_photos
from community.photos.taking_in import take_in_photo
from tests.cast import Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]


@pytest.fixture
def photo(cast: Cast, settings: Settings, tmp_path: Path) -> Photo:
    """Leaves and gravel: a photo in which nothing repeats, the hardest to make small."""
    settings.MEDIA_ROOT = tmp_path
    noise = Image.frombytes("RGB", (300, 200), os.urandom(300 * 200 * 3)).resize((1500, 1000), Image.Resampling.BICUBIC)
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=95)
    upload = SimpleUploadedFile("anh.jpg", out.getvalue(), content_type="image/jpeg")
    return take_in_photo(upload=upload, title="Vườn", actor=cast.lan_acts, cooperative=cast.huong_que)


def shown(photo: Photo | None) -> str:
    template = Template(
        "{% load show %}{% share_picture picture as card %}{{ card.address }} {{ card.width }}×{{ card.height }}"
    )
    return template.render(Context({"picture": photo}))


def test_the_worker_makes_one_jpeg_of_at_most_50_kb_for_links(photo: Photo) -> None:
    assert shown(photo) == "http://localhost:8000/static/img/share.jpg 1200×630", "until then the market's own"
    assert render_photo(photo.pk) == 3
    card = photo.renditions.get(filter_spec__in=SHARE_SPECS)
    assert card.file.size <= SHARE_BYTES and card.file.name.endswith(".jpg")
    assert shown(photo) == f"http://localhost:8000{card.url} {card.width}×{card.height}"
    render_photo(photo.pk)
    assert photo.renditions.filter(filter_spec__in=SHARE_SPECS).count() == 1


def test_a_photo_without_its_card_is_not_ready(photo: Photo) -> None:
    render_photo(photo.pk)
    assert photo not in unready_photos()
    photo.renditions.filter(filter_spec__in=SHARE_SPECS).delete()
    assert photo in unready_photos()


def test_a_card_of_a_loaded_photo_asks_nothing(photo: Photo, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    render_photo(photo.pk)
    loaded = Photo.objects.prefetch_related("renditions").get()
    with django_assert_num_queries(0):
        shown(loaded)
        shown(None)
