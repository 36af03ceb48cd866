"""Events of other systems over HTTP, fifty in a document, as a weighing machine or an ERP would send them."""

from __future__ import annotations

import http.client
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.utils import timezone

from community.api_keys.keeping import create_key
from community.api_keys.models import ApiKey
from tests.bench.figures import Figure
from tests.bench.filling import log_size
from tests.bench.plan import Plan
from tests.bench.seeding import BUSY, Ground
from tests.bench.servers import Server, site
from tests.harness.capture_load import capture_bodies
from tests.making import MAKER

PER_DOCUMENT = 50
CLIENTS = 4
WARM_UP = 3  # documents, for each of the server's processes loads and compiles the schema at its first


def run(ground: Ground, plan: Plan) -> list[Figure]:
    made = create_key(cooperative=ground.batch.cooperative, name="bench", scope=ApiKey.Scope.CAPTURE, actor=MAKER)
    before = log_size()
    case = f"capture, {before:,} events stored"
    documents = plan.events // PER_DOCUMENT
    bodies = _bodies(ground, documents * 2 + WARM_UP * 4, first=before)
    with site() as server:
        warm = WARM_UP * 4
        refused = _send(server, made.secret, bodies[:warm], clients=CLIENTS)[1]
        spent = server.cpu_seconds()
        alone, more = _send(server, made.secret, bodies[warm : warm + documents], clients=1)
        spent = server.cpu_seconds() - spent
        together, again = _send(server, made.secret, bodies[warm + documents :], clients=CLIENTS)
    stored = log_size() - before
    size = sum(map(len, bodies)) / len(bodies) / PER_DOCUMENT
    note = f"documents of {PER_DOCUMENT}, {size:.0f} bytes an event with a sensor; validated, hashed, logged"
    note += f"; {spent * 1000 / documents:.1f} ms of the site's processor for a document"
    return [
        Figure(case, "events/s over HTTP, one client", documents * PER_DOCUMENT / alone, "/s", note=note),
        Figure(case, f"events/s over HTTP, {CLIENTS} clients", documents * PER_DOCUMENT / together, "/s", ">= 1000"),
        Figure(case, "documents refused", refused + more + again, "", "<= 0"),
        Figure(case, "events that are not in the log", len(bodies) * PER_DOCUMENT - stored, "", "<= 0"),
    ]


def _bodies(ground: Ground, count: int, *, first: int) -> list[bytes]:
    """Each document tells of one lot."""
    since = timezone.localtime() - timedelta(days=2)
    lots = [ground.busy_uri(number % BUSY) for number in range(count)]
    return [
        body
        for number, lot in enumerate(lots)
        for body in capture_bodies(
            requests=1, per_request=PER_DOCUMENT, lots=[lot], since=since, first=first + number * PER_DOCUMENT
        )
    ]


def _send(server: Server, secret: str, bodies: list[bytes], *, clients: int) -> tuple[float, int]:
    """Seconds for all, and how many were refused."""
    headers = {"Content-Type": "application/ld+json", "Authorization": f"Bearer {secret}"}

    def ask(mine: list[bytes]) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        refused = 0
        for body in mine:
            connection.request("POST", "/epcis/v2/capture", body, headers)
            answer = connection.getresponse()
            told = answer.read()
            if answer.status != 202:
                refused += 1
                print("   ", answer.status, told[:300])
        connection.close()
        return refused

    begun = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        refused = sum(pool.map(ask, [bodies[number::clients] for number in range(clients)]))
    return time.perf_counter() - begun, refused
