"""The parcel leaves: carrier, photo, "delivered", and what of it may be put right."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from community import clock
from community.outbox.models import OutboxMessage
from marketplace.orders.models import Parcel
from marketplace.packing.carriers import tracking_link
from marketplace.packing.models import ParcelPhoto
from marketplace.payments.forgetting import erase_buyer
from marketplace.selling.order_forms import ShipForm, carrier_as_typed
from tests.cast import make_member, sign_in
from tests.harness.days import asked_now
from tests.marketplace.orders.stage import open_booth, packed_parcel, shipped_parcel

pytestmark = pytest.mark.django_db
GPS = 34853  # the EXIF tag under which phones write where they are


@pytest.fixture
def booth(cast, site_ready):
    return open_booth(cast)


@pytest.fixture
def parcel(cast, booth) -> Parcel:
    return packed_parcel(cast, booth[0])


@pytest.fixture
def desk(cast, client) -> Client:
    return sign_in(client, cast.lan)


def picture() -> SimpleUploadedFile:
    """As a phone takes it: with its place."""
    picture, exif = Image.new("RGB", (640, 480), (120, 90, 60)), Image.Exif()
    exif[GPS] = {1: "N", 2: (16.0, 37.0, 0.0)}
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile("IMG_1.jpg", out.getvalue(), content_type="image/jpeg")


def ship(client: Client, parcel: Parcel, **told: object):
    return client.post(f"/en/ban-hang/don/{parcel.code}/gui/", told)


@pytest.mark.parametrize(
    ("told", "courier"),
    [
        ({"courier": "J&T Express"}, "J&T Express"),
        ({"courier": "bus", "other": "Hoàng Long", "phone": "0912345678"}, "Nhà xe Hoàng Long · 0912 345 678"),
        ({"courier": "bus", "phone": "+84912345678"}, "Nhà xe · 0912 345 678"),
        ({"courier": "self", "other": "x"}, "Người bán tự giao"),
        ({"courier": "other", "other": "Chú Tư"}, "Chú Tư"),
    ],
)
def test_a_carrier_is_written_as_the_buyer_reads_it_and_shown_again_as_typed(told, courier) -> None:
    form = ShipForm(told)
    assert form.is_valid(), form.errors
    assert form.told() == {"courier": courier, "courier_code": ""}
    again = ShipForm(carrier_as_typed(courier, ""))
    assert again.is_valid() and again.told()["courier"] == courier


def test_a_coach_needs_a_number_one_can_call(desk, parcel) -> None:
    response = ship(desk, parcel, courier="bus", phone="12")
    assert response.status_code == 400 and "no phone number" in response.content.decode()
    assert Parcel.objects.get().status == "packed"


@pytest.mark.parametrize(
    ("courier", "number", "link"),
    [
        ("GHN", "GYCYQNYM", "https://donhang.ghn.vn/?order_code=GYCYQNYM"),
        ("GHTK", "S1.A2-3", "https://i.ghtk.vn/S1.A2-3"),
        ("VNPost", "EM123456789VN", ""),
        ("GHN", "x&y=<b>", ""),
        ("GHN", "", ""),
    ],
)
def test_only_a_page_we_know_is_linked_and_only_with_a_plain_number(courier, number, link) -> None:
    assert tracking_link(courier, number) == link


def test_the_photo_is_cleaned_and_private(desk, cast, parcel) -> None:
    ship(desk, parcel, courier="GHN", courier_code="A1B2", photo=picture())
    assert Parcel.objects.get().status == "shipped"
    photo = ParcelPhoto.objects.get()
    with photo.file.open() as file, Image.open(file) as kept:
        assert kept.format == "JPEG" and not dict(kept.getexif())
    assert Client().get(f"/media/{photo.file.name}").status_code == 404
    mine = desk.get(f"/ban-hang/don/{parcel.code}/anh/")
    assert mine["Content-Type"] == "image/jpeg" and "no-store" in mine["Cache-Control"]


def test_who_sees_the_photo(desk, cast, parcel) -> None:
    ship(desk, parcel, courier="GHN", photo=picture())
    seller, buyer = f"/ban-hang/don/{parcel.code}/anh/", f"/don/{parcel.order.token}/anh/{parcel.code}/"
    viewer = make_member(cast.huong_que, "viewer", "Tư", "+84933333333", "482916")
    assert sign_in(Client(), cast.son).get(seller).status_code == 200
    assert sign_in(Client(), viewer).get(seller).status_code == 403
    assert sign_in(Client(), cast.other_seller).get(seller).status_code == 404
    assert Client().get(seller).status_code == 302
    assert Client().get(buyer).status_code == 200
    assert Client().get(f"/don/{'x' * 32}/anh/{parcel.code}/").status_code == 404
    Parcel.objects.update(status="completed")
    assert desk.get(seller).status_code == 404, "the label names the buyer: as long as the desk does"


def test_a_photo_is_kept_when_the_rest_was_wrong(desk, parcel) -> None:
    response = ship(desk, parcel, photo=picture())
    page = response.content.decode()
    assert response.status_code == 400 and "The photo is kept." in page and ParcelPhoto.objects.count() == 1
    assert Parcel.objects.get().status == "packed"


def test_a_file_that_is_no_photo_is_told_and_sends_nothing(desk, parcel) -> None:
    fake = SimpleUploadedFile("x.jpg", b"GIF? no", content_type="image/jpeg")
    response = ship(desk, parcel, courier="GHN", photo=fake)
    assert response.status_code == 400 and "not a photo" in response.content.decode()
    assert Parcel.objects.get().status == "packed" and not ParcelPhoto.objects.exists()


def test_a_new_photo_takes_the_place_of_the_old_and_goes_with_the_buyer(
    desk, cast, parcel, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        ship(desk, parcel, photo=picture())
    first = ParcelPhoto.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        ship(desk, parcel, photo=picture())
    second = ParcelPhoto.objects.get()
    assert not first.file.storage.exists(first.file.name) and second.file.storage.exists(second.file.name)
    Parcel.objects.update(status="completed")
    with django_capture_on_commit_callbacks(execute=True):
        erase_buyer(order=parcel.order, reason="asked for by letter", actor=cast.hoa_acts)
    assert not ParcelPhoto.objects.exists() and not second.file.storage.exists(second.file.name)


def test_a_wrong_number_is_put_right_until_it_arrives(desk, cast, booth) -> None:
    parcel = shipped_parcel(cast, booth[0])
    told = OutboxMessage.objects.count()
    assert 'value="EM1"' in desk.get(f"/ban-hang/don/{parcel.code}/gui/").content.decode()
    ship(desk, parcel, courier="GHTK", courier_code="S22", again="1")
    now = Parcel.objects.get()
    assert (now.courier, now.courier_code, now.status) == ("GHTK", "S22", "shipped")
    assert OutboxMessage.objects.count() == told, "the buyer reads it on the order page"
    desk.post(f"/ban-hang/don/{parcel.code}/da-giao/")
    ship(desk, parcel, courier="VNPost", again="1")
    assert Parcel.objects.get().courier == "GHTK"


def test_delivered_by_mistake_is_taken_back_within_the_hour(desk, cast, booth) -> None:
    parcel = shipped_parcel(cast, booth[0])
    base = f"/ban-hang/don/{parcel.code}/"
    desk.post(base + "da-giao/")
    assert Parcel.objects.get().delivered_by == "seller" and "chua-giao" in desk.get(base).content.decode()
    desk.post(base + "chua-giao/")
    now = Parcel.objects.get()
    assert (now.status, now.delivered_at, now.delivered_by) == ("shipped", None, "")


@pytest.mark.parametrize(
    "facts",
    [{"delivered_at": lambda: clock.now() - timedelta(minutes=61)}, {"delivered_by": "buyer"}, {"status": "completed"}],
)
def test_later_or_against_the_buyers_word_it_stays_delivered(desk, cast, booth, facts) -> None:
    parcel = shipped_parcel(cast, booth[0])
    base = f"/ban-hang/don/{parcel.code}/"
    desk.post(base + "da-giao/")
    Parcel.objects.update(**asked_now(facts))
    before = Parcel.objects.values().get()
    assert "chua-giao" not in desk.get(base).content.decode()
    desk.post(base + "chua-giao/")
    assert Parcel.objects.values().get() == before


def test_the_buyer_says_that_it_arrived(cast, booth) -> None:
    parcel = shipped_parcel(cast, booth[0])
    page = f"/don/{parcel.order.token}/"
    assert f"{page}da-nhan/" in Client().get(page).content.decode()
    assert Client().post(f"{page}da-nhan/", {"parcel": parcel.code}).status_code in (302, 303)
    now = Parcel.objects.get()
    assert (now.status, now.delivered_by) == ("delivered", "buyer")
    assert Client().post(f"{page}da-nhan/", {"parcel": parcel.code}).status_code in (302, 303)


def test_a_parcel_still_here_is_not_said_to_have_arrived(cast, parcel) -> None:
    Client().post(f"/don/{parcel.order.token}/da-nhan/", {"parcel": parcel.code})
    assert Parcel.objects.get().status == "packed"


def test_what_has_arrived_is_not_sent_again(desk, cast, booth) -> None:
    """ "Delivered" may go back to "on its way" only through its own door."""
    parcel = shipped_parcel(cast, booth[0])
    desk.post(f"/ban-hang/don/{parcel.code}/da-giao/")
    assert ship(desk, parcel, courier="GHN").status_code == 409
    assert Parcel.objects.get().status == "delivered"
