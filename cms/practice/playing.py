"""Plays one press of a learner: the practice world is made, the real page answers, and all of it is undone.

What the page wrote, locked or promised to others goes with the transaction: rows, the log's leaf, messages, jobs
(they are queued on commit). What a transaction does not undo is kept from it: files are not passed on, the session is
one of its own. See docs/decisions/0180-practising-is-undone.md.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.contrib.messages.storage.base import BaseStorage
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.urls import resolve, reverse
from django.utils.datastructures import MultiValueDict

from cms.practice.exercises import Exercise
from cms.practice.rewriting import rewrite
from cms.practice.world import Practice, build
from community.audit.models import AuditEntry
from traceability.log.appending import take_turn

MOST_REDIRECTS = 3
CHOSEN = "cooperative"
"""The desk's word in the session for the cooperative one works for."""


@dataclass(frozen=True, slots=True)
class Played:
    """``done``: the act that was to be practised went well. ``act``: the screen that answered."""

    response: HttpResponse
    practice: Practice
    done: bool
    act: str


class _Undo(Exception):
    """Leaves the transaction; nobody sees it."""


class PracticeSession(dict[str, Any]):
    """What pages ask of a session, kept for one answer."""

    modified = accessed = False
    session_key = None

    def cycle_key(self) -> None:
        """There is none."""


class PracticeMessages(BaseStorage):
    """Said on the page that answers, never on a later one of the desk."""

    def _get(self, *args: Any, **kwargs: Any) -> tuple[list[Any], bool]:
        return [], True

    def _store(self, messages: Any, response: HttpResponseBase, *args: Any, **kwargs: Any) -> list[Any]:
        return []


def play(request: HttpRequest, exercise: Exercise, act: str) -> Played:
    """Answer ``act`` of the exercise as the desk would. Nothing is written."""
    played: list[Played] = []
    try:
        with transaction.atomic():
            take_turn()  # before the catalogue's stamp, as an import takes them
            played.append(_play(request, exercise, act))
            raise _Undo
    except _Undo:
        return played[0]


def _play(request: HttpRequest, exercise: Exercise, act: str) -> Played:
    scanned = exercise.acts[act] == "selling:pack" and request.method == "POST" and request.POST.get("how") == "scanned"
    practice = build(user=request.user, stage=exercise.stage, scanned=scanned)  # type: ignore[arg-type]
    mark = AuditEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    storage = PracticeMessages(request)
    path = reverse(exercise.acts[act], kwargs=practice.address(exercise.acts[act]))
    response = _ask(request, practice, storage, path)
    for _turn in range(MOST_REDIRECTS):
        if not 300 <= response.status_code < 400:
            break
        path = response.headers["Location"]
        response = _ask(request, practice, storage, path, follows=True)
    own = AuditEntry.objects.filter(pk__gt=mark, actor=practice.learner.user, action=exercise.proof)
    shown = exercise.act_of(resolve(urlsplit(path).path).view_name) or exercise.start
    done = own.exists()
    assert isinstance(response, HttpResponse)
    response.content = rewrite(response.content.decode(), exercise=exercise, practice=practice, shown=shown)
    return Played(response=response, practice=practice, done=done, act=shown)


def _ask(
    request: HttpRequest, practice: Practice, storage: PracticeMessages, path: str, *, follows: bool = False
) -> HttpResponseBase:
    """The real view, asked as a browser would; after a redirect with GET and its own query."""
    where = urlsplit(path)
    match = resolve(where.path)
    posted = request.POST  # read once, by the request that came
    asked: Any = copy.copy(request)
    asked.path = asked.path_info = where.path
    asked.resolver_match = match
    asked.session = PracticeSession({CHOSEN: practice.cooperative.code})
    asked._messages = storage
    asked._post, asked._files = posted, MultiValueDict()
    if follows:
        asked.method = "GET"
        asked.GET = QueryDict(urlencode(parse_qsl(where.query, keep_blank_values=True)))
        asked._post = QueryDict()
    response: HttpResponseBase = match.func(asked, *match.args, **match.kwargs)
    render = getattr(response, "render", None)
    return render() if callable(render) else response


def is_page(response: HttpResponseBase) -> bool:
    return response.status_code != HTTPStatus.METHOD_NOT_ALLOWED
