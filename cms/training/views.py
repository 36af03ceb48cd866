"""The learner's own pages: all lessons with how far one is, and one lesson at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cms.pages.guides import GuidePage
from cms.training.audio import audio_type
from cms.training.finding import acts_of, lesson_or_404, lessons
from community.accounts.models import User
from community.training.models import How, Level
from community.training.progress import RANK, Reached, levels_of, reach

BACK = "ve"
"""Where the reader came from; a "?" beside a screen leads back to it."""


@dataclass(frozen=True, slots=True)
class Line:
    """A lesson and how far one is with it: ``rank`` 0 is not begun, 3 is alone."""

    page: GuidePage
    rank: int
    level: str
    since: datetime | None


@never_cache
@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    pages = lessons()
    lines = lines_of(pages, _reached(request, pages))
    begun = [line for line in lines if 0 < line.rank < RANK[Level.ALONE]]
    facts = {
        "lines": lines,
        "alone": sum(line.rank == RANK[Level.ALONE] for line in lines),
        "next": next(iter(begun or [line for line in lines if not line.rank]), None),
    }
    return render(request, "training/mine.html", facts)


@never_cache
@require_safe
@login_required
def lesson(request: HttpRequest, key: str) -> HttpResponse:
    page = lesson_or_404(key)
    facts = {
        "page_shown": page,
        "line": lines_of([page], _reached(request, [page]))[0],
        "audio_type": audio_type(page.audio) if page.audio else "",
        "back": back_of(request) or reverse("training:mine"),
        "returns": back_of(request),
    }
    return render(request, "training/lesson.html", facts)


@never_cache
@require_POST
@login_required
def seen(request: HttpRequest, key: str) -> HttpResponseBase:
    """Pressed at the end of the steps."""
    page = lesson_or_404(key)
    reach(people=[person_of(request)], lessons=[page.lesson], level=Level.SEEN, how=How.SELF)
    messages.success(request, _("Noted: you have seen “%(lesson)s”.") % {"lesson": page.title})
    return redirect(back_of(request) or "training:mine")


def lines_of(pages: list[GuidePage], reached: Reached) -> list[Line]:
    lines = []
    for page in pages:
        level, since = reached.get(page.lesson, (None, None))
        lines.append(Line(page, RANK[level] if level else 0, str(level.label) if level else "", since))
    return lines


def back_of(request: HttpRequest) -> str:
    """A page of this site that the reader came from, else ""."""
    asked = request.GET.get(BACK) or request.POST.get(BACK) or ""
    own = url_has_allowed_host_and_scheme(asked, allowed_hosts=None, require_https=False)
    return asked if asked.startswith("/") and own else ""


def person_of(request: HttpRequest) -> User:
    """Behind ``login_required``."""
    assert isinstance(request.user, User)
    return request.user


def _reached(request: HttpRequest, pages: list[GuidePage]) -> Reached:
    person = person_of(request)
    return levels_of([person], acts=acts_of(pages))[person.pk]
