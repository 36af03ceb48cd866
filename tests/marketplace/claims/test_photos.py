"""Photos of claims show a buyer's home and the label with name and phone: who sees them, and where they lie."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from community.accounts.models import User
from community.audit.models import AuditEntry
from community.photos.models import Photo
from community.photos.taking_in import take_in_photo
from marketplace.claims.answering import Answer, answer_claim
from marketplace.claims.models import Claim
from marketplace.claims.opening import open_claim, withdraw_claim
from marketplace.claims.states import Outcome, PhotoBy
from marketplace.moderation.setting_up import set_up_review
from marketplace.orders.models import Parcel
from marketplace.orders.states import ParcelStatus
from tests.cast import make_member, sign_in
from tests.marketplace.claims.stage import BUYER, a_picture, claim_of, delivered, open_booth, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def claim(cast, site_ready) -> Claim:
    """With a photo of either side."""
    goods, _batch = open_booth(cast)
    parcel = delivered(cast, goods)
    opened = open_claim(parcel=parcel, told=told(parcel, photos=[a_picture()]), key=uuid4(), actor=BUYER)
    answer = Answer(Outcome.RESEND, "Em gửi lại", photos=[a_picture(60)])
    return answer_claim(claim=opened, answer=answer, actor=cast.lan_acts)


def photo_of(claim: Claim, by: PhotoBy = PhotoBy.BUYER) -> int:
    return claim.photos.get(by=by).pk


def as_buyer(claim: Claim, photo: int) -> str:
    return reverse("shopping:claim_photo", args=[claim.parcel.order.token, claim.code, photo])


def as_seller(claim: Claim, photo: int) -> str:
    return reverse("selling:claim_photo", args=[claim.code, photo])


def as_staff(claim: Claim, photo: int) -> str:
    return reverse("claim_photo", args=[claim.pk, photo])


@pytest.mark.parametrize("by", PhotoBy)
def test_no_address_of_the_site_leads_to_the_file_and_the_library_has_none(client, claim, by) -> None:
    photo = claim.photos.get(by=by)
    for folder in ("", "private/", "../private/"):
        assert client.get(f"/media/{folder}{photo.file.name}").status_code in (400, 404)
    assert not Photo.objects.exists()


def test_buyer_and_seller_see_both_sides_on_their_pages(client, cast, claim) -> None:
    order = claim.parcel.order
    page = client.get(reverse("shopping:claim", args=[order.token, claim.code])).content.decode()
    desk = sign_in(Client(), cast.son)
    own = desk.get(reverse("selling:claim", args=[claim.code])).content.decode()
    for by in PhotoBy:
        address = as_buyer(claim, photo_of(claim, by))
        assert f'src="{address}"' in page and f'src="{as_seller(claim, photo_of(claim, by))}"' in own
        answer = client.get(address)
        assert answer["Content-Type"] == "image/jpeg" and "no-store" in answer["Cache-Control"]
        assert b"".join(answer.streaming_content) == a_picture(90 if by == PhotoBy.BUYER else 60).jpeg
        assert desk.get(as_seller(claim, photo_of(claim, by))).status_code == 200


def test_a_stranger_another_cooperative_and_another_order_get_nothing(client, cast, claim) -> None:
    goods = claim.parcel.lines.get().pack.product
    other = claim_of(delivered(cast, type("G", (), {"pack": goods.packs.get()})()))
    photo = photo_of(claim)
    assert client.get(reverse("shopping:claim_photo", args=["x" * 32, claim.code, photo])).status_code == 404
    assert client.get(as_buyer(other, photo)).status_code == 404, "of another claim under one's own link"
    assert client.get(as_seller(claim, photo)).status_code == 302, "to the sign-in"
    assert sign_in(Client(), cast.other_seller).get(as_seller(claim, photo)).status_code == 404
    assert sign_in(Client(), cast.lan).get(as_seller(other, photo)).status_code == 404
    viewer = make_member(cast.huong_que, "viewer", "Tư", "+84933333333", "482916")
    assert sign_in(Client(), viewer).get(as_seller(claim, photo)).status_code == 403
    assert sign_in(Client(), cast.lan).get(as_staff(claim, photo)).status_code in (302, 403)


def test_a_seller_sees_them_as_long_as_the_desk_shows_the_buyer(client, cast, claim) -> None:
    desk, photo = sign_in(client, cast.lan), photo_of(claim)
    Parcel.objects.update(status=ParcelStatus.COMPLETED)
    assert desk.get(as_seller(claim, photo)).status_code == 200, "the claim still runs"
    withdraw_claim(claim=claim, actor=BUYER)
    assert desk.get(as_seller(claim, photo)).status_code == 404
    assert "/anh/" not in desk.get(reverse("selling:claim", args=[claim.code])).content.decode()


def test_staff_who_decide_claims_see_them_and_who_looked_is_written_down(client, cast, claim) -> None:
    set_up_review()
    photo = photo_of(claim)
    looked = AuditEntry.objects.filter(action="claim.photo_looked_at")
    other = User.objects.create_user(email="a@example.vn", name="A", is_staff=True)
    client.force_login(other)
    assert client.get(as_staff(claim, photo)).status_code in (302, 403) and not looked.exists()
    moderator = sign_in(Client(), cast.hoa)
    page = moderator.get(reverse("claims:inspect", args=[claim.pk])).content.decode()
    assert f'src="{as_staff(claim, photo)}"' in page
    assert moderator.get(as_staff(claim, photo)).status_code == 200
    assert looked.get().actor == cast.hoa and looked.get().subject_id == claim.pk
    assert moderator.get(as_staff(claim, 10**9)).status_code == 404 and looked.count() == 1


def test_moving_to_the_private_folder_leaves_no_public_size_of_a_picture_whose_file_is_lost(
    cast, django_capture_on_commit_callbacks
) -> None:
    upload = SimpleUploadedFile("nhan.jpg", a_picture().jpeg)
    photo = take_in_photo(upload=upload, title="Nhãn gói hàng", actor=cast.lan_acts)
    small = photo.get_rendition("width-50").file
    photo.file.storage.delete(photo.file.name)
    gone: list[str] = []
    row = SimpleNamespace(photo=Photo.objects.get(), delete=lambda: gone.append("row"))
    rows = SimpleNamespace(select_related=lambda _name: SimpleNamespace(iterator=lambda: [row]))
    apps = SimpleNamespace(get_model=lambda *_names: SimpleNamespace(objects=rows))
    with django_capture_on_commit_callbacks(execute=True):
        import_module("marketplace.migrations.0016_private_claim_photos").move_files(apps, None)
    assert gone == ["row"] and not Photo.objects.exists() and not small.storage.exists(small.name)
