"""Appending to the log stays as quick at a million entries as at a thousand; reading all of it again is quick too."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from tests.bench.figures import Figure
from tests.bench.filling import fill_log
from tests.bench.plan import Plan
from tests.bench.seeding import Ground
from traceability.log.appending import append
from traceability.log.checkpoints import make_checkpoint
from traceability.log.leaves import RECALL, Leaf

ROOT = Path(__file__).resolve().parents[3]
AT_ONCE = 50
TIMES = 60


def run(ground: Ground, plan: Plan) -> list[Figure]:
    figures, pace = [], {}
    for entries in plan.entries:
        fill_log(ground, entries)
        taken = []
        for _ in range(TIMES):
            begun = time.perf_counter()
            append(_leaves(AT_ONCE))
            taken.append((time.perf_counter() - begun) * 1000 / AT_ONCE)
        pace[entries] = median(taken)
        figures.append(Figure("log", f"append at {entries:,} entries, {AT_ONCE} together", pace[entries], "ms each"))
    growth = pace[plan.entries[-1]] / pace[plan.entries[0]]
    figures.append(Figure("log", "growth of append, last ÷ first size", growth, "", "<= 1.2"))
    return [*figures, _audit(times=3 if plan.entries[-1] < 100_000 else 1)]


def _audit(*, times: int) -> Figure:
    """As the operator runs it; the pace is what it says itself, without the start of Python."""
    make_checkpoint()
    command = [sys.executable, "manage.py", "tlog_audit", "--without-files"]
    best, words = 0.0, ""
    for _ in range(times):
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        found = re.search(r"([\d,]+) entries/s", done.stdout)
        assert found and done.returncode == 0, done.stdout + done.stderr
        pace = float(found[1].replace(",", ""))
        best, words = max((best, words), (pace, done.stdout.splitlines()[0]))
    note = f"leaves, tree, signature, and every event against its row; {words}"
    return Figure("log", f"tlog_audit, best of {times}", best, "entries/s", ">= 50000", note)


def _leaves(count: int) -> list[Leaf]:
    """About the size of a real step; of a kind that tells of no row."""
    payload = {"type": "ObjectEvent", "note": "x" * 350, "quantity": 12}
    about = ("https://id.example.vn/01/09521234001560/10/L261105-A",)
    return [Leaf(RECALL, f"recall:{number}", payload, about=about) for number in range(count)]
