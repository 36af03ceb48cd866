"""Forty people reach for ten packs at once. First how it goes wrong without a guard, then that the ledger holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from traceability.batches.models import Batch
from traceability.batches.posting import Movement, OutOfStock, post

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site_ready")]
PEOPLE, ONE_PACK = 40, 5_000


def all_at_once(deed: Callable[[], bool]) -> Counter[bool]:
    def run(_: int) -> bool:
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(PEOPLE) as pool:
        return Counter(pool.map(run, range(PEOPLE)))


def test_without_a_guard_more_packs_are_sold_than_there_are(ten_packs: Batch) -> None:
    """Look, then write what one saw: everybody saw ten."""
    everybody_has_looked = Barrier(PEOPLE, timeout=60)

    def look_and_take() -> bool:
        seen = Batch.objects.get(pk=ten_packs.pk).available_base
        everybody_has_looked.wait()
        if seen < ONE_PACK:
            return False
        Batch.objects.filter(pk=ten_packs.pk).update(available_base=seen - ONE_PACK)
        return True

    assert all_at_once(look_and_take)[True] == PEOPLE
    ten_packs.refresh_from_db()
    assert ten_packs.packs_available == 9


def test_forty_reservations_of_ten_packs_make_ten(ten_packs: Batch) -> None:
    together = Barrier(PEOPLE, timeout=60)

    def reserve() -> bool:
        together.wait()
        try:
            post(batch_id=ten_packs.pk, movement=Movement("reserve", ONE_PACK))
        except OutOfStock:
            return False
        return True

    assert all_at_once(reserve) == {True: 10, False: 30}
    ten_packs.refresh_from_db()
    assert (ten_packs.on_hand_base, ten_packs.available_base) == (50_000, 0)
    assert ten_packs.postings.aggregate(sum=Sum("available_delta"))["sum"] == 0
    assert ten_packs.postings.filter(kind="reserve").count() == 10


def test_a_refused_movement_leaves_no_trace_of_the_work_around_it(ten_packs: Batch) -> None:
    """All or nothing: the first share of an order comes back when the second is refused."""

    def two_shares() -> None:
        with transaction.atomic():
            post(batch_id=ten_packs.pk, movement=Movement("reserve", 30_000))
            post(batch_id=ten_packs.pk, movement=Movement("reserve", 30_000))

    with pytest.raises(OutOfStock):
        two_shares()
    ten_packs.refresh_from_db()
    assert ten_packs.available_base == 50_000
    assert ten_packs.postings.count() == 1
