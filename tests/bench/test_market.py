"""The market of the bench can be seeded on either database: its pages answer, and its goods are found."""

from __future__ import annotations

import pytest
from django.test import Client

from marketplace.catalogue.entries import CatalogueEntry
from marketplace.catalogue.searching import search
from tests.bench.shop import ASKED, CODES, GOODS, KINDS, grow_market, open_market
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_a_market_of_copies_is_a_market(client: Client, cast: Cast, site_ready: None) -> None:
    market = open_market()
    for goods in (ASKED, ASKED + 40):
        grow_market(market, goods)
    assert CatalogueEntry.objects.shown().count() == ASKED + 41
    assert client.get(market.paths()[0]).status_code == 200
    there = CatalogueEntry.objects.shown().filter(province=CODES[1], in_stock=True).count()
    assert client.get(f"/san-pham/?province={CODES[1]}&in_stock=1").context["total"] == there > 9
    assert [hit.title for hit in search(f"{GOODS[3]} {KINDS[1]}").hits] == [f"{GOODS[3]} {KINDS[1]} 23"]
