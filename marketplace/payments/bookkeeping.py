"""Writes what happens to money into the books, in the transaction in which it happens. Each fact has its own key."""

from __future__ import annotations

from datetime import datetime

from marketplace.ledger import entries
from marketplace.ledger.accounts import Account, clearing, held
from marketplace.ledger.booking import Fact, book
from marketplace.ledger.entries import ParcelSums
from marketplace.ledger.models import LedgerTransaction
from marketplace.orders.models import Parcel
from marketplace.payments.models import Capture, Payment, ReceivingAccount


def money_account(capture: Capture) -> Account:
    """Where the money of this capture lies: a cooperative's own account, or one of the operator's."""
    owner = ReceivingAccount.objects.filter(account_number=capture.account_key, cooperative__isnull=False)
    account = owner.values_list("cooperative_id", flat=True).order_by("-active", "-pk").first()
    if capture.account_key and account is not None:
        return held(account)
    return clearing(capture.provider)


def book_capture(capture: Capture) -> LedgerTransaction:
    """Money came: for an order, or into suspense until somebody says whose it is."""
    order_id = capture.payment.order_id if capture.payment else None
    return book(
        fact=Fact(
            key=f"capture:{capture.pk}",
            kind="capture",
            at=capture.booked_at,
            order_id=order_id,
            livemode=capture.livemode,
        ),
        lines=entries.money_came(into=money_account(capture), order_id=order_id, dong=capture.amount_dong),
    )


def book_match(capture: Capture, *, payment: Payment, at: datetime) -> LedgerTransaction:
    """A person said which payment money in suspense was meant for."""
    return book(
        fact=Fact(
            key=f"match:{capture.pk}",
            kind="match",
            at=at,
            order_id=payment.order_id,
            livemode=capture.livemode,
        ),
        lines=entries.suspense_matched(order_id=payment.order_id, dong=capture.amount_dong),
    )


def book_parcel_paid(parcel: Parcel, *, payment: Payment) -> LedgerTransaction:
    """The parcel's money is the seller's now, less commission and withheld tax."""
    assert parcel.paid_at is not None
    direct = payment.account is not None and payment.account.cooperative_id is not None
    return book(
        fact=Fact(
            key=f"parcel-paid:{parcel.pk}",
            kind="parcel_paid",
            at=parcel.paid_at,
            order_id=parcel.order_id,
            parcel_id=parcel.pk,
            livemode=payment.livemode,
        ),
        lines=entries.parcel_paid(
            parcel_sums(parcel), held_by_cooperative=held(parcel.cooperative_id) if direct else None
        ),
    )


def book_surplus(payment: Payment, *, key: str, dong: int, at: datetime) -> LedgerTransaction:
    """More came than was asked: it belongs to the buyer."""
    return book(
        fact=Fact(
            key=f"surplus:{key}",
            kind="surplus",
            at=at,
            order_id=payment.order_id,
            parcel_id=payment.parcel_id,
            livemode=payment.livemode,
        ),
        lines=entries.surplus_found(order_id=payment.order_id, dong=dong),
    )


def parcel_sums(parcel: Parcel) -> ParcelSums:
    """What the books need of a parcel, with the rates that were frozen on it."""
    withheld = parcel.tax_mode == "withhold"
    return ParcelSums(
        order_id=parcel.order_id,
        cooperative_id=parcel.cooperative_id,
        goods_dong=parcel.goods_dong,
        shipping_dong=parcel.shipping_dong,
        commission_bps=parcel.commission_bps,
        vat_bps=parcel.vat_bps if withheld else 0,
        pit_bps=parcel.pit_bps if withheld else 0,
        tax_on_shipping=parcel.tax_on_shipping,
    )
