"""Words as people type them find the goods they mean: 38 cases over the 60 goods of the demo, on both databases."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from cms.demo.plan import demo_goods
from community.places.aliasing import import_aliases
from community.places.importing import import_places
from community.places.models import AdminUnit
from marketplace.catalogue.cataloguing import write_entries
from marketplace.catalogue.searching import did_you_mean, looser, search
from marketplace.listings.models import Listing, Offer
from tests.cast import make_cooperative
from traceability.products.models import Pack, Product

CASES = json.loads((Path(__file__).parents[2] / "vectors/search/search_cases.json").read_text("utf-8"))["cases"]


@pytest.fixture(scope="module")
def demo_catalogue(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[dict[int, str]]:
    """The demo's goods in the catalogue, without anything else of them; SKU by listing id."""
    with django_db_blocker.unblock(), transaction.atomic():
        import_places()
        import_aliases()
        yield _skus()
        transaction.set_rollback(True)


def _skus() -> dict[int, str]:
    sellers = {}
    for good in demo_goods():
        if good.seller not in sellers:
            code = f"S{len(sellers):07d}"
            commune = AdminUnit.objects.get(code=good.commune_code)
            sellers[good.seller] = make_cooperative(good.seller, code.lower(), code, commune)
    products = Product.objects.bulk_create(
        Product(cooperative=sellers[good.seller], name=good.name, name_en=good.name_en, ocop_subgroup=good.subgroup,
                sale_mode=good.sale_mode, abv_percent=good.abv_percent)
        for good in demo_goods()
    )  # fmt: skip
    pairs = list(zip(products, demo_goods(), strict=True))
    packs = Pack.objects.bulk_create(
        Pack(product=product, name=good.pack_name, net_quantity_base=good.net_base, base_unit=good.base_unit,
             ship_weight_g=good.ship_weight_g)
        for product, good in pairs
    )  # fmt: skip
    Offer.objects.bulk_create(
        Offer(pack=pack, price_dong=good.price_dong) for pack, (_p, good) in zip(packs, pairs, strict=True)
    )
    listings = Listing.objects.bulk_create(
        Listing(product=product, slug=good.sku.lower(), title=good.name, title_en=good.name_en, summary=good.blurb,
                summary_en=good.blurb_en, live=True)
        for product, good in pairs
    )  # fmt: skip
    write_entries(listings)
    return {listing.pk: good.sku for listing, (_p, good) in zip(listings, pairs, strict=True)}


@pytest.fixture
def skus(demo_catalogue: dict[int, str], db: None) -> dict[int, str]:
    return demo_catalogue


def found(text: str, skus: dict[int, str]) -> list[str]:
    return [skus[hit.listing] for hit in search(text).hits]


@pytest.mark.parametrize("case", CASES, ids=[f"{case['query']} ({case['note']})" for case in CASES])
def test_what_is_typed_finds_what_is_meant(case: dict[str, str], skus: dict[int, str]) -> None:
    query = unicodedata.normalize("NFD", case["query"]) if "NFD" in case["note"] else case["query"]
    hits = found(query, skus)
    assert (case["expect_sku"] in hits) if case["expect_sku"] else hits == []


@pytest.mark.parametrize("text", ["cà phê", "gạo", "mật ong", "cao phong", "trà", "xoài"])
def test_titles_come_before_what_only_tells_of_it_or_lies_there(text: str, skus: dict[int, str]) -> None:
    in_title = [text in f"{hit.title.lower()} " for hit in search(text).hits]
    assert in_title[0] and in_title == sorted(in_title, reverse=True)


def test_whole_words_come_before_beginnings(skus: dict[int, str]) -> None:
    """ "ga" is the chicken first, then rice ("gạo") and herbs ("gai")."""
    assert search("ga").hits[0].title.lower().startswith("gà ")
    assert {hit.title.split()[0] for hit in search("ga").hits} > {"Gà"}


def test_accents_that_were_typed_count(skus: dict[int, str]) -> None:
    assert "gà" in search("gà").hits[0].title.lower()


@pytest.mark.parametrize(
    ("typed", "read_as"), [("banhs pias", "bánh pía"), ("nuocws mawms", "nước mắm"), ("ddinhj yeen", "định yên")]
)
def test_telex_typed_by_mistake_is_read_and_told(typed: str, read_as: str, skus: dict[int, str]) -> None:
    assert search(typed).read_as == read_as


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("banh pja", "bánh pía"), ("hanh tin", ""), ("nuoc mma", "nước mắm"), ("xoia", "xoài"), ("zzzzz", ""), ("q", "")],
)
def test_a_wrong_letter_is_asked_about_and_never_taken_for_granted(
    typed: str, meant: str, skus: dict[int, str]
) -> None:
    if meant:
        assert found(typed, skus) == []
    assert did_you_mean(typed) == meant


def test_a_search_for_too_much_says_which_fewer_words_find_something(skus: dict[int, str]) -> None:
    assert found("xoài qqq", skus) == []
    assert looser("xoài qqq") == [("xoài", len(found("xoài", skus)))]
    assert looser("xoài") == []
