"""The board: every seller of the team's communes with a light and one next thing; by urgency, place, kind or name."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.db.models import Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from community import clock
from community.cooperatives.models import Cooperative
from community.places.mapping import map_of
from community.teams.door import TeamRequest, cooperatives_of, place_required
from community.text.folding import fold
from community.text.sorting import sort_key
from community.visits.models import HandOver, Visit
from marketplace.attention.gathering import facts_of
from marketplace.attention.lights import Light, Trouble, light_of, troubles_of, urgency
from marketplace.helping.words import GROUPS, LOOKS, LightLook, help_url, words_of

PER_PAGE = 20
NOT_VISITED_DAYS = 30
URGENT, BY_NAME, BY_VISIT = "", "ten", "tham"
SORTS = {URGENT: _("Most urgent first"), BY_NAME: _("By name"), BY_VISIT: _("Longest not visited")}


@dataclass(frozen=True, slots=True)
class Row:
    """One seller. ``troubles``: most urgent first; ``visited_on``: the last visit, None for never."""

    cooperative: Cooperative
    troubles: list[Trouble]
    visited_on: date | None

    @property
    def light(self) -> Light:
        return light_of(self.troubles)

    @property
    def look(self) -> LightLook:
        return LOOKS[self.light]

    @property
    def next_words(self) -> str:
        return words_of(self.troubles[0]) if self.troubles else ""

    @property
    def other_words(self) -> list[str]:
        return [words_of(each) for each in self.troubles[1:]]

    @property
    def help_url(self) -> str:
        return help_url(self.cooperative, self.troubles[0] if self.troubles else None)

    @property
    def is_unvisited(self) -> bool:
        return self.visited_on is None or (clock.today() - self.visited_on).days >= NOT_VISITED_DAYS


@require_safe
@place_required(looks=True)
def board(request: TeamRequest) -> HttpResponse:
    """``?den=`` light, ``viec`` kind of trouble, ``noi`` place, ``tim`` name, ``xep`` order, ``xem`` map."""
    rows = rows_of(cooperatives_of(request.places).select_related("commune__parent"))
    counts = Counter(row.light for row in rows)
    kinds = Counter(name for row in rows for name in _groups_of(row))
    shown = _sorted(_narrowed(rows, request), request.GET.get("xep", URGENT))
    facts = {
        "page": Paginator(shown, PER_PAGE).get_page(request.GET.get("page")),
        "all": len(rows),
        "lights": [(light, LOOKS[light], counts[light]) for light in Light],
        "kinds": [(name, words, kinds[name]) for name, (words, _kinds) in GROUPS.items() if kinds[name]],
        "sorts": SORTS.items(),
        "chosen": {name: request.GET.get(name, "") for name in ("den", "viec", "noi", "xep", "tim", "xem")},
        "may_help": any(place.helps for place in request.places),
        "leads": any(place.leads for place in request.places),
        "asked": HandOver.objects.filter(taker=request.user, status="waiting").count(),
        "steps": Visit.objects.open_steps().filter(carrier=request.user).count(),
    }
    if request.GET.get("xem") == "ban-do":
        facts |= _map(rows)
    return render(request, "helping/board.html", facts)


def rows_of(cooperatives: QuerySet[Cooperative]) -> list[Row]:
    """So many queries, however many sellers there are."""
    now, here = clock.now(), list(cooperatives)
    facts = facts_of(here, now=now)
    visits = Visit.objects.filter(cooperative__in=[one.pk for one in here]).order_by()
    last = dict(visits.values_list("cooperative").annotate(last=Max("held_on")))
    return [Row(one, troubles_of(facts[one.pk], now=now), last.get(one.pk)) for one in here]


def _groups_of(row: Row) -> set[str]:
    kinds = {each.kind for each in row.troubles}
    return {name for name, (_words, group) in GROUPS.items() if kinds & group}


def _narrowed(rows: list[Row], request: HttpRequest) -> list[Row]:
    light, kind, place = (request.GET.get(name, "") for name in ("den", "viec", "noi"))
    words = fold(request.GET.get("tim", "")[:80])
    if light in set(Light):
        rows = [row for row in rows if row.light == light]
    if kind in GROUPS:
        rows = [row for row in rows if kind in _groups_of(row)]
    if kind == "chua-tham":
        rows = [row for row in rows if row.is_unvisited]
    if place:
        rows = [row for row in rows if place in _places_of(row)]
    return [row for row in rows if words in fold(row.cooperative.name)] if words else rows


def _places_of(row: Row) -> tuple[str, str]:
    commune = row.cooperative.commune
    return commune.code, commune.parent.code if commune.parent else ""


def _sorted(rows: list[Row], wanted: str) -> list[Row]:
    by_name = sorted(rows, key=lambda row: sort_key(row.cooperative.name))
    if wanted == BY_VISIT:
        return sorted(by_name, key=lambda row: row.visited_on or date.min)
    if wanted == BY_NAME:
        return by_name
    # Under one light by the kind of what comes next: as troubles of one seller are.
    return sorted(by_name, key=lambda row: urgency(row.troubles[0]) if row.troubles else (len(Light), 0))


def _map(rows: list[Row]) -> dict[str, object]:
    """Where the sellers are that want help: the map of the provinces, and each commune with its lights beside it."""
    names = {row.cooperative.commune.parent.code: row.cooperative.commune.parent.name
             for row in rows if row.cooperative.commune.parent}  # fmt: skip
    counts = Counter(_places_of(row)[1] for row in rows)
    communes = {row.cooperative.commune.code: row.cooperative.commune for row in rows}
    lights: dict[str, Counter[Light]] = {code: Counter() for code in communes}
    for row in rows:
        lights[row.cooperative.commune.code][row.light] += 1
    return {
        "map": map_of(names, counts, lambda code: f"?{urlencode({'noi': code})}"),
        "communes": [
            (commune, [(LOOKS[light], lights[code][light]) for light in Light if lights[code][light]])
            for code, commune in sorted(communes.items(), key=lambda each: sort_key(each[1].name))
        ],
    }
