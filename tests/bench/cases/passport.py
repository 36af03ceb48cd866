"""A scan of a stored page beside WhiteNoise with the same bytes and Django's plainest view, round after round."""

from __future__ import annotations

import tempfile
from pathlib import Path
from statistics import median

import brotli
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bench.driving import drive
from tests.bench.figures import Figure
from tests.bench.plan import Plan
from tests.bench.seeding import WARM, Ground, grow
from tests.bench.servers import Server, files, site
from traceability.passport.drawing import draw_passport
from traceability.passport.finding import public_batches
from traceability.passport.models import PassportPage

ADDRESSES = 200


def run(ground: Ground, plan: Plan) -> list[Figure]:
    grow(ground, WARM)
    paths = [ground.path(number) for number in range(1, ADDRESSES + 1)]
    figures = [_queries(paths[0]), _drawing(ground)]
    with tempfile.TemporaryDirectory() as folder, site() as ours:
        names = _write_files(Path(folder))
        with files(Path(folder)) as theirs:
            kinds = {"stored page": (ours, paths), "WhiteNoise": (theirs, names), "constant view": (ours, ["/healthz"])}
            for server, asked in kinds.values():
                drive(server, asked, seconds=1)
            for clients in plan.clients:
                figures += _rounds(kinds, plan, clients)
    return figures


def _rounds(kinds: dict[str, tuple[Server, list[str]]], plan: Plan, clients: int) -> list[Figure]:
    runs: dict[str, list] = {name: [] for name in kinds}
    for _ in range(plan.rounds):
        for name, (server, asked) in kinds.items():
            runs[name].append(drive(server, asked, seconds=plan.seconds, clients=clients))
    case = f"passport, {clients} clients"
    figures = [
        Figure(case, f"{name}: requests/s", median(one.rps for one in made), "/s", note=_latency(made))
        for name, made in runs.items()
    ]
    ratios = [a.rps / b.rps for a, b in zip(runs["stored page"], runs["WhiteNoise"], strict=True)]
    spread = f"{min(ratios):.2f} – {max(ratios):.2f} in {len(ratios)} rounds"
    goal = ">= 0.45" if clients == 8 else ""
    figures.append(Figure(case, "stored page ÷ WhiteNoise", median(ratios), "", goal, spread))
    cpu = [b.cpu_ms / a.cpu_ms for a, b in zip(runs["stored page"], runs["WhiteNoise"], strict=True) if a.cpu_ms]
    if cpu:
        words = ", ".join(f"{name} {median(one.cpu_ms for one in made):.2f} ms" for name, made in runs.items())
        figures.append(Figure(case, "the same by the server's processor time", median(cpu), "", note=words))
    return [*figures, Figure(case, "errors", sum(one.errors for made in runs.values() for one in made), "", "<= 0")]


def _latency(made: list) -> str:
    return "p50 {:.1f}, p95 {:.1f}, p99 {:.1f} ms".format(
        *(median(getattr(one, p) for one in made) for p in ("p50", "p95", "p99"))
    )


def _queries(path: str) -> Figure:
    with CaptureQueriesContext(connection) as queries:
        answer = Client().get(path, headers={"Host": "localhost", "Accept": "text/html", "Accept-Encoding": "br"})
    note = f"{len(answer.content):,} bytes in br"
    return Figure("passport", "queries of a stored page", len(queries), "", "<= 1", note)


def _drawing(ground: Ground) -> Figure:
    """What a page costs that is not stored, from the address on."""
    with CaptureQueriesContext(connection) as queries:
        draw_passport(public_batches().get(pk=ground.batch.pk), language="vi")
    return Figure("passport", "queries of drawing a page that is not stored", len(queries), "", "<= 6")


def _write_files(folder: Path) -> list[str]:
    page = PassportPage.objects.filter(language="vi").order_by("pk")[0]
    names = [f"/page-{number}.html" for number in range(ADDRESSES)]
    for name in names:
        file = folder / name.lstrip("/")
        file.write_bytes(brotli.decompress(page.html_br))
        Path(f"{file}.br").write_bytes(page.html_br)
        Path(f"{file}.gz").write_bytes(page.html_gz)
    return names
