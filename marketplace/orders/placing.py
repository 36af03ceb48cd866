"""Placing an order: one press, one order, goods held on real batches before any money is asked for."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.outbox.queueing import queue_message
from community.places.models import AdminUnit
from community.text.money import show_dong
from marketplace.basket.filling import empty_basket, lock_basket
from marketplace.basket.models import Basket
from marketplace.basket.quoting import Quote, QuotedLine, QuotedParcel, quote_basket
from marketplace.orders.links import order_link
from marketplace.orders.models import Order, OrderLine, Parcel
from marketplace.orders.reserving import SoldOut, reserve_lines
from marketplace.rates.freezing import rates_for


class BasketChanged(DomainError):
    """Something is not as the buyer last saw it; the basket page says what.

    Codes: empty, troubles, adults_only, price_changed, no_delivery (facts: cooperatives), total_changed (facts:
    shown, now).
    """


@dataclass(frozen=True, slots=True)
class BuyerDetails:
    """Where the goods go. ``commune`` is a current commune; phones are E.164. ``is_adult`` is the buyer's own word."""

    name: str
    phone: str
    commune: AdminUnit
    landmark: str
    email: str = ""
    alt_name: str = ""
    alt_phone: str = ""
    note: str = ""
    is_adult: bool = False


def place_order(
    *, basket: Basket, form_token: str, shown_total_dong: int, buyer: BuyerDetails, language: str, actor: Actor
) -> Order:
    """Create the order, its parcels and lines, and hold their packs; all or nothing.

    The same ``form_token`` always answers with the same order. ``shown_total_dong`` is only compared: no figure of
    the client is ever charged. Raises :class:`BasketChanged` or ``SoldOut``; the basket then stays as it was.
    """
    if (earlier := Order.objects.filter(form_token=form_token).first()) is not None:
        return earlier
    try:
        with transaction.atomic():
            lock_basket(basket)
            quote = _checked_quote(basket, buyer=buyer, shown_total_dong=shown_total_dong)
            order = _write_order(quote, form_token=form_token, buyer=buyer, language=language)
            lines = [line for parcel in quote.parcels for line in _write_parcel(order, parcel)]
            reserve_lines(lines=lines, actor=actor)
            empty_basket(basket)
            record(actor=actor, action="order.placed", subject=order, total_dong=order.total_dong)
            _tell_buyer(order)
            return order
    except (IntegrityError, BasketChanged, SoldOut):
        # Two presses at once: the faster one's order stands (and has emptied the basket); it is this one's answer.
        if (earlier := Order.objects.filter(form_token=form_token).first()) is not None:
            return earlier
        raise


def _tell_buyer(order: Order) -> None:
    """The link is the buyer's only key to the order: it must survive a closed browser."""
    with override(order.language):
        text = gettext("Order %(code)s is placed: %(total)s. Pay and follow it here: %(link)s") % {
            "code": order.code,
            "total": show_dong(order.total_dong),
            "link": order_link(order),
        }
    queue_message(
        kind="order_placed",
        key=order.code,
        to=order.buyer_phone,
        channel="sms",
        language=order.language,
        text=text,
        about=order,
    )


def _checked_quote(basket: Basket, *, buyer: BuyerDetails, shown_total_dong: int) -> Quote:
    quote = quote_basket(basket, province=buyer.commune.parent)
    if not quote.parcels:
        raise BasketChanged("empty")
    if quote.troubles:
        raise BasketChanged("troubles")
    if quote.for_adults and not buyer.is_adult:
        raise BasketChanged("adults_only")
    if quote.price_changes:
        raise BasketChanged("price_changed")
    if quote.total_dong is None:
        silent = [parcel.cooperative.name for parcel in quote.parcels if parcel.delivery is None]
        raise BasketChanged("no_delivery", cooperatives=silent)
    if quote.total_dong != shown_total_dong:
        raise BasketChanged("total_changed", shown=shown_total_dong, now=quote.total_dong)
    return quote


def _write_order(quote: Quote, *, form_token: str, buyer: BuyerDetails, language: str) -> Order:
    assert quote.shipping_dong is not None
    assert buyer.commune.parent is not None
    now = clock.now()
    return Order.objects.create(
        form_token=form_token,
        buyer_name=buyer.name,
        buyer_phone=buyer.phone,
        buyer_email=buyer.email,
        commune=buyer.commune,
        place_text=f"{buyer.commune.name_with_type}, {buyer.commune.parent.name_with_type}",
        landmark=buyer.landmark,
        alt_name=buyer.alt_name,
        alt_phone=buyer.alt_phone,
        note=buyer.note,
        adult_confirmed_at=now if quote.for_adults else None,
        language=language,
        goods_dong=quote.goods_dong,
        shipping_dong=quote.shipping_dong,
        total_dong=quote.goods_dong + quote.shipping_dong,
        placed_at=now,
        hold_expires_at=now + timedelta(minutes=settings.HOLD_MINUTES),
        is_demo=settings.DEMO,
    )


def _write_parcel(order: Order, quoted: QuotedParcel) -> list[OrderLine]:
    assert quoted.delivery is not None
    number = order.parcels.count() + 1
    rates = rates_for(
        cooperative=quoted.cooperative,
        goods_dong=quoted.goods_dong,
        shipping_dong=quoted.delivery.dong,
        day=timezone.localdate(order.placed_at),
    )
    parcel = Parcel.objects.create(
        order=order,
        cooperative=quoted.cooperative,
        code=f"{order.code}-{number}",
        seller_name=quoted.cooperative.name,
        zone_name=quoted.delivery.zone.name,
        days_min=quoted.delivery.zone.days_min,
        days_max=quoted.delivery.zone.days_max,
        goods_dong=quoted.goods_dong,
        shipping_dong=quoted.delivery.dong,
        total_dong=quoted.goods_dong + quoted.delivery.dong,
        **asdict(rates),
    )
    return [_write_line(parcel, line) for line in quoted.lines]


def _write_line(parcel: Parcel, line: QuotedLine) -> OrderLine:
    pack, listing = line.pack, line.pack.product.listing
    return OrderLine.objects.create(
        parcel=parcel,
        pack=pack,
        title=listing.title,
        title_en=listing.title_en,
        pack_name=pack.name,
        pack_name_en=pack.name_en,
        unit_price_dong=line.price_dong,
        quantity=line.quantity,
        net_quantity_base=pack.net_quantity_base,
        base_unit=pack.base_unit,
        total_dong=line.total_dong,
    )
