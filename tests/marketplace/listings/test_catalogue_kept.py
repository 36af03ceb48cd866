"""What goods are found and counted by follows what it is made of: by the verb that changes it, or within the minute."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from community import clock
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from marketplace.catalogue import word_index
from marketplace.catalogue.cataloguing import catalogue_stamp, write_entries
from marketplace.catalogue.counting import Chosen, Counts, count_catalogue
from marketplace.catalogue.entries import CatalogueEntry, EntryQuerySet, SearchWord
from marketplace.catalogue.figures import Figures, figures_of
from marketplace.catalogue.searching import search
from marketplace.listings.ending import archive_goods, restore_goods
from marketplace.listings.many import change_prices
from marketplace.listings.models import Listing
from marketplace.listings.sweeping import _mend_index, rebuild_catalogue, stale_entries, sweep_catalogue
from marketplace.listings.writing import resume_selling, set_price, stop_selling
from tests.cast import Cast
from tests.making import Goods, PackPlan, make_certificate, make_product, make_published_batch
from traceability.batches.models import Batch
from traceability.certificates.models import Certificate
from traceability.products.models import Product

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods(cast: Cast) -> Goods:
    packs = (PackPlan("túi 1 kg", 1000, price_dong=45_000), PackPlan("túi 5 kg", 5000, price_dong=195_000))
    made = make_product(cast.huong_que, name="Gạo thơm", packs=packs, season_months=[1, 12])
    make_certificate(made.product, stars=4)
    make_published_batch(made.packs[0])
    return made


def entry() -> CatalogueEntry:
    return CatalogueEntry.objects.get()


def counted() -> Counts:
    return count_catalogue(Chosen(), stamp=catalogue_stamp(), month=1)


def is_right() -> bool:
    """Every figure is what the tables say, and the index holds what is shown and nothing else."""
    said = {one.listing_id: Figures(*(getattr(one, name) for name in Figures._fields)) for one in every()}
    told = figures_of(list(Product.objects.values_list("pk", flat=True)), today=clock.today())
    shown = {one.pk for one in every() if one.shown}
    return said == told and word_index.indexed_ids() == shown


def every() -> list[CatalogueEntry]:
    return list(CatalogueEntry.objects.all())


def test_an_entry_says_what_its_goods_say(goods: Goods) -> None:
    one = entry()
    assert (one.shown, one.in_stock, one.stars, one.price_dong, one.price_band) == (True, True, 4, 45_000, 0)
    assert (one.province, one.commune, one.ocop_group, one.season) == ("92", "31673", "1", 0b100000000001)
    assert is_right()


VERBS: dict[str, Callable[[Goods, Actor], object]] = {
    "price": lambda goods, actor: set_price(pack=goods.packs[0], price_dong=250_000, actor=actor),
    "prices": lambda goods, actor: change_prices(
        cooperative=goods.product.cooperative, prices={goods.packs[0].pk: 99_000}, actor=actor
    ),
    "stop": lambda goods, actor: stop_selling(pack=goods.packs[0], actor=actor),
    "archive": lambda goods, actor: archive_goods(listing=goods.listing, actor=actor),
    "unpublish": lambda goods, actor: Listing.objects.get(pk=goods.listing.pk).unpublish(),
}


@pytest.mark.parametrize("verb", VERBS)
def test_verbs_of_the_shop_keep_it_right_themselves_and_no_old_count_is_shown(
    verb: str, goods: Goods, cast: Cast
) -> None:
    before, stamp = entry(), catalogue_stamp()
    assert counted().total == 1
    VERBS[verb](goods, cast.lan_acts)
    assert is_right()
    assert catalogue_stamp() != stamp
    changed = entry()
    assert (changed.shown, changed.price_dong) != (before.shown, before.price_dong)
    assert counted().total == int(changed.shown)
    assert len(search("gao").hits) == int(changed.shown)


def test_what_is_sold_again_is_found_again(goods: Goods, cast: Cast) -> None:
    archive_goods(listing=goods.listing, actor=cast.lan_acts)
    restore_goods(listing=goods.listing, actor=cast.lan_acts)
    for pack in goods.packs:
        stop_selling(pack=pack, actor=cast.lan_acts)
    assert not search("gao").hits
    resume_selling(pack=goods.packs[1], actor=cast.lan_acts)
    assert len(search("gao").hits) == 1 and is_right()


def test_of_many_that_change_words_come_first_and_the_stamp_once_at_the_end(goods: Goods, cast: Cast) -> None:
    """Who held the stamp and went on to the words of the next waited for who held these and came to the stamp."""
    make_product(cast.other_cooperative, name="Cà phê")
    Listing.objects.update(summary="Hạt dẻ rừng")
    with CaptureQueriesContext(connection) as queries:
        assert write_entries(list(Listing.objects.all())) == 2
    said = [
        query["sql"].split("(")[0] for query in queries if not query["sql"].startswith(("SELECT", "RELEASE", "SAVE"))
    ]
    assert "cataloguestamp" in said[-1] and "searchword" in said[-2]
    assert ["cataloguestamp" in sql for sql in said].count(True) == 1
    assert ["searchword" in sql for sql in said].count(True) == 1


def test_new_words_are_found_and_old_ones_are_not(goods: Goods) -> None:
    Product.objects.update(name="Nếp")
    draft = Listing.objects.get()
    draft.title, draft.summary = "Nếp cẩm", "Nấu xôi"
    draft.save_revision().publish()
    assert len(search("nep cam").hits) == 1
    assert not search("gao thom").hits


BELOW: dict[str, Callable[[Goods], object]] = {
    "sold out": lambda goods: Batch.objects.update(available_base=0),
    "less than a pack": lambda goods: Batch.objects.update(available_base=999),
    "locked": lambda goods: Batch.objects.update(locked_at=clock.now()),
    "recalled": lambda goods: Batch.objects.update(status="recalled"),
    "expired": lambda goods: Batch.objects.update(best_before_on=clock.today() - timedelta(days=1)),
    "certificate ended": lambda goods: Certificate.objects.update(
        issued_on=clock.today() - timedelta(days=9), expires_on=clock.today() - timedelta(days=1)
    ),
    "certificate revoked": lambda goods: Certificate.objects.update(revoked_on=clock.today()),
    "seller suspended": lambda goods: Cooperative.objects.update(status="suspended"),
    "product archived": lambda goods: Product.objects.update(status="archived"),
    "only shown": lambda goods: Product.objects.update(sale_mode="showcase_only"),
    "index lost": lambda goods: word_index.erase([entry().pk]),
}


@pytest.mark.parametrize("change", [name for name in BELOW if name != "index lost"])
def test_what_the_floors_below_change_is_right_within_the_minute(change: str, goods: Goods) -> None:
    stamp = catalogue_stamp()
    BELOW[change](goods)
    assert not is_right()
    assert sweep_catalogue(today=clock.today()) == 1
    assert is_right() and catalogue_stamp() != stamp
    assert sweep_catalogue(today=clock.today()) == 0


def test_the_calendar_alone_ends_stars_and_stock(goods: Goods) -> None:
    """Nobody does anything: a certificate ends, a lot passes its date. The day after, the rows are found."""
    paper, batch = Certificate.objects.get(), Batch.objects.get()
    assert batch.best_before_on is not None
    assert not stale_entries(today=paper.expires_on).filter(stars=4, now_stars=0).exists()
    late = max(paper.expires_on, batch.best_before_on) + timedelta(days=1)
    sweep_catalogue(today=late)
    assert (entry().stars, entry().in_stock) == (0, False)


def test_nothing_is_stale_after_a_sweep_of_many(goods: Goods, cast: Cast) -> None:
    for number in range(3):
        make_product(cast.other_cooperative, name=f"Cà phê {number}")
    CatalogueEntry.objects.update(in_stock=True, stars=5, price_dong=1, shown=False)
    assert sweep_catalogue(today=clock.today()) == 4
    assert is_right() and not stale_entries(today=clock.today()).exists()


@pytest.mark.parametrize("options", [[], ["--anew"]])
def test_one_command_makes_everything_anew(options: list[str], goods: Goods, cast: Cast) -> None:
    make_product(cast.other_cooperative, name="Cà phê")
    CatalogueEntry.objects.filter(listing=goods.listing).delete()
    Product.objects.update(name="Hạt dẻ", season_months=[5])
    out = StringIO()
    call_command("rebuild_catalogue", *options, stdout=out)
    assert int(out.getvalue().split()[0]) >= 2
    assert is_right() and len(search("hat de").hits) == 2
    call_command("rebuild_catalogue", stdout=out)
    assert out.getvalue().endswith("0 rows written anew\n")


def test_an_index_that_was_lost_is_mended_at_night(goods: Goods) -> None:
    BELOW["index lost"](goods)
    word_index.write(999_999, word_index.IndexedWords(("ma",), (), ()))
    rebuild_catalogue()
    assert is_right() and len(search("gao").hits) == 1


def test_goods_approved_while_the_night_compares_stay_findable(
    goods: Goods, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the two readings of the sweep, whichever comes first."""
    readings = (word_index, "indexed_ids", word_index.indexed_ids), (EntryQuerySet, "shown", EntryQuerySet.shown)
    late = iter([lambda: make_product(cast.other_cooperative, name="Cà phê")])

    def then_one_is_approved(read: Callable[..., Any]) -> Callable[..., Any]:
        def reading(*of: Any) -> Any:
            said = set(read(*of).values_list("pk", flat=True)) if of else read()
            for approve in late:
                approve()
            return CatalogueEntry.objects.filter(pk__in=said) if of else said

        return reading

    for owner, name, read in readings:
        monkeypatch.setattr(owner, name, then_one_is_approved(read))
    _mend_index()
    assert len(search("ca phe").hits) == 1


def test_words_that_mistakes_are_compared_with_are_kept_once(goods: Goods) -> None:
    Listing.objects.get().save_revision().publish()
    words = list(SearchWord.objects.values_list("word", flat=True))
    assert "gao" in words and len(words) == len(set(words))


@pytest.mark.parametrize("tier", range(len(word_index.TIERS)))
def test_the_index_is_one_query_of_an_index_whatever_is_asked(goods: Goods, tier: int) -> None:
    """No scan over the rows, on either database."""
    sql, value = word_index.match_sql(["gao"], tier)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of two rows each way costs the same; without plain scans (the key's order is one) the index alone is left.
            for way in ("seqscan", "indexscan", "indexonlyscan"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        cursor.execute(f"{explain} {sql} ORDER BY entry_id DESC LIMIT 1000", [value])
        plan = "\n".join(str(line[-1]) for line in cursor.fetchall())
    assert plan.count("VIRTUAL TABLE INDEX") == 1 or plan.count("_gin") == 1, plan
    assert "B-TREE" not in plan, "FTS5 gives the newest first by itself"


@pytest.mark.parametrize(
    ("titles", "elsewhere", "asked"),
    [(0, 0, 1), (2, 0, 2), (2, 1, 3), (9, 9, 2)],
)
def test_wider_tiers_are_asked_only_where_they_can_add_something(
    monkeypatch: pytest.MonkeyPatch, titles: int, elsewhere: int, asked: int
) -> None:
    """``titles`` have the word in the title, ``elsewhere`` others among who sells it; five are ranked."""
    tiers = [list(range(titles)), list(range(titles)), list(range(titles + elsewhere))]
    questions: list[int] = []

    def newest(_words: object, tier: int) -> list[int]:
        questions.append(tier)
        return sorted(tiers[tier], reverse=True)[:5]

    monkeypatch.setattr(word_index, "RANKED", 5)
    monkeypatch.setattr(word_index, "_newest", newest)
    found = word_index.hits(["gao"])
    assert len(questions) == asked
    everything = {pk: 0 if pk < titles else 2 for pk in range(titles + elsewhere)}
    best = sorted(everything, key=lambda pk: (everything[pk], -pk))[:5]
    assert {pk: found[pk] for pk in best} == {pk: everything[pk] for pk in best}


def test_typed_prices_keep_their_counts_and_not_the_cells(goods: Goods, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody may type a million pairs of prices; the cells of each would be some hundred kilobytes."""
    held: list[object] = []
    for store in (caches["default"], caches["pages"]):
        monkeypatch.setattr(store, "set", lambda _key, value, *_rest: held.append(value))
    for most in (50_000, 60_000):
        assert count_catalogue(Chosen(), stamp="now", month=1, most=most).total == 1
    assert [type(value) for value in held] == [Counts, Counts]
