"""The same once more: what somebody ordered goes into a basket again, as far as it is sold today."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from marketplace.basket.filling import MOST_PACKS, NotForSale, lock_basket, sellable_pack
from marketplace.basket.models import Basket, BasketLine
from marketplace.orders.models import Order, OrderLine
from traceability.products.models import Pack


@dataclass(frozen=True, slots=True)
class Again:
    """``gone``: why not (``not_for_sale``, ``resting``), of what is not in the basket; ``price_dong``: today's."""

    line: OrderLine
    gone: str = ""
    price_dong: int = 0

    @property
    def dearer_dong(self) -> int:
        """What one pack costs more than then; negative when it is cheaper."""
        return 0 if self.gone else self.price_dong - self.line.unit_price_dong


@transaction.atomic
def put_again(*, basket: Basket, order: Order) -> list[Again]:
    """As many packs as were ordered. What lies in the basket already stays, and pressing twice puts nothing in twice.

    Whether there are enough packs today is the basket's to say: it shows what is left.
    """
    lock_basket(basket)
    lines = OrderLine.objects.filter(parcel__order=order).select_related("pack").order_by("parcel", "pk")
    return [_put(basket, line) for line in lines]


def _put(basket: Basket, line: OrderLine) -> Again:
    try:
        pack: Pack = sellable_pack(line.pack.code)
    except NotForSale as refused:
        return Again(line, gone=refused.code)
    quantity = min(line.quantity, MOST_PACKS)
    there = BasketLine.objects.filter(basket=basket, pack=pack).first()
    if there is None:
        BasketLine.objects.create(basket=basket, pack=pack, quantity=quantity, shown_price_dong=pack.offer.price_dong)
    elif there.quantity < quantity:
        BasketLine.objects.filter(pk=there.pk).update(quantity=quantity)
    return Again(line, price_dong=pack.offer.price_dong)
