"""Money the operator collected by card, of parcels that are over: what payouts are made of."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta
from typing import Any

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.text.dates import VIETNAM
from marketplace.orders.models import Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.payments.arriving.capturing import record_capture
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.facts import MoneyFact
from marketplace.payments.models import Payment, Refund
from marketplace.payments.refunds.refunding import Wish, approve_refund, ask_refund
from marketplace.payments.states import PaymentStatus, ProviderCode, RefundKind, RefundStatus, SourceCode
from marketplace.payouts.models import DuesPayment, Payout, PayoutItem
from tests.marketplace.payments.stage import SYSTEM, make_order

OCTOBER = (date(2026, 10, 1), date(2026, 11, 1))
NOVEMBER = (date(2026, 11, 1), date(2026, 12, 1))
IN_OCTOBER = datetime(2026, 10, 10, 9, tzinfo=VIETNAM)
EARLY_NOVEMBER = datetime(2026, 11, 3, 9, tzinfo=VIETNAM)
numbers = itertools.count(1)


def person(name: str) -> Actor:
    return Actor.of(User.objects.create_user(email=f"{name}@example.vn", name=name, is_staff=True))


def sell(
    *cooperatives: Cooperative,
    at: datetime = IN_OCTOBER,
    by: str = "card",
    commission_bps: int = 500,
    over: bool = True,
    **rates: Any,
) -> Parcel:
    """An order of 185.000 ₫ a parcel, paid at ``at``; its first parcel. ``over``: complete two days later."""
    with clock.at(at):
        order = make_order(*cooperatives)
        for parcel in order.parcels.all():
            Parcel.objects.filter(pk=parcel.pk).update(
                commission_bps=commission_bps, commission_dong=parcel.goods_dong * commission_bps // 10_000, **rates
            )
        _pay(order, by)
        if over:
            ended = at + timedelta(days=2)
            order.parcels.update(status=ParcelStatus.COMPLETED, delivered_at=ended, ended_at=ended)
    return order.parcels.order_by("pk")[0]


def _pay(order: Any, by: str) -> None:
    if by == "transfer":
        for payment in start_order_payments(order=order, actor=SYSTEM):
            _capture(payment, SourceCode.SEPAY, payment.account.account_number, payment.memo_code)
        return
    payment = Payment.objects.create(
        order=order,
        provider=ProviderCode.STRIPE,
        status=PaymentStatus.PENDING,
        amount_dong=order.total_dong,
        livemode=by == "card",
        provider_ref=f"cs_{next(numbers)}",
        expires_at=clock.now() + timedelta(hours=1),
    )
    _capture(payment, SourceCode.STRIPE, "", None)


def _capture(payment: Payment, source: SourceCode, account: str, memo: str | None) -> None:
    number = next(numbers)
    fact = MoneyFact(
        source=source,
        account_key=account,
        txn_id=f"txn-{number}",
        amount_dong=payment.amount_dong,
        currency="VND",
        memo=memo or "",
        booked_at=clock.now(),
        bank_reference=f"FT{number}" if memo else "",
        payment_uuid=None if memo else payment.uuid,
        provider_ref=payment.provider_ref,
        livemode=payment.livemode,
    )
    record_capture(fact=fact)


def give_back(parcel: Parcel, dong: int, *, at: datetime, sent: bool = True, reason: str = "broken") -> Refund:
    """Promised, and sent unless told otherwise."""
    payment = Payment.objects.get(order=parcel.order, status=PaymentStatus.CONFIRMED)
    with clock.at(at):
        refund = ask_refund(wish=Wish(payment, dong, RefundKind.PARCEL, reason, parcel=parcel), actor=SYSTEM)
        approve_refund(refund=refund, actor=SYSTEM)
        if sent:
            arrived(refund)
    return refund


def arrived(refund: Refund) -> None:
    """The money of a promised refund left."""
    from marketplace.payments.refunds.sending_back import refund_arrived

    Refund.objects.filter(pk=refund.pk).update(status=RefundStatus.SUBMITTED)
    refund.refresh_from_db()
    refund_arrived(refund=refund, at=clock.now())


def payout_tables() -> dict[str, list[Any]]:
    """What a refused step must leave alone."""
    return {
        "payouts": list(Payout.objects.order_by("pk").values()),
        "items": list(PayoutItem.objects.order_by("pk").values()),
        "dues": list(DuesPayment.objects.order_by("pk").values()),
    }
