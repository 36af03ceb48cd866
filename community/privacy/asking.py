"""A person asks about the own data, or takes it back; staff answer."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.outbox.queueing import queue_message
from community.privacy.models import PersonRequest
from community.privacy.words import answered_words, extended_words

RIGHT = "community.change_personrequest"
LONGEST = 600


class CannotAskData(DomainError):
    """``no_words`` (what about?), ``not_allowed`` (not the person, not staff), ``moved`` (has ended; facts: status),

    ``extended`` (once is what the law allows).
    """


@transaction.atomic
def ask_data(*, person: User, kind: str, actor: Actor, words: str = "") -> PersonRequest:
    """One runs per kind: asked twice it is the same. The clocks begin now."""
    if actor.mandate_code or actor.user is None or actor.user.pk != person.pk:
        raise CannotAskData("not_allowed")
    wanted = PersonRequest.Kind(kind)
    told = " ".join(words.split())[:LONGEST]
    if not told and wanted != PersonRequest.Kind.ERASE:
        raise CannotAskData("no_words")
    User.objects.select_for_update().filter(pk=person.pk).first()
    running = PersonRequest.objects.running().filter(person=person, kind=wanted).first()
    if running is not None:
        return running
    now = clock.now()
    asked = PersonRequest.objects.create(
        person=person,
        kind=wanted,
        words=told,
        asked_at=now,
        answer_by=now + timedelta(hours=settings.DATA_ANSWER_HOURS),
        finish_by=now + timedelta(days=settings.DATA_ERASE_DAYS),
    )
    record(actor=actor, action="person_request.asked", subject=asked, kind=str(wanted))
    return asked


@transaction.atomic
def take_back(*, asked: PersonRequest, actor: Actor) -> PersonRequest:
    if actor.user is None or actor.user.pk != asked.person_id or actor.mandate_code:
        raise CannotAskData("not_allowed")
    return _end(asked, to=PersonRequest.Status.WITHDRAWN, actor=actor)


@transaction.atomic
def answer_person(*, asked: PersonRequest, words: str, actor: Actor, refused: bool = False) -> PersonRequest:
    """By staff, with words that the person reads. What was asked for is done before, by the verbs that do it."""
    told = _words_of_staff(words, actor)
    status = PersonRequest.Status.REFUSED if refused else PersonRequest.Status.DONE
    ended = _end(asked, to=status, actor=actor, answer=told)
    _tell(ended, "data_answered", answered_words(ended))
    return ended


@transaction.atomic
def extend_person(*, asked: PersonRequest, words: str, actor: Actor) -> PersonRequest:
    """More time, once, with the reason, which the person is told with the new day."""
    told, now = _words_of_staff(words, actor), clock.now()
    running = PersonRequest.objects.running().filter(pk=asked.pk)
    more = timedelta(days=settings.DATA_EXTEND_DAYS)
    longer = {"answer_by": F("answer_by") + more, "finish_by": F("finish_by") + more}
    if not running.filter(extended_at=None).update(extended_at=now, extended_because=told, **longer):
        asked.refresh_from_db()
        raise CannotAskData("extended" if asked.status == PersonRequest.Status.OPEN else "moved", status=asked.status)
    asked.refresh_from_db()
    record(actor=actor, action="person_request.extended", subject=asked, kind=asked.kind)
    _tell(asked, "data_extended", extended_words(asked))
    return asked


def _words_of_staff(words: str, actor: Actor) -> str:
    if not actor.is_staff_with(RIGHT):
        raise CannotAskData("not_allowed")
    told = " ".join(words.split())[:LONGEST]
    if not told:
        raise CannotAskData("no_words")
    return told


def _tell(asked: PersonRequest, kind: str, text: str) -> None:
    person = asked.person
    if person.phone or person.email:
        queue_message(
            kind=kind,
            key=f"P:{asked.code}",
            to=person.phone or person.email or "",
            channel="sms" if person.phone else "email",
            language=person.language,
            text=text,
            about=asked,
        )


def _end(asked: PersonRequest, *, to: PersonRequest.Status, actor: Actor, answer: str = "") -> PersonRequest:
    running = PersonRequest.objects.running().filter(pk=asked.pk)
    if not running.update(status=to, answer=answer, ended_at=clock.now(), ended_by=actor.user):
        asked.refresh_from_db()
        raise CannotAskData("moved", status=asked.status)
    asked.refresh_from_db()
    record(actor=actor, action=f"person_request.{to}", subject=asked, kind=asked.kind)
    return asked
