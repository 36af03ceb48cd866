"""A question comes in: routed by its commune, with a day by which it is answered."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy, override

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.outbox.queueing import queue_message
from community.places.models import AdminUnit
from community.questions.models import Question, QuestionDesk
from community.working_days import after_working_days

SHORTEST = 10
"""Letters of a question."""

NOTICE = gettext_lazy("A question from %(place)s waits for an answer until %(day)s: %(link)s")


class CannotAsk(DomainError):
    """`not_a_commune`, `too_short` (fact `least`), `no_consent` (a contact without agreeing to be written to)."""


@transaction.atomic
def ask(
    *,
    commune: AdminUnit,
    text: str,
    about: str,
    actor: Actor,
    name: str = "",
    contact: str = "",
    channel: str = "",
    agreed: bool = False,
    language: str = "vi",
) -> Question:
    """Take a question in. ``contact``: a telephone (E.164) for ``channel`` "sms", an address for "email", or neither.

    Raises CannotAsk.
    """
    if commune.level != AdminUnit.Level.COMMUNE or not commune.is_current:
        raise CannotAsk("not_a_commune")
    words = text.strip()[:1500]
    if len(words) < SHORTEST:
        raise CannotAsk("too_short", least=SHORTEST)
    if contact and not agreed:
        raise CannotAsk("no_consent")
    now = clock.now()
    question = Question.objects.create(
        commune=commune,
        about=Question.About(about),
        text=words,
        language=language,
        name=" ".join(name.split())[:80],
        contact=contact,
        channel=Question.Channel(channel) if contact else Question.Channel.NONE,
        agreed_at=now if contact else None,
        asked_at=now,
        due_on=after_working_days(clock.today(), settings.ANSWER_DAYS, settings.DAYS_OFF),
        desk=desk_for(commune),
    )
    record(actor=actor, action="question.asked", subject=question, about=question.about, commune=commune.code)
    _tell_desk(question)
    return question


def desk_for(commune: AdminUnit) -> QuestionDesk | None:
    """The desk of the commune, else of its province; None: the market's staff itself."""
    desks = {desk.unit_id: desk for desk in QuestionDesk.objects.filter(unit__in=[commune.pk, commune.parent_id])}
    return desks.get(commune.pk) or next(iter(desks.values()), None)


def _tell_desk(question: Question) -> None:
    """By e-mail, else by text message; without the words of the question: a message may be read by others."""
    desk = question.desk
    if desk is None or not (desk.email or desk.phone):
        return
    with override("vi"):
        facts: dict[str, Any] = {
            "place": question.commune.name_with_type,
            "day": f"{question.due_on:%d/%m}",
            "link": settings.SITE_URL.rstrip("/") + reverse("question_one", args=[question.code]),
        }
        words = str(NOTICE) % facts
    queue_message(
        kind="question_asked",
        key=question.code,
        to=desk.email or desk.phone,
        channel="email" if desk.email else "sms",
        subject=words[:120] if desk.email else "",
        text=words,
        about=question,
    )
