"""The lists that feeds give when they are asked: each row becomes the message its webhook would have been, under the

same number, so that a transfer told both ways is one. Sources: developer.sepay.vn (userapi v1: its numbers are those of
the webhook, version 2 has others), developer.casso.vn (v2/transactions). payOS has no list of what came.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.conf import settings

from community import clock
from marketplace.payments.facts import RawEvent, clean_text
from marketplace.payments.feeds.asking import get_json
from marketplace.payments.feeds.reading import BANK_ZONE, account_of, hash_name
from marketplace.payments.interface import ProviderFailed
from marketplace.payments.states import SourceCode

SEPAY_MOST = 5_000
CASSO_PAGE = 100
MOST_PAGES = 500
MOST_DAYS = 200


def sources() -> tuple[str, ...]:
    """Feeds that can be asked here: those with a key for it."""
    keys = {
        SourceCode.SEPAY: settings.SEPAY_API_TOKEN,
        SourceCode.CASSO: settings.CASSO_API_KEY,
    }
    return tuple(str(code) for code, key in keys.items() if key)


def ask(source: str, since: datetime) -> list[RawEvent]:
    """What the feed knows of incoming transfers since then. Raises ProviderFailed when any part could not be had."""
    asked: dict[str, Callable[[datetime], Iterator[RawEvent]]] = {
        SourceCode.SEPAY: _sepay,
        SourceCode.CASSO: _casso,
    }
    return list(asked[source](since))


def _sepay(since: datetime) -> Iterator[RawEvent]:
    """Day by day: one answer holds at most 5,000 rows, the newest."""
    first, last = since.astimezone(BANK_ZONE).date(), clock.now().astimezone(BANK_ZONE).date()
    for number in range(min((last - first).days, MOST_DAYS) + 1):
        day = (first + timedelta(days=number)).isoformat()
        told = get_json(
            f"{settings.SEPAY_API_URL}/transactions/list",
            query={"transaction_date_min": day, "transaction_date_max": f"{day} 23:59:59", "limit": SEPAY_MOST},
            headers={"Authorization": f"Bearer {settings.SEPAY_API_TOKEN}"},
        )
        for row in _rows(told.get("transactions")):
            came = _whole(row.get("amount_in"))
            if came == 0:
                continue  # money that went out
            body = {
                "id": _whole(row.get("id")),
                "transactionDate": row.get("transaction_date"),
                "accountNumber": row.get("account_number"),
                "code": row.get("code"),
                "content": row.get("transaction_content"),
                "transferType": "in",
                "transferAmount": came,
                "referenceCode": row.get("reference_number"),
            }
            yield _event(body, number=body["id"], account=body["accountNumber"], kind="in")


def _casso(since: datetime) -> Iterator[RawEvent]:
    day = since.astimezone(BANK_ZONE).date().isoformat()
    for page in range(1, MOST_PAGES + 1):
        told = get_json(
            f"{settings.CASSO_API_URL}/transactions",
            query={"fromDate": day, "page": page, "pageSize": CASSO_PAGE, "sort": "ASC"},
            headers={"Authorization": f"Apikey {settings.CASSO_API_KEY}"},
        )
        data = told.get("data")
        if not isinstance(data, dict):
            raise ProviderFailed("unreadable")
        for row in _rows(data.get("records")):
            amount = row.get("amount")
            if type(amount) is int and amount <= 0:
                continue
            body = {
                "id": row.get("id"),
                "reference": row.get("tid"),
                "description": row.get("description"),
                "amount": amount,
                "transactionDateTime": row.get("when"),
                "accountNumber": row.get("bankSubAccId") or row.get("bank_sub_acc_id"),
            }
            yield _event(body, number=body["id"], account=body["accountNumber"], kind="transfer")
        if page >= (_whole(data.get("totalPages")) or 1):
            return


def _rows(told: object) -> Iterable[dict[str, Any]]:
    """An empty body with status 200 is how some say "wrong key": never an empty list."""
    if not isinstance(told, list):
        raise ProviderFailed("unreadable")
    return [row for row in told if isinstance(row, dict)]


def _whole(value: object) -> int | None:
    """SePay writes numbers as texts: "2277000.00" is 2277000; a fraction, a sign or words are None."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return int(number) if number.is_finite() and number == number.to_integral_value() and 0 <= number < 10**18 else None


def _event(body: dict[str, Any], *, number: object, account: object, kind: str) -> RawEvent:
    told = json.dumps(body, ensure_ascii=False)
    name = str(number) if number else hash_name(told.encode(errors="replace"))
    return RawEvent(clean_text(name, 255), account_of(account), kind, clean_text(told, len(told)), livemode=True)
