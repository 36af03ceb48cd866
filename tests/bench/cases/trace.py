"""The journey of a lot, up and down, with its page, among many edges."""

from __future__ import annotations

import time
from statistics import median

from tests.bench.driving import drive
from tests.bench.figures import Figure, percentile
from tests.bench.plan import Plan
from tests.bench.seeding import LAYER, Ground, grow, name_publicly, tie
from tests.bench.servers import site
from traceability.genealogy.models import Edge
from traceability.genealogy.tracing import Direction, trace

ASKED = 200


def run(ground: Ground, plan: Plan) -> list[Figure]:
    grow(ground, plan.lots)
    last = tie(ground, plan.edges)
    step = max(1, len(last) // ASKED)
    ends = last[::step][:ASKED]
    starts = [number - LAYER * 9 for number in ends]
    base = ground.batch.pk
    case = f"trace, {Edge.objects.count():,} edges"
    figures = []
    for name, numbers, way in (("back", ends, Direction.BACK), ("forward", starts, Direction.FORWARD)):
        taken, sizes = [], []
        for number in numbers:
            begun = time.perf_counter()
            found = trace([base + number], way)
            taken.append((time.perf_counter() - begun) * 1000)
            sizes.append(len(found.ids))
        note = f"p50 {median(taken):.1f} ms; {median(sizes):.0f} lots each"
        figures.append(Figure(case, f"{name}, p95", percentile(taken, 95), "ms", note=note))
    codes = name_publicly(ground, ends)
    paths = {
        "page": [f"/t/{code}/hanh-trinh" for code in codes],
        "JSON": [f"/api/lots/{code}/genealogy" for code in codes],
    }
    with site() as server:
        for name, asked in paths.items():
            drive(server, asked, seconds=1, clients=1)
            got = drive(server, asked, seconds=plan.seconds, clients=1)
            note = (
                f"p50 {got.p50:.1f} ms, {got.cpu_ms:.1f} ms of the server's processor, {got.errors} errors, one client"
            )
            figures.append(Figure(case, f"{name} over HTTP, p95", got.p95, "ms", "<= 100", note))
    return figures
