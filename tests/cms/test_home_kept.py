"""The front door is kept whole for readers without a cookie, until its words or the goods on its shelves change."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.setting_up import EditorialSite
from marketplace.listings.writing import set_price
from tests.cast import Cast
from tests.making import make_product, make_published_batch
from tests.marketplace.shopping.browsing import text_of

pytestmark = pytest.mark.django_db
FOUND_BY_WAGTAIL = 7
"""Questions that find the page and ask for the catalogue's stamp; shelves ask none."""


@pytest.fixture(autouse=True)
def keeping(settings: Any) -> None:
    settings.PAGES_KEPT_SECONDS = 30


def asked(client: Client) -> tuple[str, int]:
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/")
    assert response.status_code == 200
    return text_of(response), len(queries)


def test_the_front_door_is_kept_until_a_price_or_its_own_words_change(
    client: Client, cast: Cast, site: EditorialSite
) -> None:
    goods = make_product(cast.huong_que, name="Gạo thơm", season_months=list(range(1, 13)))
    make_published_batch(goods.pack, packs=5)
    first, cost = asked(client)
    again, questions = asked(client)
    assert again == first and "Gạo thơm" in first and "77.000" not in first
    assert questions <= FOUND_BY_WAGTAIL < cost
    set_price(pack=goods.pack, price_dong=77_000, actor=cast.lan_acts)
    dearer, cost = asked(client)
    assert "77.000" in dearer and cost > FOUND_BY_WAGTAIL
    home = site.home
    home.seo_title = "Chợ phiên cuối năm"
    home.save_revision().publish()
    renamed, cost = asked(client)
    assert "Chợ phiên cuối năm" in renamed and cost > FOUND_BY_WAGTAIL


def test_who_has_a_cookie_gets_a_page_of_her_own(client: Client, cast: Cast, site: EditorialSite) -> None:
    client.get("/")
    client.cookies["gio"] = "3"
    client.get("/")
    assert asked(client)[1] > FOUND_BY_WAGTAIL
