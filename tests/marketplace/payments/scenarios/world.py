"""What a scenario is given: sellers, goods on sale, one buyer, one way of paying, a clock that stands still."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.places.models import AdminUnit
from marketplace.orders.models import Order, Parcel
from marketplace.payments.asking.starting import start_order_payments, start_payment
from marketplace.payments.feeds.sepay import sign_sepay
from marketplace.payments.models import Payment
from marketplace.receiving.models import ReceivingAccount
from tests.cast import make_cooperative, make_unit
from tests.fakes.stripe_http import FakeStripe, signed_event
from tests.making import PackPlan, fill_basket, make_order, make_product, make_zone
from tests.marketplace.payments.scenarios.posting import BANK_ZONE
from traceability.batches.models import Batch
from traceability.products.models import Pack

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
SEPAY_SECRET = "whsec of the feed in scenarios"
KNOWN = {"total", "stock", "qty", "hold_minutes", "provider", "buyers", "vendors", "paid", "refunded", "env"}


class UnknownWords(AssertionError):
    """The scenario says something the interpreter does not know."""


@dataclass
class World:
    """One scenario being played. Everything is made when it is first needed, by the verbs of the site."""

    given: dict[str, Any]
    client: Client
    stripe: FakeStripe
    clock: time_machine.Coordinates
    http: list[int] = field(default_factory=list)
    order_after: list[str] = field(default_factory=list)
    refusals: list[Exception] = field(default_factory=list)
    again: Callable[[], Any] | None = None
    numbers: int = 0
    _order: Order | None = None
    _payments: dict[str, list[Payment]] = field(default_factory=dict)
    _others: list[Payment] = field(default_factory=list)
    sellers: dict[str, Cooperative] = field(default_factory=dict)
    _packs: dict[str, list[Pack]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if unknown := set(self.given) - KNOWN:
            raise UnknownWords(f"given: {sorted(unknown)}")
        settings.HOLD_MINUTES = self.given.get("hold_minutes", 60)
        self.person("seller")
        self._open_shops()
        if self.given.get("paid"):
            self.pay_in_full()
        if self.given.get("refunded"):
            self.refund(self.given["refunded"])

    @property
    def provider(self) -> str:
        return str(self.given.get("provider", "vietqr"))

    # --- the market -------------------------------------------------------------------------------------------------
    def _open_shops(self) -> None:
        province = make_unit("92", "Cần Thơ", "thanh_pho")
        self.commune: AdminUnit = make_unit("31673", "Trần Đề", "xa", province)
        total = int(self.given.get("total", 100_000))
        vendors: dict[str, int] = self.given.get("vendors") or {"a": total}
        stock: dict[str, int] = self.given.get("stock") or {"sku1": 5}
        for letter, dong in vendors.items():
            seller = make_cooperative(f"HTX {letter}", f"htx-{letter}", f"HTX{letter.upper()}2345", self.commune)
            ReceivingAccount.objects.create(
                cooperative=seller,
                bank_bin="970405",
                bank_name="Agribank",
                account_number=f"76002051{len(self.sellers):04}",
                holder=f"HTX {letter.upper()}",
                feed="sepay",
            )
            self.sellers[letter] = seller
            self._packs[letter] = self._stock_up(seller, dong, stock)

    def _stock_up(self, seller: Cooperative, dong: int, stock: dict[str, int]) -> list[Pack]:
        """Goods whose order comes to ``dong``: what a price cannot show is the delivery fee."""
        price, fee = divmod(dong, self.quantity * len(stock))
        make_zone(seller, first_dong=fee, step_dong=0)
        packs = []
        for sku, count in stock.items():
            goods = make_product(seller, name=f"Mật ong {sku}", packs=(PackPlan(price_dong=price),))
            Batch.objects.create(
                cooperative=seller,
                product=goods.product,
                pack=goods.pack,
                status="published",
                lot_code=f"L-{seller.slug}-{sku}".upper(),
                base_unit="g",
                on_hand_base=1000 * count,
                available_base=1000 * count,
            )
            packs.append(goods.pack)
        return packs

    @property
    def quantity(self) -> int:
        return int(self.given.get("qty", 1))

    @property
    def packs(self) -> list[Pack]:
        return [pack for packs in self._packs.values() for pack in packs]

    def place(self, *, quantity: int | None = None) -> Order:
        basket = fill_basket(*((pack, quantity or self.quantity) for pack in self.packs))
        return make_order(basket, commune=self.commune, email="minh@example.vn")

    @property
    def order(self) -> Order:
        """The order of this scenario, placed when it is first asked for."""
        if self._order is None:
            self._order = self.place()
            assert self._order.total_dong == self.given.get("total", self._order.total_dong)
        self._order.refresh_from_db()
        return self._order

    @property
    def has_order(self) -> bool:
        return self._order is not None

    def parcel(self, letter: str) -> Parcel:
        return self.order.parcels.get(cooperative=self.sellers[letter])

    # --- paying -----------------------------------------------------------------------------------------------------
    def payments(self, provider: str = "") -> list[Payment]:
        """Of this order by this way, asked for when they are first needed; fresh from the database."""
        provider = provider or self.provider
        if provider not in self._payments:
            self._payments[provider] = self._ask(provider)
        return [Payment.objects.select_related("account", "order").get(pk=one.pk) for one in self._payments[provider]]

    def _ask(self, provider: str) -> list[Payment]:
        match provider:
            case "stripe":
                return [start_payment(order=self.order, parcel=None, provider="stripe", actor=Actor.buyer())]
            case "vietqr":
                return start_order_payments(order=self.order, actor=Actor.buyer())
        raise UnknownWords(f"provider {provider}")

    def payment(self, provider: str = "") -> Payment:
        return self.payments(provider)[0]

    def session(self) -> dict[str, Any]:
        return self.stripe.sessions[self.payment("stripe").provider_ref]

    def pay_in_full(self) -> None:
        if self.provider == "stripe":
            self.say_stripe(self.stripe.pay(self.payment().provider_ref), "checkout.session.completed")
            return
        for payment in self.payments():
            self.transfer(payment)

    def refund(self, dong: int) -> None:
        """Asked for, approved and sent, as people do it."""
        from tests.marketplace.payments.scenarios.giving_back import give_back

        give_back(self, dong)

    # --- what arrives -----------------------------------------------------------------------------------------------
    def say_stripe(
        self, thing: dict[str, Any], type_: str, event_id: str = "", *, forged: bool = False, at: int = 0
    ) -> int:
        """Post one event as Stripe does; the HTTP status."""
        self.numbers += 1
        headers, body = signed_event(
            thing, type_=type_, event_id=event_id or f"evt_auto_{self.numbers}", at=at or int(clock.now().timestamp())
        )
        if forged:
            headers = {"Stripe-Signature": headers["Stripe-Signature"][::-1]}
        return self.post("stripe", headers, body)

    def transfer(self, payment: Payment | None = None, *, secret: str = SEPAY_SECRET, at: int = 0, **told: Any) -> int:
        """Post one movement of a bank account as SePay does; the HTTP status."""
        self.numbers += 1
        account = payment.account.account_number if payment and payment.account else "000"
        body = json.dumps(
            {
                "id": self.numbers,
                "gateway": "Agribank",
                "transactionDate": clock.now().astimezone(BANK_ZONE).strftime("%Y-%m-%d %H:%M:%S"),
                "accountNumber": account,
                "code": None,
                "content": payment.memo_code if payment else "",
                "transferType": "in",
                "transferAmount": payment.remaining_dong or payment.amount_dong if payment else 1,
                "accumulated": 0,
                "subAccount": None,
                "referenceCode": f"FT{self.numbers:06}",
                "description": "",
            }
            | told
        ).encode()
        stamp = at or int(clock.now().timestamp())
        headers = {
            "X-SePay-Signature": sign_sepay(secret=secret, timestamp=stamp, body=body),
            "X-SePay-Timestamp": str(stamp),
        }
        return self.post("sepay", headers, body)

    def post(self, source: str, headers: dict[str, str], body: bytes) -> int:
        answer = self.client.post(
            reverse("callbacks:payments", args=[source]), body, content_type="application/json", headers=headers
        )
        self.http.append(answer.status_code)
        return answer.status_code

    def asked(self) -> set[str]:
        """The ways that were opened."""
        return set(self._payments)

    def other_payment(self, number: int) -> Payment:
        """The transfer of a further order of the same goods: the second, the third."""
        while len(self._others) < number - 1:
            self._others += start_order_payments(order=self.place(), actor=Actor.buyer())
        return self._others[number - 2]

    # --- time and people --------------------------------------------------------------------------------------------
    def later(self, **delta: float) -> None:
        self.clock.shift(timedelta(**delta))

    @staticmethod
    def now() -> datetime:
        return clock.now()

    @staticmethod
    def person(name: str = "") -> Actor:
        mark = name or secrets.token_hex(3)
        return Actor.of(User.objects.create_user(email=f"{mark}@example.vn", name=mark, is_staff=True))
