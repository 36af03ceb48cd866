"""What everybody may read: the rules that hold, those that come, and every older version, at lasting addresses."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from community import clock
from community.rules.agreeing import current_rules
from community.rules.models import RulesVersion
from community.rules.words import pieces

SLUGS = {"hoat-dong": "operating", "mua-hang": "terms", "du-lieu": "privacy"}
"""The last part of the address → kind of document."""


@require_safe
def rules_index(request: HttpRequest) -> HttpResponse:
    """The documents that hold today."""
    held = [(slug, current_rules(kind) or RulesVersion.objects.of(kind).first()) for slug, kind in SLUGS.items()]
    return render(request, "community/rules_index.html", {"rows": [(slug, one) for slug, one in held if one]})


@require_safe
def rules_page(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Without a number the version that holds today, else the first that will."""
    if (kind := SLUGS.get(slug)) is None:
        raise Http404
    versions = list(RulesVersion.objects.of(kind))
    today = clock.today()
    held = next((one for one in versions if one.in_force_from <= today), None)
    by_number = {one.number: one for one in versions}
    shown = by_number.get(number) if number else held or (versions[-1] if versions else None)
    if shown is None:
        raise Http404
    facts = {
        "slug": slug,
        "version": shown,
        "pieces": pieces(shown.shown["text"]),
        "held": held,
        "coming": [one for one in versions if one.in_force_from > today],
        "versions": versions,
        "crumbs": [(_("Rules of the market"), reverse("rules:index")), (shown.title, "")],
        "standing": _standing(shown, held),
    }
    return render(request, "community/rules.html", facts)


def _standing(shown: RulesVersion, held: RulesVersion | None) -> str:
    """ "held" | "coming" | "older"."""
    if held is not None and shown.number == held.number:
        return "held"
    return "older" if held is not None and shown.number < held.number else "coming"


app_name = "rules"
urlpatterns = [
    path("", rules_index, name="index"),
    path("<slug:slug>/", rules_page, name="page"),
    path("<slug:slug>/<int:number>/", rules_page, name="version"),
]
