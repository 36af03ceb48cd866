"""What is typed on the screens of delivery: sums, weights, communes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.places.finding import Found, find_units
from community.places.models import AdminUnit
from community.text.money import parse_dong
from community.text.quantities import parse_decimal_vi, show_number, to_base

NAMED_AT_MOST = 5


class DongField(forms.CharField):
    """Đồng as typed ("25.000") → whole number; empty → None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=15, widget=_typed("numeric"), **kwargs)

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        text = super().clean(value).strip()
        if not text:
            return None
        try:
            return parse_dong(text)
        except DomainError as fault:
            raise forms.ValidationError(_("Type the sum with digits only, like 25.000."), code=fault.code) from fault


class KilogramField(forms.CharField):
    """Kilograms as typed ("1,5") → whole grams; empty → None."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=9, widget=_typed("decimal"), **kwargs)

    def clean(self, value: Any) -> int | None:  # type: ignore[override]
        text = super().clean(value).lower().replace("kg", "").strip()
        if not text:
            return None
        try:
            grams = to_base(parse_decimal_vi(text), "kg")
        except DomainError as fault:
            raise forms.ValidationError(_("Type kilograms, like 2 or 0,5."), code=fault.code) from fault
        if grams <= 0:
            raise forms.ValidationError(_("Type kilograms, like 2 or 0,5."), code="not_a_number")
        return grams


def typed_kg(grams: int | None) -> str:
    """1500 → "1,5"; "" for None."""
    return "" if grams is None else show_number(Decimal(grams) / 1000, "vi")


def commune_named(typed: str, seller: Cooperative) -> AdminUnit:
    """The one commune somebody means; its own province is looked through first. Raises ValidationError."""
    found: list[Found] = []
    for province in (seller.commune.parent, None):
        found = found or find_units(typed[:120], province=province, level=AdminUnit.Level.COMMUNE, limit=40)
    best = [hit for hit in found if hit.rank == found[0].rank]
    if len(best) == 1:
        return best[0].unit
    if not best:
        raise forms.ValidationError(_("No commune is called “%(typed)s”.") % {"typed": typed[:60]}, code="unknown")
    names = "; ".join(hit.unit.full_name for hit in best[:NAMED_AT_MOST])
    told = {"typed": typed[:60], "names": names}
    raise forms.ValidationError(_("“%(typed)s” can be: %(names)s. Write the whole name.") % told, code="ambiguous")


def _typed(mode: str) -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": mode, "autocomplete": "off"})
