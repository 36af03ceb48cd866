"""The buyers' pages among 10,000 and 100,000 goods: against a constant view in the same run, and against themselves."""

from __future__ import annotations

import time
from statistics import median
from urllib.parse import quote

from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.catalogue.searching import search
from tests.bench.driving import Run, drive
from tests.bench.figures import Figure, percentile
from tests.bench.plan import Plan
from tests.bench.seeding import Ground
from tests.bench.servers import Server, site
from tests.bench.shop import CODES, GOODS, KINDS, Market, grow_market, open_market

FEW, MANY = 10_000, 100_000
GOALS = {"product page": ">= 0.12", "faceted list": ">= 0.09"}
SLOWER = "<= 1.2"


def run(_ground: Ground, plan: Plan) -> list[Figure]:
    market = open_market()
    few, many = (FEW, MANY) if plan.lots >= MANY else (FEW // 10, FEW)
    grow_market(market, few)
    slow = _alone(market, plan)
    grow_market(market, many)
    case = f"shop, {many:,} goods"
    figures = [*_queries(case, market), *_side_by_side(case, market, plan), *_cold_search(case)]
    fast = _alone(market, plan)
    for name, before in slow.items():
        after = fast[name]
        note = f"p50 {before.p50:.1f} → {after.p50:.1f} ms; processor {before.cpu_ms:.1f} → {after.cpu_ms:.1f} ms"
        ratio = after.p50 / before.p50
        figures.append(Figure(case, f"{name}: slower than among {few:,}", ratio, "", SLOWER, note))
    return figures


def pages(market: Market) -> dict[str, list[str]]:
    """Two hundred addresses of each kind."""
    filters = [
        f"?group={group}&province={province}&sort={sort}" + in_stock
        for group in range(1, 7)
        for province in CODES
        for sort in ("", "price")
        for in_stock in ("", "&in_stock=1")
    ]
    words = [f"?q={quote(f'{good} {kind}')}" for good in GOODS for kind in KINDS[:10]]
    return {
        "product page": market.paths(),
        "faceted list": [f"/san-pham/{query}" for query in filters[:200]],
        "search": [f"/san-pham/{query}" for query in words],
    }


def _side_by_side(case: str, market: Market, plan: Plan) -> list[Figure]:
    """Round robin against a Django view that returns a constant; c=8."""
    kinds = {"constant view": ["/healthz"]} | pages(market)
    runs: dict[str, list[Run]] = {name: [] for name in kinds}
    with site() as server:
        _warm(server, kinds)
        for _round in range(plan.rounds):
            for name, paths in kinds.items():
                runs[name].append(drive(server, paths, seconds=plan.seconds * 2, clients=8))
    figures = []
    for name, made in runs.items():
        latency = f"p50 {median(one.p50 for one in made):.1f}, p95 {median(one.p95 for one in made):.1f} ms"
        cpu = f"{median(one.cpu_ms for one in made):.2f} ms of the server's processor"
        figures.append(
            Figure(case, f"{name}: requests/s", median(one.rps for one in made), "/s", note=f"{latency}; {cpu}")
        )
        if name == "constant view":
            continue
        ratios = [one.rps / base.rps for one, base in zip(made, runs["constant view"], strict=True)]
        spread = f"{min(ratios):.3f} – {max(ratios):.3f} in {len(ratios)} rounds"
        figures.append(Figure(case, f"{name} ÷ constant view", median(ratios), "", GOALS.get(name, ""), spread))
        by_cpu = [base.cpu_ms / one.cpu_ms for one, base in zip(made, runs["constant view"], strict=True) if one.cpu_ms]
        if by_cpu:
            figures.append(Figure(case, f"{name}: the same by processor time", median(by_cpu), ""))
    figures.append(Figure(case, "search, p95", median(one.p95 for one in runs["search"]), "ms", "<= 60"))
    return [*figures, Figure(case, "errors", sum(one.errors for made in runs.values() for one in made), "", "<= 0")]


def _alone(market: Market, plan: Plan) -> dict[str, Run]:
    """One client, everything asked for once before."""
    kinds = pages(market)
    with site() as server:
        _warm(server, kinds)
        return {name: drive(server, paths, seconds=plan.seconds, clients=1) for name, paths in kinds.items()}


def _warm(server: Server, kinds: dict[str, list[str]]) -> None:
    """Two processes, each keeps its own: four hundred pages of a kind are drawn, a hundred a second."""
    for paths in kinds.values():
        drive(server, paths, seconds=12, clients=8)


def _queries(case: str, market: Market) -> list[Figure]:
    goals = {"product page": "<= 8", "faceted list": "<= 6", "search": "<= 6"}
    client, figures = Client(headers={"Host": "localhost"}), []
    for name, paths in pages(market).items():
        for _twice in range(2):
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(paths[0])
        assert answer.status_code == 200, answer.content[:300]
        note = f"{len(answer.content):,} bytes"
        figures.append(Figure(case, f"queries of a {name}", len(queries), "", goals[name], note))
    return figures


def _cold_search(case: str) -> list[Figure]:
    """Words that nobody asked for before, in this process: the index, the ranking, nothing kept."""
    taken = []
    for good in GOODS:
        for kind in ("", *KINDS[10:14]):
            cache.clear()
            begun = time.perf_counter()
            found = search(f"{good} {kind}")
            taken.append((time.perf_counter() - begun) * 1000)
            assert found.hits, (good, kind)
    note = f"p50 {percentile(taken, 50):.1f}, worst {max(taken):.1f} ms; {len(taken)} searches"
    return [Figure(case, "search and ranking with nothing kept, p95", percentile(taken, 95), "ms", note=note)]
