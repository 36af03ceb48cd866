"""Appending to the log stays as quick at a million entries as at a thousand; reading all of it again is quick too."""

from __future__ import annotations

import time
from statistics import median

from django.db import transaction

from tests.bench.figures import Figure
from tests.bench.plan import Plan
from tests.bench.seeding import Ground
from traceability.log.appending import append
from traceability.log.auditing import audit_log
from traceability.log.leaves import LABEL_RUN, Leaf
from traceability.log.models import LogHead

AT_ONCE = 50
FILLING = 5_000
TIMES = 40


def run(ground: Ground, plan: Plan) -> list[Figure]:
    figures, pace = [], {}
    for entries in plan.entries:
        _fill(entries)
        taken = []
        for _ in range(TIMES):
            begun = time.perf_counter()
            append(_leaves(AT_ONCE))
            taken.append((time.perf_counter() - begun) * 1000 / AT_ONCE)
        pace[entries] = median(taken)
        figures.append(Figure("log", f"append at {entries:,} entries, {AT_ONCE} together", pace[entries], "ms each"))
    growth = pace[plan.entries[-1]] / pace[plan.entries[0]]
    figures.append(Figure("log", "growth of append, last ÷ first size", growth, "", "<= 1.2"))
    begun = time.perf_counter()
    report = audit_log()
    seconds = time.perf_counter() - begun
    note = f"{report.entries:,} entries, {'nothing found' if report.is_clean else str(report.findings[0])}"
    figures.append(Figure("log", "audit of the whole log", report.entries / seconds, "entries/s", ">= 50000", note))
    return figures


def _fill(entries: int) -> None:
    while (size := LogHead.objects.values_list("size", flat=True).first() or 0) < entries:
        with transaction.atomic():
            append(_leaves(min(FILLING, entries - size)))


def _leaves(count: int) -> list[Leaf]:
    """About the size of a real step."""
    payload = {"type": "ObjectEvent", "note": "x" * 350, "quantity": 12}
    about = ("https://id.example.vn/01/09521234001560/10/L261105-A",)
    return [Leaf(LABEL_RUN, f"labelrun:{number + 10**9}", payload, about=about) for number in range(count)]
