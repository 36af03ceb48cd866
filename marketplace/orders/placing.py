"""Placing an order: one press, one order, goods held on real batches before any money is asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext, override

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.places.models import AdminUnit
from community.rules.agreeing import current_rules, record_acceptance
from community.rules.models import RulesAcceptance, RulesVersion
from community.text.money import show_dong
from marketplace.basket.filling import empty_basket, lock_basket
from marketplace.basket.models import Basket
from marketplace.basket.quoting import Quote, QuotedLine, QuotedParcel, quote_basket
from marketplace.orders.delivering import way_of
from marketplace.orders.links import order_link
from marketplace.orders.models import Order, OrderLine, Parcel
from marketplace.orders.reserving import SoldOut, reserve_lines
from marketplace.orders.telling import tell_buyer
from marketplace.rates.freezing import rates_for
from marketplace.vouchers.using import VoucherGone, use_voucher


class BasketChanged(DomainError):
    """Something is not as the buyer last saw it; the basket page says what.

    Codes: empty, troubles, adults_only, price_changed, no_delivery (facts: cooperatives), total_changed (facts:
    shown, now), voucher_used_up and voucher_phone (facts: word), terms_changed (others hold now).
    """


@dataclass(frozen=True, slots=True)
class BuyerDetails:
    """Where the goods go. ``commune`` is a current commune; phones are E.164. ``is_adult`` is the buyer's own word.

    ``pick_ups``: code of a cooperative → code of its point where the buyer collects the parcel. ``terms``: number of
    the terms of buying that the page showed, 0 when there were none; None for orders that no page placed.
    """

    name: str
    phone: str
    commune: AdminUnit
    landmark: str
    email: str = ""
    alt_name: str = ""
    alt_phone: str = ""
    note: str = ""
    is_gift: bool = False
    gift_words: str = ""
    is_adult: bool = False
    terms: int | None = None
    pick_ups: Mapping[str, str] = field(default_factory=dict)


def place_order(
    *,
    basket: Basket,
    form_token: str,
    shown_total_dong: int,
    buyer: BuyerDetails,
    language: str,
    actor: Actor,
    later: Callable[[Order], Collection[Parcel]] | None = None,
) -> Order:
    """Create the order, its parcels and lines, and hold their packs; all or nothing. ``later`` answers which parcels

    are paid on delivery (the payments room decides); it chooses the words of the buyer's message only.

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
            _use_vouchers(order, quote)
            _accept_terms(order, buyer.terms, actor)
            empty_basket(basket)
            record(actor=actor, action="order.placed", subject=order, total_dong=order.total_dong)
            _tell_buyer(order, later=later(order) if later else ())
            return order
    except (IntegrityError, BasketChanged, SoldOut):
        # Two presses at once: the faster one's order stands (and has emptied the basket); it is this one's answer.
        if (earlier := Order.objects.filter(form_token=form_token).first()) is not None:
            return earlier
        raise


def _tell_buyer(order: Order, *, later: Collection[Parcel]) -> None:
    """The link is the buyer's only key to the order: it must survive a closed browser."""
    later_dong = sum(parcel.total_dong for parcel in later)
    with override(order.language):
        said = gettext("Order %(code)s is placed: %(total)s. Pay and follow it here: %(link)s")
        if later_dong == order.total_dong:
            said = gettext("Order %(code)s is placed: %(total)s, transferred on delivery. Follow it here: %(link)s")
        elif later_dong:
            said = gettext(
                "Order %(code)s is placed: %(now)s to pay now, %(later)s on delivery. Pay and follow it here: %(link)s"
            )
        text = said % {
            "code": order.code,
            "total": show_dong(order.total_dong),
            "now": show_dong(order.total_dong - later_dong),
            "later": show_dong(later_dong),
            "link": order_link(order),
        }
    tell_buyer(order, kind="order_placed", key=order.code, text=text, about=order)


def _checked_quote(basket: Basket, *, buyer: BuyerDetails, shown_total_dong: int) -> Quote:
    quote = quote_basket(basket, province=buyer.commune.parent, commune=buyer.commune, pick_ups=buyer.pick_ups)
    if not quote.parcels:
        raise BasketChanged("empty")
    if quote.troubles:
        raise BasketChanged("troubles")
    if quote.for_adults and not buyer.is_adult:
        raise BasketChanged("adults_only")
    if quote.price_changes:
        raise BasketChanged("price_changed")
    if quote.no_ways or quote.total_dong is None:
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
        is_gift=buyer.is_gift,
        gift_words=buyer.gift_words if buyer.is_gift else "",
        adult_confirmed_at=now if quote.for_adults else None,
        language=language,
        goods_dong=quote.goods_dong,
        shipping_dong=quote.shipping_dong,
        total_dong=quote.goods_dong + quote.shipping_dong,
        placed_at=now,
        hold_expires_at=now + timedelta(minutes=settings.HOLD_MINUTES),
        is_demo=settings.DEMO,
    )


def _use_vouchers(order: Order, quote: Quote) -> None:
    """One by one in the order of their rows, after the goods: two orders cannot wait for each other."""
    used = [(parcel.voucher, parcel.cooperative.pk) for parcel in quote.parcels if parcel.voucher]
    used = [(quoted, seller) for quoted, seller in used if quoted.dong]
    parcels = dict(order.parcels.values_list("cooperative", "pk"))
    for quoted, seller in sorted(used, key=lambda one: one[0].voucher.pk):
        try:
            use_voucher(voucher=quoted.voucher, parcel_id=parcels[seller], phone=order.buyer_phone, dong=quoted.dong)
        except VoucherGone as gone:
            raise BasketChanged(f"voucher_{gone.code}", word=quoted.voucher.code) from gone


def _accept_terms(order: Order, shown: int | None, actor: Actor) -> None:
    """What the buyer read is what holds now, and it is written down; else the page is shown once more."""
    held = current_rules(RulesVersion.Kind.TERMS) if shown is not None else None
    if shown is not None and shown != (held.number if held else 0):
        raise BasketChanged("terms_changed")
    if held is not None:
        record_acceptance(version=held, by=RulesAcceptance.By.ORDER, reference=order.code, actor=actor)


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
        goods_dong=quoted.goods_dong,
        shipping_dong=quoted.delivery.dong,
        total_dong=quoted.goods_dong + quoted.delivery.dong,
        **way_of(quoted),
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
        discount_dong=line.discount_dong,
        total_dong=line.total_dong,
    )
