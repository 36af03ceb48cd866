"""My goods: where each stands, words that wait for review, prices that hold at once, stop and resume."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from community.audit.models import AuditEntry
from marketplace.listings.models import Listing, Offer
from marketplace.listings.standing import Review, standing_of
from marketplace.listings.writing import send_for_review, set_price
from marketplace.moderation.setting_up import set_up_review
from tests.cast import sign_in
from tests.making import make_photo, make_product, make_published_batch
from tests.marketplace.selling.test_wizard import jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(cast, client, site_ready) -> Client:
    set_up_review()
    return sign_in(client, cast.lan)


@pytest.fixture
def goods(cast):
    return make_product(cast.huong_que, photos=[make_photo(cooperative=cast.huong_que)])


def reject(listing: Listing, hoa, comment: str) -> None:
    state = Listing.objects.get(pk=listing.pk).current_workflow_state.current_task_state.specific
    state.task.specific.on_action(state, hoa, "reject", comment=comment)


def test_the_list_says_where_each_stands_and_why(desk, cast, goods) -> None:
    waiting = make_product(cast.huong_que, name="Trà", photos=[make_photo()], live=False)
    send_for_review(listing=waiting.listing, actor=cast.lan_acts)
    wrong = make_product(cast.huong_que, name="Bánh", photos=[make_photo()], live=False)
    send_for_review(listing=wrong.listing, actor=cast.lan_acts)
    reject(wrong.listing, cast.hoa, "Ảnh mờ quá")
    make_published_batch(goods.pack, packs=7)
    page = desk.get("/en/ban-hang/hang/").content.decode()
    for seen in ("On sale", "In review", "Needs a change", "Ảnh mờ quá", "7 packs in stock"):
        assert seen in page, seen


@pytest.mark.parametrize("how_many", [1, 12])
def test_the_list_costs_the_same_for_one_and_twelve(desk, cast, how_many, django_assert_max_num_queries) -> None:
    for number in range(how_many):
        make_product(cast.huong_que, name=f"Gạo {number}", photos=[make_photo()])
    desk.get("/ban-hang/hang/")
    with django_assert_max_num_queries(20):
        desk.get("/ban-hang/hang/")


def test_a_new_price_is_read_back_and_holds_only_when_confirmed(desk, goods) -> None:
    url = f"/ban-hang/hang/goi/{goods.pack.code}/gia/"
    asked = desk.post(url, {"price": "95.000"})
    assert "chín mươi lăm nghìn đồng" in asked.content.decode()
    assert Offer.objects.get().price_dong == 80_000
    desk.post(url, {"price": "95.000", "sure": "1"})
    assert Offer.objects.get().price_dong == 95_000
    assert Listing.objects.get().live, "a price needs no review"
    assert AuditEntry.objects.filter(action="offer.price_changed").count() == 1


@pytest.mark.parametrize("sure", [{}, {"sure": "1"}], ids=["while she types", "before she confirms"])
def test_a_price_that_another_changed_meanwhile_stays_until_both_were_seen(desk, cast, goods, sure) -> None:
    url = f"/en/ban-hang/hang/goi/{goods.pack.code}/gia/"
    assert 'name="seen" value="80000"' in desk.get(url).content.decode()
    set_price(pack=goods.pack, price_dong=90_000, actor=cast.son_acts)
    asked = desk.post(url, {"price": "95.000", "seen": "80000"} | sure)
    page = asked.content.decode()
    assert asked.status_code == (409 if sure else 200)
    for seen in ("Somebody changed this price meanwhile", "On sale now: 90.000 ₫. Yours: 95.000 ₫.", cast.son.name):
        assert seen in page.replace("\xa0", " "), seen
    assert 'name="seen" value="90000"' in page
    assert Offer.objects.get().price_dong == 90_000
    assert AuditEntry.objects.filter(action="offer.price_changed").count() == 1, "the other's"
    assert desk.post(url, {"price": "95.000", "seen": "90000", "sure": "1"}).status_code == 302
    assert Offer.objects.get().price_dong == 95_000


@pytest.mark.parametrize("seen", ["", "abc", "-1", "9" * 5000, "\u0663"])
def test_a_price_seen_that_is_no_price_asks_nothing_more(desk, goods, seen) -> None:
    url = f"/ban-hang/hang/goi/{goods.pack.code}/gia/"
    assert desk.post(url, {"price": "95.000", "seen": seen, "sure": "1"}).status_code == 302
    assert Offer.objects.get().price_dong == 95_000


@pytest.mark.parametrize("price", ["", "0", "-5", "1.5", "9999999999", "abc"])
def test_a_wrong_price_is_refused_also_when_confirmed(desk, goods, price) -> None:
    response = desk.post(f"/ban-hang/hang/goi/{goods.pack.code}/gia/", {"price": price, "sure": "1"})
    assert response.status_code == 400 and Offer.objects.get().price_dong == 80_000


def test_selling_stops_and_goes_on(desk, goods) -> None:
    desk.post(f"/ban-hang/hang/goi/{goods.pack.code}/ngung/")
    assert not Offer.objects.get().on_sale
    desk.post(f"/ban-hang/hang/goi/{goods.pack.code}/ban-lai/")
    assert Offer.objects.get().on_sale


def test_new_words_wait_for_review_and_can_be_read_on_the_desk(desk, goods) -> None:
    url = f"/ban-hang/hang/{goods.product.code}/loi/"
    response = desk.post(url, {"title": "Gạo mới", "summary": "Lời mới"})
    assert response.status_code == 302
    listing = Listing.objects.get()
    assert (listing.title, listing.live, standing_of(listing).review) == ("Gạo thơm ST25", True, Review.WAITING)
    assert "Gạo mới" in desk.get(response.url).content.decode()
    again = desk.post(url, {"title": "Gạo khác", "summary": "Lời khác"})
    assert again.status_code == 400, "not while somebody is reading it"
    assert listing.revisions.count() == 2


def test_a_new_photo_takes_the_first_place_and_a_pdf_is_refused(desk, goods) -> None:
    url = f"/ban-hang/hang/{goods.product.code}/loi/"
    words = {"title": "Gạo", "summary": "Lời"}
    pdf = SimpleUploadedFile("anh.jpg", b"%PDF-1.7", content_type="image/jpeg")
    assert desk.post(url, {**words, "photo": pdf}).status_code == 400
    assert desk.post(url, {**words, "photo": jpeg()}).status_code == 302
    draft = Listing.objects.get().get_latest_revision_as_object()
    assert [each.photo.height for each in draft.photos.all()] == [40]
    assert Listing.objects.get().photos.get().photo.height == 240, "buyers see the old one"


def test_goods_without_a_photo_are_not_sent(desk, cast) -> None:
    bare = make_product(cast.huong_que, name="Trà", live=False)
    response = desk.post(f"/en/ban-hang/hang/{bare.product.code}/gui-duyet/", follow=True)
    assert "no photo yet" in response.content.decode()
    assert standing_of(bare.listing).review == Review.NONE


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "hang/{product}/"),
        ("get", "hang/{product}/loi/"),
        ("post", "hang/{product}/loi/"),
        ("post", "hang/{product}/gui-duyet/"),
        ("get", "hang/goi/{pack}/gia/"),
        ("post", "hang/goi/{pack}/gia/"),
        ("post", "hang/goi/{pack}/ngung/"),
        ("post", "hang/goi/{pack}/ban-lai/"),
    ],
)
def test_goods_of_another_cooperative_do_not_exist_here(desk, cast, method, address) -> None:
    theirs = make_product(cast.other_cooperative, name="Cà phê")
    url = "/ban-hang/" + address.format(product=theirs.product.code, pack=theirs.pack.code)
    assert getattr(desk, method)(url, {"price": "1", "sure": "1"}).status_code == 404
    assert Offer.objects.get().price_dong == 80_000 and Offer.objects.get().on_sale


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("get", "hang/moi/"),
        ("get", "hang/{product}/loi/"),
        ("post", "hang/goi/{pack}/gia/"),
        ("post", "hang/goi/{pack}/ngung/"),
    ],
)
def test_a_packer_looks_at_goods_and_does_not_change_them(client, cast, goods, method, address) -> None:
    sign_in(client, cast.son)
    assert client.get("/ban-hang/hang/").status_code == 200
    assert client.get(f"/ban-hang/hang/{goods.product.code}/").status_code == 200
    url = "/ban-hang/" + address.format(product=goods.product.code, pack=goods.pack.code)
    assert getattr(client, method)(url, {"price": "1", "sure": "1"}).status_code == 403
    assert Offer.objects.get().price_dong == 80_000 and Offer.objects.get().on_sale
