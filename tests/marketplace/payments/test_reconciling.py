"""Banks are asked, too: a lost webhook is found, a transfer told both ways is one, and what differs is reported."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from community import clock
from marketplace.payments.arriving.confirming import Seen, confirm_received
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.feeds.lists import sources
from marketplace.payments.feeds.reading import BANK_ZONE
from marketplace.payments.feeds.sepay import sign_sepay
from marketplace.payments.hearing.inbox import receive
from marketplace.payments.hearing.reconciling import reconcile, reconcile_all
from marketplace.payments.models import Capture, InboxEvent, Payment, PaymentException, Reconciliation
from marketplace.payments.proving.checking import check_money
from marketplace.payments.purging import KEPT_FOR, purge_old_payloads
from marketplace.payments.states import PaymentStatus
from tests.fakes.bank_lists import FakeFeed, fake_feed
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, tables

pytestmark = pytest.mark.django_db
SECRET = "a secret of the feed, long enough"


@pytest.fixture(scope="module")
def _server() -> Iterator[FakeFeed]:
    with fake_feed() as fake:
        yield fake


@pytest.fixture
def bank(_server, settings) -> FakeFeed:
    _server.answers.clear()
    _server.asked.clear()
    settings.SEPAY_API_URL = settings.CASSO_API_URL = _server.url
    settings.SEPAY_WEBHOOK_SECRETS = [SECRET]
    return _server


@pytest.fixture
def sepay(bank, settings) -> FakeFeed:
    settings.SEPAY_API_TOKEN = "token of SePay"
    return bank


def asked(feed: str = "sepay", **order: Any) -> Payment:
    return start_order_payments(order=make_order(make_cooperative(feed=feed), **order), actor=SYSTEM)[0]


def bank_now(**ago: int) -> str:
    return (clock.now() - timedelta(**ago)).astimezone(BANK_ZONE).strftime("%Y-%m-%d %H:%M:%S")


def sepay_row(payment: Payment, **changes: Any) -> dict[str, Any]:
    assert payment.account is not None
    row = {
        "id": "92704",
        "transaction_date": bank_now(),
        "account_number": payment.account.account_number,
        "amount_in": f"{payment.amount_dong}.00",
        "amount_out": "0.00",
        "transaction_content": f"CT DEN {payment.memo_code} mua hang",
        "reference_number": "MBVCB.3278907687",
        "code": None,
    }
    return row | changes


def tell_today(fake: FakeFeed, *rows: dict[str, Any]) -> None:
    """SePay answers by day."""
    day = bank_now()[:10]
    fake.answers["/transactions/list"] = lambda query: {
        "status": 200,
        "transactions": list(rows) if query["transaction_date_min"] == day else [],
    }


def webhook(payment: Payment, **changes: Any) -> None:
    row = sepay_row(payment)
    told = {
        "id": int(row["id"]),
        "transactionDate": row["transaction_date"],
        "accountNumber": row["account_number"],
        "content": row["transaction_content"],
        "transferType": "in",
        "transferAmount": payment.amount_dong,
        "referenceCode": row["reference_number"],
    }
    body, at = json.dumps(told | changes).encode(), int(clock.now().timestamp())
    signature = sign_sepay(secret=SECRET, timestamp=at, body=body)
    receive(provider="sepay", headers={"X-SePay-Signature": signature, "X-SePay-Timestamp": str(at)}, body=body)


def test_nobody_is_asked_without_a_key(bank):
    assert sources() == () and reconcile_all() == [] and bank.asked == []
    with pytest.raises(CommandError):
        call_command("reconcile_payments")


def test_a_missed_webhook_is_found_and_the_webhook_coming_after_all_changes_nothing(sepay):
    payment = asked()
    tell_today(sepay, sepay_row(payment), sepay_row(payment, id="92705", amount_in="0.00", amount_out="5000.00"))
    [run] = reconcile_all()
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.CONFIRMED and (run.told, run.found, run.error) == (1, 1, "")
    [line] = run.differences
    assert (line["what"], line["outcome"], line["ours_dong"]) == ("found", "confirmed", payment.amount_dong)
    assert payment.account.account_number not in json.dumps(run.differences), "accounts are masked"
    assert sepay.asked[0][2]["authorization"] == "Bearer token of SePay"
    before = tables()
    webhook(payment)
    assert reconcile_all()[0].found == 0 and tables() == before and check_money() == []


def test_what_a_webhook_told_is_nothing_new(sepay):
    payment = asked()
    webhook(payment)
    tell_today(sepay, sepay_row(payment))
    before = tables()
    [run] = reconcile_all()
    assert (run.told, run.found, run.differences) == (1, 0, []) and tables() == before
    reconcile_all()
    assert Reconciliation.objects.count() == 1, "a run with nothing new takes the place of the one before"


def test_another_amount_under_the_same_number_is_reported_and_not_applied(sepay):
    payment = asked()
    webhook(payment)
    tell_today(sepay, sepay_row(payment, amount_in="9999999.00"))
    before = tables()
    [line] = reconcile_all()[0].differences
    assert (line["what"], line["ours_dong"], line["told_dong"]) == ("other_amount", payment.amount_dong, 9_999_999)
    assert tables() == before


def test_a_word_of_a_member_that_the_bank_does_not_know_is_reported(sepay):
    with clock.at(clock.now() - timedelta(days=2)):
        payment = asked()
        seen = Seen(amount_dong=payment.amount_dong, reference="FT-INVENTED", day=clock.today())
        confirm_received(payment=payment, seen=seen, actor=SYSTEM)
    tell_today(sepay)
    run = reconcile(source="sepay", since=clock.now() - timedelta(days=5))
    [line] = run.differences
    assert (line["what"], line["teller"], line["reference"]) == ("not_told", "manual", "FTINVENTED")


@pytest.mark.parametrize(
    "amount",
    ["160000.50", "-5", "1e3x", "", None, "NaN", "Infinity", "1" + "0" * 15],
    ids=lambda value: f"amount {value}",
)
def test_an_amount_that_is_none_is_parked_and_never_counted(sepay, amount):
    payment = asked()
    tell_today(sepay, sepay_row(payment, amount_in=amount))
    reconcile_all()
    payment.refresh_from_db()
    assert payment.received_dong == 0 and not Capture.objects.exists()
    assert PaymentException.objects.get().kind == "malformed"


@pytest.mark.parametrize("answer", [500, 302, 401, b"", b"[]", b"<html>", {"transactions": None}, {}], ids=repr)
def test_a_bank_that_does_not_answer_is_written_down_and_changes_nothing(sepay, answer):
    asked()
    sepay.answers["/transactions/list"] = answer
    before = tables()
    [run] = reconcile_all()
    assert run.error in ("unreachable", "unreadable") and tables() == before
    assert all(path != "/elsewhere" for path, _, _ in sepay.asked), "the key never follows a redirect"
    with pytest.raises(SystemExit):
        call_command("reconcile_payments")


def test_casso_is_asked_page_by_page(bank, settings):
    settings.CASSO_API_KEY = "key of Casso"
    payment = asked("casso")

    def page(query: dict[str, str]) -> dict[str, Any]:
        number = int(query["page"])
        rows = [
            {
                "id": 100 + number,
                "tid": f"FT{number}",
                "description": payment.memo_code if number == 2 else "khác",
                "amount": payment.amount_dong if number == 2 else -7_000,
                "when": bank_now(),
                "bankSubAccId": payment.account.account_number,
            }
        ]
        return {"error": 0, "data": {"page": number, "totalPages": 2, "records": rows}}

    bank.answers["/transactions"] = page
    [run] = reconcile_all()
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.CONFIRMED and (run.source, run.told, run.found) == ("casso", 1, 1)
    assert {headers["authorization"] for _, _, headers in bank.asked} == {"Apikey key of Casso"}
    assert Capture.objects.get().txn_id == "102", "the number of its webhook"


def test_payos_is_never_asked_for_it_knows_of_requests_only(bank, settings):
    settings.PAYOS_CHECKSUM_KEYS = ["a key of payOS"]
    asked("payos")
    assert reconcile_all() == [] and bank.asked == []


def test_words_of_payers_go_after_half_a_year_and_a_replay_still_changes_nothing(sepay):
    payment = asked()
    webhook(payment)
    assert purge_old_payloads(now=clock.now() + KEPT_FOR - timedelta(minutes=1)) == 0
    InboxEvent.objects.update(received_at=clock.now() - KEPT_FOR - timedelta(minutes=1))
    assert purge_old_payloads(now=clock.now()) == 1 and purge_old_payloads(now=clock.now()) == 0
    kept = json.loads(InboxEvent.objects.get().body)
    assert kept["amounts"] == [payment.amount_dong] and len(kept["sha256"]) == 64
    before = tables()
    webhook(payment)
    tell_today(sepay, sepay_row(payment))
    reconcile_all()
    assert tables() == before and check_money() == []
