"""What the goods can be narrowed by. Every filter is a GET parameter, so a narrowed list is an address one can send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, Filter, FilterSet

from community.places.finding import provinces
from community.text.quantities import InvalidNumber, parse_decimal_vi
from marketplace.listings.finding import matching
from marketplace.listings.models import Listing
from traceability.products.taxonomy import ocop_groups

LONGEST_SEARCH = 80
SORTS = (
    ("", _("Newest first")),
    ("price", _("Price: low to high")),
    ("-price", _("Price: high to low")),
    ("stars", _("OCOP stars")),
    ("name", _("Name: A to Z")),
)
ORDERS = {
    "": ["-in_stock", "-product__created_at", "-pk"],
    "price": ["-in_stock", "price_dong", "pk"],
    "-price": ["-in_stock", "-price_dong", "pk"],
    "name": ["entry__sort_key", "pk"],
}


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
    """Those with goods on the market, in the order of the alphabet."""
    selling = Listing.objects.live().values("product__cooperative__commune__parent")
    return list(provinces().filter(pk__in=selling).values_list("code", "name"))


class GoodsFilter(FilterSet):
    """For ``live_listings``. A value that makes no sense is told in ``errors`` and narrows nothing."""

    q = CharFilter(method="find", label=_("Search goods"), max_length=LONGEST_SEARCH)
    group = ChoiceFilter(field_name="entry__ocop_group", choices=_groups, label=_("Group"))
    province = ChoiceFilter(
        field_name="product__cooperative__commune__parent__code", choices=_provinces, label=_("Province")
    )
    stars = ChoiceFilter(
        field_name="stars",
        lookup_expr="gte",
        choices=[("5", _("5 stars")), ("4", _("4 stars and more")), ("3", _("3 stars and more"))],
        label=_("OCOP stars"),
    )
    price_min = DongFilter(field_name="price_dong", lookup_expr="gte", label=_("Price from"))
    price_max = DongFilter(field_name="price_dong", lookup_expr="lte", label=_("Price to"))
    in_stock = ChoiceFilter(method="only_in_stock", choices=[("1", _("What is left now"))], label=_("What is left now"))
    season = ChoiceFilter(method="now_in_season", choices=[("now", _("In season now"))], label=_("In season now"))
    sort = ChoiceFilter(method="sorted_by", choices=SORTS[1:], label=_("Sort by"))

    class Meta:
        model = Listing
        fields: list[str] = []

    def find(self, listings: QuerySet[Listing], _name: str, words: str) -> QuerySet[Listing]:
        return matching(listings, words)

    def only_in_stock(self, listings: QuerySet[Listing], _name: str, _value: str) -> QuerySet[Listing]:
        return listings.filter(in_stock=True)

    def now_in_season(self, listings: QuerySet[Listing], _name: str, _value: str) -> QuerySet[Listing]:
        # JSON containment is not portable to SQLite: the ids are chosen here.
        month = timezone.localdate().month
        seasons = Listing.objects.live().values_list("pk", "product__season_months")
        return listings.filter(pk__in=[pk for pk, months in seasons if month in (months or [])])

    def sorted_by(self, listings: QuerySet[Listing], _name: str, value: str) -> QuerySet[Listing]:
        if value == "stars":
            return listings.order_by(F("stars").desc(nulls_last=True), "-in_stock", "pk")
        return listings.order_by(*ORDERS[value])

    def filter_queryset(self, queryset: QuerySet[Listing]) -> QuerySet[Listing]:
        return super().filter_queryset(queryset.order_by(*ORDERS[""]))
