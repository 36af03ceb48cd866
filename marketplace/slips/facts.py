"""What stands on a packing slip, once for the page and the papers. The paper is in Vietnamese, whoever prints it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext

from community.cooperatives.models import Cooperative
from community.text.money import NBSP, dong_in_words, show_dong
from community.text.phones import show_phone
from marketplace.orders.models import Allocation, OrderLine, Parcel
from marketplace.orders.states import NEEDS_BUYER, AllocationStatus, ParcelStatus
from marketplace.payments.ending.reminding import transfer_of
from marketplace.payments.models import Payment
from marketplace.payments.providers.vietqr import vietqr_payload
from marketplace.payments.showing.summaries import payment_qr_svg

GONE = (AllocationStatus.RELEASED, AllocationStatus.RETURNED)
ON_THE_TABLE = (ParcelStatus.ACCEPTED, ParcelStatus.PACKED)


@dataclass(frozen=True, slots=True)
class SlipLine:
    """``lots``: "L-2611-A" with how many packs, when there are several."""

    packs: int
    title: str
    lots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SlipCode:
    """What the buyer scans and, below it, what the buyer's bank shall show."""

    payload: str
    svg: str
    sum: str
    words: str
    bank: str
    number: str
    holder: str
    memo: str


@dataclass(frozen=True, slots=True)
class Slip:
    """``code`` is None when nothing is to be paid; ``is_paid`` says whether that is because it was paid."""

    parcel: str
    seller: str
    seller_phone: str
    name: str
    phone: str
    other: str
    other_phone: str
    landmark: str
    place: str
    note: str
    lines: tuple[SlipLine, ...]
    for_adults: bool
    is_paid: bool
    code: SlipCode | None
    is_gift: bool = False
    gift_words: str = ""


def on_the_table(cooperative: Cooperative) -> QuerySet[Parcel]:
    """What was accepted and has not left, the oldest first: enough to choose from, not to print."""
    parcels = Parcel.objects.of_cooperative(cooperative).filter(status__in=ON_THE_TABLE)
    return parcels.select_related("order").order_by("order__placed_at", "pk")


def printable(cooperative: Cooperative, codes: Iterable[str]) -> list[Parcel]:
    """Parcels whose slip may be printed now: their buyer is still needed. ``codes`` keeps their order."""
    parcels = Parcel.objects.of_cooperative(cooperative).select_related("order", "cooperative")
    parcels = parcels.prefetch_related("lines__allocations__batch", "lines__changes", "payments__account")
    wanted = list(dict.fromkeys(codes))
    found = {parcel.code: parcel for parcel in parcels.filter(code__in=wanted, status__in=NEEDS_BUYER)}
    return [found[code] for code in wanted if code in found]


def slip_of(parcel: Parcel) -> Slip:
    order = parcel.order
    return Slip(
        parcel=parcel.code,
        seller=parcel.seller_name,
        seller_phone=_phone(parcel.cooperative.phone),
        name=order.buyer_name,
        phone=_phone(order.buyer_phone),
        other=order.alt_name,
        other_phone=_phone(order.alt_phone),
        landmark=gettext("The buyer collects it at") if parcel.pick_up_at else order.landmark,
        place=parcel.pick_up_at or order.place_text,
        note=_one_line(order.note),
        is_gift=order.is_gift,
        gift_words=_one_line(order.gift_words),
        lines=tuple(_line(line) for line in parcel.lines.all() if line.packs_to_send),
        for_adults=order.adult_confirmed_at is not None,
        is_paid=parcel.paid_at is not None,
        code=_code(transfer_of(parcel, list(parcel.payments.all()))) if parcel.owes_on_delivery else None,
    )


def _line(line: OrderLine) -> SlipLine:
    bound = [each for each in line.allocations.all() if each.status not in GONE]
    title = ", ".join(filter(None, (line.title, line.pack_name if line.pack_name not in line.title else "")))
    return SlipLine(line.packs_to_send, title, tuple(_lot(each, line, alone=len(bound) == 1) for each in bound))


def _lot(allocation: Allocation, line: OrderLine, *, alone: bool) -> str:
    if alone:
        return allocation.batch.lot_code
    packs = max(1, round(allocation.quantity_base / line.net_quantity_base))  # weighed ones hold a little less
    return f"{packs} × {allocation.batch.lot_code}"


def _code(payment: Payment | None) -> SlipCode | None:
    if payment is None or payment.account is None:
        return None
    dong = payment.remaining_dong
    words = dong_in_words(dong)
    return SlipCode(
        payload=vietqr_payload(payment),
        svg=payment_qr_svg(payment),
        sum=show_dong(dong),
        words=words[:1].upper() + words[1:],
        bank=payment.account.bank_name,
        number=payment.account.number_in_groups.replace(" ", NBSP),
        holder=payment.account.holder,
        memo=payment.memo_code or "",
    )


def _one_line(words: str) -> str:
    """What was typed in several lines: the paper breaks them where it ends."""
    return " ".join(words.split())


def _phone(number: str) -> str:
    """No line ends inside a number."""
    return show_phone(number).replace(" ", NBSP) if number else ""


def owes_words(code: SlipCode) -> str:
    return gettext("NOT PAID – transfer %(sum)s on delivery") % {"sum": code.sum}
