"""The team's pages of training: sessions with who came, and how far the members of the commune are."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.training.counts import shown_counts
from cms.training.finding import acts_of, lessons
from cms.training.session_forms import CloseForm, PlanForm
from cms.training.views import lines_of
from community import clock
from community.accounts.models import User
from community.cooperatives.models import Membership
from community.places.models import AdminUnit
from community.sheets.writing import csv_bytes
from community.teams.door import TeamRequest, cooperatives_of, place_required
from community.text.folding import fold
from community.text.phones import InvalidPhone, parse_phone
from community.training.models import Level, TrainingSession
from community.training.progress import RANK, levels_of
from community.training.sessions import (
    BadSession,
    call_off,
    close_session,
    members_of,
    plan_session,
    strike_attendance,
    write_attendance,
)

MOST_FOUND = 12
MOST_LEARNERS = 200

SENTENCES: dict[str, Any] = {
    "not_here": gettext_lazy("You have no place in a team of this commune."),
    "no_place": gettext_lazy("Say where it is."),
    "no_lesson": gettext_lazy("Choose one to eight lessons."),
    "moved": gettext_lazy("This session was closed meanwhile."),
    "not_a_member": gettext_lazy("This person works for no cooperative of the commune: count a guest instead."),
    "not_oneself": gettext_lazy("Nobody attests himself: another helper does it."),
    "too_many": gettext_lazy("At most %(most)s guests."),
    "does_not_add_up": gettext_lazy("More than came: %(came)s people in all."),
    "too_few": gettext_lazy(
        "Of ethnic minorities: a count under %(least)s, on either side, is not kept. Leave it empty."
    ),
    "too_early": gettext_lazy("The day has not come yet."),
}


def sentence_of(fault: BadSession) -> str:
    return str(SENTENCES[fault.code]) % fault.facts


@require_safe
@place_required(looks=True)
def sessions_page(request: TeamRequest) -> HttpResponse:
    rows = _of(request).select_related("commune", "led_by").annotate(members=Count("attendances"))
    facts = {
        "planned": rows.filter(status=TrainingSession.Status.PLANNED).order_by("held_on"),
        "past": rows.exclude(status=TrainingSession.Status.PLANNED)[:50],
        "today": clock.today(),
        "helps": any(place.helps for place in request.places),
        "helped": {place.team.commune_id for place in request.places if place.helps},  # others see no small counts
    }
    return render(request, "training/sessions.html", facts)


@require_http_methods(["GET", "HEAD", "POST"])
@place_required()
def session_new(request: TeamRequest) -> HttpResponseBase:
    communes = list({one.team.commune_id: one.team.commune for one in request.places if one.helps}.values())
    known = [(page.lesson, page.title) for page in lessons()]
    form = PlanForm(request.POST if request.method == "POST" else None, communes=communes, lessons=known)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        commune = next(one for one in communes if one.code == told["commune"])
        facts = {name: told[name] for name in ("held_on", "place", "lessons")}
        try:
            session = plan_session(commune=commune, led_by=request.user, actor=request.actor, **facts)
        except BadSession as fault:
            form.add_error(None, sentence_of(fault))
        else:
            return redirect("training:session", code=session.code)
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "training/session_new.html", {"form": form, "several": len(communes) > 1}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@place_required(looks=True)
def session_page(request: TeamRequest, code: str) -> HttpResponse:
    """What is posted is a search: a typed name or telephone stands in no address and no access log."""
    return _show(request, _session(request, code), asked=request.POST.get("tim", "").strip()[:60])


@require_POST
@place_required()
def session_mark(request: TeamRequest, code: str) -> HttpResponseBase:
    """Somebody came (with a level), or came not after all."""
    session = _session(request, code)
    person = get_object_or_404(User, pk=_number(request.POST.get("who", "")))

    def act() -> None:
        if "strike" in request.POST:
            strike_attendance(session=session, person=person, actor=request.actor)
        else:
            told = request.POST.get("level", "")
            level = Level(told) if told in Level.values else Level.SEEN
            write_attendance(session=session, person=person, level=level, actor=request.actor)

    return _did(request, session, act, "")


@require_POST
@place_required()
def session_close(request: TeamRequest, code: str) -> HttpResponseBase:
    session = _session(request, code)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _show(request, session, form=form, status=HTTPStatus.BAD_REQUEST)
    try:
        close_session(session=session, came=form.came(), actor=request.actor)
    except BadSession as fault:
        form.add_error(None, sentence_of(fault))
        return _show(request, session, form=form, status=HTTPStatus.CONFLICT)
    messages.success(request, _("Closed. What everybody learnt is written down."))
    return redirect("training:session", code=session.code)


@require_POST
@place_required()
def session_call_off(request: TeamRequest, code: str) -> HttpResponseBase:
    session = _session(request, code)
    return _did(request, session, lambda: call_off(session=session, actor=request.actor), _("Called off."))


@require_safe
@place_required(looks=True)
def sessions_sheet(request: TeamRequest) -> HttpResponse:
    """Counts of each session held, for the commune's own report; no names, and no count so small that it names."""
    places = (_("Day"), _("Commune"), _("Where it was"), _("Lessons"))
    heads = (*places, _("Members"), _("Guests"), _("Women"), _("Men"), _("Of ethnic minorities"))
    rows = []
    held = _of(request).filter(status=TrainingSession.Status.HELD).select_related("commune")
    for one in held.annotate(members=Count("attendances")).order_by("held_on", "pk"):
        told = shown_counts(one.members, one.guests, one.women, one.men, one.minorities)
        words = (one.commune.name_with_type, one.place, " ".join(one.lessons))
        rows.append((f"{one.held_on:%d/%m/%Y}", *words, *told))
    answer = HttpResponse(csv_bytes(heads, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="buoi-hoc.csv"'
    return answer


@require_safe
@place_required(looks=True)
def learners(request: TeamRequest) -> HttpResponse:
    """Members of the cooperatives of the teams' communes, with how far each is. Whoever looks only sees no names."""
    pages = lessons()
    helps = [one for one in request.places if one.helps]
    members = _members(request) if helps else []
    reached = levels_of({one.user for one in members}, acts=acts_of(pages))
    rows = [(one, lines_of(pages, reached[one.user_id])) for one in members[:MOST_LEARNERS]]
    facts = {
        "rows": [(one, lines, sum(line.rank == RANK[Level.ALONE] for line in lines)) for one, lines in rows],
        "lessons": pages,
        "helps": bool(helps),
    }
    return render(request, "training/learners.html", facts)


def _show(
    request: TeamRequest,
    session: TrainingSession,
    *,
    form: CloseForm | None = None,
    asked: str = "",
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    rows = list(session.attendances.select_related("person"))
    titles = {page.lesson: page.title for page in lessons()}
    helps = any(one.helps and one.team.commune_id == session.commune_id for one in request.places)
    is_open = session.status == TrainingSession.Status.PLANNED and helps
    facts = {
        "session": session,
        "rows": rows if helps else [],
        "came": len(rows),
        "helps": helps,
        "titles": [titles.get(key, key) for key in session.lessons],
        "asked": asked,
        "found": _found(session.commune, asked, but={row.person_id for row in rows}) if asked and is_open else [],
        "form": form or CloseForm(),
        "is_open": is_open,
        "may_close": is_open and session.held_on <= clock.today(),
        "levels": Level.choices,
    }
    return render(request, "training/session.html", facts, status=status)


def _found(commune: AdminUnit, asked: str, *, but: set[int]) -> list[Membership]:
    """By part of the name without accents, or by the whole telephone number, which is never shown."""
    try:
        phone = parse_phone(asked)
    except InvalidPhone:
        phone = ""
    wanted = fold(asked)
    rows = members_of(commune).exclude(user__in=but).select_related("user", "cooperative").order_by("user__name", "pk")
    hits = [row for row in rows if (row.user.phone == phone if phone else wanted in fold(row.user.name))]
    return list({row.user_id: row for row in reversed(hits)}.values())[::-1][:MOST_FOUND]


def _members(request: TeamRequest) -> list[Membership]:
    helping = [one for one in request.places if one.helps]
    rows = Membership.objects.active().filter(cooperative__in=cooperatives_of(helping), user__is_active=True)
    return list(rows.select_related("user", "cooperative").order_by("cooperative__name", "user__name", "pk"))


def _of(request: TeamRequest) -> Any:
    return TrainingSession.objects.filter(commune__in={one.team.commune_id for one in request.places})


def _session(request: TeamRequest, code: str) -> TrainingSession:
    """Of one's own communes; another's does not exist here."""
    found: TrainingSession = get_object_or_404(_of(request).select_related("commune", "led_by"), code=code.upper())
    return found


def _number(typed: str) -> int:
    """0, which nobody is, for what is no number of a row."""
    return int(typed) if len(typed) <= 18 and typed.isascii() and typed.isdecimal() else 0


def _did(request: TeamRequest, session: TrainingSession, act: Callable[[], None], said: str) -> HttpResponseBase:
    try:
        act()
    except BadSession as fault:
        messages.error(request, sentence_of(fault))
    else:
        if said:
            messages.success(request, said)
    return redirect("training:session", code=session.code)
