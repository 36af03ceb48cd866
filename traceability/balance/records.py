"""A lot whose records are not as the log has them is not sold, nor claimed of, until they are again.

The nightly look at all records (``events.watching``) opens the block; each later check of the lot looks again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.db.models import QuerySet

from community import clock
from traceability.balance.facts import Finding
from traceability.balance.models import Check, Severity
from traceability.events.models import Event
from traceability.log.standing import misfits

RULE, KEY, FORMULA = "LOG", "records", "records = log"


def open_doubts(event_ids: Collection[int]) -> list[int]:
    """Open the block of the lots of these events; answers all lots with one, to be checked now."""
    now = clock.now()
    lots = set(Event.objects.filter(pk__in=event_ids, batch__isnull=False).values_list("batch_id", flat=True))
    Check.objects.bulk_create(
        [
            Check(
                batch_id=lot,
                rule=RULE,
                key=KEY,
                severity=Severity.BLOCK,
                formula=FORMULA,
                observed=0,
                limit=0,
                first_found_at=now,
                last_found_at=now,
            )
            for lot in sorted(lots)
            if lot is not None
        ],
        ignore_conflicts=True,
    )
    return sorted(_doubted().values_list("batch_id", flat=True))


def record_findings(batch_ids: Collection[int]) -> dict[int, list[Finding]]:
    """By lot: how many records do not fit, of lots in doubt only. One query where there is none."""
    lots = list(_doubted().filter(batch_id__in=batch_ids).values_list("batch_id", flat=True))
    if not lots:
        return {}
    rows = Event.objects.filter(batch__in=lots).values_list("batch_id", "pk")
    of_lot: dict[int, list[int]] = defaultdict(list)
    for lot, event in rows:
        of_lot[lot or 0].append(event)
    found = {lot: misfits(events) for lot, events in of_lot.items()}
    return {
        lot: [Finding(RULE, Severity.BLOCK, FORMULA, len(wrong), 0, key=KEY, event_id=wrong[0])]
        for lot, wrong in found.items()
        if wrong
    }


def _doubted() -> QuerySet[Check]:
    return Check.objects.open().filter(rule=RULE)
