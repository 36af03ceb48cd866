"""Open steps from one helper to another, with a note and a yes."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.accounts.models import User
from community.teams.door import TeamRequest, place_required
from community.teams.models import TeamMember
from community.visits.handing_over import CannotHandOver, answer_hand_over, ask_to_take_over, open_steps_of, take_back
from community.visits.models import HandOver

SHOWN = 30
SENTENCES: dict[str, Any] = {
    "not_allowed": gettext_lazy("Only the helper whose work it is, or who leads the team."),
    "no_note": gettext_lazy("Write a word about where things stand."),
    "nothing": gettext_lazy("Choose at least one open step. Some may be done meanwhile."),
    "no_taker": gettext_lazy("Choose another helper of the team."),
    "waits": gettext_lazy("One of these waits for somebody's answer already."),
    "moved": gettext_lazy("This was answered or taken back meanwhile."),
}


@require_safe
@place_required()
def hand_overs_page(request: TeamRequest) -> HttpResponse:
    """Those that wait for one's own yes first."""
    me = request.user
    rows = (
        HandOver.objects.of_person(me)
        .select_related("giver", "taker", "asked_by")
        .prefetch_related("visits__cooperative")
    )
    facts = {
        "waiting": list(rows.filter(taker=me, status="waiting")),
        "others": list(rows.exclude(taker=me, status="waiting")[:SHOWN]),
        "places": [place for place in request.places if place.helps and open_steps_of(me, place.team).exists()],
        "me": me,
    }
    return render(request, "helping/hand_overs.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@place_required()
def hand_over_new(request: TeamRequest, code: str) -> HttpResponseBase:
    """``code``: whose work it is, as a place in a team of one's own; another's only for who leads."""
    giver, place = _giver_or_404(request, code)
    steps = list(open_steps_of(giver.user, giver.team))
    helping = TeamMember.objects.helping().filter(team=giver.team).exclude(user=giver.user).select_related("user")
    fault, status = "", HTTPStatus.OK
    if request.method == "POST":
        chosen = set(request.POST.getlist("visit"))
        taker = next((one.user for one in helping if one.code == request.POST.get("taker")), None)
        try:
            ask_to_take_over(
                place=place,
                giver=giver.user,
                taker=taker or giver.user,
                visits=[step for step in steps if step.code in chosen],
                note=request.POST.get("note", ""),
                actor=request.actor,
            )
        except CannotHandOver as refusal:
            fault, status = str(SENTENCES[refusal.code]), HTTPStatus.CONFLICT
        else:
            messages.success(request, _("Asked. It is yours until the other helper says yes."))
            return redirect("helping:hand_overs")
    facts = {
        "giver": giver,
        "others": _led(giver, place),
        "steps": steps,
        "helpers": helping,
        "fault": fault,
        "note": request.POST.get("note", ""),
        "chosen": request.POST.getlist("visit") if request.method == "POST" else [step.code for step in steps],
        "taker": request.POST.get("taker", ""),
    }
    return render(request, "helping/hand_over_new.html", facts, status=status)


@require_POST
@place_required()
def hand_over_answer(request: TeamRequest, code: str) -> HttpResponseBase:
    hand_over = _own_or_404(request.user, code)
    act = request.POST.get("act")
    try:
        if act == "back":
            take_back(hand_over=hand_over, actor=request.actor)
        else:
            answer_hand_over(hand_over=hand_over, takes=act == "take", actor=request.actor)
    except CannotHandOver as fault:
        messages.error(request, str(SENTENCES[fault.code]))
    else:
        messages.success(request, _("Taken over: the steps are on your list.") if act == "take" else _("Done."))
    return redirect("helping:hand_overs")


def _giver_or_404(request: TeamRequest, code: str) -> tuple[TeamMember, TeamMember]:
    """(whose work it is, the place of who asks). Also of somebody who left the team: the work is there still."""
    places = TeamMember.objects.filter(team__in=[one.team_id for one in request.places]).select_related("user", "team")
    giver = get_object_or_404(places, code=code.upper())
    place = next(one for one in request.places if one.team_id == giver.team_id)
    if giver.user_id != request.user.pk and not place.leads:
        raise Http404
    return giver, place


def _led(giver: TeamMember, place: TeamMember) -> list[TeamMember]:
    """Whose work one may hand over too: of everybody, also of those who left, for who leads."""
    if not place.leads:
        return []
    carriers = User.objects.filter(steps_carried__team=giver.team, steps_carried__next_done_at=None).distinct()
    held = TeamMember.objects.filter(team=giver.team, user__in=carriers).exclude(pk=giver.pk)
    return list(held.select_related("user").order_by("user", "-pk"))


def _own_or_404(user: User, code: str) -> HandOver:
    return get_object_or_404(HandOver.objects.of_person(user), code=code.upper())
