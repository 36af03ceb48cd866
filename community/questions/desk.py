"""The staff's desk for questions in Wagtail's admin: overdue first, one answer, FAQ."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, ObjectList
from wagtail.admin.viewsets.model import ModelViewSet

from community import clock
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.places.models import AdminUnit
from community.questions.answering import (
    RIGHT,
    answer_question,
    close_question,
    pass_on,
    publish_answer,
    withdraw_answer,
)
from community.questions.models import Question, QuestionDesk
from community.staff_rights import actor_with

SHOWN = 200
STATES = ("open", "mine", "answered", "faq", "closed")

SENTENCES: dict[str, Any] = {
    "not_allowed": gettext_lazy("You may look, not decide."),
    "no_words": gettext_lazy("Write the answer."),
    "moved": gettext_lazy("This was answered or passed on meanwhile. Look at it once more."),
    "not_answered": gettext_lazy("Answer it first, then publish."),
    "personal": gettext_lazy("The name or the contact of who asked stands in it. Take it out."),
}


class QuestionsItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(RIGHT))


class QuestionDesks(ModelViewSet):
    """Who answers for which commune or province."""

    model = QuestionDesk
    name = "question_desks"
    icon = "group"
    menu_label = gettext_lazy("Desks for questions")
    list_display = ["name", "unit", "phone", "email"]
    search_fields = ["name", "unit__name"]
    add_to_settings_menu = True
    edit_handler = ObjectList(
        [
            FieldPanel("unit"),
            FieldPanel("name"),
            FieldPanel("phone"),
            FieldPanel("email"),
            FieldPanel("members"),
        ]
    )


@require_safe
def questions_desk(request: HttpRequest) -> HttpResponse:
    """What waits, the overdue first; then what was answered, published, closed. Narrowed by commune or province."""
    actor_with(request.user, RIGHT)
    state = request.GET.get("xem", "open")
    state = state if state in STATES else "open"
    rows = _rows(state, request).select_related("commune__parent", "desk", "cooperative", "answered_by")
    wanted = request.GET.get("noi", "").strip()[:5]
    if unit := AdminUnit.objects.filter(code=wanted).first():
        rows = rows.filter(commune=unit) | rows.filter(commune__parent=unit)
    places = AdminUnit.objects.filter(pk__in=Question.objects.values("commune__parent")).order_by("sort_key")
    facts = {
        "rows": rows[:SHOWN],
        "state": state,
        "place": wanted,
        "places": places,
        "today": clock.today(),
        "waiting": Question.objects.waiting().count(),
        "overdue": Question.objects.waiting().filter(due_on__lt=clock.today()).count(),
    }
    return render(request, "community/questions_desk.html", facts)


def _rows(state: str, request: HttpRequest) -> Any:
    if state in ("open", "mine"):
        waiting = Question.objects.waiting()
        return waiting.filter(desk__members=request.user.pk) if state == "mine" else waiting
    if state == "faq":
        return Question.objects.published()
    return Question.objects.filter(status=state).order_by("-answered_at", "-pk")


@require_http_methods(["GET", "HEAD", "POST"])
def question_one(request: HttpRequest, code: str) -> HttpResponse:
    actor = actor_with(request.user, RIGHT)
    questions = Question.objects.select_related("commune__parent", "desk", "cooperative", "answered_by")
    question = get_object_or_404(questions, code=code.upper())
    status = HTTPStatus.OK
    if request.method == "POST":
        try:
            act = _act(request, question, actor)
            if act is None:
                raise PermissionDenied
            act()
        except DomainError as fault:
            messages.error(request, SENTENCES[fault.code])
            status = HTTPStatus.CONFLICT
            question = get_object_or_404(questions, code=code.upper())
        else:
            messages.success(request, _("Done."))
            return redirect("question_one", code=question.code)
    sellers = Cooperative.objects.active().filter(commune__parent_id=question.commune.parent_id).order_by("name")
    facts = {
        "question": question,
        "sellers": sellers.select_related("commune"),
        "typed": request.POST.get("answer", ""),
        "faq_question": request.POST.get("faq_question") or question.faq_question or question.text[:300],
        "faq_answer": request.POST.get("faq_answer") or question.faq_answer or question.answer,
    }
    return render(request, "community/question_one.html", facts, status=status)


def _act(request: HttpRequest, question: Question, actor: Actor) -> Callable[[], object] | None:
    """What the pressed button does."""
    told = request.POST
    seller = Cooperative.objects.filter(code=told.get("cooperative", "")).first()
    acts: dict[str, Callable[[], object]] = {
        "answer": lambda: answer_question(question=question, answer=told.get("answer", ""), actor=actor),
        "pass": lambda: pass_on(question=question, cooperative=seller, actor=actor),
        "close": lambda: close_question(question=question, actor=actor),
        "publish": lambda: publish_answer(
            question=question,
            faq_question=told.get("faq_question", ""),
            faq_answer=told.get("faq_answer", ""),
            actor=actor,
        ),
        "withdraw": lambda: withdraw_answer(question=question, actor=actor),
    }
    return acts.get(told.get("act", ""))


urlpatterns: list[URLPattern] = [
    path("cau-hoi/", questions_desk, name="questions_desk"),
    path("cau-hoi/<str:code>/", question_one, name="question_one"),
]
