"""Drives a server with many different addresses: by wrk when it is installed, else by a small client of our own."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.bench.figures import percentile
from tests.bench.servers import Server

BROWSER = {"Accept": "text/html", "Accept-Encoding": "gzip, br", "Accept-Language": "vi"}
SCRIPT = """
local paths = {%(paths)s}
local turn = 0
request = function()
  turn = turn %% #paths + 1
  return wrk.format("GET", paths[turn])
end
%(headers)s
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("RESULT %%.3f %%.3f %%.3f %%.3f %%d\\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""


@dataclass(frozen=True, slots=True)
class Run:
    """Requests per second, latencies in milliseconds, and how many answers were not 2xx or 3xx."""

    rps: float
    p50: float
    p95: float
    p99: float
    errors: int
    cpu_ms: float = 0.0  # of the server, for one request


def drive(server: Server, paths: Sequence[str], *, seconds: float, clients: int = 8) -> Run:
    before, begun = server.cpu_seconds(), time.perf_counter()
    run = (_by_wrk if shutil.which("wrk") else _by_threads)(server.port, paths, seconds, clients)
    taken = time.perf_counter() - begun
    return replace(run, cpu_ms=(server.cpu_seconds() - before) * 1000 / max(1.0, run.rps * taken))


def _by_wrk(port: int, paths: Sequence[str], seconds: float, clients: int) -> Run:
    told = SCRIPT % {
        "paths": ",".join(f'"{path}"' for path in paths),
        "headers": "\n".join(f'wrk.headers["{name}"] = "{value}"' for name, value in BROWSER.items()),
    }
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(told)
        script.flush()
        command = ["wrk", "-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", "-s", script.name]
        done = subprocess.run([*command, f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True)
    found = re.search(r"RESULT (\S+) (\S+) (\S+) (\S+) (\d+)", done.stdout)
    assert found, done.stdout + done.stderr
    rps, p50, p95, p99 = (float(one) for one in found.groups()[:4])
    return Run(rps, p50, p95, p99, int(found[5]))


def _by_threads(port: int, paths: Sequence[str], seconds: float, clients: int) -> Run:
    taken: list[float] = []
    errors = [0]
    end = time.perf_counter() + seconds

    def ask(offset: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        turn = offset
        while (begun := time.perf_counter()) < end:
            connection.request("GET", paths[turn % len(paths)], headers=BROWSER)
            answer = connection.getresponse()
            answer.read()
            errors[0] += answer.status >= 400
            taken.append((time.perf_counter() - begun) * 1000)
            turn += 1

    threads = [threading.Thread(target=ask, args=(number * 37,)) for number in range(clients)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return Run(len(taken) / seconds, percentile(taken, 50), percentile(taken, 95), percentile(taken, 99), errors[0])
