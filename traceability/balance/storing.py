"""Keeps the checks as the rules find them: opened once, changed when the figures change, cleared when mended."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from community import clock
from traceability.balance.facts import Finding
from traceability.balance.models import Check, Severity

INHERITED = "from:"  # begins the key of what a batch has from a lot it was made of
CHANGEABLE = ("severity", "formula", "observed", "limit", "inputs", "event_id", "last_found_at")


@dataclass(frozen=True, slots=True)
class Stored:
    """What changed: batches with any change, and the blocks that were not there before."""

    changed: frozenset[int]
    new_blocks: tuple[Check, ...]


def store(batch_ids: Collection[int], found: Mapping[int, Iterable[Finding]], *, inherited: bool) -> Stored:
    """Make the open checks of these batches equal to what was found. The same findings again change nothing.

    A finding that a person has answered stays answered while its figures are the same. Own and inherited checks are
    stored apart: neither run clears the other's.
    """
    known = _known(batch_ids, inherited=inherited)
    answered = _answered(batch_ids, inherited=inherited)
    wanted = {(batch_id, finding.rule, finding.key): finding for batch_id, its in found.items() for finding in its}
    now = clock.now()
    new: list[Check] = []
    changed: list[Check] = []
    for place, finding in wanted.items():
        figures = (str(finding.severity), finding.observed, finding.limit)
        if place in known:
            if known[place].figures != figures:
                changed.append(_refreshed(known[place], finding))
        elif answered.get(place) != figures:
            new.append(_new(place[0], finding))
    gone = [check.pk for place, check in known.items() if place not in wanted]
    grown_worse = [check for check in changed if check.severity == Severity.BLOCK]
    Check.objects.bulk_create(new, ignore_conflicts=True)
    Check.objects.bulk_update(changed, CHANGEABLE)
    Check.objects.open().filter(pk__in=gone).update(cleared_at=now, how=Check.How.MENDED)
    touched = {check.batch_id for check in (*new, *changed)} | {known[p].batch_id for p in known if p not in wanted}
    blocks = (*(check for check in new if check.severity == Severity.BLOCK), *grown_worse)
    return Stored(frozenset(touched), tuple(blocks))


def _known(batch_ids: Collection[int], *, inherited: bool) -> dict[tuple[int, str, str], Check]:
    rows = Check.objects.open().filter(_side(inherited), batch_id__in=batch_ids)
    return {(row.batch_id, row.rule, row.key): row for row in rows}


def _answered(batch_ids: Collection[int], *, inherited: bool) -> dict[tuple[int, str, str], tuple[str, int, int]]:
    """The last answer of a person to each finding."""
    rows = Check.objects.filter(
        _side(inherited),
        batch_id__in=batch_ids,
        how__in=[Check.How.EXPLAINED, Check.How.DISMISSED, Check.How.CONFIRMED],
    ).order_by("cleared_at", "pk")
    return {(row.batch_id, row.rule, row.key): row.figures for row in rows}


def _side(inherited: bool) -> Q:
    mine = Q(key__startswith=INHERITED)
    return mine if inherited else ~mine


def _new(batch_id: int, finding: Finding) -> Check:
    now = clock.now()
    return _refreshed(Check(batch_id=batch_id, rule=finding.rule, key=finding.key, first_found_at=now), finding)


def _refreshed(check: Check, finding: Finding) -> Check:
    check.severity = finding.severity
    check.formula = finding.formula
    check.observed = finding.observed
    check.limit = finding.limit
    check.inputs = finding.inputs
    check.event_id = finding.event_id
    check.last_found_at = clock.now()
    return check
