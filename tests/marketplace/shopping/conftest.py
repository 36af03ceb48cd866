"""A small market: two cooperatives that deliver and can be paid."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.cast import Cast
from tests.making import Goods, PackPlan, make_certificate, make_product, make_published_batch, open_shop


@pytest.fixture(autouse=True)
def _demo_bank(settings) -> None:
    settings.DEMO = True
    settings.PAYMENTS_ALLOW_SIMULATED = True
    settings.SIMULATED_BANK_SECRET = "a secret that only this test run knows"
    cache.clear()


@pytest.fixture
def rice(cast: Cast, site_ready: None) -> Goods:
    """ST25 of HTX Hương Quê: 5 kg at 195.000 ₫ (12 left) and 1 kg at 45.000 ₫ (3 left); OCOP 5 stars."""
    open_shop(cast.huong_que)
    goods = make_product(
        cast.huong_que,
        name="Gạo thơm ST25",
        name_en="ST25 fragrant rice",
        packs=(
            PackPlan("túi 1 kg", 1000, price_dong=45_000, weight_g=1000),
            PackPlan("túi 5 kg", 5000, price_dong=195_000, weight_g=5000, gtin="09521000000018"),
        ),
        season_months=list(range(1, 13)),
    )
    make_published_batch(goods.packs[0], packs=3)
    make_published_batch(goods.packs[1], packs=12)
    make_certificate(goods.product, stars=5)
    return goods


@pytest.fixture
def coffee(cast: Cast, site_ready: None) -> Goods:
    """Coffee of the other cooperative: 500 g at 120.000 ₫, 10 left."""
    open_shop(cast.other_cooperative)
    goods = make_product(
        cast.other_cooperative,
        name="Cà phê Khe Sanh",
        name_en="Khe Sanh coffee",
        packs=(PackPlan("gói 500 g", 500, price_dong=120_000, weight_g=550),),
        subgroup="2.1.a",
        summary="Cà phê rang mộc",
    )
    make_published_batch(goods.pack, packs=10)
    return goods
