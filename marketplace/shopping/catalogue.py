"""The list of goods: narrowed, searched, sorted, twenty-four a page. Every list is an address one can send."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from community import clock
from community.limiting import may_read_more
from community.photos.art import group_drawing
from community.places.finding import province_names
from community.text.money import show_dong
from marketplace.catalogue.browsing import PER_PAGE as PER_PAGE
from marketplace.catalogue.browsing import Listed, Wanted, is_kept, listed
from marketplace.catalogue.cataloguing import catalogue_stamp
from marketplace.catalogue.counting import Counts
from marketplace.catalogue.entries import CatalogueEntry
from marketplace.listings.shelves import cards_in_order
from marketplace.shopping.filters import SORTS, GoodsFilter, band_choices, chosen_of
from marketplace.shopping.kept_pages import catalogue_version, kept
from marketplace.shopping.near import Place, find_place
from traceability.passport.looking_up import opened_by
from traceability.products.taxonomy import ocop_groups

# The six groups of Decision 148/QĐ-TTg in words that fit on a button; the full names are the taxonomy's.
SHORT_NAMES = {
    "1": _("Food"),
    "2": _("Drinks"),
    "3": _("Herbs and herbal goods"),
    "4": _("Crafts"),
    "5": _("Ornamental plants and animals"),
    "6": _("Visits and stays"),
}
STARS = (("5", _("5 stars")), ("4", _("4 stars and more")), ("3", _("3 stars and more")))


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
class Choice:
    """One value of a filter, and how many goods it would show."""

    value: str
    name: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """What narrows the list now, and the address without it."""

    label: str
    query: str


@require_safe
@kept(catalogue_version, knows=(*GoodsFilter.base_filters, "page"))
def goods_list(request: HttpRequest) -> HttpResponse:
    query = request.GET
    goods = GoodsFilter(query, queryset=CatalogueEntry.objects.shown())
    entries = goods.qs
    said = {name: value for name, value in goods.form.cleaned_data.items() if value not in (None, "")}
    place = find_place(said.get("near", ""))
    wanted = Wanted(
        text=said.get("q", ""),
        chosen=chosen_of(said),
        least=said.get("price_min"),
        most=said.get("price_max"),
        sort=said.get("sort", ""),
        near=place.unit,
        page=query.get("page", "1")[:6],
    )
    if code_page := opened_by(wanted.text):
        return HttpResponseRedirect(code_page) if may_read_more(request) else too_many(request, wanted.text)
    stamp, month = catalogue_stamp(), clock.today().month
    if wanted.text and not is_kept(wanted, stamp=stamp, month=month) and not may_read_more(request):
        return too_many(request, wanted.text)
    found = listed(entries, wanted, stamp=stamp, month=month)
    context = {
        "form": goods.form,
        "page": Page(range(len(found.listings)), found.page, found.pages),
        "total": found.counts.total,
        "cards": cards_in_order(found.listings, today=clock.today(), language=language()),
        "found": found,
        "place": place,
        "choices": choices_of(found.counts, said),
        "counts": found.counts,
        "groups": group_chips(query, found.counts),
        "active": active_filters(query, said, place),
        "sorts": SORTS,
        "search_words": said.get("q", ""),
        "chosen": said,
        "is_narrowed": bool(set(said) - {"q", "group", "sort"}),
        "help": help_after_nothing(query, found),
        "menu_here": "list",
    }
    return render(request, "shopping/list.html", context)


def too_many(request: HttpRequest, words: str) -> HttpResponse:
    """A calm page for who searched so often that the next search has to wait."""
    facts = {"search_words": words, "menu_here": "list"}
    return render(request, "shopping/too_many.html", facts, status=HTTPStatus.TOO_MANY_REQUESTS)


def language() -> str:
    return (get_language() or "vi")[:2]


def group_chips(query: QueryDict, counts: Counts) -> list[GroupChip]:
    """The groups with something in them; the chosen one links to everything again."""
    others = without(query, "group")
    chips = []
    for group in ocop_groups():
        chosen = query.get("group") == group.code
        with_group = others.copy()
        with_group["group"] = group.code
        chips.append(
            GroupChip(
                name=str(SHORT_NAMES.get(group.code, group.shown_name)),
                title=group.shown_name,
                count=counts.groups.get(group.code, 0),
                query=(others if chosen else with_group).urlencode(),
                chosen=chosen,
                drawing=group_drawing(group.code),
            )
        )
    return [chip for chip in chips if chip.count or chip.chosen]


def choices_of(counts: Counts, said: Mapping[str, Any]) -> dict[str, list[Choice]]:
    """Of each filter, the values that would show something, and the chosen one."""
    found = {
        "province": (province_names().items(), counts.provinces),
        "stars": (STARS, {str(least): many for least, many in counts.stars.items()}),
        "band": (band_choices(), {str(band): many for band, many in counts.bands.items()}),
    }
    return {
        name: [
            Choice(value, str(words), many.get(value, 0), said.get(name) == value)
            for value, words in values
            if many.get(value) or said.get(name) == value
        ]
        for name, (values, many) in found.items()
    }


def active_filters(query: QueryDict, said: Mapping[str, Any], place: Place) -> list[ActiveFilter]:
    """One removable chip for each value that narrows the list."""
    found = []
    for name, value in said.items():
        if name != "sort" and (name != "near" or place.unit):
            found.append(ActiveFilter(_label(name, value, place), without(query, name).urlencode()))
    return found


def _label(name: str, value: Any, place: Place) -> str:
    if name == "q":
        return f"“{value}”"
    if name == "near":
        return gettext("near %(place)s") % {"place": place.unit.short_name if place.unit else value}
    if name == "price_min":
        return gettext("from %(price)s") % {"price": show_dong(int(value))}
    if name == "price_max":
        return gettext("up to %(price)s") % {"price": show_dong(int(value))}
    names: dict[str, Any] = {
        "group": SHORT_NAMES,
        "province": province_names(),
        "stars": dict(STARS),
        "band": dict(band_choices()),
        "in_stock": {"1": _("What is left now")},
        "season": {"now": _("In season now")},
    }
    return str(names[name].get(value, value))


def help_after_nothing(query: QueryDict, found: Listed) -> dict[str, Any]:
    """Ways on when nothing was found: what was meant, fewer words, the same words; all without the filters, as they
    were counted."""
    if found.counts.total:
        return {}
    return {
        "meant": (found.meant, _of_words(found.meant)) if found.meant else None,
        "fewer": [(words, many, _of_words(words)) for words, many in found.fewer],
        "unfiltered": _of_words(query.get("q", "")) if found.only_narrowed else "",
    }


def _of_words(words: str) -> str:
    return f"{reverse('shopping:list')}?{urlencode({'q': words})}"


def without(query: QueryDict, name: str) -> QueryDict:
    """The same parameters without one of them, and from the first page."""
    rest = query.copy()
    for gone in (name, "page"):
        rest.pop(gone, None)
    return rest
