"""Questions that staff passed on to this cooperative: read and answered, without a word about who asked."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from community.door.current import MemberRequest, member_required
from community.errors import DomainError
from community.questions.answering import answer_question
from community.questions.models import Question

SENTENCES: dict[str, Any] = {
    "not_allowed": gettext_lazy("Only somebody who may change the goods can answer."),
    "no_words": gettext_lazy("Write the answer."),
    "moved": gettext_lazy("This was answered or passed on meanwhile. Look at it once more."),
}
SHOWN = 50


@require_safe
@member_required("list")
def questions_page(request: MemberRequest) -> HttpResponse:
    own = Question.objects.filter(cooperative=request.cooperative).select_related("commune__parent")
    facts = {
        "waiting": own.waiting(),
        "answered": own.filter(status=Question.Status.ANSWERED, forgotten_at=None).order_by("-answered_at")[:SHOWN],
    }
    return render(request, "selling/questions.html", facts)


@require_POST
@member_required("list")
def answer_page(request: MemberRequest, code: str) -> HttpResponseBase:
    question = get_object_or_404(Question, code=code.upper(), cooperative=request.cooperative)
    try:
        answer_question(question=question, answer=request.POST.get("answer", ""), actor=request.actor)
    except DomainError as fault:
        messages.error(request, SENTENCES[fault.code])
    else:
        messages.success(request, _("Thank you. Your answer is on its way."))
    return redirect("selling:questions")
