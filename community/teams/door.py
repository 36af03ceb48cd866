"""The door of a team's own pages: whoever has a place in a team now, to look or to help."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from community.accounts.models import User
from community.accounts.sessions import touch
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative, CooperativeQuerySet
from community.teams.models import TeamMember

P = ParamSpec("P")


class TeamRequest(HttpRequest):
    """What a view behind `place_required` gets. ``places``: where this person has a place now, never empty."""

    user: User
    places: list[TeamMember]
    actor: Actor


TeamView = Callable[Concatenate[TeamRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def places_of(user: User) -> list[TeamMember]:
    held = TeamMember.objects.active().filter(user=user).order_by("pk")
    return list(held.select_related("user", "team__commune__parent", "organisation"))


def place_required(*, looks: bool = False) -> Callable[[TeamView[P]], View[P]]:
    """``looks``: partners and inspectors may come in too, to read. Asked of the table on every request."""

    def decorate(view: TeamView[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not isinstance(request.user, User):
                return redirect_to_login(request.get_full_path(), reverse("account_login"))
            places = places_of(request.user)
            if not (places if looks else [one for one in places if one.helps]):
                response: HttpResponseBase = render(request, "teams/no_place.html", status=HTTPStatus.FORBIDDEN)
            else:
                request.places = places  # type: ignore[attr-defined]
                request.actor = Actor.of(request.user)  # type: ignore[attr-defined]
                touch(request.session)
                response = view(cast(TeamRequest, request), *args, **kwargs)
            add_never_cache_headers(response)
            return response

        return guarded

    return decorate


def cooperatives_of(places: list[TeamMember]) -> CooperativeQuerySet:
    """Those of the teams' communes; a team sees no others."""
    here = Cooperative.objects.filter(commune__in={one.team.commune_id for one in places})
    return here.exclude(status=Cooperative.Status.CEASED)


def cooperative_or_404(request: TeamRequest, code: str) -> tuple[Cooperative, TeamMember]:
    """With the place through which this person sees it: one that helps before one that looks. Elsewhere is 404."""
    found = cooperatives_of(request.places).select_related("commune__parent")
    cooperative = get_object_or_404(found, code=code.upper())
    near = [one for one in request.places if one.team.commune_id == cooperative.commune_id]
    return cooperative, min(near, key=lambda one: one.only_looks)
