"""What buyers can find: approved listings with an offer, their price, stars and stock, by words without accents."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from community import clock
from community.cooperatives.models import Cooperative
from community.places.models import AdminUnit
from marketplace.catalogue import searching, word_index
from marketplace.catalogue.browsing import Listed, Wanted, listed
from marketplace.catalogue.cataloguing import catalogue_stamp
from marketplace.catalogue.entries import CatalogueEntry
from marketplace.catalogue.searching import search
from marketplace.listings.finding import live_listings, stock_left
from marketplace.listings.models import Listing
from marketplace.listings.shelves import CatalogueCard, cards_in_order, shelf, unit_price
from marketplace.listings.writing import set_price, stop_selling
from marketplace.shopping.filters import GoodsFilter, chosen_of
from tests.cast import Cast
from tests.making import PackPlan, make_certificate, make_product, make_published_batch
from traceability.batches.models import Batch
from traceability.products.models import Product

pytestmark = pytest.mark.django_db


def listed_for(query: str) -> Listed:
    asked = GoodsFilter(QueryDict(query), queryset=CatalogueEntry.objects.shown())
    entries, said = asked.qs, asked.form.cleaned_data
    wanted = Wanted(
        text=said["q"],
        chosen=chosen_of(said),
        least=said["price_min"],
        most=said["price_max"],
        sort=said["sort"],
        near=AdminUnit.objects.filter(code=said["near"]).first(),
    )
    return listed(entries, wanted, stamp=catalogue_stamp(), month=clock.today().month)


def found() -> list[str]:
    return list(live_listings().order_by("title").values_list("title", flat=True))


def card(*, today: date | None = None, language: str = "vi") -> CatalogueCard:
    ids = list(live_listings().values_list("pk", flat=True))
    (only,) = cards_in_order(ids, today=today or clock.today(), language=language)
    return only


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
    assert card().price_dong == 45_000
    stop_selling(pack=goods.packs[0], actor=cast.lan_acts)
    assert card().price_dong == 195_000


def test_stars_come_from_a_certificate_valid_today_and_go_with_it(cast: Cast) -> None:
    goods = make_product(cast.huong_que)
    paper = make_certificate(goods.product, stars=4)
    assert card().stars == 4
    assert card(today=paper.expires_on).stars == 4
    assert not card(today=paper.expires_on + timedelta(days=1)).stars
    assert not card(today=paper.issued_on - timedelta(days=1)).stars


def test_an_unchecked_paper_shows_no_star(cast: Cast) -> None:
    make_certificate(make_product(cast.huong_que).product, stars=5, checked_at=None)
    assert not card().stars


@pytest.mark.parametrize(
    "words", ["gạo", "gao", "GẠO ST25", "st25 gao", "tran de", "huong que", "soc trang", "can tho", "  gao   thom "]
)
def test_words_are_found_without_accents_in_any_order_by_name_seller_and_old_province(words: str, cast: Cast) -> None:
    make_product(cast.huong_que, name="Gạo thơm ST25")
    make_product(cast.other_cooperative, name="Cà phê Khe Sanh", summary="Rang mộc")
    assert [hit.title for hit in search(words).hits] == ["Gạo thơm ST25"]


@pytest.mark.parametrize("words", ["ạo", "t25", "gao ca phe", "đậu", "%", "_"])
def test_what_only_lies_inside_a_word_is_not_found(words: str, cast: Cast) -> None:
    make_product(cast.huong_que, name="Gạo thơm ST25")
    assert not search(words).hits


@pytest.mark.parametrize(
    ("query", "titles", "total"),
    [
        ("sort=price", ["Gạo 2", "Gạo 1"], 2),
        ("price_max=20000", ["Gạo 2", "Gạo 1"], 2),
        ("stars=4", ["Gạo 1"], 1),
        ("in_stock=1&sort=-price", ["Gạo 2"], 1),
    ],
)
def test_what_is_narrowed_or_sorted_is_looked_for_among_all_hits(
    query: str, titles: list[str], total: int, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two are ranked of five: the cheap, the starred and what is in stock lie beyond them."""
    for room in (searching, word_index):
        monkeypatch.setattr(room, "RANKED", 2)
    made = [make_product(cast.huong_que, name=f"Gạo {n}", packs=[PackPlan(price_dong=n * 10_000)]) for n in range(1, 6)]
    make_certificate(made[0].product, stars=4)
    make_published_batch(made[1].pack)
    got = listed_for(f"q=gao&{query}")
    assert [Listing.objects.get(pk=pk).title for pk in got.listings] == titles
    assert (got.counts.total, got.pages.count) == (total, total)
    assert got.is_more is (total == 2)


def test_other_choices_beside_a_wide_search_are_counted_of_all_hits(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in (searching, word_index):
        monkeypatch.setattr(room, "RANKED", 2)
    for number in range(1, 6):
        make_product(cast.huong_que, name=f"Gạo {number}", subgroup="1.2.a" if number < 4 else "2.1.a")
    got = listed_for("q=gao&group=2")
    assert (got.counts.total, got.counts.groups) == (2, {"1": 3, "2": 2})
    near = listed_for(f"q=gao&near={cast.tran_de.code}")
    assert len(near.listings) == 2 and near.is_more


def test_words_of_two_approvals_are_written_in_one_order(cast: Cast) -> None:
    """Else each could hold a new word that the other waits for."""
    with CaptureQueriesContext(connection) as queries:
        make_product(cast.huong_que, name="Zong bánh áo chè")
    written = [q["sql"] for q in queries if "searchword" in q["sql"] and "INSERT" in q["sql"]]
    words = re.findall(r"['{,]([a-z0-9]+)(?=['},])", written[-1])  # a list, or an array of PostgreSQL
    assert {"zong", "banh"} <= set(words) and words == sorted(words)


def test_stock_is_whole_packs_and_the_first_to_expire_goes_first(cast: Cast) -> None:
    goods = make_product(cast.huong_que)
    later = make_published_batch(goods.pack, packs=4, packed_on=clock.today() - timedelta(days=1))
    sooner = make_published_batch(goods.pack, packs=3, packed_on=clock.today() - timedelta(days=30))
    left = stock_left([goods.pack], today=clock.today())[goods.product.pk]
    assert (left.packs, left.lot_code) == (7, sooner.lot_code)
    assert left.packs_by_id == {goods.pack.pk: 7}
    assert later.lot_code != sooner.lot_code


def test_only_packs_that_are_offered_have_stock(cast: Cast) -> None:
    goods = make_product(cast.huong_que, packs=(PackPlan("túi 1 kg", 1000), PackPlan("túi 5 kg", 5000)))
    for pack in goods.packs:
        make_published_batch(pack, packs=3)
    stop_selling(pack=goods.packs[1], actor=cast.lan_acts)
    (listing,) = live_listings()
    assert stock_left(listing.product.packs.all(), today=clock.today())[goods.product.pk].packs_by_id == {
        goods.packs[0].pk: 3
    }
    Product.objects.update(sale_mode="showcase_only")
    (listing,) = live_listings()
    assert stock_left(listing.product.packs.all(), today=clock.today()) == {}


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
        assert stock_left([ours.pack], today=clock.today())[ours.product.pk].packs == 5
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
    one = card()
    assert (one.title, one.unit_price, one.stars, one.packs_left) == ("Gạo thơm ST25", "39.000\u00a0₫/kg", 5, 3)
    assert (one.left_kind, one.url) == ("few", f"/san-pham/{goods.listing.slug}/")
    english = card(language="en")
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
    month = clock.today().month
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
    assert card().price_dong == 99_000
