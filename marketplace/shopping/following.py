"""An order as its buyer follows it: one sentence over all, and for each parcel its steps, its goods, its batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from community.cooperatives.models import Cooperative
from community.photos.models import Photo
from community.text.dates import show_datetime, show_weekday_date
from community.text.money import show_dong
from marketplace.invoices.models import InvoiceRequest, InvoiceStatus
from marketplace.orders.models import Order, OrderLine, Parcel
from marketplace.orders.states import NEXT_PARCEL, AllocationStatus, ParcelStatus
from marketplace.payments.showing.refund_cards import RefundCard
from marketplace.payments.showing.summaries import (
    BY_CARD,
    CHOOSE,
    ENDED,
    NO_ACCOUNT,
    PAID,
    SHORT,
    WAITING,
    OrderMoney,
    PaymentCard,
)
from marketplace.shopping.money_words import Told, problem_words, refund_words
from marketplace.shopping.pictures import pictures_of
from traceability.batches.addresses import batch_path
from traceability.products.models import in_language


@dataclass(frozen=True, slots=True)
class BatchLink:
    """So many packs of a line come from this batch."""

    lot_code: str
    path: str
    packs: int


@dataclass(frozen=True, slots=True)
class LineView:
    """``path``: of the goods' own page; empty when they are no longer shown."""

    title: str
    path: str
    pack_name: str
    quantity: int
    total_dong: int
    photo: Photo | None
    batches: tuple[BatchLink, ...]


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """As components/timeline_item.html shows it; ``kind`` is "" (done) | now | todo | miss."""

    title: str
    when: str = ""
    meta: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class ParcelView:
    parcel: Parcel
    seller: Cooperative
    number: int
    card: PaymentCard
    lines: tuple[LineView, ...]
    steps: tuple[ProgressStep, ...]
    told: tuple[Told, ...]
    invoice: InvoiceRequest | None
    can_cancel: bool
    batches_are_bound: bool


def parcel_views(order: Order, cards: Sequence[PaymentCard]) -> list[ParcelView]:
    """In the parcels' order, which is the cards'; a fixed number of queries."""
    parcels = list(
        order.parcels.select_related("cooperative", "invoice_request")
        .prefetch_related(
            Prefetch("lines", OrderLine.objects.select_related("pack__product__listing")),
            "lines__allocations__batch__pack",
        )
        .order_by("pk")
    )
    pictures = pictures_of(line.pack.product_id for parcel in parcels for line in parcel.lines.all())
    by_code = {card.parcel_code: card for card in cards}
    return [
        ParcelView(
            parcel=parcel,
            seller=parcel.cooperative,
            number=number,
            card=by_code[parcel.code],
            lines=tuple(_line(line, pictures.get(line.pack.product_id)) for line in parcel.lines.all()),
            steps=tuple(progress_of(parcel, by_code[parcel.code].state)),
            told=tuple(told_of(by_code[parcel.code].problems, by_code[parcel.code].refunds)),
            invoice=getattr(parcel, "invoice_request", None),
            can_cancel=ParcelStatus.CANCELLED in NEXT_PARCEL[parcel.status],
            batches_are_bound=parcel.packed_at is not None,
        )
        for number, parcel in enumerate(parcels, start=1)
    ]


def _line(line: OrderLine, photo: Photo | None) -> LineView:
    allocations = [each for each in line.allocations.all() if each.status != AllocationStatus.RELEASED]
    return LineView(
        title=in_language(line.title, line.title_en),
        path=_path_of(line),
        pack_name=in_language(line.pack_name, line.pack_name_en),
        quantity=line.quantity,
        total_dong=line.total_dong,
        photo=photo,
        batches=tuple(
            BatchLink(each.batch.lot_code, batch_path(each.batch), each.quantity_base // line.net_quantity_base)
            for each in allocations
        ),
    )


def _path_of(line: OrderLine) -> str:
    listing = getattr(line.pack.product, "listing", None)
    return reverse("shopping:product", args=[listing.slug]) if listing and listing.live else ""


def progress_of(parcel: Parcel, money: str = WAITING) -> list[ProgressStep]:
    """What has happened with its time, what happens now, what will; an ended parcel stops where it ended.

    ``money``: the state of its payment card, which tells how the money is to come.
    """
    done = _done(parcel)
    if parcel.status in (ParcelStatus.CANCELLED, ParcelStatus.REJECTED, ParcelStatus.EXPIRED):
        return [*done, ProgressStep(_ending(parcel), _when(parcel.ended_at), _reason(parcel), "miss")]
    ahead = _ahead(parcel, money)[len(done) - 1 :]
    return done + [
        ProgressStep(title, "", meta, "now" if place == 0 else "todo") for place, (title, meta) in enumerate(ahead)
    ]


def _done(parcel: Parcel) -> list[ProgressStep]:
    moments = [
        (gettext("Order placed"), parcel.order.placed_at, ""),
        (gettext("Money received"), parcel.paid_at, ""),
        (gettext("Accepted by the cooperative"), parcel.accepted_at, ""),
        (gettext("Packed"), parcel.packed_at, ""),
        (gettext("Handed to the courier"), parcel.shipped_at, _courier(parcel)),
        (gettext("Delivered"), parcel.delivered_at, ""),
    ]
    return [ProgressStep(title, _when(moment), meta) for title, moment, meta in moments if moment is not None]


def _ahead(parcel: Parcel, money: str) -> list[tuple[str, str]]:
    """The steps after "placed", said as what is going on or to come."""
    by = gettext("expected %(day)s") % {"day": _day(latest_day(parcel))} if parcel.paid_at else _days(parcel)
    return [
        (_waited_for(money), ""),
        (gettext("Waiting for the cooperative to accept"), ""),
        (gettext("Being packed"), ""),
        (gettext("Waiting for the courier"), ""),
        (gettext("On the way to you"), by),
    ]


def _waited_for(money: str) -> str:
    if money == BY_CARD:
        return gettext("Waiting for your payment by card")
    return gettext("Waiting for your transfer") if money in (WAITING, SHORT) else gettext("Waiting for your payment")


def latest_day(parcel: Parcel) -> date:
    """When it should have arrived at the latest: days of the zone, counted from the money or from leaving."""
    since = parcel.shipped_at or parcel.paid_at or parcel.order.placed_at
    return timezone.localdate(since) + timedelta(days=parcel.days_max)


def _days(parcel: Parcel) -> str:
    days = {"least": parcel.days_min, "most": parcel.days_max}
    return gettext("%(least)s–%(most)s days after your payment") % days


def _ending(parcel: Parcel) -> str:
    return {
        ParcelStatus.CANCELLED: gettext("Cancelled"),
        ParcelStatus.REJECTED: gettext("Refused by the cooperative"),
        ParcelStatus.EXPIRED: gettext("Not paid in time: the goods went back on sale"),
    }[ParcelStatus(parcel.status)]


def _reason(parcel: Parcel) -> str:
    return gettext("by you") if parcel.end_reason == "buyer" else parcel.end_reason


def _courier(parcel: Parcel) -> str:
    return " ".join(part for part in (parcel.courier, parcel.courier_code) if part)


def _when(moment: datetime | None) -> str:
    return show_datetime(moment, _language()) if moment else ""


def _day(day: date) -> str:
    return show_weekday_date(day, _language())


def _language() -> str:
    return (get_language() or "vi")[:2]


def told_of(problems: Sequence[str], refunds: Sequence[RefundCard]) -> list[Told]:
    """Notices about money, what needs the buyer first."""
    told = [problem_words(kind) for kind in problems] + [refund_words(refund) for refund in refunds]
    return sorted(told, key=lambda one: not one.needs_account)


def is_over(parcels: Sequence[ParcelView]) -> bool:
    """Has every parcel ended without goods?"""
    return all(view.parcel.status in _DEAD for view in parcels)


def ended_dong(parcels: Sequence[ParcelView]) -> int:
    """What the order's total says of parcels that are not coming any more."""
    return sum(view.parcel.total_dong for view in parcels if view.parcel.status in _DEAD)


def may_ask_invoice(parcels: Sequence[ParcelView]) -> bool:
    """Is there a parcel that lives and has no invoice yet?"""
    return any(
        view.parcel.status not in _DEAD and (view.invoice is None or view.invoice.status != InvoiceStatus.ISSUED)
        for view in parcels
    )


def sentence_of(order: Order, money: OrderMoney) -> str:
    """The headline: what the buyer has to do, or how far the order is."""
    cards, states = money.cards, {card.state for card in money.cards}
    if money.to_pay:
        return _left_to_pay(money.to_pay)
    if BY_CARD in states:
        return gettext("The card page is open: finish the payment there")
    if CHOOSE in states:
        return gettext("Choose how to pay")
    if NO_ACCOUNT in states:
        return gettext("The cooperative will tell you how to pay")
    if states == {ENDED} or all(card.parcel_status in _DEAD for card in cards):
        return _how_it_ended({card.parcel_status for card in cards})
    alive = [card.parcel_status for card in cards if card.parcel_status not in _DEAD]
    if all(status in (ParcelStatus.DELIVERED, ParcelStatus.COMPLETED) for status in alive):
        return gettext("Everything has arrived")
    if all(status in _GONE for status in alive):
        return gettext("Your goods are on the way")
    if PAID in states:
        return gettext("Paid. The cooperative prepares your goods")
    return gettext("Order %(code)s") % {"code": order.code}


def _left_to_pay(cards: Sequence[PaymentCard]) -> str:
    if len(cards) == 1:
        return gettext("%(sum)s left to transfer") % {"sum": show_dong(cards[0].remaining_dong)}
    said = ngettext("%(count)s transfer left to make", "%(count)s transfers left to make", len(cards))
    return said % {"count": len(cards)}


def _how_it_ended(states: set[str]) -> str:
    if states == {ParcelStatus.EXPIRED}:
        return gettext("Not paid in time: this order has ended")
    if states == {ParcelStatus.REJECTED}:
        return gettext("The cooperative could not take this order")
    return gettext("This order is cancelled") if states == {ParcelStatus.CANCELLED} else gettext("This order has ended")


def afterwards_of(money: OrderMoney) -> str:
    """What somebody wants to know whose order ran out, and who may have transferred just then; else nothing."""
    if {card.parcel_status for card in money.cards} != {ParcelStatus.EXPIRED}:
        return ""
    told = money.problems or money.refunds or any(card.problems or card.refunds for card in money.cards)
    if told:
        return ""
    return gettext(
        "The goods are back on sale. Should your transfer still come, nothing is lost: this page tells what comes next."
    )


_DEAD = frozenset({ParcelStatus.CANCELLED, ParcelStatus.REJECTED, ParcelStatus.EXPIRED})
_GONE = frozenset({ParcelStatus.SHIPPED, ParcelStatus.DELIVERED, ParcelStatus.COMPLETED})
