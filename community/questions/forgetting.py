"""Who asked is forgotten in time; a published answer has no name in it and stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from community.outbox.forgetting import TO_LEAVE, empty_messages
from community.outbox.models import OutboxMessage
from community.questions.answering import KIND
from community.questions.models import Question

ERASED = "…"
CONTACT_KEPT = timedelta(days=30)
"""After the answer: time to send it once more, then nobody needs to know where it went."""
AT_ONCE = 2000


def forget_old_questions(*, now: datetime) -> int:
    """Empty what names the asker, and the words of question and answer, ``QUESTION_DAYS`` after it was asked.

    Telephone or e-mail goes earlier, ``CONTACT_KEPT`` after the answer (of what was closed: after the question); the
    message with the answer is emptied with it. What stays counts for reports: where, about what, in how many days.
    Open ones are kept until they are answered.
    """
    _forget_contacts(now)
    return _forget_words(now)


@transaction.atomic
def _forget_contacts(now: datetime) -> None:
    old = now - CONTACT_KEPT
    settled = Q(status=Question.Status.ANSWERED, answered_at__lte=old)
    settled |= Q(status=Question.Status.CLOSED, asked_at__lte=old)
    leaving = OutboxMessage.objects.filter(kind=KIND, status__in=TO_LEAVE).values("key")
    reached = Question.objects.filter(settled).exclude(contact="").exclude(code__in=leaving)
    codes = list(reached.values_list("code", flat=True)[:AT_ONCE])
    empty_messages(OutboxMessage.objects.filter(kind=KIND, key__in=codes))
    Question.objects.filter(code__in=codes).update(contact="", channel="")


@transaction.atomic
def _forget_words(now: datetime) -> int:
    old = Question.objects.filter(asked_at__lte=now - timedelta(days=settings.QUESTION_DAYS), forgotten_at=None)
    codes = list(old.exclude(status=Question.Status.OPEN).values_list("code", flat=True)[:AT_ONCE])
    empty_messages(OutboxMessage.objects.filter(kind=KIND, key__in=codes))
    settled = Question.objects.filter(code__in=codes)
    settled.filter(status=Question.Status.ANSWERED).update(answer=ERASED)
    return settled.update(name="", contact="", channel="", text=ERASED, forgotten_at=now)
