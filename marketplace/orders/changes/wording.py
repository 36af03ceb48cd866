"""What became smaller and why, in words and arithmetic: the same sentences for buyer and seller."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language, gettext

from community.text.money import show_dong
from community.text.quantities import show_quantity
from marketplace.orders.changes.models import LineChange, ParcelChange
from marketplace.orders.changes.reckoning import MASS, Weight
from marketplace.orders.models import OrderLine


def change_words(changes: Iterable[ParcelChange]) -> list[str]:
    """One sentence for each line and cause of one parcel, oldest first. Prefetch ``lines__line``."""
    said: list[str] = []
    before: dict[int, tuple[int, int]] = {}
    for change in changes:
        for told in change.lines.all():
            line = told.line
            packs, paid = before.get(line.pk, (line.quantity, line.total_dong))
            owed = bool(change.not_asked_dong)
            fewer = change.cause == NOT_ENOUGH
            said.append(_missing(line, packs, told, owed) if fewer else _weighed(line, paid, told, owed))
            before[line.pk] = (told.packs, paid - told.back_dong)
        if change.not_asked_dong and change.goods_back_dong:
            words = {"less": show_dong(change.not_asked_dong), "back": show_dong(change.goods_back_dong)}
            said.append(gettext("%(less)s of it was off before it was paid, %(back)s comes back.") % words)
        if change.shipping_back_dong:
            said.append(gettext("Delivery costs %(sum)s less.") % {"sum": show_dong(change.shipping_back_dong)})
    return said


def weight_words(weight: Weight, *, owed: bool) -> str:
    """What follows from a weight; ``owed``: the parcel is still to be paid, on delivery."""
    words = {
        "real": _grams(weight.content_base),
        "promised": _grams(weight.promised_base),
        "off": _grams(abs(weight.difference_base)),
        "back": show_dong(weight.back_dong),
        "paid": show_dong(weight.line.due_dong),
    }
    if weight.back_dong:
        return _lighter(owed) % words
    if weight.difference_base > 0 and weight.is_off:
        return _heavier() % words
    return gettext("%(real)s: as ordered.") % words


def _missing(line: OrderLine, packs: int, told: LineChange, owed: bool) -> str:
    words = {
        "goods": line.shown_title,
        "there": told.packs,
        "wanted": packs,
        "missing": packs - told.packs,
        "each": show_dong(line.unit_price_dong),
        "back": show_dong(told.back_dong),
    }
    if line.discount_dong:  # what one costs is no round sum then
        less = gettext("%(goods)s: %(there)s of %(wanted)s were there: %(back)s less to pay.")
        said = less if owed else gettext("%(goods)s: %(there)s of %(wanted)s were there: %(back)s back.")
    elif owed:
        said = gettext("%(goods)s: %(there)s of %(wanted)s were there. %(missing)s × %(each)s = %(back)s less to pay.")
    else:
        said = gettext("%(goods)s: %(there)s of %(wanted)s were there. %(missing)s × %(each)s = %(back)s back.")
    return said % words


def _weighed(line: OrderLine, paid: int, told: LineChange, owed: bool) -> str:
    promised = told.packs * line.net_quantity_base
    content = told.content_base or 0
    words = {
        "real": _grams(content),
        "promised": _grams(promised),
        "off": _grams(abs(promised - content)),
        "back": show_dong(told.back_dong),
        "paid": show_dong(paid),
    }
    said = _lighter(owed) if told.back_dong else _heavier()
    return f"{line.shown_title}: {said % words}"


def _lighter(owed: bool) -> str:
    if owed:
        return gettext(
            "%(real)s instead of %(promised)s, %(off)s less. %(paid)s × %(off)s ÷ %(promised)s = %(back)s less to pay."
        )
    return gettext("%(real)s instead of %(promised)s, %(off)s less. %(paid)s × %(off)s ÷ %(promised)s = %(back)s back.")


def _heavier() -> str:
    return gettext("%(real)s instead of %(promised)s: more than ordered, at no extra cost.")


def _grams(base: int) -> str:
    return show_quantity(base, MASS, (get_language() or "vi")[:2])


NOT_ENOUGH = ParcelChange.Cause.NOT_ENOUGH
