"""The same thousand pages, once among a thousand lots and once among a million."""

from __future__ import annotations

from statistics import median

from tests.bench.driving import drive
from tests.bench.figures import Figure
from tests.bench.plan import Plan
from tests.bench.seeding import WARM, Ground, grow
from tests.bench.servers import site


def run(ground: Ground, plan: Plan) -> list[Figure]:
    assert ground.lots <= WARM, "the small size comes first"
    paths = [ground.path(number) for number in range(1, WARM)]
    p50 = {}
    for lots in (WARM, plan.lots):
        grow(ground, lots)
        with site() as server:
            drive(server, paths, seconds=2)
            runs = [drive(server, paths, seconds=plan.seconds, clients=1) for _ in range(plan.rounds)]
        p50[lots] = median(one.p50 for one in runs)
    case = "growth"
    figures = [Figure(case, f"p50 among {lots:,} lots", value, "ms") for lots, value in p50.items()]
    goal = "<= 1.2" if plan.lots >= 1_000_000 else ""
    return [*figures, Figure(case, "ratio", p50[plan.lots] / p50[WARM], "", goal)]
