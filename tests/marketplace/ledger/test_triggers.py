"""Books, rates and money that came are never changed: the database itself refuses, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from community import clock, guarding
from marketplace.ledger.accounts import clearing, escrow
from marketplace.ledger.booking import Fact, book
from marketplace.ledger.models import LedgerAccount, LedgerEntry, LedgerTransaction
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.models import Capture
from marketplace.rates.models import CommissionRule, TaxRule
from tests.harness import guards
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def capture() -> Capture:
    """A transfer in suspense, booked."""
    now = clock.now()
    account = {"provider": "simulated", "account_key": "1", "txn_id": "1"}
    capture = Capture.objects.create(**account, amount_dong=5, booked_at=now, booked_on=now.date())
    book(fact=Fact(key=f"capture:{capture.pk}", kind="capture", at=now), lines=[(clearing("bank"), 5), (escrow(1), -5)])
    return capture


def test_books_and_rates_are_never_changed_nor_emptied(capture) -> None:
    today = clock.today()
    CommissionRule.objects.create(bps=1, valid_from=today - timedelta(days=9000))
    TaxRule.objects.create(legal_form="cooperative", vat_bps=1, pit_bps=1, valid_from=today - timedelta(days=9000))
    for model in (LedgerAccount, LedgerTransaction, LedgerEntry, CommissionRule, TaxRule):
        guards.refuses_every_change(model)


def test_money_that_came_is_only_given_to_its_payment_once(capture) -> None:
    guards.refuses_every_change(Capture, but=["payment_id"])
    one, two = (start_order_payments(order=make_order(make_cooperative()), actor=SYSTEM)[0] for _ in range(2))
    assert Capture.objects.filter(pk=capture.pk).update(payment=one) == 1
    guards.refuses_every_change(Capture)
    with pytest.raises(DatabaseError, match=guarding.WORDS), transaction.atomic():
        Capture.objects.filter(pk=capture.pk).update(payment=two)
    assert Capture.objects.get() == capture and Capture.objects.get().payment == one
