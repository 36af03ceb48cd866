"""The lines of a wish for an invoice add up to what its parcel costs."""

from __future__ import annotations

import json

import pytest

from marketplace.invoices.exporting import as_json
from marketplace.invoices.models import InvoiceRequest
from marketplace.orders.changes.weighing import weigh_line
from marketplace.orders.fulfilling import accept_parcel
from marketplace.orders.models import Parcel
from marketplace.payments.ending.lowering import ask_for_what_goes
from tests.marketplace.payments.on_delivery import on_its_way, payment_of
from tests.marketplace.payments.stage import SYSTEM, transfer

pytestmark = pytest.mark.django_db


def weigh(parcel: Parcel, grams: int) -> Parcel:
    weigh_line(parcel=parcel, line=parcel.lines.get(), content_base=grams, actor=SYSTEM)
    ask_for_what_goes(parcel=parcel, actor=SYSTEM)
    return Parcel.objects.get(pk=parcel.pk)


@pytest.mark.parametrize(("first", "second"), [(900, 1000), (900, 900), (1000, 900), (950, 920)])
def test_also_when_it_was_paid_by_a_weight_that_was_corrected_afterwards(first: int, second: int) -> None:
    parcel = weigh(accept_parcel(parcel=on_its_way(), actor=SYSTEM), first)
    transfer(payment_of(parcel))
    parcel = weigh(Parcel.objects.get(pk=parcel.pk), second)
    wish = InvoiceRequest.objects.create(parcel=parcel, buyer_kind="person")
    [document] = json.loads(as_json([wish]))
    told = [line["amount_dong"] for line in document["lines"]]
    assert sum(told) == document["total_dong"] == Parcel.objects.get(pk=parcel.pk).due_dong, told
