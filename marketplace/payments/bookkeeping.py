"""Writes what happens to money into the books, in the transaction in which it happens. Each fact has its own key."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Sum

from marketplace.ledger import entries
from marketplace.ledger.accounts import DISPUTE, Account, clearing, held, payable
from marketplace.ledger.booking import Fact, book
from marketplace.ledger.entries import ParcelSums
from marketplace.ledger.models import AccountKind, LedgerEntry, LedgerTransaction
from marketplace.orders.models import Parcel
from marketplace.payments.models import Capture, Payment, Refund
from marketplace.payments.states import PROMISED_REFUND, RefundKind
from marketplace.receiving.models import ReceivingAccount


def owner_of(account_key: str) -> ReceivingAccount | None:
    """The receiving account of this number, the one in use first; a feed may watch others too."""
    if not account_key:
        return None
    return ReceivingAccount.objects.filter(account_number=account_key).order_by("-active", "-pk").first()


def money_account(capture: Capture) -> Account:
    """Where the money of this capture lies: a cooperative's own account, or one of the operator's.

    An account is one place, whoever told us: its feed, a statement or a person.
    """
    account = owner_of(capture.account_key)
    if account is None:
        return clearing(capture.provider)
    return held(account.cooperative_id) if account.cooperative_id else clearing(account.feed)


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
    assert refund.approved_at is not None
    return book(fact=fact_of_refund(refund, "promised", refund.approved_at), lines=_promised(refund))


def book_refund_called_off(refund: Refund) -> LedgerTransaction:
    """The promise is taken back, entry by entry."""
    assert refund.ended_at is not None
    promised = LedgerTransaction.objects.get(key=f"refund-promised:{refund.pk}")
    stands = [
        (Account(row.account.code, AccountKind(row.account.kind), row.account.cooperative_id), -row.amount_dong)
        for row in promised.entries.select_related("account")
    ]
    return book(fact=fact_of_refund(refund, "called-off", refund.ended_at), lines=stands)


def book_refund_sent(refund: Refund) -> LedgerTransaction:
    """The money left: the operator's account, the cooperative's pocket, or what it held without a claim."""
    assert refund.ended_at is not None
    out_of = clearing(refund.payment.provider)
    owner = refund.payment.account.cooperative_id if refund.payment.account else None
    if owner is not None:
        out_of = payable(owner) if refund.kind == RefundKind.PARCEL else held(owner)
    elif refund.payment.account is not None:
        out_of = clearing(refund.payment.account.feed)
    lines = entries.refund_sent(order_id=refund.payment.order_id, dong=refund.amount_dong, out_of=out_of)
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


def _promised(refund: Refund) -> entries.Lines:
    order_id = refund.payment.order_id
    if refund.kind != RefundKind.PARCEL or refund.parcel is None:
        from_surplus = refund.kind == RefundKind.SURPLUS
        return entries.unspent_refund_promised(order_id=order_id, dong=refund.amount_dong, from_surplus=from_surplus)
    refunded = refunded_of(refund.parcel, but=refund)
    return entries.refund_promised(parcel_sums(refund.parcel), dong=refund.amount_dong, refunded_before_dong=refunded)


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
