"""The last packs: many buyers at once, real threads, the database of this run (an SQLite file or PostgreSQL).

The first test shows that the race is real: the same purchase written as one would first write it oversells.
"""

from __future__ import annotations

import secrets
import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import transaction

from community.audit.actors import Actor
from marketplace.basket.models import Basket
from marketplace.basket.quoting import quote_basket
from marketplace.orders.models import Allocation, Order
from marketplace.orders.placing import BasketChanged, BuyerDetails, place_order
from marketplace.orders.reserving import SoldOut
from tests.concurrency.at_once import PATIENCE, at_once
from tests.making import fill_basket, make_product, make_published_batch, open_shop
from traceability.batches.models import Batch, Posting
from traceability.products.models import Pack

pytestmark = pytest.mark.django_db(transaction=True)
BUYERS = 40
PACKS = 10


@pytest.fixture
def jar(cast) -> tuple[Pack, Batch]:
    """Ten packs of 1 kg in one batch."""
    pack = make_product(open_shop(cast.huong_que)).pack
    return pack, make_published_batch(pack, packs=PACKS)


def test_without_the_guard_forty_buyers_oversell_ten_packs(jar) -> None:
    """Look, then write what was looked at plus one's own: everybody has looked before anybody writes."""
    _pack, batch = jar
    all_looked = threading.Barrier(BUYERS)

    def look_then_write() -> bool:
        seen = Batch.objects.get(pk=batch.pk)
        all_looked.wait(timeout=PATIENCE)
        if seen.available_base < 1000:
            return False
        with transaction.atomic():
            Batch.objects.filter(pk=batch.pk).update(available_base=seen.available_base - 1000)
        return True

    bought = at_once([look_then_write] * BUYERS)
    assert Counter(bought) == {True: BUYERS}, "forty were promised what ten can have"
    assert Batch.objects.get(pk=batch.pk).available_base == 9000, "and the stock tells of one"


def test_forty_buyers_of_ten_packs_make_ten_orders_and_thirty_polite_refusals(cast, jar) -> None:
    pack, batch = jar
    baskets = [fill_basket((pack, 1)) for _ in range(BUYERS)]
    results = at_once([placing(basket, cast) for basket in baskets])
    assert kinds(results) == {"Order": PACKS, "refused": BUYERS - PACKS}, results
    batch.refresh_from_db()
    assert (batch.available_base, batch.on_hand_base) == (0, 10_000)
    assert Order.objects.count() == PACKS == Allocation.objects.count()
    assert Posting.objects.filter(batch=batch, kind="reserve").count() == PACKS
    kept = Basket.objects.filter(lines__isnull=False).count()
    assert kept == BUYERS - PACKS, "who was refused keeps the basket"


def test_the_same_press_forty_times_is_one_order(cast, jar) -> None:
    pack, batch = jar
    basket = fill_basket((pack, 1))
    results = at_once([placing(basket, cast, form_token="one-and-the-same")] * BUYERS)
    assert kinds(results) == {"Order": BUYERS}, results
    assert len({order.pk for order in results}) == 1 == Order.objects.count()
    batch.refresh_from_db()
    assert batch.available_base == 9000


def test_baskets_in_opposite_order_do_not_wait_for_each_other(cast) -> None:
    open_shop(cast.huong_que)
    rice, tea = (make_product(cast.huong_que, name=name).pack for name in ("Gạo", "Trà"))
    for pack in (rice, tea):
        make_published_batch(pack, packs=100)
    there = [fill_basket((rice, 1), (tea, 1)) for _ in range(6)]
    back = [fill_basket((tea, 1), (rice, 1)) for _ in range(6)]
    results = at_once([placing(basket, cast) for pair in zip(there, back, strict=True) for basket in pair])
    assert kinds(results) == {"Order": 12}, results
    assert set(Batch.objects.values_list("available_base", flat=True)) == {88_000}


def test_buyers_of_two_batches_take_all_that_is_left_of_both(cast, jar) -> None:
    """Packs come from the next batch when the first one is emptied under one's hands."""
    pack, _first = jar
    make_published_batch(pack, packs=5, lot_code="SAU-1")
    results = at_once([placing(fill_basket((pack, 2)), cast) for _ in range(12)])
    made = [each for each in results if isinstance(each, Order)]
    assert len(made) == 7 and kinds(results)["refused"] == 5, results
    left = sum(Batch.objects.values_list("available_base", flat=True))
    assert left == 15_000 - 7 * 2000


def placing(basket: Basket, cast, *, form_token: str = "") -> Callable[[], Order]:
    total = quote_basket(basket, province=cast.can_tho).total_dong
    token = form_token or secrets.token_urlsafe(24)
    buyer = BuyerDetails(name="Minh", phone="+84905111222", commune=cast.tran_de, landmark="gần chợ")

    def place() -> Order:
        return place_order(
            basket=Basket.objects.get(pk=basket.pk),
            form_token=token,
            shown_total_dong=total or 0,
            buyer=buyer,
            language="vi",
            actor=Actor.buyer(),
        )

    return place


def kinds(results: list[object]) -> Counter[str]:
    """Orders, polite refusals, and by name whatever must not happen."""
    polite = (SoldOut, BasketChanged)
    return Counter("refused" if isinstance(each, polite) else type(each).__name__ for each in results)
