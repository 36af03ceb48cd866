"""Putting goods on sale, screen by screen: nothing typed is lost, all that is wrong is told, one press one listing."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from community.photos import taking_in
from community.photos.models import Photo
from marketplace.listings.models import Listing, ListingDraft
from marketplace.listings.standing import Review, standing_of
from marketplace.moderation.setting_up import set_up_review
from tests.cast import sign_in
from tests.making import make_product
from traceability.products.importing import import_product_lines
from traceability.products.models import Pack, Product

pytestmark = pytest.mark.django_db
GTIN = "8930001000018"

KIND = {"line": "honey", "name": "Mật ong  rừng", "subgroup": ""}
PACK = {"container": "bottle", "amount": "0,5", "unit": "litre", "shelf_life": "18", "shelf_life_unit": "months"}
PRICE = {"price": "185.000"}
WORDS = {"summary": "Mật ong hoa rừng, lọc thô.", "story": "Nhà làm ba đời."}


@pytest.fixture
def desk(cast, client, site_ready) -> Client:
    import_product_lines()
    set_up_review()
    return sign_in(client, cast.lan)


def jpeg(*, turned: bool = True, name: str = "anh.jpg") -> SimpleUploadedFile:
    """40 wide and 20 high as stored; upright it is 20 × 40."""
    picture, exif, out = Image.new("RGB", (40, 20), (200, 120, 10)), Image.Exif(), io.BytesIO()
    exif[0x0112] = 6 if turned else 1
    picture.save(out, "JPEG", exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def start(client: Client) -> ListingDraft:
    response = client.post("/ban-hang/hang/moi/", {"photo": jpeg()})
    assert response.status_code == 302, response.content.decode()
    return ListingDraft.objects.get()


def say(client: Client, draft: ListingDraft, screen: str, answers: dict):
    return client.post(f"/ban-hang/hang/moi/{draft.code}/{screen}/", answers)


def answer_all(client: Client, draft: ListingDraft) -> None:
    for screen, answers in (("loai", KIND), ("quy-cach", PACK), ("gia", PRICE), ("loi", WORDS), ("giay", {})):
        response = say(client, draft, screen, answers)
        assert response.status_code == 302, response.content.decode()


def test_from_a_photo_to_the_moderators(desk, cast) -> None:
    draft = start(desk)
    answer_all(desk, draft)
    look = desk.get(f"/ban-hang/hang/moi/{draft.code}/xem/").content.decode()
    for seen in ("Mật ong rừng", "chai 500 ml", "185.000", "370.000", "một trăm tám mươi lăm nghìn đồng", "Trần Đề"):
        assert seen in look, seen
    assert not Product.objects.exists(), "nothing exists before it is sent"
    sent = desk.post(f"/ban-hang/hang/moi/{draft.code}/xem/")
    listing = Listing.objects.get()
    assert sent.url == f"/ban-hang/hang/{listing.product.code}/"
    assert standing_of(listing).review == Review.WAITING and not listing.live
    product, pack = listing.product, Pack.objects.get()
    assert (product.name, product.line.code, product.ocop_subgroup) == ("Mật ong rừng", "honey", "1.2.b")
    assert (product.shelf_life_days, product.sale_mode, product.cooperative) == (540, "online", cast.huong_que)
    assert (pack.net_quantity_base, pack.base_unit, pack.offer.price_dong) == (500, "ml", 185_000)
    assert pack.ship_weight_g == 600 and pack.gtin is None
    photo = listing.photos.get().photo
    assert (photo.width, photo.height) == (20, 40), "turned upright"
    assert photo.cooperative == cast.huong_que == product.photo.cooperative
    assert desk.get(sent.url).status_code == 200


def test_words_in_other_languages_come_along_and_stay_when_typed_again(desk) -> None:
    draft = start(desk)
    answer_all(desk, draft)
    said = WORDS | {"title_km": "ទឹកឃ្មុំព្រៃ", "title_en": "Forest honey", "summary_km": "ទឹកឃ្មុំ"}
    assert say(desk, draft, "loi", said).status_code == 302
    assert "ទឹកឃ្មុំព្រៃ" in desk.get(f"/ban-hang/hang/moi/{draft.code}/loi/").content.decode()
    desk.post(f"/ban-hang/hang/moi/{draft.code}/xem/")
    listing = Listing.objects.get()
    assert (listing.title_km, listing.title_en, listing.summary_km) == ("ទឹកឃ្មុំព្រៃ", "Forest honey", "ទឹកឃ្មុំ")
    assert (listing.product.name_km, listing.product.name_en) == ("ទឹកឃ្មុំព្រៃ", "Forest honey")


def test_sending_twice_makes_one_listing(desk) -> None:
    draft = start(desk)
    answer_all(desk, draft)
    first = desk.post(f"/ban-hang/hang/moi/{draft.code}/xem/")
    second = desk.post(f"/ban-hang/hang/moi/{draft.code}/xem/")
    assert first.url == second.url and Listing.objects.count() == 1 == Product.objects.count()


@pytest.mark.parametrize("answered", range(6))
def test_a_phone_that_died_opens_again_at_the_next_question(desk, answered) -> None:
    draft = start(desk)
    screens = [("loai", KIND), ("quy-cach", PACK), ("gia", PRICE), ("loi", WORDS), ("giay", {})]
    for screen, answers in screens[:answered]:
        say(desk, draft, screen, answers)
    expected = [screen for screen, _answers in screens] + ["xem"]
    resumed = desk.get(f"/ban-hang/hang/moi/{draft.code}/")
    assert resumed.url == f"/ban-hang/hang/moi/{draft.code}/{expected[answered]}/"
    assert draft.code in desk.get("/ban-hang/hang/").content.decode()
    early = desk.get(f"/ban-hang/hang/moi/{draft.code}/xem/")
    assert early.status_code == (200 if answered == 5 else 302)


def test_what_was_typed_stands_there_again(desk) -> None:
    draft = start(desk)
    answer_all(desk, draft)
    for screen, seen in (("loai", "Mật ong rừng"), ("quy-cach", "0,5"), ("gia", "185.000"), ("loi", "ba đời")):
        assert seen in desk.get(f"/ban-hang/hang/moi/{draft.code}/{screen}/").content.decode()


def test_the_price_is_read_back_in_words_before_going_on(desk) -> None:
    draft = start(desk)
    say(desk, draft, "loai", KIND)
    say(desk, draft, "quy-cach", PACK)
    response = say(desk, draft, "gia", PRICE)
    told = desk.get(response.url).content.decode()
    assert "một trăm tám mươi lăm nghìn đồng" in told and "370.000" in told


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (None, "photo"),
        (SimpleUploadedFile("anh.jpg", b"%PDF-1.7 no photo at all", content_type="image/jpeg"), "not a photo"),
        (SimpleUploadedFile("anh.jpg", b"", content_type="image/jpeg"), "photo"),
    ],
)
def test_what_is_no_photo_is_told_and_keeps_nothing(desk, upload, said) -> None:
    response = desk.post("/en/ban-hang/hang/moi/", {"photo": upload} if upload else {})
    assert response.status_code == 400 and said in response.content.decode()
    assert not ListingDraft.objects.exists() and not Photo.objects.exists()


def test_a_photo_that_is_too_large_is_told(desk, monkeypatch) -> None:
    monkeypatch.setattr(taking_in, "MOST_BYTES", 100)
    response = desk.post("/en/ban-hang/hang/moi/", {"photo": jpeg()})
    assert response.status_code == 400 and "too large" in response.content.decode()
    assert not Photo.objects.exists()


@pytest.mark.parametrize(
    ("screen", "answers", "field"),
    [
        ("loai", {**KIND, "line": ""}, "line"),
        ("loai", {**KIND, "line": "gold"}, "line"),
        ("loai", {**KIND, "name": " "}, "name"),
        ("loai", {**KIND, "line": "spirit", "abv_percent": ""}, "abv_percent"),
        ("loai", {**KIND, "line": "spirit", "abv_percent": "200"}, "abv_percent"),
        ("quy-cach", {**PACK, "amount": ""}, "amount"),
        ("quy-cach", {**PACK, "amount": "0"}, "amount"),
        ("quy-cach", {**PACK, "amount": "-1"}, "amount"),
        ("quy-cach", {**PACK, "amount": "nhiều"}, "amount"),
        ("quy-cach", {**PACK, "amount": "1,5", "unit": "piece"}, "amount"),
        ("quy-cach", {**PACK, "amount": "1000000000", "unit": "kg"}, "amount"),
        ("quy-cach", {**PACK, "unit": "yard"}, "unit"),
        ("quy-cach", {**PACK, "shelf_life": "1,5"}, "shelf_life"),
        ("quy-cach", {**PACK, "gtin": "8930001000019"}, "gtin"),
        ("quy-cach", {**PACK, "gtin": "12"}, "gtin"),
        ("gia", {"price": ""}, "price"),
        ("gia", {"price": "0"}, "price"),
        ("gia", {"price": "-185000"}, "price"),
        ("gia", {"price": "185k"}, "price"),
        ("gia", {"price": "500.000.000"}, "price"),
        ("loi", {"summary": ""}, "summary"),
        ("loi", {"summary": "x" * 241}, "summary"),
    ],
)
def test_a_wrong_answer_is_told_at_its_field_and_keeps_what_was_there(desk, screen, answers, field) -> None:
    draft = start(desk)
    before = ListingDraft.objects.get().data
    response = say(desk, draft, screen, answers)
    assert response.status_code == 400
    assert field in response.context["form"].errors
    assert f"id_{field}_error" in response.content.decode()
    assert ListingDraft.objects.get().data == before


def test_a_barcode_that_other_goods_have_is_refused(desk, cast) -> None:
    make_product(cast.other_cooperative, name="Cà phê").product.packs.update(gtin=f"0{GTIN}")
    draft = start(desk)
    assert "gtin" in say(desk, draft, "quy-cach", {**PACK, "gtin": GTIN}).context["form"].errors


def test_a_barcode_taken_after_it_was_typed_is_told_when_sending(desk, cast) -> None:
    draft = start(desk)
    answer_all(desk, draft)
    say(desk, draft, "quy-cach", {**PACK, "gtin": GTIN})
    make_product(cast.other_cooperative, name="Cà phê").product.packs.update(gtin=f"0{GTIN}")
    response = desk.post(f"/en/ban-hang/hang/moi/{draft.code}/xem/")
    assert response.status_code == 409 and "barcode number already belongs" in response.content.decode()
    assert Product.objects.of_cooperative(cast.huong_que).count() == 0
    assert ListingDraft.objects.get().sent_at is None, "it can be corrected and sent again"


@pytest.mark.parametrize(
    ("strength", "mode", "told"),
    [
        ("29", "showcase_only", "the law does not let them be sold on the internet"),
        ("4,5", "online_age_gated", "sold to people of 18 and older only"),
    ],
)
def test_strong_spirits_are_only_shown_and_weaker_drinks_sold_to_adults(desk, strength, mode, told) -> None:
    draft = start(desk)
    answer_all(desk, draft)
    say(desk, draft, "loai", {"line": "spirit", "name": "Rượu nếp", "subgroup": "", "abv_percent": strength})
    assert told in desk.get(f"/en/ban-hang/hang/moi/{draft.code}/xem/").content.decode()
    desk.post(f"/ban-hang/hang/moi/{draft.code}/xem/")
    assert Product.objects.get().sale_mode == mode


def test_a_draft_is_thrown_away_and_a_sent_one_is_not(desk) -> None:
    draft = start(desk)
    answer_all(desk, draft)
    desk.post(f"/ban-hang/hang/moi/{draft.code}/xem/")
    desk.post(f"/ban-hang/hang/moi/{draft.code}/bo/")
    assert ListingDraft.objects.filter(pk=draft.pk).exists()
    other = ListingDraft.objects.create(cooperative=draft.cooperative, author=draft.author)
    desk.post(f"/ban-hang/hang/moi/{other.code}/bo/")
    assert not ListingDraft.objects.filter(pk=other.pk).exists()
    assert desk.get(f"/ban-hang/hang/moi/{other.code}/").status_code == 404


@pytest.mark.parametrize(
    ("screen", "answers"), [("loai", KIND), ("quy-cach", PACK), ("gia", {"price": "185k"}), ("loi", WORDS)]
)
def test_what_is_being_typed_is_kept_as_it_is_and_answers_nothing(desk, screen, answers) -> None:
    draft = start(desk)
    kept = say(desk, draft, screen, answers | {"keep": "1", "foreign": "x" * 9000})
    assert kept.status_code == 204
    page = desk.get(f"/ban-hang/hang/moi/{draft.code}/{screen}/").content.decode()
    assert all(typed in page for name, typed in answers.items() if name not in ("line", "name"))
    held = ListingDraft.objects.get()
    assert set(held.data) == {"typed"} and "foreign" not in str(held.data), "nothing is answered yet"


def test_sent_words_take_the_place_of_typed_ones_and_a_sent_draft_keeps_nothing(desk) -> None:
    draft = start(desk)
    say(desk, draft, "gia", {"price": "18", "keep": "1"})
    answer_all(desk, draft)
    assert not ListingDraft.objects.get().data["typed"]
    desk.post(f"/ban-hang/hang/moi/{draft.code}/xem/")
    before = ListingDraft.objects.get().data
    say(desk, draft, "gia", {"price": "18", "keep": "1"})
    assert ListingDraft.objects.get().data == before


def test_two_phones_on_one_draft_keep_each_others_answers(desk, cast) -> None:
    draft = start(desk)
    other = sign_in(Client(), cast.lan)
    say(desk, draft, "loai", KIND)
    say(other, draft, "quy-cach", PACK)
    say(desk, draft, "gia", PRICE)
    say(other, draft, "loi", WORDS)
    held = ListingDraft.objects.get().data
    assert (held["name"], held["net_quantity_base"], held["price_dong"]) == ("Mật ong rừng", 500, 185_000)
    say(desk, draft, "giay", {})
    first = desk.post(f"/ban-hang/hang/moi/{draft.code}/xem/")
    second = other.post(f"/ban-hang/hang/moi/{draft.code}/xem/")
    assert first.url == second.url and Listing.objects.count() == 1
    late = say(other, draft, "gia", {"price": "1"})
    assert late.url == first.url and Listing.objects.get().product.packs.get().offer.price_dong == 185_000


def test_the_same_photo_sent_twice_begins_one_draft(desk) -> None:
    first = desk.post("/ban-hang/hang/moi/", {"photo": jpeg()})
    second = desk.post("/ban-hang/hang/moi/", {"photo": jpeg()})
    assert first.url == second.url and ListingDraft.objects.count() == 1
