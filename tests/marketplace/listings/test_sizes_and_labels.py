"""Another size for a pack, and what a label says: changed where nobody relied on it, shown at once, never praise."""

from __future__ import annotations

import pytest
from django.urls import reverse

from community import clock
from community.audit.models import AuditEntry
from marketplace.listings.labelling import LabelFacts, tell_label
from marketplace.listings.models import Offer
from marketplace.listings.offering import NewPack
from marketplace.listings.resizing import resize_pack
from marketplace.listings.writing import BadListing
from tests.cast import sign_in
from tests.making import PackPlan, make_product, make_published_batch, open_shop
from tests.marketplace.shopping.browsing import text_of
from traceability.batches.models import Batch
from traceability.products.models import Pack, Product

pytestmark = pytest.mark.django_db
TWO_KILOS = NewPack("túi 2 kg", 2000, "g", 2250, "2 kg bag")


@pytest.fixture
def goods(cast, site_ready):
    return make_product(open_shop(cast.huong_que), packs=(PackPlan(weight_g=500),))


def everything() -> list:
    rows = (Pack, Offer, Product, AuditEntry)
    return [list(model.objects.order_by("pk").values()) for model in rows]


# --- size -------------------------------------------------------------------------------------------------------------
def test_a_pack_in_which_nothing_was_made_is_changed(cast, goods) -> None:
    fresh = resize_pack(pack=goods.pack, to=TWO_KILOS, actor=cast.lan_acts)
    assert fresh == goods.pack and Pack.objects.count() == 1
    assert (fresh.name, fresh.net_quantity_base, fresh.ship_weight_g) == ("túi 2 kg", 2000, 2250)


def test_a_pack_that_was_made_gives_way_to_a_new_one_and_stays_what_it_was(cast, goods) -> None:
    batch = make_published_batch(goods.pack, packs=4)
    before = Pack.objects.filter(pk=goods.pack.pk).values().get()
    fresh = resize_pack(pack=goods.pack, to=TWO_KILOS, actor=cast.lan_acts)
    assert fresh.pk != goods.pack.pk and fresh.offer.price_dong == goods.pack.offer.price_dong
    assert Pack.objects.filter(pk=goods.pack.pk).values().get() == before
    assert not Offer.objects.get(pack=goods.pack).on_sale and Offer.objects.get(pack=fresh).on_sale
    assert Batch.objects.get(pk=batch.pk).pack_id == goods.pack.pk


def test_a_size_the_goods_have_already_is_refused(cast, goods) -> None:
    resize_pack(pack=goods.pack, to=TWO_KILOS, actor=cast.lan_acts)
    before = everything()
    with pytest.raises(BadListing, match="same_pack"):
        resize_pack(pack=goods.pack, to=TWO_KILOS, actor=cast.lan_acts)
    assert everything() == before


@pytest.mark.parametrize("made", [False, True])
def test_only_the_weight_with_its_wrapping_is_corrected_in_the_pack_itself(cast, goods, made) -> None:
    if made:
        make_published_batch(goods.pack, packs=4)
    pack = goods.pack
    same = NewPack(pack.name, pack.net_quantity_base, pack.base_unit, pack.ship_weight_g + 100, pack.name_en)
    fresh = resize_pack(pack=pack, to=same, actor=cast.lan_acts)
    assert fresh == pack and Pack.objects.get().ship_weight_g == pack.ship_weight_g + 100
    assert Offer.objects.get().on_sale == pack.offer.on_sale
    with pytest.raises(BadListing, match="same_pack"):
        resize_pack(pack=pack, to=same, actor=cast.lan_acts)


@pytest.mark.parametrize("made", [False, True])
def test_another_size_does_not_bear_the_barcode_of_the_old_one(cast, client, goods, made) -> None:
    if made:
        make_published_batch(goods.pack, packs=4)
    Pack.objects.update(gtin="08938505970011")
    sign_in(client, cast.lan)
    address = reverse("selling:pack_size", args=[goods.pack.code])
    answer = client.post(address, {"amount": "2", "unit": "kg", "container": "bag"}, follow=True)
    assert Pack.objects.get(name="túi 2 kg").gtin is None
    assert "mã vạch" in text_of(answer)


@pytest.mark.parametrize("made", [False, True])
def test_the_screen_says_which_of_the_two_happens_and_leads_to_the_price(cast, client, goods, made) -> None:
    if made:
        make_published_batch(goods.pack, packs=4)
    sign_in(client, cast.lan)
    address = reverse("selling:pack_size", args=[goods.pack.code])
    page = text_of(client.get(address))
    assert ("gói mới thay chỗ" in page) is made, page
    wrong = client.post(address, {"amount": "một ít", "unit": "kg", "container": "bag"})
    assert wrong.status_code == 400 and Pack.objects.count() == 1
    answer = client.post(address, {"amount": "2", "unit": "kg", "container": "bag"})
    fresh = Pack.objects.order_by("-pk").first()
    assert answer.url == reverse("selling:price", args=[fresh.code]) and fresh.name == "túi 2 kg"
    again = client.post(
        reverse("selling:pack_size", args=[fresh.code]), {"amount": "2", "unit": "kg", "container": "bag"}
    )
    assert again.status_code == 400 and Pack.objects.count() == 1 + made


# --- label ------------------------------------------------------------------------------------------------------------
def test_what_the_label_says_is_read_at_once_by_buyers_also_of_batches_that_are_out(cast, client, goods) -> None:
    batch = make_published_batch(goods.pack, packs=4)
    sign_in(client, cast.lan)
    told = {
        "ingredients": "Gạo nếp, đậu xanh",
        "allergens": ["soy", "sesame"],
        "storage": "Nơi khô mát",
        "warnings": "",
    }
    answer = client.post(reverse("selling:label_facts", args=[goods.product.code]), told)
    assert answer.status_code == 302
    product = Product.objects.get()
    assert (product.ingredients, product.allergens) == ("Gạo nếp, đậu xanh", ["soy", "sesame"])
    assert Batch.objects.get(pk=batch.pk).page_version == batch.page_version + 1
    page = text_of(client.get(reverse("shopping:product", args=[goods.listing.slug])))
    assert "Gạo nếp, đậu xanh" in page and "đậu nành" in page and "Nơi khô mát" in page


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (LabelFacts(ingredients="Gạo chữa bệnh tiểu đường"), "praise"),
        (LabelFacts(storage="Gọi 0912 345 678 để đặt hàng"), "praise"),
        (LabelFacts(allergens=["nhau"]), "unknown_allergen"),
        (LabelFacts(season_months=[13]), "unknown_month"),
    ],
)
def test_praise_and_what_nobody_knows_is_refused(cast, goods, facts, code) -> None:
    before = everything()
    with pytest.raises(BadListing, match=code):
        tell_label(product=goods.product, facts=facts, actor=cast.lan_acts)
    assert everything() == before


def test_the_same_words_again_write_nothing(cast, goods) -> None:
    facts = LabelFacts(storage="Nơi khô mát", ingredients="Gạo")
    tell_label(product=goods.product, facts=facts, actor=cast.lan_acts)
    before = everything()
    tell_label(product=goods.product, facts=facts, actor=cast.lan_acts)
    assert everything() == before


def test_goods_that_are_not_eaten_are_not_asked_what_is_in_them(cast, client, goods) -> None:
    Product.objects.update(ocop_subgroup="4.1")
    sign_in(client, cast.lan)
    page = client.get(reverse("selling:label_facts", args=[goods.product.code])).content.decode()
    assert 'name="storage"' in page and 'name="ingredients"' not in page and 'name="allergens"' not in page


def test_months_a_seller_ticks_put_goods_in_season_at_once(cast, client, goods) -> None:
    month = clock.today().month
    in_season = {"season": "now"}
    sign_in(client, cast.lan)
    address = reverse("selling:label_facts", args=[goods.product.code])
    assert goods.listing.shown_title not in text_of(client.get(reverse("shopping:list"), in_season))
    ask = client.get(address).content.decode()
    assert ask.count('name="season_months"') == 12 and "tháng 12" in ask
    assert client.post(address, {"season_months": [str(month)]}).status_code == 302
    assert Product.objects.get().season_months == [month]
    assert goods.listing.shown_title in text_of(client.get(reverse("shopping:list"), in_season))
    client.post(address, {})
    assert Product.objects.get().season_months == []
    assert goods.listing.shown_title not in text_of(client.get(reverse("shopping:list"), in_season))
