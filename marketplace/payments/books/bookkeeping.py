"""Writes what happens to money into the books, in the transaction in which it happens. Each fact has its own key."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Sum

from marketplace.ledger import entries
from marketplace.ledger.accounts import DISPUTE, clearing, held, payable
from marketplace.ledger.booking import Fact, book
from marketplace.ledger.entries import ParcelSums
from marketplace.ledger.models import LedgerEntry, LedgerTransaction
from marketplace.orders.models import Parcel
from marketplace.payments.books.places import drawn_from, money_account
from marketplace.payments.models import Capture, Payment, Refund
from marketplace.payments.states import PROMISED_REFUND, RefundKind


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


# --- money back -------------------------------------------------------------------------------------------------------
def book_refund_promised(refund: Refund) -> LedgerTransaction:
    """The buyer was promised the money; the seller's share and the fees shrink with it."""
    return book_promise(refund, stood_dong=_stands_beside(refund))


def book_refund_called_off(refund: Refund) -> LedgerTransaction:
    """The promise is taken back."""
    return book_promise(refund, stood_dong=_stands_beside(refund), called_off=True)


def book_promise(refund: Refund, *, stood_dong: int, called_off: bool = False) -> LedgerTransaction:
    """A promise, or the end of one, with ``stood_dong`` of the parcel promised beside it.

    Fees round on the whole refunded so far. So a promise that is called off takes back the difference it makes now,
    not what it once gave: another may have come in between, and a đồng would be left over.
    """
    at = refund.ended_at if called_off else refund.approved_at
    assert at is not None
    lines = _promised(refund, stood_dong)
    if called_off:
        lines = entries.reversed_lines(lines)
    return book(fact=fact_of_refund(refund, "called-off" if called_off else "promised", at), lines=lines)


def book_refund_sent(refund: Refund) -> LedgerTransaction:
    """The money left: the operator's account, the cooperative's pocket, or what it held without a claim."""
    assert refund.ended_at is not None
    order_id, account = refund.payment.order_id, refund.payment.account
    owner = account.cooperative_id if account is not None else None
    if owner is None:
        places = drawn_from(refund)
    else:
        places = {payable(owner) if refund.kind == RefundKind.PARCEL else held(owner): refund.amount_dong}
    lines = [
        line
        for place, dong in places.items()
        for line in entries.refund_sent(order_id=order_id, dong=dong, out_of=place)
    ]
    times = times_returned(refund)
    return book(fact=fact_of_refund(refund, "sent", refund.ended_at, again=times), lines=lines)


def book_refund_returned(refund: Refund, *, at: datetime) -> LedgerTransaction:
    """It had arrived on a card, and the card's bank gave it back: it is owed to the buyer again."""
    sent = entries.refund_sent(
        order_id=refund.payment.order_id, dong=refund.amount_dong, out_of=clearing(refund.payment.provider)
    )
    fact = fact_of_refund(refund, "returned", at, again=times_returned(refund) + 1)
    return book(fact=fact, lines=entries.reversed_lines(sent))


def times_returned(refund: Refund) -> int:
    """How often it was sent in vain."""
    return LedgerTransaction.objects.filter(key__startswith=f"refund-returned:{refund.pk}:").count()


def _promised(refund: Refund, stood_dong: int) -> entries.Lines:
    order_id, dong = refund.payment.order_id, refund.amount_dong
    if refund.kind != RefundKind.PARCEL or refund.parcel is None:
        from_surplus = refund.kind == RefundKind.SURPLUS
        return entries.unspent_refund_promised(order_id=order_id, dong=dong, from_surplus=from_surplus)
    return entries.refund_promised(parcel_sums(refund.parcel), dong=dong, refunded_before_dong=stood_dong)


def _stands_beside(refund: Refund) -> int:
    if refund.kind != RefundKind.PARCEL or refund.parcel is None:
        return 0
    return refunded_of(refund.parcel, but=refund)


def refunded_of(parcel: Parcel, *, but: Refund | None = None) -> int:
    """What the seller has had taken of a parcel so far, in đồng: refunds promised, and its shares of lost disputes."""
    refunds = Refund.objects.filter(parcel=parcel, kind=RefundKind.PARCEL, status__in=PROMISED_REFUND)
    if but is not None:
        refunds = refunds.exclude(pk=but.pk)
    borne = LedgerEntry.objects.filter(
        transaction__kind="dispute_borne", transaction__parcel=parcel, account__code=DISPUTE.code
    )
    promised = refunds.aggregate(sum=Sum("amount_dong"))["sum"] or 0
    return promised - (borne.aggregate(sum=Sum("amount_dong"))["sum"] or 0)


def fact_of_refund(refund: Refund, word: str, at: datetime, *, again: int = 0) -> Fact:
    """``again``: how often it had come back before."""
    return Fact(
        key=f"refund-{word}:{refund.pk}" + (f":{again}" if again else ""),
        kind=f"refund_{word.replace('-', '_')}",
        at=at,
        order_id=refund.payment.order_id,
        parcel_id=refund.parcel_id,
        livemode=refund.payment.livemode,
    )
