"""A query composed once answers as the queryset would, for any ids, and anew for other facts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import pytest
from django.db.models import QuerySet

from community.composed_reads import rows_of
from community.cooperatives.models import Cooperative
from tests.cast import Cast, make_cooperative

pytestmark = pytest.mark.django_db


def resting(ids: Collection[int], day: date) -> QuerySet[Any, tuple[Any, ...]]:
    sellers = Cooperative.objects.resting(day).filter(pk__in=ids).exclude(name="50 %s")
    return sellers.order_by("pk").values_list("pk", "name", "holiday_from", "holiday_until")


def test_rows_are_those_of_the_queryset_with_dates_as_dates(cast: Cast, django_assert_num_queries: Any) -> None:
    first, last = date(2026, 11, 20), date(2026, 11, 25)
    ids = [make_cooperative(f"HTX {n}", f"htx-{n}", f"HTX{n:05d}", cast.tran_de).pk for n in range(3)]
    Cooperative.objects.filter(pk__in=ids[:2]).update(holiday_from=first, holiday_until=last)
    for some in (ids, ids[1:2], ids[2:]):
        with django_assert_num_queries(1):
            found = list(rows_of(resting, some, first))
        assert found == list(resting(some, first))
    assert [row[2:] for row in rows_of(resting, ids, last)] == [(first, last)] * 2
    assert not list(rows_of(resting, ids, date(2026, 11, 26)))
    with django_assert_num_queries(0):
        assert not list(rows_of(resting, [], first))
