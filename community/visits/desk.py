"""Staff dissolve a digital team: they read what ends and what goes on, choose who takes it over, and confirm."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from community import clock
from community.mandates.models import Mandate
from community.staff_rights import actor_with
from community.teams.models import Team, TeamMember
from community.training.sessions import sessions_of
from community.visits.dissolving import RIGHT, CannotDissolve, dissolve_team, steps_of, takers_for

SENTENCES: dict[str, Promise] = {
    "not_allowed": gettext_lazy("You may look, not decide."),
    "moved": gettext_lazy("This team was dissolved already."),
    "no_taker": gettext_lazy("Choose who takes over the open steps and training sessions."),
    "not_sure": gettext_lazy("Tick that the commune has decided it: this is not undone."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def dissolve_page(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_with(request.user, RIGHT)
    team = get_object_or_404(Team.objects.select_related("commune__parent"), code=code.upper())
    takers, fault = takers_for(team), ""
    if request.method == "POST":
        taker = takers.filter(code=request.POST.get("taker", "")).first()
        try:
            if "sure" not in request.POST:
                raise CannotDissolve("not_sure")
            dissolve_team(team=team, taker=taker, actor=actor)
        except CannotDissolve as refusal:
            fault = str(SENTENCES[refusal.code])
        else:
            messages.success(request, _("Dissolved. Its people and the cooperatives they helped are told."))
            return redirect("digital_teams:index")
    facts = {
        "team": team,
        "takers": takers,
        "fault": fault,
        "chosen": request.POST.get("taker", ""),
        "people": TeamMember.objects.active().filter(team=team).select_related("user"),
        "mandates": Mandate.objects.open(clock.now()).filter(team=team).select_related("helper", "cooperative"),
        "steps": steps_of(team).select_related("cooperative", "carrier"),
        "sessions": sessions_of(team).select_related("led_by"),
    }
    status = HTTPStatus.CONFLICT if fault else HTTPStatus.OK
    return render(request, "community/team_dissolve.html", facts, status=status)


urlpatterns: list[URLPattern] = [path("to-so/<str:code>/giai-the/", dissolve_page, name="team_dissolve")]
