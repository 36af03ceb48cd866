"""Putting things in the basket and taking them out; the only verbs on it."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from community.errors import DomainError
from marketplace.basket.models import Basket, BasketLine
from marketplace.listings.finding import SOLD_ONLINE
from marketplace.vouchers.using import tidy_code
from traceability.products.models import Pack, Product

MOST_PACKS = 999
MOST_DIGITS = 9  # int() refuses thousands of digits with an error of its own


class BadQuantity(DomainError):
    """Not a whole number from 1 to 999; facts: quantity (as given)."""


class NotForSale(DomainError):
    """`not_for_sale`: not sold online now; `resting`: the seller is on holiday (fact `until`). Facts: pack_code."""


def parse_quantity(text: str) -> int:
    """Whole packs from what a person typed; full-width digits count, "1,5" and "-1" do not."""
    cleaned = text.strip()
    if not cleaned.isdecimal() or len(cleaned) > MOST_DIGITS or not 1 <= int(cleaned) <= MOST_PACKS:
        raise BadQuantity("bad_quantity", quantity=cleaned[:20])
    return int(cleaned)


def packs_for_sale() -> QuerySet[Pack]:
    """Of sellers on holiday too, who sell again; whether anything is left is for the caller to ask."""
    return Pack.objects.select_related("offer", "product__listing", "product__cooperative").filter(
        status=Pack.Status.ACTIVE,
        offer__on_sale=True,
        product__status=Product.Status.ACTIVE,
        product__sale_mode__in=SOLD_ONLINE,
        product__listing__live=True,
        product__cooperative__status="active",
    )


def sellable_pack(pack_code: str) -> Pack:
    """The pack a buyer may put in the basket. Raises :class:`NotForSale`."""
    pack = packs_for_sale().filter(code=pack_code).first()
    if pack is not None and pack.product.cooperative.resting_until:
        raise NotForSale("resting", pack_code=pack.code, until=pack.product.cooperative.resting_until)
    if pack is None:
        raise NotForSale("not_for_sale", pack_code=pack_code[:20])
    return pack


def lock_basket(basket: Basket) -> None:
    """Two taps at once go one after the other. Only PostgreSQL needs the row lock: on SQLite the transaction itself
    is the only writer. Call inside a transaction."""
    Basket.objects.select_for_update().get(pk=basket.pk)


@transaction.atomic
def add_to_basket(*, basket: Basket, pack: Pack, quantity: int) -> BasketLine:
    """Add to what is there; at most 999 of a pack."""
    lock_basket(basket)
    line = BasketLine.objects.filter(basket=basket, pack=pack).first()
    if line is None:
        line = BasketLine(basket=basket, pack=pack, quantity=0)
    line.quantity = _checked(line.quantity + quantity)
    line.shown_price_dong = pack.offer.price_dong
    line.save()
    return line


@transaction.atomic
def set_quantity(*, basket: Basket, pack_code: str, quantity: int) -> None:
    BasketLine.objects.filter(basket=basket, pack__code=pack_code).update(quantity=_checked(quantity))


@transaction.atomic
def remove_from_basket(*, basket: Basket, pack_code: str) -> None:
    BasketLine.objects.filter(basket=basket, pack__code=pack_code).delete()


def accept_prices(basket: Basket) -> None:
    """The buyer has now been shown today's prices: what is compared at checkout is what stood on this page."""
    for line in basket.lines.select_related("pack__offer").filter(pack__offer__isnull=False):
        if line.shown_price_dong != line.pack.offer.price_dong:
            BasketLine.objects.filter(pk=line.pk).update(shown_price_dong=line.pack.offer.price_dong)


@transaction.atomic
def set_voucher(*, basket: Basket, code: str) -> str:
    """Keep a code with the basket, or none; as it is kept."""
    tidy = tidy_code(code)
    Basket.objects.filter(pk=basket.pk).update(voucher_code=tidy)
    basket.voucher_code = tidy
    return tidy


def empty_basket(basket: Basket) -> None:
    BasketLine.objects.filter(basket=basket).delete()
    Basket.objects.filter(pk=basket.pk).update(voucher_code="")


def _checked(quantity: int) -> int:
    if not 1 <= quantity <= MOST_PACKS:
        raise BadQuantity("bad_quantity", quantity=quantity)
    return quantity
