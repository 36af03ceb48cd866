"""A market at noon, an order in it, and a Stripe that forgets what a crashed play did."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from marketplace.orders.models import Order
from tests.cast import Cast
from tests.fakes.stripe_http import FakeStripe
from tests.making import Goods, make_product, make_published_batch, open_shop
from tests.marketplace.payments.crashes.stage import Act, pressing

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(START, tick=False):
        yield


@pytest.fixture
def goods(cast: Cast, site_ready: None, settings: Any) -> tuple[Goods, Goods]:
    """Rice of one cooperative and coffee of another, ten packs of each."""
    settings.COMMISSION_BPS = 500
    made = []
    for seller, name in ((cast.huong_que, "Gạo"), (cast.other_cooperative, "Cà phê")):
        made.append(make_product(open_shop(seller), name=name))
        make_published_batch(made[-1].pack, packs=10)
    return made[0], made[1]


@pytest.fixture
def press(cast: Cast, goods: tuple[Goods, Goods]) -> Act:
    return pressing(cast, goods, token="one-press-of-one-buyer", packs=2)


@pytest.fixture
def order(press: Act) -> Order:
    return press()


@pytest.fixture
def stripe(stripe_fake: FakeStripe) -> Callable[[Act], Act]:
    """Makes an act begin with Stripe as it is now, however often it is played."""

    def from_now(act: Act) -> Act:
        kept = copy.deepcopy({name: getattr(stripe_fake, name) for name in ("sessions", "refunds", "answers", "calls")})

        def played() -> Any:
            for name, value in copy.deepcopy(kept).items():
                setattr(stripe_fake, name, value)
            return act()

        return played

    return from_now
