"""The practice room's one page: a screen of the desk in a frame that says that nothing is written."""

from __future__ import annotations

import re
from http import HTTPStatus

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from cms.practice.exercises import EXERCISES, words_of
from cms.practice.playing import Played, is_page, play
from cms.training.views import person_of
from community.limiting import MINUTE, count
from community.training.models import How, Level
from community.training.progress import reach

PRESSES_A_MINUTE = 30
HEADER = re.compile(r'<header class="desk-top">.*?</header>', re.DOTALL)
"""Of the desk: its ways lead out of the exercise."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def practise(request: HttpRequest, exercise: str, act: str = "") -> HttpResponseBase:
    """One press of an exercise. What it shows is undone; only that it was tried is kept."""
    one = EXERCISES.get(exercise)
    if one is None or (act and act not in one.acts):
        raise Http404
    if not count(f"practice:{request.user.pk}", most=PRESSES_A_MINUTE, seconds=MINUTE):
        return render(request, "training/too_fast.html", {"exercise": one}, status=HTTPStatus.TOO_MANY_REQUESTS)
    played = play(request, one, act or one.start)
    if not is_page(played.response):  # a button's address, opened by hand
        return redirect("training:practise", exercise=one.key)
    if played.done:
        reach(people=[person_of(request)], lessons=[one.lesson], level=Level.TRIED, how=How.SANDBOX)
    return _framed(request, played, exercise)


def _framed(request: HttpRequest, played: Played, key: str) -> HttpResponse:
    one = EXERCISES[key]
    facts = {"exercise": one, "task": words_of(one, played.practice), "done": played.done}
    frame = render_to_string("training/practice_frame.html", facts, request)
    page = played.response.content.decode()
    played.response.content = HEADER.sub(lambda _found: frame, page, count=1)
    return played.response
