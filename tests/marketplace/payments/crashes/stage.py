"""What the crash tests share: two sellers, one buyer, and the proof that everything fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from marketplace.basket.quoting import quote_basket
from marketplace.orders.models import Order
from marketplace.orders.placing import BuyerDetails
from marketplace.payments.asking.ordering import order_and_ask
from marketplace.payments.asking.starting import start_payment
from marketplace.payments.hearing.inbox import receive
from marketplace.payments.models import Payment
from marketplace.payouts.checking import check_all_money
from tests.cast import Cast
from tests.making import Goods, fill_basket
from tests.marketplace.payments.stage import bank_post
from traceability.balance.rechecking import recheck
from traceability.batches.models import Batch
from traceability.events.matching import Matching
from traceability.log.auditing import audit_log

BUYER, WORKER = Actor.buyer(), Actor.system("worker")
Act = Callable[[], Any]


def pressing(cast: Cast, goods: tuple[Goods, Goods], *, token: str, packs: int) -> Act:
    """The buyer's press on "order", of so many packs of each."""
    basket = fill_basket((goods[0].pack, packs), (goods[1].pack, packs))
    total = quote_basket(basket, province=cast.can_tho).total_dong or 0
    buyer = BuyerDetails(name="Minh", phone="+84905111222", commune=cast.tran_de, landmark="gần chợ")
    return lambda: order_and_ask(
        basket=basket, form_token=token, shown_total_dong=total, buyer=buyer, language="vi", actor=BUYER
    )


def sound() -> None:
    """Books, lots and log: all three fit."""
    assert check_all_money() == []
    assert recheck(everything=True).is_sound
    report = audit_log(rooms=[Matching()])
    assert report.is_clean, report.findings
    twice = Counter(OutboxMessage.objects.values_list("kind", "key"))
    assert not [message for message, times in twice.items() if times > 1]


def free_packs() -> list[int]:
    return [batch.packs_available for batch in Batch.objects.order_by("pk")]


def messages(kind: str) -> int:
    return OutboxMessage.objects.filter(kind=kind).count()


def transfers() -> list[Payment]:
    return list(Payment.objects.filter(provider="vietqr").select_related("account").order_by("pk"))


def ask_card() -> Payment:
    return start_payment(order=Order.objects.get(), parcel=None, provider="stripe", actor=BUYER)


def pay_all() -> None:
    """Every transfer of the order arrives."""
    for payment in transfers():
        headers, body = bank_post(payment)
        receive(provider="simulated", headers=headers, body=body)
