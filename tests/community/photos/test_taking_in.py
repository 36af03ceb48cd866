from __future__ import annotations

import hashlib
import io
import struct
import zlib
from datetime import datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from community.audit.models import AuditEntry
from community.photos.models import Photo
from community.photos.rendering import WIDTHS, render_missing, sources_of, spec
from community.photos.taking_in import MOST_BYTES, BadPhoto, take_in_photo
from community.templatetags.show import photo as photo_tag
from tests.cast import Cast, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]
RED, BLUE = (200, 30, 30), (30, 30, 200)


@pytest.fixture(autouse=True)
def _scratch_media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(content: bytes, name: str = "IMG_0001.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def picture(width: int = 800, height: int = 400) -> Image.Image:
    """Left half red, right half blue: shows which way is up."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image


def phone_jpeg(format: str = "JPEG", orientation: int = 6) -> bytes:
    """As a phone saves it: lying on its side, with orientation, GPS, make, time and comment."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRET-PHONE-MAKER"
    exif.get_ifd(0x8769)[0x9003] = "2026:11:05 09:14:00"
    exif.get_ifd(0x8825)[1], exif.get_ifd(0x8825)[2] = "N", (9.0, 31.0, 12.0)
    out = io.BytesIO()
    more = {"save_all": True, "append_images": [picture(80, 40)]} if format == "MPO" else {"comment": b"SECRET-COMMENT"}
    picture().save(out, format, exif=exif, quality=90, **more)
    return out.getvalue()


def saved(format: str, mode: str = "RGB", **more: object) -> bytes:
    out = io.BytesIO()
    picture().convert(mode).save(out, format, **more)
    return out.getvalue()


def png_bomb(width: int, height: int) -> bytes:
    """A tiny PNG whose header promises a huge picture."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def close(seen: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return all(abs(one - other) < 40 for one, other in zip(seen, wanted, strict=True))


def take(cast: Cast, content: bytes, name: str = "IMG_0001.jpg") -> Photo:
    return take_in_photo(upload=upload(content, name), title="Mật ong", actor=cast.lan_acts, cooperative=cast.huong_que)


def stored(photo: Photo) -> bytes:
    with photo.file.storage.open(photo.file.name) as file:
        return bytes(file.read())


@pytest.mark.parametrize("format", ["JPEG", "MPO"])
def test_a_phones_photo_is_turned_first_and_stripped_then(cast: Cast, format: str) -> None:
    original = phone_jpeg(format)
    assert b"SECRET" in original and b"Exif" in original
    photo = take(cast, original)
    content = stored(photo)
    with Image.open(io.BytesIO(content)) as seen:
        assert seen.format == "JPEG" and seen.size == (400, 800)
        assert close(seen.getpixel((200, 100)), RED) and close(seen.getpixel((200, 700)), BLUE)
        assert not seen.getexif() and not seen.info.get("comment") and not seen.info.get("icc_profile")
    for trace in (b"Exif", b"SECRET", b"GPS", b"http://ns.adobe.com", b"ICC_PROFILE"):
        assert trace not in content
    assert (photo.width, photo.height) == (400, 800)
    assert photo.sha256 == hashlib.sha256(content).hexdigest()


def test_when_it_was_taken_and_by_whom_is_kept(cast: Cast) -> None:
    photo = take(cast, phone_jpeg())
    assert photo.taken_at == datetime.fromisoformat("2026-11-05T09:14:00+07:00")
    assert photo.uploaded_by_user == cast.lan and photo.cooperative == cast.huong_que
    entry = AuditEntry.objects.about(photo).get()
    assert entry.action == "photo.taken_in" and entry.facts == {"sha256": photo.sha256}


def test_stored_names_are_random_and_tell_nothing(cast: Cast) -> None:
    first, second = take(cast, phone_jpeg(), "Nhà chị Lan.jpg"), take(cast, phone_jpeg(), "Nhà chị Lan.jpg")
    assert first.file.name != second.file.name and "Lan" not in first.file.name and "photo" in first.file.name


@pytest.mark.parametrize(
    ("format", "name"),
    [
        ("PNG", "a.png"),
        ("WEBP", "a.webp"),
        ("HEIF", "IMG_1.HEIC"),
        ("AVIF", "a.avif"),
        ("GIF", "a.gif"),
        ("PNG", "a.jpg"),
    ],
)
def test_every_format_of_phones_becomes_jpeg_whatever_its_name(cast: Cast, format: str, name: str) -> None:
    photo = take(cast, saved(format), name)
    with Image.open(io.BytesIO(stored(photo))) as seen:
        assert seen.format == "JPEG" and seen.size == (800, 400)
        assert close(seen.getpixel((100, 200)), RED) and close(seen.getpixel((700, 200)), BLUE)


def test_what_is_clear_becomes_white(cast: Cast) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (60, 60), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(stored(take(cast, out.getvalue())))) as seen:
        assert close(seen.getpixel((30, 30)), (255, 255, 255))


def test_large_photos_shrink_to_1600_pixels(cast: Cast) -> None:
    out = io.BytesIO()
    picture(4000, 3000).save(out, "JPEG")
    photo = take(cast, out.getvalue())
    assert (photo.width, photo.height) == (1600, 1200)


PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n" * 50


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (PDF, "not_a_photo"),
        (b"", "not_a_photo"),
        (b"\xff\xd8\xff" + b"nonsense" * 100, "not_a_photo"),
        (phone_jpeg()[:2000], "not_a_photo"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "not_a_photo"),
        (saved("TIFF"), "not_a_photo"),
        (png_bomb(30_000, 30_000), "too_many_pixels"),
        (png_bomb(9_000, 6_000), "too_many_pixels"),
        (phone_jpeg() + b"\0" * (40 * 1024 * 1024), "too_large"),
    ],
    ids=["pdf", "empty", "nonsense", "cut off", "svg", "tiff", "bomb", "54 megapixels", "40 MB"],
)
def test_what_is_no_fit_photo_is_refused_and_nothing_stored(
    cast: Cast, content: bytes, code: str, tmp_path: Path
) -> None:
    before = AuditEntry.objects.count()
    with pytest.raises(BadPhoto) as refused:
        take(cast, content)
    assert refused.value.code == code
    assert not Photo.objects.exists() and AuditEntry.objects.count() == before
    assert not list(tmp_path.rglob("*.jpg"))


def test_a_too_large_file_is_not_even_read(cast: Cast) -> None:
    class Huge(SimpleUploadedFile):
        def read(self, *args: object) -> bytes:
            raise AssertionError("read")

    huge = Huge("a.jpg", b"")
    huge.size = MOST_BYTES + 1
    with pytest.raises(BadPhoto):
        take_in_photo(upload=huge, title="x", actor=cast.lan_acts)


def test_sizes_for_cards_are_made_by_the_worker_not_in_the_request(
    cast: Cast, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as later:
        photo = take(cast, phone_jpeg())
    assert not photo.renditions.exists()
    assert sources_of(photo, 320).src == photo.file.url  # a page does not wait for them
    for task in later:
        task()
    found = sources_of(Photo.objects.get(pk=photo.pk), 320)
    assert found.src.endswith(".webp") and found.width == 320


@pytest.mark.parametrize("how", ["prefetch_related", "prefetch_renditions"])
def test_a_list_of_photos_costs_the_same_for_one_as_for_many(
    cast: Cast, how: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(3):
        take(cast, phone_jpeg())
    render_missing()
    rows = (
        Photo.objects.prefetch_related("renditions")
        if how == "prefetch_related"
        else Photo.objects.prefetch_renditions(*(spec(width) for width in WIDTHS))
    )
    with django_assert_num_queries(2):
        assert all("srcset" in photo_tag(photo, 320, "") for photo in rows)


def test_what_the_queue_lost_is_made_up_for(cast: Cast) -> None:
    photo = take(cast, phone_jpeg())
    assert render_missing() == 1 and photo.renditions.count() == len(WIDTHS) + 1, "and the card for shared links"
    assert render_missing() == 0


def test_a_photo_whose_file_is_lost_keeps_no_older_one_waiting(cast: Cast) -> None:
    older, broken = take(cast, phone_jpeg()), take(cast, phone_jpeg())
    broken.file.storage.delete(broken.file.name)
    assert render_missing(limit=1) == 1 and older.renditions.count() == len(WIDTHS) + 1
    assert render_missing() == 0 and not broken.renditions.exists()


def test_the_photo_tag_is_lazy_and_sized(cast: Cast) -> None:
    take(cast, phone_jpeg())
    render_missing()
    photo = Photo.objects.get()
    html = photo_tag(photo, 320, 'Mật ong "rừng"')
    assert 'loading="lazy"' in html and "srcset=" in html and "&quot;rừng&quot;" in html and 'width="320"' in html
    assert photo_tag(None, 320) == "" and 'fetchpriority="high"' in photo_tag(photo, 320, "x", eager=True)


def test_wagtails_own_upload_cleans_too(client: Client, cast: Cast) -> None:
    sign_in(client, cast.hoa)
    page = client.post(
        "/quan-tri/images/add/", {"title": "Ong", "file": upload(phone_jpeg()), "collection": "1", "tags": ""}
    )
    photo = Photo.objects.get()
    assert page.status_code == 302 and (photo.width, photo.height) == (400, 800)
    content = stored(photo)
    assert b"Exif" not in content and photo.sha256 == hashlib.sha256(content).hexdigest()
    client.post("/quan-tri/images/add/", {"title": "Bad", "file": upload(PDF), "collection": "1", "tags": ""})
    assert Photo.objects.count() == 1
