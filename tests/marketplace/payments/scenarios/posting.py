"""One bank transfer as each feed would tell it, in its own shape and signature."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from marketplace.payments.models import Payment

if TYPE_CHECKING:
    from tests.marketplace.payments.scenarios.world import World

BANK_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PAYOS_KEY = "checksum key of payOS in scenarios"
CASSO_KEY = "checksum key of Casso in scenarios"


def post_feed(world: World, feed: str, payment: Payment, *, reference: str, dong: int) -> int:
    """Post a transfer of ``dong`` for this payment; the HTTP status."""
    if feed == "sepay":
        return world.transfer(payment, transferAmount=dong, referenceCode=reference)
    world.numbers += 1
    headers, told = (_payos if feed == "payos" else _casso)(world, payment, reference, dong)
    return world.post(feed, headers, json.dumps(told).encode())


def _payos(world: World, payment: Payment, reference: str, dong: int) -> tuple[dict[str, str], dict[str, object]]:
    from marketplace.payments.feeds.payos import sign_payos

    assert payment.account is not None
    data = {
        "orderCode": world.numbers,
        "amount": dong,
        "description": payment.memo_code,
        "accountNumber": payment.account.account_number,
        "reference": reference,
        "transactionDateTime": f"{world.now().astimezone(BANK_ZONE):%Y-%m-%d %H:%M:%S}",
        "currency": "VND",
        "paymentLinkId": f"link{world.numbers}",
        "code": "00",
        "desc": "success",
        "counterAccountBankId": None,
    }
    told = {"code": "00", "desc": "success", "success": True, "data": data}
    return {}, told | {"signature": sign_payos(key=PAYOS_KEY, data=data)}


def _casso(world: World, payment: Payment, reference: str, dong: int) -> tuple[dict[str, str], dict[str, object]]:
    from marketplace.payments.feeds.casso import sign_casso

    assert payment.account is not None
    told: dict[str, object] = {
        "error": 0,
        "data": {
            "id": world.numbers,
            "reference": reference,
            "description": payment.memo_code,
            "amount": dong,
            "accountNumber": payment.account.account_number,
            "transactionDateTime": f"{world.now().astimezone(BANK_ZONE):%Y-%m-%d %H:%M:%S}",
        },
    }
    stamp = int(world.now().timestamp() * 1000)
    return {"X-Casso-Signature": sign_casso(key=CASSO_KEY, milliseconds=stamp, told=told)}, told
