"""The pages: a buyer tells with a photo, a member answers, the buyer says yes or no, staff decide."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from community.photos.models import Photo
from marketplace.claims.ending import accept_offer
from marketplace.claims.models import Claim, ClaimPhoto
from marketplace.claims.states import ClaimStatus, Outcome
from marketplace.moderation.setting_up import MODERATORS, set_up_review
from marketplace.payments.models import Refund
from tests.cast import sign_in
from tests.marketplace.claims.stage import (
    BUYER,
    a_picture,
    answered,
    claim_of,
    delivered,
    everything,
    kept_files,
    open_booth,
    passed_on,
    sent,
)
from tests.marketplace.shopping.browsing import inputs, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def parcel(cast, site_ready):
    goods, _batch = open_booth(cast)
    return delivered(cast, goods)


def a_file() -> SimpleUploadedFile:
    return SimpleUploadedFile("anh.jpg", a_picture().jpeg, content_type="image/jpeg")


def told(client: Client, parcel, **changes) -> dict[str, object]:
    """What the form of this parcel sends."""
    page = client.get(reverse("shopping:claim_new", args=[parcel.order.token, parcel.code]))
    line = parcel.lines.get()
    return {"problem": "broken", f"packs-{line.pk}": "1", "key": inputs(page)["key"]} | changes


def test_the_buyer_tells_it_with_a_photo_and_follows_it(client, parcel) -> None:
    order = text_of(client.get(reverse("shopping:order", args=[parcel.order.token])))
    address = reverse("shopping:claim_new", args=[parcel.order.token, parcel.code])
    assert address in order
    form = told(client, parcel)
    refused = client.post(address, form)
    assert refused.status_code == 422 and "Chụp ảnh chỗ hỏng" in text_of(refused) and not Claim.objects.exists()
    answer = client.post(address, form | {"photos": [a_file(), a_file()]})
    claim = Claim.objects.get()
    assert answer.url == reverse("shopping:claim", args=[parcel.order.token, claim.code])
    assert claim.photos.count() == 2 and claim.lines.get().packs == 1
    shown = client.get(answer.url)
    for photo in claim.photos.all():
        assert f"{answer.url}anh/{photo.pk}/" in shown.content.decode()
    assert "Vỡ, móp hoặc rò rỉ" in text_of(shown) and shown["X-Robots-Tag"] == "noindex, nofollow"
    assert answer.url in text_of(client.get(reverse("shopping:order", args=[parcel.order.token])))
    kept = kept_files()
    again = client.post(address, form | {"photos": [a_file()]})
    assert again.url == answer.url and Claim.objects.count() == 1
    assert kept_files() == kept, "what was sent again is not kept"
    assert not Photo.objects.exists(), "nothing of a claim comes into the library of pictures"


def test_a_picture_that_is_none_is_refused_and_nothing_is_kept(client, parcel) -> None:
    address = reverse("shopping:claim_new", args=[parcel.order.token, parcel.code])
    bad = SimpleUploadedFile("anh.jpg", b"MZ not a photo", content_type="image/jpeg")
    form = told(client, parcel, photos=[a_file(), bad])
    kept = kept_files()
    assert client.post(address, form).status_code == 422
    assert not Claim.objects.exists() and kept_files() == kept


def test_one_visitor_tells_only_so_often(client, parcel, monkeypatch) -> None:
    monkeypatch.setattr("marketplace.shopping.claims.CLAIMS_PER_HOUR", 1)
    address = reverse("shopping:claim_new", args=[parcel.order.token, parcel.code])
    form = told(client, parcel)
    assert client.post(address, form).status_code == 422
    assert client.post(address, form).status_code == 429 and not Claim.objects.exists()


def test_another_orders_claim_is_not_found(client, cast, parcel) -> None:
    claim = claim_of(parcel)
    goods = parcel.lines.get().pack.product
    other = sent(cast, type("G", (), {"pack": goods.packs.get()})())
    for name, method in (("claim", client.get), ("claim_act", client.post)):
        assert method(reverse(f"shopping:{name}", args=[other.order.token, claim.code])).status_code == 404


@pytest.mark.parametrize(("act", "status"), [("accept", "settled"), ("pass_on", "platform"), ("withdraw", "withdrawn")])
def test_the_buyer_says_yes_or_no_on_the_page(client, cast, parcel, act, status) -> None:
    claim = answered(cast, parcel, dong=60_000)
    page = reverse("shopping:claim", args=[parcel.order.token, claim.code])
    assert "hoàn 60.000 ₫" in text_of(client.get(page)) and "Mong chị thông cảm" in text_of(client.get(page))
    address = reverse("shopping:claim_act", args=[parcel.order.token, claim.code])
    assert client.post(address, {"act": act}).url == page
    assert Claim.objects.get().status == status
    before = everything()
    assert client.post(address, {"act": act}).url == page, "a second press changes nothing"
    assert everything() == before


def test_a_packer_answers_and_sends_once_more(client, cast, parcel) -> None:
    claim = claim_of(parcel)
    sign_in(client, cast.son)
    listed = text_of(client.get(reverse("selling:claims")))
    assert parcel.code in listed and "Còn 47 giờ" in listed
    page = reverse("selling:claim", args=[claim.code])
    shown = text_of(client.get(page))
    assert "mật chảy ra" in shown and parcel.order.token not in shown
    refused = client.post(page, {"act": "answer", "outcome": "part", "dong": "nhiều"})
    assert refused.status_code == 400 and Claim.objects.get().status == ClaimStatus.OPEN
    client.post(page, {"act": "answer", "outcome": "resend", "words": "Em gửi lại", "photos": [a_file()]})
    claim.refresh_from_db()
    assert (claim.offer, claim.photos.count()) == (Outcome.RESEND, 1)
    accept_offer(claim=claim, actor=BUYER)
    assert "Gửi lại hàng" in text_of(client.get(page))
    client.post(page, {"act": "send", "courier": "VNPost", "courier_code": "EM9"})
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.SETTLED and claim.replacement.courier_code == "EM9"


@pytest.mark.parametrize("outcome", ["part", "full"])
def test_who_only_packs_offers_no_money_and_reads_who_can(client, cast, parcel, outcome) -> None:
    page = reverse("selling:claim", args=[claim_of(parcel).code])
    packer = sign_in(client, cast.son)
    shown = packer.get(page)
    assert "Chỉ chủ hoặc quản lý" in text_of(shown) and 'value="full"' not in shown.content.decode()
    before = everything()
    refused = packer.post(page, {"act": "answer", "outcome": outcome, "dong": "50.000", "words": "Em hoàn"})
    assert refused.status_code == 400 and everything() == before
    owner = sign_in(Client(), cast.lan)
    assert "Chỉ chủ hoặc quản lý" not in text_of(owner.get(page))
    owner.post(page, {"act": "answer", "outcome": outcome, "dong": "50.000", "words": "Em hoàn"})
    assert Claim.objects.get().offer == outcome


def test_two_tabs_at_once_are_one_claim_and_keep_no_second_photos(client, parcel, monkeypatch) -> None:
    """Both looked before either had told: the second finds the first's claim under the lock."""
    address = reverse("shopping:claim_new", args=[parcel.order.token, parcel.code])
    one, two = told(client, parcel, photos=[a_file()]), told(client, parcel, photos=[a_file()])
    assert one["key"] != two["key"]
    first = client.post(address, one)
    kept = kept_files()
    monkeypatch.setattr("marketplace.shopping.claims.check_claimable", lambda parcel: None)
    assert client.post(address, two).url == first.url
    assert Claim.objects.count() == 1 and kept_files() == kept


def test_a_form_sent_again_for_another_parcel_is_another_claim(client, cast, parcel) -> None:
    form = told(client, parcel, photos=[a_file()])
    client.post(reverse("shopping:claim_new", args=[parcel.order.token, parcel.code]), form)
    goods = parcel.lines.get().pack.product
    other = delivered(cast, type("G", (), {"pack": goods.packs.get()})())
    more = {f"packs-{other.lines.get().pk}": "1", "photos": [a_file()], "key": form["key"], "problem": "broken"}
    answer = client.post(reverse("shopping:claim_new", args=[other.order.token, other.code]), more)
    assert answer.status_code == 303 and Claim.objects.get(parcel=other).photos.count() == 1


def test_photos_of_a_claim_or_an_answer_that_broke_are_not_kept(client, cast, parcel, monkeypatch) -> None:
    """Also where the rows fail after the files were written."""
    form = told(client, parcel, photos=[a_file(), a_file()])
    client.raise_request_exception = False
    before, works = everything(), ClaimPhoto.objects.bulk_create

    def breaks(photos) -> None:
        assert len(kept_files() - before["files"]) == len(photos) > 0
        raise RuntimeError

    monkeypatch.setattr(ClaimPhoto.objects, "bulk_create", breaks)
    address = reverse("shopping:claim_new", args=[parcel.order.token, parcel.code])
    assert client.post(address, form).status_code == 500 and everything() == before
    monkeypatch.setattr(ClaimPhoto.objects, "bulk_create", works)
    page = reverse("selling:claim", args=[claim_of(parcel).code])
    monkeypatch.setattr(ClaimPhoto.objects, "bulk_create", breaks)
    sign_in(client, cast.lan)
    before |= everything()
    answer = {"act": "answer", "outcome": "resend", "photos": [a_file()]}
    assert client.post(page, answer).status_code == 500 and everything() == before


def test_staff_see_both_sides_and_decide(client, cast, parcel) -> None:
    set_up_review()
    claim = passed_on(cast, parcel)
    moderator = sign_in(client, cast.hoa)
    assert parcel.code in text_of(moderator.get(reverse("claims:index")))
    page = text_of(moderator.get(reverse("claims:inspect", args=[claim.pk])))
    assert "mật chảy ra" in page and "Không chịu" in page
    address = reverse("claim_decide", args=[claim.pk])
    moderator.post(address, {"outcome": "part", "dong": "một ít", "words": "x"})
    assert not Refund.objects.exists()
    moderator.post(address, {"outcome": "part", "dong": "50.000", "words": "Ảnh cho thấy hũ hở"})
    assert Refund.objects.get().amount_dong == 50_000 and Claim.objects.get().status == ClaimStatus.SETTLED
    assert "Ảnh cho thấy hũ hở" in text_of(
        Client().get(reverse("shopping:claim", args=[parcel.order.token, claim.code]))
    )


def test_staff_do_not_read_that_nobody_answered_while_there_is_time(client, cast, parcel) -> None:
    """Red before: an open claim said "it did not answer in time"."""
    set_up_review()
    claim = claim_of(parcel)
    page = text_of(sign_in(client, cast.hoa).get(reverse("claims:inspect", args=[claim.pk])))
    assert "Hợp tác xã chưa trả lời" in page and "Không trả lời đúng hạn" not in page


def test_only_who_decides_claims_decides_them(client, cast, parcel, django_user_model) -> None:
    set_up_review()
    claim = passed_on(cast, parcel)
    nobody = django_user_model.objects.create_user(email="a@example.vn", name="A", is_staff=True)
    client.force_login(nobody)
    before = everything()
    answer = client.post(reverse("claim_decide", args=[claim.pk]), {"outcome": "full", "words": "x"})
    assert answer.status_code in (302, 403) and everything() == before
    nobody.groups.add(Group.objects.get(name=MODERATORS))
    client.post(reverse("claim_decide", args=[claim.pk]), {"outcome": "full", "words": "x"})
    assert Claim.objects.get().status == ClaimStatus.SETTLED
