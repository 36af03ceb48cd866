"""A bank that does not exist: makes the movement that SePay would post, signs it, and sends it to the same inbox."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from django.conf import settings

from community import clock
from marketplace.payments.feeds.reading import BANK_ZONE
from marketplace.payments.feeds.sepay import SIGNATURE_HEADER, TIMESTAMP_HEADER, sign_sepay
from marketplace.simulation.delivering import WRONG_SECRET, Delivery, deliver


@dataclass(frozen=True)
class Transfer:
    """What the buyer's bank app was told to do. ``number`` is the bank's own: sending twice is one transfer."""

    number: int
    bank_name: str
    account: str
    amount_dong: int
    memo: str


def post_transfer(*, transfer: Transfer, times: int = 1) -> list[Delivery]:
    """Post the signed movement ``times`` times, as a feed does that did not hear our answer."""
    body = _body(transfer)
    return [_post(body, settings.SIMULATED_BANK_SECRET) for _ in range(times)]


def post_in_two_parts(*, transfer: Transfer) -> list[Delivery]:
    """The money comes in two transfers, and the later one is told first."""
    first = replace(transfer, amount_dong=transfer.amount_dong // 2)
    rest = replace(transfer, number=transfer.number + 1, amount_dong=transfer.amount_dong - first.amount_dong)
    return [delivery for part in (rest, first) if part.amount_dong for delivery in post_transfer(transfer=part)]


def post_forged_transfer(*, transfer: Transfer) -> list[Delivery]:
    """Post it signed by somebody who does not know the secret."""
    return [_post(_body(transfer), WRONG_SECRET)]


def _post(body: bytes, secret: str) -> Delivery:
    timestamp = int(clock.now().timestamp())
    headers = {
        SIGNATURE_HEADER: sign_sepay(secret=secret, timestamp=timestamp, body=body),
        TIMESTAMP_HEADER: str(timestamp),
    }
    return deliver(headers=headers, body=body)


def _body(transfer: Transfer) -> bytes:
    """The bytes of SePay's documented message."""
    return json.dumps(
        {
            "id": transfer.number,
            "gateway": transfer.bank_name,
            "transactionDate": clock.now().astimezone(BANK_ZONE).strftime("%Y-%m-%d %H:%M:%S"),
            "accountNumber": transfer.account,
            "code": None,
            "content": transfer.memo,
            "transferType": "in",
            "transferAmount": transfer.amount_dong,
            "accumulated": 0,
            "subAccount": None,
            "referenceCode": f"SIM{transfer.number}",
            "description": "",
        },
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
