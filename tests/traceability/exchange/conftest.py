from __future__ import annotations

import pytest

from tests.cast import Cast
from tests.making import Goods, PackPlan, make_product, make_published_batch
from tests.traceability.exchange.asking import Machine, machine_of
from traceability.batches.models import Batch

GTIN = "09521234001560"


@pytest.fixture
def goods(cast: Cast) -> Goods:
    return make_product(cast.huong_que, packs=(PackPlan(gtin=GTIN),))


@pytest.fixture
def batch(goods: Goods) -> Batch:
    """Ten packs of 1 kg, published."""
    return make_published_batch(goods.pack, packs=10)


@pytest.fixture
def machine(cast: Cast) -> Machine:
    return machine_of(cast.huong_que)


@pytest.fixture
def stranger(cast: Cast) -> Machine:
    return machine_of(cast.other_cooperative)


@pytest.fixture
def nobody() -> Machine:
    return Machine()
