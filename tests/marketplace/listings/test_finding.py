"""What buyers can find: approved listings with an offer, their price, stars and stock, by words without accents."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community.cooperatives.models import Cooperative
from marketplace.listings.finding import live_listings, matching, stock_left
from marketplace.listings.models import Listing
from marketplace.listings.shelves import cards, shelf, unit_price
from marketplace.listings.writing import set_price, stop_selling
from tests.cast import Cast
from tests.making import PackPlan, make_certificate, make_product, make_published_batch
from traceability.batches.models import Batch
from traceability.products.models import Product

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


def found() -> list[str]:
    return list(live_listings(today=TODAY).order_by("title").values_list("title", flat=True))


def test_only_approved_words_of_active_sellers_with_an_offer_are_seen(cast: Cast) -> None:
    make_product(cast.huong_que, name="Đang bán")
    make_product(cast.huong_que, name="Bản nháp", live=False)
    stop_selling(pack=make_product(cast.huong_que, name="Ngừng bán").pack, actor=cast.lan_acts)
    make_product(cast.other_cooperative, name="Tạm khóa")
    Cooperative.objects.filter(pk=cast.other_cooperative.pk).update(status="suspended")
    assert found() == ["Đang bán"]


def test_the_cheapest_pack_on_sale_gives_the_price(cast: Cast) -> None:
    plans = (PackPlan("túi 1 kg", 1000, price_dong=45_000), PackPlan("túi 5 kg", 5000, price_dong=195_000))
    goods = make_product(cast.huong_que, packs=plans)
    assert live_listings(today=TODAY).get().price_dong == 45_000
    stop_selling(pack=goods.packs[0], actor=cast.lan_acts)
    assert live_listings(today=TODAY).get().price_dong == 195_000


def test_stars_come_from_a_certificate_valid_today_and_go_with_it(cast: Cast) -> None:
    goods = make_product(cast.huong_que)
    paper = make_certificate(goods.product, stars=4)
    assert live_listings(today=TODAY).get().stars == 4
    assert live_listings(today=paper.expires_on).get().stars == 4
    assert not live_listings(today=paper.expires_on + timedelta(days=1)).get().stars
    assert not live_listings(today=paper.issued_on - timedelta(days=1)).get().stars


def test_an_unchecked_paper_shows_no_star(cast: Cast) -> None:
    make_certificate(make_product(cast.huong_que).product, stars=5, checked_at=None)
    assert not live_listings(today=TODAY).get().stars


@pytest.mark.parametrize(
    "words", ["gạo", "gao", "GẠO ST25", "st25 gao", "tran de", "huong que", "soc trang", "can tho", "  gao   thom "]
)
def test_words_are_found_without_accents_in_any_order_by_name_seller_and_old_province(words: str, cast: Cast) -> None:
    make_product(cast.huong_que, name="Gạo thơm ST25")
    make_product(cast.other_cooperative, name="Cà phê Khe Sanh", summary="Rang mộc")
    hits = matching(live_listings(today=TODAY), words)
    assert [listing.title for listing in hits] == ["Gạo thơm ST25"]


@pytest.mark.parametrize("words", ["ạo", "t25", "gao ca phe", "đậu", "%", "_"])
def test_what_only_lies_inside_a_word_is_not_found(words: str, cast: Cast) -> None:
    make_product(cast.huong_que, name="Gạo thơm ST25")
    assert not matching(live_listings(today=TODAY), words).exists()


def test_stock_is_whole_packs_and_the_first_to_expire_goes_first(cast: Cast) -> None:
    goods = make_product(cast.huong_que)
    later = make_published_batch(goods.pack, packs=4, packed_on=TODAY - timedelta(days=1))
    sooner = make_published_batch(goods.pack, packs=3, packed_on=TODAY - timedelta(days=30))
    left = stock_left([goods.pack], today=TODAY)[goods.product.pk]
    assert (left.packs, left.lot_code) == (7, sooner.lot_code)
    assert left.packs_by_id == {goods.pack.pk: 7}
    assert later.lot_code != sooner.lot_code


def test_only_packs_that_are_offered_have_stock(cast: Cast) -> None:
    goods = make_product(cast.huong_que, packs=(PackPlan("túi 1 kg", 1000), PackPlan("túi 5 kg", 5000)))
    for pack in goods.packs:
        make_published_batch(pack, packs=3)
    stop_selling(pack=goods.packs[1], actor=cast.lan_acts)
    (listing,) = live_listings(today=TODAY)
    assert stock_left(listing.product.packs.all(), today=TODAY)[goods.product.pk].packs_by_id == {goods.packs[0].pk: 3}
    Product.objects.update(sale_mode="showcase_only")
    (listing,) = live_listings(today=TODAY)
    assert stock_left(listing.product.packs.all(), today=TODAY) == {}


def test_the_stock_of_a_page_reads_its_own_lots_whatever_the_database_believes(cast: Cast) -> None:
    """Statistics are of a time when there were two lots, then three thousand of somebody else's come."""
    ours, others = make_product(cast.huong_que), make_product(cast.other_cooperative, name="Mật ong")
    made = [make_published_batch(goods.pack, packs=5) for goods in (ours, others)]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    row = Batch.objects.filter(pk=made[1].pk).values().get()
    Batch.objects.bulk_create(
        Batch(**row | {"id": None, "lot_code": f"LOT-{number}", "public_code": f"{number:010}"})
        for number in range(3000)
    )
    with CaptureQueriesContext(connection) as asked:
        assert stock_left([ours.pack], today=TODAY)[ours.product.pk].packs == 5
    (sql,) = [one["sql"] for one in asked]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'QUERY PLAN' if connection.vendor == 'sqlite' else ''} {sql}")
        plan = "\n".join(str(line[-1]) for line in cursor.fetchall())
    assert "SCAN" not in plan and "Seq Scan" not in plan, plan
    assert "pack_id" in plan and "=" in plan, plan


def test_a_card_says_price_per_kilo_stars_and_what_is_left(cast: Cast) -> None:
    goods = make_product(
        cast.huong_que, name_en="Rice", packs=(PackPlan("túi 5 kg", 5000, price_dong=195_000, name_en="5 kg bag"),)
    )
    make_certificate(goods.product, stars=5)
    make_published_batch(goods.pack, packs=3)
    (card,) = cards(list(live_listings(today=TODAY)), language="vi")
    assert (card.title, card.unit_price, card.stars, card.packs_left) == ("Gạo thơm ST25", "39.000\u00a0₫/kg", 5, 3)
    assert (card.left_kind, card.url) == ("few", f"/san-pham/{goods.listing.slug}/")
    (english,) = cards(list(live_listings(today=TODAY)), language="en")
    assert (english.title, english.url) == ("Rice", f"/en/san-pham/{goods.listing.slug}/")


@pytest.mark.parametrize(
    ("price", "net", "unit", "shown"),
    [
        (195_000, 5000, "g", (39_000, "kg")),
        (65_000, 330, "ml", (196_970, "l")),
        (80_000, 1000, "g", None),
        (50_000, 4, "piece", None),
        (10_000, 3, "g", (3_333_333, "kg")),
    ],
)
def test_the_price_per_kilo_or_litre_is_rounded_half_up(price: int, net: int, unit: str, shown: object) -> None:
    assert unit_price(price, net, unit) == shown


def test_shelves_show_only_what_is_in_stock(cast: Cast) -> None:
    month = TODAY.month
    here = make_product(cast.huong_que, name="Cam", season_months=[month], subgroup="1.1.a")
    make_product(cast.huong_que, name="Quýt", season_months=[month], subgroup="1.1.a")
    away = make_product(cast.huong_que, name="Vải", season_months=[month % 12 + 1], subgroup="2.1.a")
    for goods in (here, away):
        make_published_batch(goods.pack)
    make_certificate(away.product, stars=5)
    assert [card.title for card in shelf("in_season", 8, "vi")] == ["Cam"]
    assert [card.title for card in shelf("group", 8, "vi", group="1")] == ["Cam"]
    assert [card.title for card in shelf("stars", 8, "vi", stars=5)] == ["Vải"]
    assert [card.title for card in shelf("newest_batches", 8, "vi")] == ["Vải", "Cam"]


def test_publishing_new_words_does_not_bring_back_an_old_price(cast: Cast) -> None:
    goods = make_product(cast.huong_que)
    revision = Listing.objects.get(pk=goods.listing.pk).save_revision()
    set_price(pack=goods.pack, price_dong=99_000, actor=cast.lan_acts)
    revision.publish()
    assert live_listings(today=TODAY).get().price_dong == 99_000
