"""The list of goods: narrowed, searched, sorted, twenty-four a page."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from community.photos.art import group_drawing
from community.text.money import show_dong
from marketplace.listings.finding import live_listings
from marketplace.listings.models import Listing
from marketplace.listings.shelves import cards
from marketplace.shopping.filters import SORTS, GoodsFilter
from traceability.products.taxonomy import ocop_groups

PER_PAGE = 24
CHOICES = ("group", "province", "stars", "in_stock", "season")
# The six groups of Decision 148/QĐ-TTg in words that fit on a button; the full names are the taxonomy's.
SHORT_NAMES = {
    "1": _("Food"),
    "2": _("Drinks"),
    "3": _("Herbs and herbal goods"),
    "4": _("Crafts"),
    "5": _("Ornamental plants and animals"),
    "6": _("Visits and stays"),
}
Choices = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class GroupChip:
    """A group one can go to, with how many of its goods fit everything else that was chosen. ``title``: the full name
    of the decision, for who rests on the chip."""

    name: str
    title: str
    count: int
    query: str
    chosen: bool
    drawing: str


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """What narrows the list now, and the address without it."""

    label: str
    query: str


@require_safe
def goods_list(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    goods = GoodsFilter(request.GET, queryset=live_listings(today=today))
    page = Paginator(goods.qs, PER_PAGE).get_page(request.GET.get("page"))
    chosen = {name: value for name, value in goods.form.cleaned_data.items() if value not in (None, "")}
    # Written out: django-filter's lazy choices have no length, and each walk over them is a query.
    choices = {name: [each for each in goods.form.fields[name].choices if each[0]] for name in CHOICES}
    context = {
        "form": goods.form,
        "provinces": choices["province"],
        "stars": choices["stars"],
        "page": page,
        "cards": cards(list(page.object_list), language=language()),
        "groups": group_chips(request.GET, today_listings=live_listings(today=today)),
        "active": active_filters(choices, request.GET, chosen),
        "sorts": SORTS,
        "search_words": chosen.get("q", ""),
        "chosen": chosen,
        "is_narrowed": bool(set(chosen) - {"q", "group", "sort"}),
        "menu_here": "list",
    }
    return render(request, "shopping/list.html", context)


def language() -> str:
    return (get_language() or "vi")[:2]


def group_chips(query: QueryDict, *, today_listings: QuerySet[Listing]) -> list[GroupChip]:
    """The six groups with their counts, in one query; the chosen one links to everything again."""
    others = without(query, "group")
    listings = GoodsFilter(others, queryset=today_listings).qs.order_by()
    counts = dict(listings.values_list("entry__ocop_group").annotate(found=Count("pk")))
    chips = []
    for group in ocop_groups():
        chosen = query.get("group") == group.code
        with_group = others.copy()
        with_group["group"] = group.code
        address = (others if chosen else with_group).urlencode()
        chips.append(
            GroupChip(
                name=str(SHORT_NAMES.get(group.code, group.shown_name)),
                title=group.shown_name,
                count=counts.get(group.code, 0),
                query=address,
                chosen=chosen,
                drawing=group_drawing(group.code),
            )
        )
    return [chip for chip in chips if chip.count or chip.chosen]


def active_filters(choices: Choices, query: QueryDict, chosen: dict[str, object]) -> list[ActiveFilter]:
    """One removable chip for each value that narrows the list."""
    found = []
    for name, value in chosen.items():
        if name != "sort":
            found.append(ActiveFilter(_label(choices, name, value), without(query, name).urlencode()))
    return found


def _label(choices: Choices, name: str, value: object) -> str:
    if name == "q":
        return f"“{value}”"
    if name == "price_min":
        return gettext("from %(price)s") % {"price": show_dong(int(str(value)))}
    if name == "price_max":
        return gettext("up to %(price)s") % {"price": show_dong(int(str(value)))}
    return str(dict(choices[name]).get(str(value), value))


def without(query: QueryDict, name: str) -> QueryDict:
    """The same parameters without one of them, and from the first page."""
    rest = query.copy()
    for gone in (name, "page"):
        rest.pop(gone, None)
    return rest
