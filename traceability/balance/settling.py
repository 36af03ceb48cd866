"""Answers to checks: the cooperative explains what is only asked about; the province's staff may clear a block."""

from __future__ import annotations

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from traceability.balance.checking import check_lots
from traceability.balance.models import Check
from traceability.balance.near import hold_near

LONGEST_NOTE = 300


class BadAnswer(DomainError):
    """Codes: explanation_needed, explanation_too_long (fact: most), not_yours_to_clear, already_cleared."""


@transaction.atomic
def explain(*, check: Check, note: str, actor: Actor) -> Check:
    """The cooperative says why. The question stays answered while its figures are the same; a block stays.

    Where claims wait for the answer, it is kept with the question, which stays open until staff has looked.
    """
    words = words_of(note)
    if not check.can_explain:
        raise BadAnswer("not_yours_to_clear")
    if check.freezes:
        return _kept(check, words, actor)
    return _answered(check, Check.How.EXPLAINED, words, actor, action="check.explained")


@transaction.atomic
def dismiss(*, check: Check, note: str, actor: Actor) -> Check:
    """The staff has looked into it, in person or on paper, and says what was found. Locks follow at once."""
    return _answered(check, Check.How.DISMISSED, words_of(note), actor, action="check.dismissed")


def words_of(note: str) -> str:
    """What was said, without the spaces around it. Raises :class:`BadAnswer`."""
    words = note.strip()
    if not words:
        raise BadAnswer("explanation_needed")
    if len(words) > LONGEST_NOTE:
        raise BadAnswer("explanation_too_long", most=LONGEST_NOTE)
    return words


def _kept(check: Check, note: str, actor: Actor) -> Check:
    hold_near([check.batch_id])
    if not Check.objects.open().filter(pk=check.pk).update(note=note):
        raise BadAnswer("already_cleared")
    check.refresh_from_db()
    batch = check.batch
    facts = {"rule": check.rule, "check": check.pk}
    record(actor=actor, action="check.explained", subject=batch, cooperative=batch.cooperative, **facts)
    return check


def _answered(check: Check, how: str, note: str, actor: Actor, *, action: str) -> Check:
    hold_near([check.batch_id])  # lots first, then their checks, as every record does: nobody waits for each other
    done = Check.objects.open().filter(pk=check.pk)
    if not done.update(cleared_at=clock.now(), cleared_by=actor.user, how=how, note=note):
        raise BadAnswer("already_cleared")
    check.refresh_from_db()
    batch = check.batch
    record(actor=actor, action=action, subject=batch, cooperative=batch.cooperative, rule=check.rule, check=check.pk)
    check_lots([batch.pk])
    return check
