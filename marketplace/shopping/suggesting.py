"""What the search box offers while one types: goods and provinces. Without a script it is a page with the same list."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from community.limiting import may_read_more
from community.places.finding import province_names
from community.text.folding import as_written, fold
from marketplace.catalogue.cataloguing import catalogue_stamp
from marketplace.catalogue.counting import KEPT_SECONDS
from marketplace.catalogue.keeping import pages
from marketplace.catalogue.searching import did_you_mean, search
from marketplace.listings.models import Listing
from marketplace.shopping.catalogue import too_many
from marketplace.shopping.filters import LONGEST_SEARCH

LEAST_LETTERS = 2
MOST_GOODS = 6
MOST_PLACES = 2
KEPT_BY_BROWSERS = 300


@dataclass(frozen=True, slots=True)
class Suggestions:
    """``goods``: listing ids; ``places``: (code, name); ``meant``: other words, when these find nothing."""

    goods: tuple[int, ...] = ()
    places: tuple[tuple[str, str], ...] = ()
    meant: str = ""


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """``?q=``; with ``part=1`` only the list, for the script."""
    text = as_written(request.GET.get("q", "")[:LONGEST_SEARCH])
    is_part = request.GET.get("part") == "1"
    stamp = catalogue_stamp()  # asked before the search: what is found of before is never kept as of after
    found = kept_for(text, stamp)
    if found is None:
        if not may_read_more(request):
            return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS) if is_part else too_many(request, text)
        found = suggest(text, stamp)
    listings = {each.pk: each for each in Listing.objects.live().filter(pk__in=found.goods)} if found.goods else {}
    address = reverse("shopping:list")
    context = {
        "goods": [listings[pk] for pk in found.goods if pk in listings],
        "places": [(name, f"{address}?province={code}") for code, name in found.places],
        "meant": found.meant,
        "search_words": text,
    }
    response = render(request, "shopping/suggestion_list.html" if is_part else "shopping/suggestions.html", context)
    if is_part:  # the whole page shows a basket
        patch_cache_control(response, public=True, max_age=KEPT_BY_BROWSERS)
    return response


def kept_for(text: str, stamp: str) -> Suggestions | None:
    """For what was typed so far, when it costs nothing: nothing for a single letter, else what was found before."""
    if len(text.replace(" ", "")) < LEAST_LETTERS:
        return Suggestions()
    kept = pages.get(_key(text, stamp))
    return kept if isinstance(kept, Suggestions) else None


def suggest(text: str, stamp: str) -> Suggestions:
    """A search; kept under the catalogue's stamp."""
    found, folded = search(text), fold(text)
    places = [(code, name) for code, name in province_names().items() if fold(name).startswith(folded)]
    offers = Suggestions(
        goods=tuple(hit.listing for hit in found.hits[:MOST_GOODS]),
        places=tuple(places[:MOST_PLACES]),
        meant=found.read_as or ("" if found.hits else did_you_mean(text)),
    )
    pages.set(_key(text, stamp), offers, KEPT_SECONDS)
    return offers


def _key(text: str, stamp: str) -> str:
    return f"shopping.suggestions.{stamp}.{blake2b(text.encode(), digest_size=16).hexdigest()}"
