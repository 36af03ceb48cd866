"""What is erased is what was told: every word about a buyer that an order keeps stands in the copy of the data."""

from __future__ import annotations

import pytest

from marketplace.orders.models import Order, Parcel
from marketplace.payments.forgetting import NOBODY
from marketplace.privacy.copying import data_of
from tests.marketplace.payments.on_delivery import on_its_way

pytestmark = pytest.mark.django_db


def test_each_word_that_erasing_empties_is_in_the_copy() -> None:
    order = on_its_way().order
    Order.objects.filter(pk=order.pk).update(is_gift=True, **{name: f"[{name}]" for name in NOBODY})
    Parcel.objects.update(end_reason="[end_reason]")
    told = {str(fact.value) for group in data_of(Order.objects.get(pk=order.pk)) for fact in group.facts}
    missing = [name for name in (*NOBODY, "end_reason") if f"[{name}]" not in told]
    assert missing == []
