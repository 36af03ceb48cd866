"""What the goods can be narrowed by. Every filter is a GET parameter, so a narrowed list is an address one can send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, Filter, FilterSet

from community import clock
from community.places.finding import province_names
from community.text.money import show_dong
from community.text.quantities import InvalidNumber, parse_decimal_vi
from marketplace.catalogue.counting import Chosen
from marketplace.catalogue.entries import PRICE_BANDS, CatalogueEntry, EntryQuerySet
from traceability.products.taxonomy import ocop_groups

LONGEST_SEARCH = 80
LONGEST_PLACE = 80
SORTS = (
    ("", _("Newest first")),
    ("price", _("Price: low to high")),
    ("-price", _("Price: high to low")),
    ("stars", _("OCOP stars")),
    ("name", _("Name: A to Z")),
)


class DongField(forms.CharField):
    """A sum of money as people type it: "50.000", "50000", "50.000 ₫" → 50000."""

    default_error_messages = {"not_dong": _("Type the price in đồng, for example 50.000.")}

    def clean(self, value: Any) -> int | None:
        text = str(super().clean(value) or "").replace("₫", "").replace("đ", "").strip()
        if not text:
            return None
        try:
            number = parse_decimal_vi(text)
        except InvalidNumber as fault:
            raise ValidationError(self.error_messages["not_dong"], code="not_dong") from fault
        if number != number.to_integral_value():
            raise ValidationError(self.error_messages["not_dong"], code="not_dong")
        return int(number)


class DongFilter(Filter):
    field_class = DongField


def _groups() -> Iterator[tuple[str, str]]:
    for group in ocop_groups():
        yield group.code, group.shown_name


def _provinces() -> list[tuple[str, str]]:
    return list(province_names().items())


def band_choices() -> list[tuple[str, str]]:
    """ "up to 50.000 ₫", "50.000 ₫ – 100.000 ₫" …, "over 500.000 ₫" """
    ends = [show_dong(end) for end in PRICE_BANDS]
    first = gettext("up to %(price)s") % {"price": ends[0]}
    last = gettext("over %(price)s") % {"price": ends[-1]}
    middle = [f"{least} – {most}" for least, most in pairwise(ends)]
    return [(str(number), words) for number, words in enumerate([first, *middle, last])]


class GoodsFilter(FilterSet):
    """For catalogue entries. A value that makes no sense is told in ``errors`` and narrows nothing.

    ``q``, ``sort`` and ``near`` are read here and done by the page: they say which goods come first.
    """

    q = CharFilter(method="said", label=_("Search goods"), max_length=LONGEST_SEARCH)
    near = CharFilter(method="said", label=_("Near"), max_length=LONGEST_PLACE)
    group = ChoiceFilter(field_name="ocop_group", choices=_groups, label=_("Group"))
    province = ChoiceFilter(field_name="province", choices=_provinces, label=_("Province"))
    stars = ChoiceFilter(
        field_name="stars",
        lookup_expr="gte",
        choices=[("5", _("5 stars")), ("4", _("4 stars and more")), ("3", _("3 stars and more"))],
        label=_("OCOP stars"),
    )
    band = ChoiceFilter(field_name="price_band", choices=band_choices, label=_("Price"))
    price_min = DongFilter(field_name="price_dong", lookup_expr="gte", label=_("Price from"))
    price_max = DongFilter(field_name="price_dong", lookup_expr="lte", label=_("Price to"))
    in_stock = ChoiceFilter(method="only_in_stock", choices=[("1", _("What is left now"))], label=_("What is left now"))
    season = ChoiceFilter(method="now_in_season", choices=[("now", _("In season now"))], label=_("In season now"))
    sort = ChoiceFilter(method="said", choices=SORTS[1:], label=_("Sort by"))

    class Meta:
        model = CatalogueEntry
        fields: list[str] = []

    def said(self, entries: EntryQuerySet, _name: str, _value: str) -> EntryQuerySet:
        return entries

    def only_in_stock(self, entries: EntryQuerySet, _name: str, _value: str) -> EntryQuerySet:
        return entries.filter(in_stock=True)

    def now_in_season(self, entries: EntryQuerySet, _name: str, _value: str) -> EntryQuerySet:
        return entries.in_season(clock.today().month)


def chosen_of(said: Mapping[str, Any]) -> Chosen:
    """What was chosen, from ``form.cleaned_data``, as it is counted by."""
    band = said.get("band")
    return Chosen(
        group=said.get("group") or "",
        province=said.get("province") or "",
        stars=int(said.get("stars") or 0),
        band=int(band) if band else None,
        in_stock=bool(said.get("in_stock")),
        season=bool(said.get("season")),
    )
