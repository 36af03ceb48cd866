"""What the worker looks through each minute, and the lists of words: read from indexes, among whatever was stored."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median

from django.db.models import F
from django.test import Client

from tests.bench.figures import Figure
from tests.bench.filling import log_size
from tests.bench.plan import Plan
from tests.bench.seeding import Ground, grow
from traceability.batches.models import Batch
from traceability.batches.touching import touch_pages
from traceability.passport.storing import stale_batches

TIMES = 10
LISTS = ("bizSteps", "dispositions", "readPoints", "bizLocations", "eventTypes", "epcs")


def run(ground: Ground, plan: Plan) -> list[Figure]:
    grow(ground, plan.lots)
    Batch.objects.exclude(drawn_version=F("page_version")).update(drawn_version=F("page_version"))
    case = f"lists, {ground.lots:,} lots, {log_size():,} events"
    figures = [Figure(case, "nothing to draw: found out in", _time(_stale_count), "ms")]
    touch_pages(Batch.objects.filter(pk=ground.busy_id(1)))
    found = _stale_count()
    figures.append(Figure(case, "one page to draw: found out in", _time(_stale_count), "ms", note=f"{found} found"))
    client = Client(headers={"Host": "localhost", "Accept": "application/json"})
    for name in LISTS:
        answer = client.get(f"/epcis/v2/{name}")
        assert answer.status_code == 200, answer.content[:300]
        taken = _time(lambda name=name: client.get(f"/epcis/v2/{name}"))  # type: ignore[misc]
        note = f"{len(answer.json()['member'])} of them"
        figures.append(Figure(case, f"/epcis/v2/{name}", taken, "ms", note=note))
    return figures


def _stale_count() -> int:
    return len(stale_batches().values_list("pk"))


def _time(work: Callable[[], object]) -> float:
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        work()
        taken.append((time.perf_counter() - begun) * 1000)
    return median(taken)
