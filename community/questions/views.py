"""The question box for everybody: asking, one's own question by its secret link, and what was asked often."""

from __future__ import annotations

from http import HTTPStatus

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community.audit.actors import Actor
from community.limiting import is_within
from community.questions.asking import ask
from community.questions.forms import AskForm
from community.questions.models import Question

ASKS_PER_HOUR = 5
PER_PAGE = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_page(request: HttpRequest) -> HttpResponse:
    about = request.GET.get("about", "")
    first = {"about": about if about in Question.About.values else Question.About.BUYING}
    form = AskForm(request.POST if request.method == "POST" else None, initial=first)
    if form.is_bound and form.is_valid():
        if not is_within(request, action="ask-question", most=ASKS_PER_HOUR):
            form.add_error(None, _("Too many questions from here. Wait an hour, or call us."))
            return render(request, "community/question_ask.html", {"form": form}, status=HTTPStatus.TOO_MANY_REQUESTS)
        language = (get_language() or "vi")[:2]
        question = ask(**form.cleaned_data, actor=Actor(user=None, label="visitor"), language=language)
        return redirect("questions:one", token=question.token)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "community/question_ask.html", {"form": form}, status=status)


@never_cache
@require_safe
def question_page(request: HttpRequest, token: str) -> HttpResponse:
    """For whoever asked: who answers until when, later the answer."""
    questions = Question.objects.select_related("commune__parent", "desk", "cooperative")
    question = get_object_or_404(questions, token=token, forgotten_at=None)
    return render(request, "community/question.html", {"question": question})


@require_safe
def faq_page(request: HttpRequest) -> HttpResponse:
    """Questions with answers that staff published, grouped by nothing: the newest first, narrowed by ``?about=``."""
    about = request.GET.get("about", "")
    rows = Question.objects.published()
    if about in Question.About.values:
        rows = rows.filter(about=about)
    facts = {
        "rows": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "abouts": Question.About.choices,
        "about": about,
    }
    return render(request, "community/questions.html", facts)


app_name = "questions"
urlpatterns = [
    path("", faq_page, name="faq"),
    path("moi/", ask_page, name="ask"),
    path("<str:token>/", question_page, name="one"),
]
