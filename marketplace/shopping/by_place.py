"""Goods by province: the map, and the same as a list for who hears the page or walks it by keys."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from community import clock
from community.places.finding import province_names
from community.places.mapping import map_of
from marketplace.catalogue.cataloguing import catalogue_stamp
from marketplace.catalogue.counting import Chosen, count_catalogue
from marketplace.shopping.kept_pages import catalogue_version, kept


@require_safe
@kept(catalogue_version)
def provinces_page(request: HttpRequest) -> HttpResponse:
    counts = count_catalogue(Chosen(), stamp=catalogue_stamp(), month=clock.today().month).provinces
    names, address = province_names(), reverse("shopping:list")
    context = {
        "map": map_of(names, counts, lambda code: f"{address}?province={code}"),
        "provinces": [(code, name, counts[code]) for code, name in names.items() if counts.get(code)],
        "without": [name for code, name in names.items() if not counts.get(code)],
        "menu_here": "list",
    }
    return render(request, "shopping/provinces.html", context)
