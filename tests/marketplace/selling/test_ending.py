"""Taking goods back: from review, out of the shop, into the archive; each can be undone and leaves orders alone."""

from __future__ import annotations

import pytest
from django.test import Client

from community.audit.models import AuditEntry
from community.photos.models import Photo
from marketplace.basket.filling import NotForSale, sellable_pack
from marketplace.basket.quoting import Trouble, quote_basket
from marketplace.listings.ending import archive_goods, call_back, keep_old_words, restore_goods
from marketplace.listings.models import Listing, Offer
from marketplace.listings.picturing import set_photos
from marketplace.listings.standing import Review, standing_of
from marketplace.listings.writing import BadListing, Words, change_words, send_for_review, stop_selling
from marketplace.moderation.setting_up import set_up_review
from marketplace.orders.models import Order
from tests.cast import sign_in
from tests.making import (
    Goods,
    approve,
    fill_basket,
    make_order,
    make_photo,
    make_product,
    make_published_batch,
    open_shop,
)
from tests.marketplace.selling.test_wizard import jpeg
from traceability.products.models import Pack, Product

pytestmark = pytest.mark.django_db
WORDS = Words(title="Gạo mới", summary="Lời mới")


@pytest.fixture
def desk(cast, client, site_ready) -> Client:
    set_up_review()
    return sign_in(client, cast.lan)


@pytest.fixture
def goods(desk, cast) -> Goods:
    return make_product(cast.huong_que, photos=[make_photo(cooperative=cast.huong_que)])


def press(desk: Client, goods: Goods, act: str, **sent):
    return desk.post(f"/ban-hang/hang/{goods.product.code}/{act}/", sent, follow=True)


def test_words_called_back_stay_a_draft_and_are_sent_again(desk, cast, goods) -> None:
    change_words(listing=goods.listing, words=WORDS, new_photos=[], actor=cast.lan_acts)
    send_for_review(listing=goods.listing, actor=cast.lan_acts)
    page = press(desk, goods, "rut-lai").content.decode()
    listing = Listing.objects.get()
    assert (standing_of(listing).review, standing_of(listing).unsent, listing.live) == (Review.NONE, True, True)
    assert "Gạo mới" in page and "Đã rút lại" in page
    press(desk, goods, "gui-duyet")
    assert standing_of(Listing.objects.get()).review == Review.WAITING


def test_calling_back_what_is_decided_already_changes_nothing_and_says_so(desk, cast, goods) -> None:
    with pytest.raises(BadListing, match="not_in_review"):
        call_back(listing=goods.listing, actor=cast.lan_acts)
    assert "Chợ đã trả lời rồi" in press(desk, goods, "rut-lai").content.decode()
    assert Listing.objects.get().live and not AuditEntry.objects.filter(action="listing.called_back").exists()


def test_the_old_words_are_kept_when_the_new_ones_are_dropped(desk, cast, goods) -> None:
    change_words(listing=goods.listing, words=WORDS, new_photos=[], actor=cast.lan_acts)
    send_for_review(listing=goods.listing, actor=cast.lan_acts)
    with pytest.raises(BadListing, match="in_review"):
        keep_old_words(listing=goods.listing, actor=cast.lan_acts)
    call_back(listing=goods.listing, actor=cast.lan_acts)
    press(desk, goods, "giu-loi-cu")
    listing = Listing.objects.get()
    assert (listing.title, listing.live, listing.has_unpublished_changes) == ("Gạo thơm ST25", True, False)
    assert listing.get_latest_revision_as_object().title == "Gạo thơm ST25"


def test_what_was_never_on_sale_has_no_old_words(cast, desk) -> None:
    bare = make_product(cast.huong_que, live=False)
    with pytest.raises(BadListing, match="not_live"):
        keep_old_words(listing=bare.listing, actor=cast.lan_acts)


def test_archived_goods_leave_the_shop_and_come_back_as_they_were(desk, cast, goods) -> None:
    stopped = Pack.objects.create(
        product=goods.product, name="túi 5 kg", net_quantity_base=5000, base_unit="g", ship_weight_g=5000
    )
    Offer.objects.create(pack=stopped, price_dong=390_000, on_sale=False)
    batch = make_published_batch(goods.pack, packs=7)
    asked = desk.get(f"/ban-hang/hang/{goods.product.code}/cat/").content.decode()
    assert "Không có đơn nào" in asked and Product.objects.get().status == "active", "asking changes nothing"
    press(desk, goods, "cat")
    assert Client().get(f"/san-pham/{goods.listing.slug}/").status_code == 404
    page = Client().get(f"/t/{batch.public_code}").headers["Location"]
    assert Client().get(page).status_code == 200, "codes on sold packs go on working"
    with pytest.raises(NotForSale):
        sellable_pack(goods.pack.code)
    batch.refresh_from_db()
    version = batch.page_version
    assert "Lấy lại để bán" in press(desk, goods, "cat").content.decode(), "twice is once"
    press(desk, goods, "lay-lai")
    assert Client().get(f"/san-pham/{goods.listing.slug}/").status_code == 200
    assert sorted(Offer.objects.values_list("price_dong", "on_sale")) == [(80_000, True), (390_000, False)]
    batch.refresh_from_db()
    assert batch.page_version > version, "its page offers it again"
    acts = AuditEntry.objects.filter(action__in=("product.archived", "product.restored")).order_by("pk")
    assert [entry.action for entry in acts] == ["product.archived", "product.restored"]


def test_archiving_calls_a_review_back(cast, desk) -> None:
    waiting = make_product(cast.huong_que, photos=[make_photo()], live=False)
    send_for_review(listing=waiting.listing, actor=cast.lan_acts)
    archive_goods(listing=waiting.listing, actor=cast.lan_acts)
    restore_goods(listing=waiting.listing, actor=cast.lan_acts)
    stands = standing_of(Listing.objects.get())
    assert (stands.review, stands.unsent) == (Review.NONE, True)


def test_open_orders_go_on_when_goods_are_archived(desk, cast, goods) -> None:
    open_shop(cast.huong_que)
    make_published_batch(goods.pack, packs=7)
    order = make_order(fill_basket((goods.pack, 2)), commune=cast.tran_de)
    before = list(order.parcels.values_list("status", "total_dong"))
    archive_goods(listing=goods.listing, actor=cast.lan_acts)
    assert list(Order.objects.get().parcels.values_list("status", "total_dong")) == before
    assert Client().get(f"/don/{order.token}/").status_code == 200


def archive(goods: Goods, cast) -> None:
    archive_goods(listing=goods.listing, actor=cast.lan_acts)


def stop(goods: Goods, cast) -> None:
    stop_selling(pack=goods.pack, actor=cast.lan_acts)


@pytest.mark.parametrize(
    ("act", "trouble", "said"),
    [(archive, Trouble.GONE, "đã thôi bán"), (stop, Trouble.STOPPED, "đang tạm ngừng bán")],
)
def test_a_basket_that_holds_it_says_why_and_keeps_the_line(cast, goods, act, trouble, said) -> None:
    make_published_batch(goods.pack, packs=7)
    buyer = Client()
    buyer.post("/gio/them/", {"pack": goods.pack.code, "quantity": "2"})
    act(goods, cast)
    page = buyer.get("/gio/")
    assert said in page.content.decode()
    [line] = page.context["quote"].lines
    assert (line.trouble, line.quantity) == (trouble, 2)


def test_another_order_of_photos_holds_at_once_and_fewer_or_more_wait(desk, cast, goods) -> None:
    first = Listing.objects.get().photos.get().photo
    second = make_photo("hai", cooperative=cast.huong_que)
    assert not set_photos(listing=goods.listing, photos=[first, second], actor=cast.lan_acts), "a new one waits"
    assert [each.photo for each in Listing.objects.get().photos.all()] == [first]
    approve(Listing.objects.get())
    press(desk, goods, "anh", first=second.pk)
    assert [each.photo for each in Listing.objects.get().photos.all()] == [second, first], "seen before: at once"
    press(desk, goods, "anh", out=second.pk)
    assert Listing.objects.get().photos.count() == 2 and Listing.objects.get().has_unpublished_changes


def test_the_last_photo_stays_and_nothing_changes_while_it_is_looked_at(desk, cast, goods) -> None:
    photo = Listing.objects.get().photos.get().photo
    assert press(desk, goods, "anh", out=photo.pk).status_code == 409
    change_words(listing=goods.listing, words=WORDS, new_photos=[], actor=cast.lan_acts)
    send_for_review(listing=goods.listing, actor=cast.lan_acts)
    photos, revisions = Photo.objects.count(), Listing.objects.get().revisions.count()
    assert press(desk, goods, "anh", photo=jpeg()).status_code == 409
    assert (Photo.objects.count(), Listing.objects.get().revisions.count()) == (photos, revisions)


def test_another_pack_is_read_back_and_sold_at_once_and_made_once(desk, goods) -> None:
    sent = {"amount": "5", "unit": "kg", "container": "bag", "price": "390.000"}
    asked = press(desk, goods, "goi-moi", **sent).content.decode()
    assert "ba trăm chín mươi nghìn đồng" in asked and "78.000" in asked and Offer.objects.count() == 1
    press(desk, goods, "goi-moi", **sent, sure="1")
    again = press(desk, goods, "goi-moi", **sent, sure="1")
    assert again.status_code == 400 and Offer.objects.count() == 2
    pack = Pack.objects.exclude(pk=goods.pack.pk).get()
    assert (pack.name, pack.offer.price_dong, pack.offer.on_sale) == ("túi 5 kg", 390_000, True)
    assert AuditEntry.objects.filter(action="pack.created").count() == 1


@pytest.mark.parametrize(("price", "warned"), [("800.000", True), ("8.000", True), ("95.000", False)])
def test_a_price_with_a_zero_too_many_is_asked_about_and_a_price_before_is_kept(desk, goods, price, warned) -> None:
    url = f"/ban-hang/hang/goi/{goods.pack.code}/gia/"
    assert ("thừa hay thiếu số 0" in desk.post(url, {"price": price}).content.decode()) is warned
    desk.post(url, {"price": price, "sure": "1"})
    assert f"<b>{price}" in desk.get(url).content.decode(), "in the prices before"


@pytest.mark.parametrize("act", ["rut-lai", "giu-loi-cu", "cat", "lay-lai", "anh", "goi-moi", "giay"])
def test_goods_of_others_cannot_be_ended(desk, cast, act) -> None:
    theirs = make_product(cast.other_cooperative, name="Cà phê")
    assert desk.post(f"/ban-hang/hang/{theirs.product.code}/{act}/", {"amount": "1"}).status_code == 404
    assert Product.objects.get(pk=theirs.product.pk).status == "active"


@pytest.mark.parametrize("act", ["rut-lai", "giu-loi-cu", "cat", "lay-lai", "anh", "goi-moi", "giay"])
def test_a_packer_does_not_end_goods(client, cast, goods, act) -> None:
    packer = sign_in(Client(), cast.son)
    assert packer.post(f"/ban-hang/hang/{goods.product.code}/{act}/", {"amount": "1"}).status_code == 403


def test_the_quote_of_a_basket_names_goods_stopped_by_their_seller(cast, goods) -> None:
    basket = fill_basket((goods.pack, 1))
    stop(goods, cast)
    assert [line.trouble for line in quote_basket(basket).lines] == [Trouble.STOPPED]
