"""A bank that does not exist: makes the movement that SePay would post, signs it, and sends it to the same inbox."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass

from django.conf import settings

from community import clock
from marketplace.payments.feeds.sepay import BANK_ZONE, SIGNATURE_HEADER, TIMESTAMP_HEADER, sign_sepay
from marketplace.payments.inbox import receive
from marketplace.payments.models import InboxEvent
from marketplace.payments.providers.base import BadSignature
from marketplace.payments.states import SourceCode

TRANSACTION_DIGITS = 10**15
WRONG_SECRET = "this is not the secret of the bank"


@dataclass(frozen=True)
class Transfer:
    """What the buyer's bank app was told to do. ``number`` is the bank's own: sending twice is one transfer."""

    number: int
    bank_name: str
    account: str
    amount_dong: int
    memo: str


@dataclass(frozen=True)
class Delivery:
    """How one post was answered: the HTTP status, is it a repetition, and what the shop made of it."""

    status: int
    repeated: bool = False
    outcome: str = ""


def new_transaction_number() -> int:
    """Random: chosen when the page is shown, so that a reload of the answer sends the same transfer again."""
    return secrets.randbelow(TRANSACTION_DIGITS - 1) + 1


def post_transfer(*, transfer: Transfer, times: int = 1) -> list[Delivery]:
    """Post the signed movement ``times`` times, as a feed does that did not hear our answer."""
    body = _body(transfer)
    return [_post(body, settings.SIMULATED_BANK_SECRET) for _ in range(times)]


def post_forged_transfer(*, transfer: Transfer) -> list[Delivery]:
    """Post it signed by somebody who does not know the secret."""
    return [_post(_body(transfer), WRONG_SECRET)]


def _post(body: bytes, secret: str) -> Delivery:
    timestamp = int(clock.now().timestamp())
    headers = {
        SIGNATURE_HEADER: sign_sepay(secret=secret, timestamp=timestamp, body=body),
        TIMESTAMP_HEADER: str(timestamp),
    }
    try:
        receipt = receive(provider=SourceCode.SIMULATED, headers=headers, body=body)
    except BadSignature:
        return Delivery(status=401)
    row = InboxEvent.objects.get(pk=(receipt.accepted + receipt.duplicates)[0].pk)
    return Delivery(status=200, repeated=bool(receipt.duplicates), outcome=row.outcome or row.status)


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
