"""Events of other systems over HTTP, fifty in a document, as a weighing machine or an ERP would send them."""

from __future__ import annotations

import http.client
import json
import time
from datetime import timedelta
from typing import Any

from community import clock
from community.api_keys.keeping import create_key
from community.api_keys.models import ApiKey
from tests.bench.figures import Figure
from tests.bench.plan import Plan
from tests.bench.seeding import Ground
from tests.bench.servers import site
from tests.making import MAKER
from traceability.batches.addresses import batch_uri
from traceability.log.models import LogHead

PER_DOCUMENT = 50


def run(ground: Ground, plan: Plan) -> list[Figure]:
    secret = create_key(
        cooperative=ground.batch.cooperative, name="bench", scope=ApiKey.Scope.CAPTURE, actor=MAKER
    ).secret
    bodies = [json.dumps(_document(ground, number)) for number in range(plan.events // PER_DOCUMENT)]
    headers = {"Content-Type": "application/ld+json", "Authorization": f"Bearer {secret}"}
    before = LogHead.objects.values_list("size", flat=True).first() or 0
    taken, refused = [], 0
    with site() as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        for body in bodies:
            begun = time.perf_counter()
            connection.request("POST", "/epcis/v2/capture", body.encode(), headers)
            answer = connection.getresponse()
            told = answer.read()
            taken.append(time.perf_counter() - begun)
            if answer.status != 202:
                refused += 1
                print("   ", answer.status, told[:300])
    appended = (LogHead.objects.values_list("size", flat=True).first() or 0) - before
    steady = taken[1:]  # the first loads and compiles the schema
    note = f"one client, documents of {PER_DOCUMENT}, schema-checked, hashed, logged; first {taken[0]:.2f} s"
    return [
        Figure("capture", "events/s over HTTP", PER_DOCUMENT * len(steady) / sum(steady), "/s", ">= 1000", note),
        Figure("capture", "documents refused", refused, "", "<= 0"),
        Figure("capture", "events that are not in the log", len(bodies) * PER_DOCUMENT - appended, "", "<= 0"),
    ]


def _document(ground: Ground, number: int) -> dict[str, Any]:
    now = clock.now() - timedelta(days=1)
    events = [_event(ground, now + timedelta(milliseconds=number * PER_DOCUMENT + one)) for one in range(PER_DOCUMENT)]
    return {
        "@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": now.isoformat(),
        "epcisBody": {"eventList": events},
    }


def _event(ground: Ground, moment: Any) -> dict[str, Any]:
    return {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "eventTime": moment.isoformat(timespec="milliseconds"),
        "eventTimeZoneOffset": "+07:00",
        "bizStep": "inspecting",
        "epcList": [],
        "quantityList": [{"epcClass": batch_uri(ground.batch), "quantity": 1, "uom": "KGM"}],
        "readPoint": {"id": f"http://localhost:8000/p/{ground.batch.cooperative.code}"},
    }
