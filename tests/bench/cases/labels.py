"""A thousand labels with a thousand different codes."""

from __future__ import annotations

import resource
import time
from dataclasses import replace

from tests.bench.figures import Figure
from tests.bench.plan import Plan
from tests.bench.seeding import Ground
from traceability.labels.files import label_facts
from traceability.labels.geometry import A4_24
from traceability.labels.qr import qr_matrix
from traceability.labels.sheets import labels_pdf

LABELS = 1_000


def run(ground: Ground, plan: Plan) -> list[Figure]:
    facts = label_facts(ground.batch)
    different = [replace(facts, uri=f"{facts.uri}/21/{number:010d}") for number in range(LABELS)]
    labels_pdf(different[:1], A4_24)
    qr_matrix.cache_clear()
    begun = time.perf_counter()
    pdf = labels_pdf(different, A4_24)
    seconds = time.perf_counter() - begun
    qr_matrix.cache_clear()
    begun = time.perf_counter()
    for one in different[:200]:
        qr_matrix(one.uri)
    each = (time.perf_counter() - begun) / 200 * 1000
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    note = f"{len(pdf) / 1e6:.2f} MB; {memory:.0f} MB in all of the process"
    return [
        Figure("labels", f"{LABELS:,} different codes, 24 on a sheet", seconds, "s", "<= 10", note),
        Figure("labels", "one code", each, "ms", "<= 2"),
    ]
