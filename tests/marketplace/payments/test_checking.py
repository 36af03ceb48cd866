"""check_money: an honest market fits; every way of bending a row is named by its rule."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.models import Capture, Payment
from marketplace.payments.proving.checking import RULES, check_money
from tests.harness import guards
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, transfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment() -> Payment:
    """One parcel paid exactly, one overpaid, one transfer without a code, one order still waiting."""
    order = make_order(make_cooperative(), make_cooperative("HTX Đakrông"))
    first, second = start_order_payments(order=order, actor=SYSTEM)
    transfer(first)
    transfer(second, transferAmount=second.amount_dong + 5_000)
    transfer(None, transferAmount=70_000, content="tien mat ong")
    start_order_payments(order=make_order(make_cooperative("HTX Ba Lòng")), actor=SYSTEM)
    first.refresh_from_db()
    return first


def bend(sql: str, *values: object) -> None:
    with guards.lifted(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        assert cursor.rowcount > 0


def broken() -> set[str]:
    return {misfit.rule for misfit in check_money()}


def test_an_honest_market_fits(payment):
    assert check_money() == []
    out = StringIO()
    call_command("check_money", stdout=out)
    assert f"{len(RULES)} rules hold" in out.getvalue()


PARCEL = "(SELECT parcel_id FROM marketplace_payment WHERE id = %s)"
COMMISSION = "(SELECT id FROM marketplace_ledgeraccount WHERE code = 'commission')"
BENT = {
    "received": ({"I2"}, "marketplace_payment SET received_dong = received_dong + 1 WHERE id = %s"),
    "unpaid": ({"I3"}, f"marketplace_parcel SET paid_at = NULL WHERE id = {PARCEL}"),
    "books": (
        {"I5", "I9"},
        f"marketplace_ledgerentry SET amount_dong = amount_dong - 7 WHERE account_id = {COMMISSION} AND %s > 0",
    ),
    "lines": (
        {"I8"},
        "marketplace_orderline SET unit_price_dong = unit_price_dong + 1, total_dong = total_dong + quantity "
        f"WHERE parcel_id = {PARCEL}",
    ),
    "stock": (
        {"I4"},
        "traceability_batch SET available_base = available_base - 500 WHERE available_base > 500 AND %s > 0",
    ),
    "inbox": (
        {"I6"},
        "marketplace_inboxevent SET status = 'received', received_at = '2020-01-01T00:00:00Z' WHERE %s > 0",
    ),
    "escrow spent twice": (
        {"I5", "I7"},
        "marketplace_ledgerentry SET amount_dong = amount_dong + 400000 WHERE id = "
        "(SELECT MIN(e.id) FROM marketplace_ledgerentry e JOIN marketplace_ledgeraccount a ON a.id = e.account_id "
        "WHERE a.code LIKE 'escrow:%%') AND %s > 0",
    ),
    "left over and forgotten": (
        {"I3"},
        "marketplace_payment SET amount_dong = amount_dong - 1000 WHERE id = %s",
    ),
    "livemode": ({"I10"}, "marketplace_capture SET livemode = NOT livemode WHERE payment_id = %s"),
}


@pytest.mark.parametrize(("rules", "change"), BENT.values(), ids=BENT)
def test_a_bent_row_is_named_by_its_rule(payment, settings, rules, change):
    if "I9" in rules:
        settings.COMMISSION_BPS = 500
        order = make_order(make_cooperative("HTX Cam Lộ"))
        order.parcels.update(commission_bps=500, commission_dong=8_000)
        transfer(*start_order_payments(order=order, actor=SYSTEM))
        assert check_money() == []
    bend(f"UPDATE {change}", payment.pk)
    assert rules <= broken()
    with pytest.raises(SystemExit):
        call_command("check_money", stderr=StringIO())


def test_money_taken_out_of_the_books_is_missed(payment):
    capture = Capture.objects.filter(payment=payment).get()
    with guards.lifted(), connection.cursor() as cursor:
        booked = "(SELECT id FROM marketplace_ledgertransaction WHERE key = %s)"
        cursor.execute(
            f"DELETE FROM marketplace_ledgerentry WHERE transaction_id = {booked}", [f"capture:{capture.pk}"]
        )
        cursor.execute("DELETE FROM marketplace_ledgertransaction WHERE key = %s", [f"capture:{capture.pk}"])
    assert "I7" in broken()


def test_books_that_could_be_changed_are_missed(payment):
    assert check_money() == []
    guards.down()
    assert broken() == {"I12"}


def test_real_sites_hold_no_play_money(payment, settings):
    settings.DEMO = False
    assert broken() == {"I10"}
