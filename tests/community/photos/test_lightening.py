"""AVIF: made by the worker after everything else, sent to whoever reads it, missed by nobody."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from PIL import Image
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from community.photos import lightening
from community.photos.illustrating import compose_illustration
from community.photos.lightening import MOST_BYTES, SPECS, heavy_photos, lighten_photos
from community.photos.models import Photo
from community.photos.rendering import SHOWN_SPECS, WIDTHS, render_photo, sources_of, with_sizes
from community.photos.taking_in import take_in_photo
from marketplace.listings.models import Listing
from tests.cast import Cast
from tests.making import make_product

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]
READS_AVIF = {"HTTP_ACCEPT": "image/avif,image/webp,*/*;q=0.8"}
READS_WEBP = {"HTTP_ACCEPT": "image/webp,*/*;q=0.8"}
AVIF = [one for specs in SPECS.values() for one in specs]


@pytest.fixture
def photo(cast: Cast, settings: Settings, tmp_path: Path) -> Photo:
    settings.MEDIA_ROOT = tmp_path
    return _taken_in(cast)


def _taken_in(cast: Cast, size: tuple[int, int] = (400, 300)) -> Photo:
    drawn = compose_illustration(["cooked-rice"], "gold", size=size)
    upload = SimpleUploadedFile("anh.jpg", drawn, content_type="image/jpeg")
    photo = take_in_photo(upload=upload, title="Lúa", actor=cast.lan_acts, cooperative=cast.huong_que)
    render_photo(photo.pk)
    return photo


def test_each_width_gets_one_avif_of_at_most_25_kb_once(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    photo = _taken_in(cast, (1200, 900))
    assert lighten_photos(seconds=60) == 1
    made = photo.renditions.filter(filter_spec__in=AVIF)
    assert sorted(one.width for one in made) == list(WIDTHS)
    assert max(one.file.size for one in made) <= MOST_BYTES
    with Image.open(made[0].file) as picture:
        assert picture.format == "AVIF"
    assert lighten_photos(seconds=60) == 0 and not heavy_photos().exists()


def test_who_reads_avif_is_sent_the_lighter_file_at_the_same_address(photo: Photo, client: Client) -> None:
    address = sources_of(photo, 320).src
    before = client.get(address, **READS_AVIF)
    assert before.headers["Content-Type"] == "image/webp", "not made yet: nobody waits"
    lighten_photos(seconds=60)
    told = {"avif": client.get(address, **READS_AVIF), "webp": client.get(address, **READS_WEBP)}
    sizes = {}
    for kind, answer in told.items():
        body = b"".join(answer)
        assert answer.headers["Content-Type"] == f"image/{kind}"
        assert "Accept" in answer.headers["Vary"].split(", ")
        with Image.open(io.BytesIO(body)) as picture:
            assert (picture.format, picture.width) == (kind.upper(), 320)
        sizes[kind] = len(body)
    assert sizes["avif"] < sizes["webp"]
    original = client.get(photo.file.url, **READS_AVIF)
    assert original.headers["Content-Type"] == "image/jpeg"
    assert "Accept" not in original.headers.get("Vary", "").split(", ")


def test_a_machine_that_writes_no_avif_goes_on_with_webp(
    photo: Photo, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lightening.features, "check", lambda feature: feature != "avif")
    assert lighten_photos(seconds=60) == 0 and not photo.renditions.filter(filter_spec__in=AVIF).exists()
    call_command("prepare_photos")
    assert client.get(sources_of(photo, 320).src, **READS_AVIF).headers["Content-Type"] == "image/webp"


def test_a_photo_whose_file_is_lost_keeps_no_other_from_becoming_light(photo: Photo, cast: Cast) -> None:
    broken = _taken_in(cast)
    broken.file.storage.delete(broken.file.name)
    call_command("prepare_photos")
    assert photo.renditions.filter(filter_spec__in=AVIF).count() == len(WIDTHS)
    assert list(heavy_photos()) == [broken]


def test_with_the_photo_its_light_files_go_too(
    photo: Photo, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    lighten_photos(seconds=60)
    held = {one.file.path for one in photo.renditions.filter(filter_spec__in=AVIF)}
    assert all(Path(one).exists() for one in held)
    with django_capture_on_commit_callbacks(execute=True):
        photo.renditions.all().delete()
    assert held and not any(Path(one).exists() for one in held), "nobody finds them under their address any more"


def test_a_list_loads_no_row_that_no_page_names(photo: Photo, cast: Cast) -> None:
    make_product(cast.huong_que, photos=[photo])
    lighten_photos(seconds=60)
    listing = Listing.objects.prefetch_related(with_sizes("photos__photo")).get()
    held = listing.photos.all()[0].photo.renditions.all()
    assert {one.filter_spec for one in held} < set(SHOWN_SPECS) and len(held) == len(WIDTHS) + 1
    assert photo.renditions.count() > len(held)
