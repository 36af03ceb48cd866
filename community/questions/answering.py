"""What staff, a team or a cooperative does with a question: answer, pass on, close, publish without names."""

from __future__ import annotations

import re

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy, override

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative, Membership
from community.errors import DomainError
from community.outbox.queueing import queue_message
from community.questions.models import Question

RIGHT = "community.change_question"
OPEN = Question.Status.OPEN
KIND = "question_answered"

ANSWER = gettext_lazy("Answer to your question of %(day)s: %(answer)s — %(link)s")
PASSED = gettext_lazy("Somebody asks about %(name)s. Please answer until %(day)s: %(link)s")


class CannotAnswer(DomainError):
    """`not_allowed`, `no_words`, `moved` (answered, closed or passed on meanwhile), `not_answered` (published before
    there is an answer), `personal` (what would be published holds the asker's name or contact)."""


def may_answer(actor: Actor, question: Question) -> bool:
    """Staff with the right; members of the cooperative it was passed to."""
    if actor.is_staff_with(RIGHT):
        return True
    if actor.user is None or not actor.user.is_active or question.cooperative_id is None:
        return False
    own = Membership.objects.active().filter(user=actor.user, cooperative=question.cooperative_id).first()
    return own is not None and own.may("list")


@transaction.atomic
def answer_question(*, question: Question, answer: str, actor: Actor) -> Question:
    """Answer once; it goes out as the asker wished, and stands on the asker's page. Raises CannotAnswer."""
    words = answer.strip()[:2000]
    if not may_answer(actor, question):
        raise CannotAnswer("not_allowed")
    if not words:
        raise CannotAnswer("no_words")
    answered = {
        "status": Question.Status.ANSWERED,
        "answer": words,
        "answered_at": clock.now(),
        "answered_by": actor.user,
    }
    _change(question, **answered)
    late = (clock.today() - question.due_on).days
    record(
        actor=actor,
        action="question.answered",
        subject=question,
        cooperative=question.cooperative,
        days_late=max(late, 0),
    )
    _send_answer(question)
    return question


@transaction.atomic
def pass_on(*, question: Question, cooperative: Cooperative | None, actor: Actor) -> Question:
    """To a cooperative, or back to the staff with None. The clock goes on; the cooperative sees no name or contact."""
    _staff(actor)
    if cooperative is not None and not cooperative.is_active:
        raise CannotAnswer("not_allowed")
    _change(question, cooperative=cooperative)
    record(actor=actor, action="question.passed_on", subject=question, cooperative=cooperative)
    if cooperative is not None:
        with override("vi"):
            link = settings.SITE_URL.rstrip("/") + reverse("selling:questions")
            words = str(PASSED) % {"name": cooperative.name, "day": f"{question.due_on:%d/%m}", "link": link}
        key = f"{question.code}-{cooperative.code}"
        queue_message(kind="question_passed", key=key, to=cooperative.message_phone, text=words, about=question)
    return question


@transaction.atomic
def close_question(*, question: Question, actor: Actor) -> Question:
    """Nothing to answer: advertising, abuse, asked twice."""
    _staff(actor)
    _change(question, status=Question.Status.CLOSED)
    record(actor=actor, action="question.closed", subject=question)
    return question


@transaction.atomic
def publish_answer(*, question: Question, faq_question: str, faq_answer: str, actor: Actor) -> Question:
    """For everybody, in words of its own: nothing that names or reaches the asker. Raises CannotAnswer."""
    _staff(actor)
    asked, answer = " ".join(faq_question.split())[:300], faq_answer.strip()[:2000]
    if not (asked and answer):
        raise CannotAnswer("no_words")
    if _names(question, f"{asked}\n{answer}"):
        raise CannotAnswer("personal")
    changed = Question.objects.filter(pk=question.pk, status=Question.Status.ANSWERED).update(
        faq_question=asked, faq_answer=answer, faq_at=clock.now()
    )
    if not changed:
        raise CannotAnswer("not_answered")
    question.refresh_from_db()
    record(actor=actor, action="question.published", subject=question)
    return question


@transaction.atomic
def withdraw_answer(*, question: Question, actor: Actor) -> Question:
    """Off the public page; the answer itself stays with the asker."""
    _staff(actor)
    if Question.objects.filter(pk=question.pk, faq_at__isnull=False).update(faq_at=None):
        record(actor=actor, action="question.withdrawn", subject=question)
    question.refresh_from_db()
    return question


def _names(question: Question, told: str) -> bool:
    """Does it say who asked: the name, the e-mail address, or the telephone, however its digits are parted?"""
    words = (question.name.casefold(), question.contact.casefold())
    if any(each in told.casefold() for each in words if len(each) > 2):
        return True
    digits = re.sub(r"\D", "", question.contact)[-9:]
    return "@" not in question.contact and len(digits) > 2 and digits in re.sub(r"\D", "", told)


def _staff(actor: Actor) -> None:
    if not actor.is_staff_with(RIGHT):
        raise CannotAnswer("not_allowed")


def _change(question: Question, **fields: object) -> None:
    same = Question.objects.filter(pk=question.pk, status=OPEN, cooperative=question.cooperative_id)
    if not same.update(**fields):
        raise CannotAnswer("moved")
    question.refresh_from_db()


def _send_answer(question: Question) -> None:
    if not question.contact:
        return
    with override(question.language):
        link = settings.SITE_URL.rstrip("/") + reverse("questions:one", args=[question.token])
        facts = {"day": f"{question.asked_at:%d/%m}", "answer": question.answer, "link": link}
        words = str(ANSWER) % facts
    queue_message(
        kind=KIND,
        key=question.code,
        to=question.contact,
        channel=question.channel,
        language=question.language,
        subject=words[:120] if question.channel == Question.Channel.EMAIL else "",
        text=words,
        about=question,
    )
