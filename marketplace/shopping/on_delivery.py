"""Transfer on delivery as the buyer meets it: who offers it for this basket, and why it cannot be had."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from community.text.money import show_dong
from marketplace.basket.quoting import Quote, QuotedParcel
from marketplace.payments.asking.on_delivery import CannotPayOnDelivery, on_delivery_limits

NOW, ON_DELIVERY = "now", "on_delivery"


@dataclass(frozen=True, slots=True)
class Offer:
    """Names of the sellers that send before the money comes, and of those in the basket that do not."""

    later: tuple[str, ...] = ()
    first: tuple[str, ...] = ()


def offer_for(quote: Quote) -> Offer:
    """Whom of this basket one may pay on delivery; while the fee is not known, by what the goods cost."""
    limits = on_delivery_limits([parcel.cooperative.pk for parcel in quote.parcels]) if quote.parcels else {}
    later = [each for each in quote.parcels if _cost(each) <= limits.get(each.cooperative.pk, 0)]
    first = [each for each in quote.parcels if each not in later]
    return Offer(tuple(each.cooperative.name for each in later), tuple(each.cooperative.name for each in first))


def _cost(parcel: QuotedParcel) -> int:
    return parcel.goods_dong + (parcel.delivery.dong if parcel.delivery else 0)


def why_not_later(refused: CannotPayOnDelivery) -> str:
    if refused.code == "too_many":
        return gettext(
            "With this phone number other parcels are still to be paid, or came back unpaid. Please transfer first."
        )
    if refused.code == "too_much":
        words = {"seller": refused.facts["cooperative"], "sum": show_dong(refused.facts["most_dong"])}
        return gettext("%(seller)s sends parcels up to %(sum)s before the money comes. Please transfer first.") % words
    if refused.code == "gift":
        return gettext("A gift is paid now: who receives it must not be asked for money.")
    if refused.code == "moved":
        return gettext("This parcel is no longer waiting for money.")
    return gettext("This cooperative sends only when the money is there. Please transfer first.")
