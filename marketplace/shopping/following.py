"""An order as its buyer follows it: one sentence over all, and for each parcel its steps, its goods, its batches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from community.cooperatives.models import Cooperative
from community.photos.models import Photo
from community.text.money import show_dong
from marketplace.claims.models import Claim
from marketplace.claims.opening import claim_until, is_claimable
from marketplace.invoices.models import InvoiceRequest, InvoiceStatus
from marketplace.orders.changes.models import Shortage
from marketplace.orders.changes.wording import change_words
from marketplace.orders.models import Allocation, Order, OrderLine, Parcel
from marketplace.orders.states import DEAD_PARCELS, NEXT_PARCEL, AllocationStatus, ParcelStatus
from marketplace.payments.showing.refund_cards import RefundCard
from marketplace.payments.showing.summaries import (
    BY_CARD,
    CHOOSE,
    ENDED,
    NO_ACCOUNT,
    ON_DELIVERY,
    PAID,
    OrderMoney,
    PaymentCard,
)
from marketplace.shopping.money_words import Told, problem_words, refund_words
from marketplace.shopping.pictures import pictures_of
from marketplace.shopping.progress import ProgressStep, progress_of
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
    """``path``: of the goods' own page; empty when they are no longer shown. ``quantity`` and sum are of what goes,

    ``wanted`` is what was ordered.
    """

    title: str
    path: str
    pack_name: str
    quantity: int
    wanted: int
    total_dong: int
    photo: Photo | None
    batches: tuple[BatchLink, ...]


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
    claims: tuple[Claim, ...]
    may_claim: bool
    claim_until: datetime | None
    question: Shortage | None
    changes: tuple[str, ...]
    batches_are_bound: bool


def parcel_views(order: Order, cards: Sequence[PaymentCard]) -> list[ParcelView]:
    """In the parcels' order, which is the cards'; a fixed number of queries."""
    parcels = list(
        order.parcels.select_related("cooperative", "invoice_request", "voucher_use__voucher")
        .prefetch_related(
            Prefetch("lines", OrderLine.objects.select_related("pack__product__listing", "review")),
            Prefetch("lines__allocations", Allocation.objects.filter(replacements=None).select_related("batch__pack")),
            "lines__changes",
            "changes__lines__line",
            Prefetch("shortages", Shortage.objects.filter(status=Shortage.Status.OPEN).prefetch_related("lines__line")),
            Prefetch("claims", Claim.objects.select_related("replacement").order_by("pk")),
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
            claims=tuple(parcel.claims.all()),
            may_claim=is_claimable(parcel, list(parcel.claims.all())),
            claim_until=claim_until(parcel, list(parcel.claims.all())),
            question=next(iter(parcel.shortages.all()), None),
            changes=tuple(change_words(parcel.changes.all())),
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
        quantity=line.packs_to_send,
        wanted=line.quantity,
        total_dong=line.due_dong,
        photo=photo,
        batches=tuple(
            BatchLink(each.batch.lot_code, batch_path(each.batch), packs_of(each, line)) for each in allocations
        ),
    )


def packs_of(allocation: Allocation, line: OrderLine) -> int:
    """Whole packs, also when they were weighed and hold a little less."""
    return max(1, (allocation.quantity_base + line.net_quantity_base // 2) // line.net_quantity_base)


def _path_of(line: OrderLine) -> str:
    listing = getattr(line.pack.product, "listing", None)
    return reverse("shopping:product", args=[listing.slug]) if listing and listing.live else ""


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


def less_dong(parcels: Sequence[ParcelView]) -> int:
    """What the order's total says of goods that are not coming, of parcels that are."""
    return sum(view.parcel.back_dong for view in parcels if view.parcel.status not in _DEAD)


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
    if ON_DELIVERY in states:
        return _owed_on_delivery([card for card in cards if card.state == ON_DELIVERY])
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


def _owed_on_delivery(cards: Sequence[PaymentCard]) -> str:
    owed = {"sum": show_dong(sum(card.remaining_dong for card in cards))}
    if all(card.parcel_status == ParcelStatus.DELIVERED for card in cards):
        return gettext("It has arrived: please transfer %(sum)s") % owed
    return gettext("You transfer %(sum)s when it arrives") % owed


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


_DEAD = DEAD_PARCELS
_GONE = frozenset({ParcelStatus.SHIPPED, ParcelStatus.DELIVERED, ParcelStatus.COMPLETED})
