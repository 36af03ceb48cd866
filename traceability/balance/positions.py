"""Where phones were when harvests were written down (MB-9). They stay here: no document, log or page tells them; they
are forgotten when somebody asks, and by themselves after POSITION_DAYS."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from django.conf import settings
from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from traceability.balance.facts import Finding
from traceability.balance.gathering import Gathered
from traceability.balance.models import FORGOTTEN, Check, Position, Severity
from traceability.balance.near import hold_near
from traceability.balance.space import Fix, check_place, check_speed
from traceability.batches.models import Batch
from traceability.batches.watching import moved
from traceability.events.models import Event
from traceability.plots.outlines import metres_outside

RULE = "MB-9"
PURGER = Actor.system("purge")
MILLION = 1_000_000
WORST_ACCURACY_M = 5_000
FRESH = timedelta(hours=1)  # a browser may tell where it was long ago
FIRST = datetime(2020, 1, 1, tzinfo=UTC)  # older than any record here
LOOK_AROUND = timedelta(hours=12)  # at 120 km/h one has crossed the country


class BadPosition(DomainError):
    """Codes: bad_position (not on earth, vaguer than five kilometres, or of another time than the
    record: more than an hour before it, or yet to come)."""


@transaction.atomic
def note_position(*, event: Event, fix: Fix, device: str, actor: Actor) -> Position:
    """Keep where the phone was for ``event``, once; a form sent again keeps the first."""
    on_earth = -90 <= fix.latitude <= 90 and -180 <= fix.longitude <= 180
    in_time = FIRST <= fix.at <= clock.now() and event.recorded_at - fix.at <= FRESH
    if not (on_earth and in_time) or not 0 <= fix.accuracy_m <= WORST_ACCURACY_M:
        raise BadPosition("bad_position")
    if event.batch_id:
        hold_near([event.batch_id])
    position, is_new = Position.objects.get_or_create(
        event=event,
        defaults={
            "latitude_e6": round(fix.latitude * MILLION),
            "longitude_e6": round(fix.longitude * MILLION),
            "accuracy_m": fix.accuracy_m,
            "taken_at": fix.at,
            "device": device[:32],
        },
    )
    if is_new:
        record(actor=actor, action="position.noted", subject=event, cooperative=event.cooperative)
        moved([event.batch_id] if event.batch_id else [])
    return position


@transaction.atomic
def forget_position(*, position: Position, actor: Actor, why: str = "") -> None:
    """The member does not want it kept; or staff does it, ``why`` in a word: the harvest is self-declared again. What
    it was asked about waits for staff, for nobody answers a question by taking its reason away."""
    event = position.event
    if event.batch_id:
        hold_near([event.batch_id])
    gone, _kinds = Position.objects.filter(pk=position.pk).delete()
    if gone:
        record(actor=actor, action="position.forgotten", subject=event, cooperative=event.cooperative, why=why)
        moved([event.batch_id] if event.batch_id else [])


@transaction.atomic
def purge_positions() -> int:
    """Forget what is older than POSITION_DAYS and nobody asks about any more; how many. The worker does it nightly."""
    asked = Check.objects.open().filter(rule=RULE, event__isnull=False).values("event_id")
    old = Position.objects.filter(event__received_at__lt=clock.now() - timedelta(days=settings.POSITION_DAYS))
    old = old.exclude(event_id__in=asked)
    counts = Counter(old.values_list("event__cooperative_id", flat=True))
    gone, _kinds = old.delete()
    for cooperative in Cooperative.objects.filter(pk__in=counts).order_by("pk"):
        facts = {"count": counts[cooperative.pk], "days": settings.POSITION_DAYS}
        record(actor=PURGER, action="positions.purged", subject=cooperative, cooperative=cooperative, **facts)
    return gone


def position_findings(gathered: Gathered) -> dict[int, list[Finding]]:
    """By batch id. Two queries, three where there is a position."""
    positions = list(
        Position.objects.filter(event__batch__in=gathered.ids, event__declarations=None)
        .select_related("event")
        .order_by("pk")
    )
    found = _of_forgotten(gathered.ids)
    for position in positions:
        batch = gathered.batches.get(position.event.batch_id or 0)
        if batch is None or batch.plot is None or not batch.plot.outline:
            continue
        ring = [(lon, lat) for lon, lat in batch.plot.outline]
        away = metres_outside(ring, (position.longitude_e6 / MILLION, position.latitude_e6 / MILLION))
        for finding in check_place(fix_of(position), away_m=away):
            _add(found[batch.pk], finding, position)
    for position, finding in _too_fast(positions):
        _add(found[position.event.batch_id or 0], finding, position)
    return found


def _of_forgotten(batch_ids: Collection[int]) -> dict[int, list[Finding]]:
    """What was open when a place was forgotten: only staff clears it."""
    found: dict[int, list[Finding]] = defaultdict(list)
    rows = Check.objects.open().filter(rule=RULE, batch__in=batch_ids, event__position=None, event__declarations=None)
    for row in rows.filter(event__isnull=False):
        found[row.batch_id].append(
            Finding(
                RULE, Severity(row.severity), FORGOTTEN, row.observed, row.limit, key=row.key, event_id=row.event_id
            )
        )
    return found


def position_of(batch: Batch) -> Fix | None:
    """The first that was told of a harvest of this lot. One query."""
    told = Position.objects.filter(event__batch=batch, event__declarations=None).order_by("pk").first()
    return fix_of(told) if told else None


def fix_of(position: Position) -> Fix:
    return Fix(position.latitude_e6 / MILLION, position.longitude_e6 / MILLION, position.accuracy_m, position.taken_at)


def _add(found: list[Finding], finding: Finding, position: Position) -> None:
    key = f"{finding.key}:{position.event_id}"
    if all(one.key != key for one in found):
        found.append(
            Finding(
                finding.rule,
                finding.severity,
                finding.formula,
                finding.observed,
                finding.limit,
                key=key,
                event_id=position.event_id,
            )
        )


def _too_fast(positions: Iterable[Position]) -> list[tuple[Position, Finding]]:
    """Each of ``positions`` against the one before and the one after of the same phone."""
    asked = {position.pk: position for position in positions if position.device}
    if not asked:
        return []
    first, last = _span(asked.values())
    near = Position.objects.filter(
        device__in={one.device for one in asked.values()},
        taken_at__range=(first - LOOK_AROUND, last + LOOK_AROUND),
        event__declarations=None,
    ).order_by("device", "taken_at", "pk")
    found = []
    for one, other in pairwise(near):
        if one.device == other.device:
            for finding in check_speed(fix_of(one), fix_of(other)):
                found += [(asked[each.pk], finding) for each in (one, other) if each.pk in asked]
    return found


def _span(positions: Iterable[Position]) -> tuple[datetime, datetime]:
    moments = [position.taken_at for position in positions]
    return min(moments), max(moments)
