"""A passport's "buy more": today's price and the way to the pack, or nothing."""

from __future__ import annotations

import pytest

from marketplace.listings.writing import stop_selling
from tests.cast import Cast
from tests.making import Goods
from traceability.batches.models import Batch
from traceability.passport.buy_box import buy_box

pytestmark = pytest.mark.django_db


def test_the_shop_has_registered_itself_and_tells_price_and_address(rice: Goods) -> None:
    pack = rice.packs[1]
    batch = Batch.objects.select_related("pack").get(pack=pack)
    box = buy_box(batch, language="vi")
    assert box is not None
    assert (box.price_dong, box.url) == (195_000, f"/mua/{pack.code}/")
    assert "195.000\u00a0₫" in box.label
    english = buy_box(batch, language="en")
    assert english is not None and english.url == f"/en/mua/{pack.code}/"


def test_what_is_not_sold_has_no_button(cast: Cast, rice: Goods) -> None:
    stop_selling(pack=rice.packs[1], actor=cast.lan_acts)
    assert buy_box(Batch.objects.select_related("pack").get(pack=rice.packs[1]), language="vi") is None
    assert buy_box(Batch(pack=None), language="vi") is None
