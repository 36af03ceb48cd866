"""What households lack, asked in six plain questions: kept by number, told upward as counts only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max, QuerySet

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.teams.models import TeamMember
from community.text.counts import hide_one, hide_small
from community.visits.models import Needs

MOST_HOUSEHOLDS = 500
"""Of one seller."""


class CannotAsk(DomainError):
    """`not_here` (the seller's commune is not the team's), `only_looks`, `ended`, `too_many` (fact `most`), `gone`."""


@dataclass(frozen=True, slots=True)
class Signals:
    """The six answers: True is "yes, there is"."""

    has_phone: bool = False
    own_number: bool = False
    has_account: bool = False
    takes_photos: bool = False
    answers_orders: bool = False
    has_label: bool = False

    def columns(self) -> dict[str, bool]:
        return {name: getattr(self, name) for name in Needs.SIGNALS}


@transaction.atomic
def write_needs(*, cooperative: Cooperative, place: TeamMember, signals: Signals, actor: Actor) -> Needs:
    """One more household, by the next number: who it is stands on the team's own paper. Raises CannotAsk."""
    _check(cooperative, place, actor)
    Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative.pk)  # two at once get two numbers
    last = Needs.objects.filter(cooperative=cooperative).aggregate(last=Max("number"))["last"] or 0
    if last >= MOST_HOUSEHOLDS:
        raise CannotAsk("too_many", most=MOST_HOUSEHOLDS)
    assert actor.user is not None
    needs = Needs.objects.create(
        cooperative=cooperative, number=last + 1, asked_on=clock.today(), asked_by=actor.user, **signals.columns()
    )
    record(actor=actor, action="needs.written", subject=needs, cooperative=cooperative, number=needs.number)
    return needs


@transaction.atomic
def change_needs(*, needs: Needs, place: TeamMember, signals: Signals, actor: Actor) -> Needs:
    """Asked again. Raises CannotAsk."""
    _check(needs.cooperative, place, actor)
    fresh = {**signals.columns(), "asked_on": clock.today(), "asked_by": actor.user}
    if not Needs.objects.filter(pk=needs.pk, gone_at=None).update(**fresh):
        raise CannotAsk("gone")
    needs.refresh_from_db()
    record(actor=actor, action="needs.changed", subject=needs, cooperative=needs.cooperative, number=needs.number)
    return needs


@transaction.atomic
def drop_needs(*, needs: Needs, place: TeamMember, actor: Actor) -> None:
    """The household does not deliver there any more; its number is not given again. Raises CannotAsk."""
    _check(needs.cooperative, place, actor)
    if not Needs.objects.filter(pk=needs.pk, gone_at=None).update(gone_at=clock.now()):
        raise CannotAsk("gone")
    record(actor=actor, action="needs.dropped", subject=needs, cooperative=needs.cooperative, number=needs.number)


def missing_of(households: Iterable[Needs]) -> dict[str, int]:
    """Whole counts by signal: for the team itself, which asked."""
    counts = dict.fromkeys(Needs.SIGNALS, 0)
    for one in households:
        for signal in Needs.SIGNALS:
            counts[signal] += not getattr(one, signal)
    return counts


@dataclass(frozen=True, slots=True)
class ToldUpward:
    """What leaves a team: nothing of fewer than five households can be read or reckoned from it. None: hidden."""

    households: int | None
    missing: Mapping[str, int | None]


def told_upward(counts: Mapping[str, int], *, households: int) -> ToldUpward:
    """``counts``: by signal, how many of the ``households`` lack it."""
    total = hide_one(households)
    cells = {
        signal: hide_small({"missing": count, "there": households - count})["missing"] if total is not None else None
        for signal, count in counts.items()
    }
    return ToldUpward(total, cells)


def households_of(cooperatives: Iterable[int]) -> QuerySet[Needs]:
    """Those asked about and still there, the neediest first is for the caller to say."""
    return Needs.objects.filter(cooperative__in=list(cooperatives), gone_at=None)


def _check(cooperative: Cooperative, place: TeamMember, actor: Actor) -> None:
    if cooperative.commune_id != place.team.commune_id:
        raise CannotAsk("not_here")
    held = TeamMember.objects.active().filter(pk=place.pk, user=actor.user).first()
    if held is None:
        raise CannotAsk("ended")
    if held.only_looks:
        raise CannotAsk("only_looks")
