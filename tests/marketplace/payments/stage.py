"""A small market for payment tests: cooperatives with one pack and one batch each, orders with goods held on them."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from community import clock
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.places.models import AdminUnit
from marketplace.orders.models import Order, OrderLine, Parcel
from marketplace.orders.reserving import reserve_lines
from marketplace.payments.feeds.reading import BANK_ZONE
from marketplace.payments.feeds.sepay import sign_sepay
from marketplace.payments.hearing.inbox import Receipt, receive
from marketplace.payments.models import Capture, InboxEvent, Payment, PaymentException
from marketplace.receiving.models import ReceivingAccount
from traceability.batches.models import Batch
from traceability.products.models import Pack, Product

SYSTEM = Actor.system("test")
SHIPPING = 25_000
PRICE = 80_000


def make_cooperative(name: str = "HTX Hướng Hiệp", *, stock: int = 10, feed: str = "simulated") -> Cooperative:
    """A seller with an account, a pack of 500 g at 80.000 ₫ and ``stock`` packs of it."""
    province, _ = AdminUnit.objects.get_or_create(
        code="44",
        defaults={"level": "province", "kind": "tinh", "name": "Quảng Trị", "name_with_type": "Tỉnh Quảng Trị"},
    )
    commune, _ = AdminUnit.objects.get_or_create(
        code="19429",
        defaults={
            "level": "commune",
            "kind": "xa",
            "name": "Hướng Hóa",
            "name_with_type": "Xã Hướng Hóa",
            "parent": province,
        },
    )
    mark = secrets.token_hex(4)
    cooperative = Cooperative.objects.create(
        code=mark, name=name, slug=f"htx-{mark}", status="active", commune=commune, phone="+84912345678"
    )
    product = Product.objects.create(cooperative=cooperative, name="Mật ong rừng")
    pack = Pack.objects.create(
        product=product, name="chai 500 g", net_quantity_base=500, base_unit="g", ship_weight_g=800
    )
    Batch.objects.create(
        cooperative=cooperative,
        product=product,
        pack=pack,
        status="published",
        lot_code="L-" + mark.upper(),
        base_unit="g",
        on_hand_base=500 * stock,
        available_base=500 * stock,
    )
    number = str(secrets.randbelow(10**12)).zfill(12)
    ReceivingAccount.objects.create(
        cooperative=cooperative,
        bank_bin="970405",
        bank_name="Agribank",
        account_number=number,
        holder="HTX HUONG HIEP",
        feed=feed,
    )
    return cooperative


def make_order(*cooperatives: Cooperative, packs: int = 2, minutes: int = 60, **fields: Any) -> Order:
    """An order over these sellers, ``packs`` of each, goods held; 185.000 ₫ a parcel for two packs."""
    goods, shipping = PRICE * packs * len(cooperatives), SHIPPING * len(cooperatives)
    order = Order.objects.create(
        form_token=secrets.token_hex(16),
        buyer_name="Minh",
        buyer_phone="+84905111222",
        buyer_email=fields.pop("buyer_email", "minh@example.vn"),
        commune=cooperatives[0].commune,
        place_text="Xã Hướng Hóa, Tỉnh Quảng Trị",
        landmark="gần chợ",
        goods_dong=goods,
        shipping_dong=shipping,
        total_dong=goods + shipping,
        hold_expires_at=clock.now() + timedelta(minutes=minutes),
        **fields,
    )
    lines = [_make_parcel(order, one, number, packs) for number, one in enumerate(cooperatives, start=1)]
    with transaction.atomic():
        reserve_lines(lines=lines, actor=SYSTEM)
    return order


def _make_parcel(order: Order, cooperative: Cooperative, number: int, packs: int) -> OrderLine:
    pack = Pack.objects.get(product__cooperative=cooperative)
    parcel = Parcel.objects.create(
        order=order,
        cooperative=cooperative,
        code=f"{order.code}-{number}",
        seller_name=cooperative.name,
        zone_name="Cả nước",
        days_min=2,
        days_max=4,
        goods_dong=PRICE * packs,
        shipping_dong=SHIPPING,
        total_dong=PRICE * packs + SHIPPING,
    )
    return OrderLine.objects.create(
        parcel=parcel,
        pack=pack,
        title="Mật ong rừng",
        pack_name=pack.name,
        unit_price_dong=PRICE,
        quantity=packs,
        net_quantity_base=500,
        base_unit="g",
        total_dong=PRICE * packs,
    )


def packs_left(cooperative: Cooperative) -> int:
    """What can still be bought."""
    return Batch.objects.get(cooperative=cooperative).packs_available


def bank_post(
    payment: Payment | None = None, *, secret: str | None = None, at: int | None = None, **changes: Any
) -> tuple[dict[str, str], bytes]:
    """Headers and body of a SePay-shaped movement that pays ``payment`` in full, unless ``changes`` say otherwise."""
    number = secrets.randbelow(10**12) + 1
    told: dict[str, Any] = {
        "id": number,
        "gateway": "Agribank",
        "transactionDate": clock.now().astimezone(BANK_ZONE).strftime("%Y-%m-%d %H:%M:%S"),
        "accountNumber": payment.account.account_number if payment and payment.account else "000",
        "code": None,
        "content": payment.memo_code if payment else "",
        "transferType": "in",
        "transferAmount": payment.amount_dong if payment else 1,
        "accumulated": 0,
        "subAccount": None,
        "referenceCode": f"FT{number}",
        "description": "",
    } | changes
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return sign_body(body, secret=secret, at=at), body


def sign_body(body: bytes, *, secret: str | None = None, at: int | None = None) -> dict[str, str]:
    """The headers SePay would put on these bytes."""
    timestamp = at or int(timezone.now().timestamp())
    signature = sign_sepay(secret=secret or settings.SIMULATED_BANK_SECRET, timestamp=timestamp, body=body)
    return {"X-SePay-Signature": signature, "X-SePay-Timestamp": str(timestamp)}


def transfer(payment: Payment | None = None, **changes: Any) -> Receipt:
    """One transfer, delivered once."""
    headers, body = bank_post(payment, **changes)
    return receive(provider="simulated", headers=headers, body=body)


def outcome(receipt: Receipt) -> str:
    """What the shop made of a delivery."""
    return InboxEvent.objects.get(pk=(receipt.accepted + receipt.duplicates)[0].pk).outcome


def tables() -> dict[str, list[tuple[Any, ...]]]:
    """Everything a refused message must leave alone."""
    return {
        "payments": list(Payment.objects.order_by("pk").values_list("pk", "status", "received_dong", "late")),
        "captures": list(Capture.objects.order_by("pk").values_list("pk", "amount_dong")),
        "exceptions": list(PaymentException.objects.order_by("pk").values_list("pk", "kind", "status")),
        "inbox": list(InboxEvent.objects.order_by("pk").values_list("pk", "status", "outcome")),
        "parcels": list(Parcel.objects.order_by("pk").values_list("pk", "status", "paid_at")),
        "batches": list(Batch.objects.order_by("pk").values_list("pk", "on_hand_base", "available_base")),
    }
