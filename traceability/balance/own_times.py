"""MB-8: a cooperative's own season, or how long a step takes with it. It says so with a reason, and staff accepts it or
not: whoever is bound by a rule does not change it alone (0093)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import Q

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative, Membership
from community.errors import DomainError
from traceability.balance.facts import Band
from traceability.balance.models import OwnTimes
from traceability.balance.near import check_again, hold_near, made_lately
from traceability.batches.models import Batch
from traceability.products.models import ProductLine

LONGEST_REASON = 300
MOST_MINUTES = 5 * 365 * 24 * 60
FORMULAS = ("harvest in season", "duration >= least", "duration <= most")
Place = tuple[int, int, str]  # cooperative, line, step; "" is the season


class BadTimes(DomainError):
    """Codes: times_reason_needed, unknown_step, unknown_month, least_over_most, time_too_long; times_answered,
    another_person (who asked, or belongs to the cooperative, does not answer)."""


@dataclass(frozen=True, slots=True)
class Times:
    """``months`` 1 … 12 for the season, minutes for a step. Nothing said: as everybody's again."""

    months: tuple[int, ...] = ()
    least_minutes: int | None = None
    most_minutes: int | None = None


@transaction.atomic
def ask_times(
    *, cooperative: Cooperative, line: ProductLine, step: str, said: Times, reason: str, actor: Actor
) -> OwnTimes:
    """Ask staff to accept one's own season (``step`` "") or duration. Asking again replaces what still waits. Nothing
    is checked otherwise before staff has answered. Raises :class:`BadTimes`."""
    why = reason.strip()[:LONGEST_REASON]
    if not why:
        raise BadTimes("times_reason_needed")
    _check(line, step, said)
    Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative.pk)  # two forms at once: one after the other
    waiting = OwnTimes.objects.filter(cooperative=cooperative, line=line, step=step, answer="")
    waiting.update(answer=OwnTimes.Answer.REPLACED, answered_at=clock.now(), answered_by=actor.user)
    asked = OwnTimes.objects.create(
        cooperative=cooperative,
        line=line,
        step=step,
        months=sorted(set(said.months)),
        least_minutes=said.least_minutes,
        most_minutes=said.most_minutes,
        reason=why,
        asked_at=clock.now(),
        asked_by=actor.user,
    )
    record(actor=actor, action="times.asked", subject=asked, cooperative=cooperative, line=line.code, step=step)
    return asked


def _check(line: ProductLine, step: str, said: Times) -> None:
    least, most = said.least_minutes, said.most_minutes
    if step and not line.steps.filter(code=step).exists():
        raise BadTimes("unknown_step")
    if any(month not in range(1, 13) for month in said.months):
        raise BadTimes("unknown_month")
    if least is not None and most is not None and least > most:
        raise BadTimes("least_over_most")
    if max(least or 0, most or 0) > MOST_MINUTES:
        raise BadTimes("time_too_long")


@transaction.atomic
def answer_times(*, asked: OwnTimes, is_accepted: bool, note: str, actor: Actor) -> OwnTimes:
    """Staff accepts it or not; lots that were asked about are checked anew. Raises :class:`BadTimes`."""
    if actor.user is not None and _is_of(actor.user.pk, asked):
        raise BadTimes("another_person")
    lots = made_lately(asked.cooperative_id, asked.line_id, FORMULAS)
    hold_near(lots)
    answer = OwnTimes.Answer.ACCEPTED if is_accepted else OwnTimes.Answer.REFUSED
    waiting = OwnTimes.objects.filter(pk=asked.pk, answer="")
    said = {"answered_at": clock.now(), "answered_by": actor.user, "note": note.strip()[:LONGEST_REASON]}
    if not waiting.update(answer=answer, **said):
        raise BadTimes("times_answered")
    asked.refresh_from_db()
    action = "times.accepted" if is_accepted else "times.refused"
    facts = {"line": asked.line.code, "step": asked.step}
    record(actor=actor, action=action, subject=asked, cooperative=asked.cooperative, **facts)
    if is_accepted:
        check_again(lots)
    return asked


def _is_of(user_id: int, asked: OwnTimes) -> bool:
    mine = Membership.objects.active().filter(user=user_id, cooperative=asked.cooperative_id)
    return asked.asked_by_id == user_id or mine.exists()


def own_times(batches: Iterable[Batch]) -> dict[Place, Times]:
    """What counts for the cooperatives and lines of these lots. One query."""
    places = {(batch.cooperative_id, batch.product.line_id) for batch in batches if batch.product.line_id}
    if not places:
        return {}
    rows = OwnTimes.objects.filter(
        answer=OwnTimes.Answer.ACCEPTED,
        cooperative__in={cooperative for cooperative, _line in places},
        line__in={line for _cooperative, line in places},
    ).order_by("answered_at", "pk")
    newest = {(row.cooperative_id, row.line_id, row.step): row for row in rows}
    said = {place: Times(tuple(row.months), row.least_minutes, row.most_minutes) for place, row in newest.items()}
    return {place: times for place, times in said.items() if times != Times()}


def with_own(band: Band | None, own: Times | None) -> Band | None:
    """The band's yields with one's own minutes."""
    if own is None:
        return band
    return replace(band or Band(0, 0, 0), least_minutes=own.least_minutes, most_minutes=own.most_minutes)


def answered_or_waiting(cooperative: Cooperative) -> dict[tuple[int, str], OwnTimes]:
    """By (line, step): the newest that waits, was accepted or refused."""
    rows = OwnTimes.objects.filter(~Q(answer=OwnTimes.Answer.REPLACED), cooperative=cooperative).order_by("pk")
    return {(row.line_id, row.step): row for row in rows}
