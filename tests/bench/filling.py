"""A log with as many events as one likes: rows and leaves as capturing writes them, only not one document at a time.

Their names are made up, not hashes of what they say; all else holds, and an audit must find nothing.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta

from django.db import transaction

from community import clock
from community.bulk_rows import insert_values
from tests.bench.seeding import BUSY, Ground
from tests.harness.capture_load import capture_bodies
from traceability.epcis.canonical import Canonical, canonical_text
from traceability.epcis.identifiers import constrained
from traceability.events.models import Event, EventItem
from traceability.log.appending import append
from traceability.log.leaves import EPCIS_EVENT, Leaf
from traceability.log.models import LogHead

AT_ONCE = 5_000
NAME, WHEN, LOT = "@name@", "@when@", "@lot@"
DAYS = 400
_ITEM = ("event_id", "batch_id", "epc_uri", "is_class", "role", "quantity_base", "base_unit")


def log_size() -> int:
    return LogHead.objects.values_list("size", flat=True).first() or 0


def fill_log(ground: Ground, entries: int) -> None:
    """Until the log has ``entries``: one event each, spread over the busy lots."""
    text = _template()
    since = clock.now().replace(microsecond=0) - timedelta(days=DAYS)
    while (size := log_size()) < entries:
        with transaction.atomic():
            _some(ground, text, since, range(size, min(size + AT_ONCE, entries)))


def _template() -> str:
    """The text of an event of the capture's load, with marks where events differ."""
    (body,) = capture_bodies(requests=1, per_request=1, lots=[LOT], since=clock.now())
    document = json.loads(body)["epcisBody"]["eventList"][0]
    del document["epcList"], document["example:counter"]
    return canonical_text(document | {"eventID": NAME, "eventTime": WHEN})


def _some(ground: Ground, text: str, since: datetime, numbers: range) -> None:
    said = json.loads(text)
    cooperative, now = ground.batch.cooperative, clock.now()
    rows, lots = [], []
    for number in numbers:
        digest = hashlib.sha256(str(number).encode()).hexdigest()
        name, lot = f"ni:///sha-256;{digest}?ver=CBV2.0", number % BUSY
        at = since + timedelta(seconds=number * 30 % (DAYS * 86_000), milliseconds=number % 1000)
        body = text.replace(NAME, name).replace(WHEN, at.isoformat(timespec="milliseconds"))
        body = body.replace(LOT, ground.busy_uri(lot))
        rows.append((name, digest[:32], at, body, hashlib.sha256(body.encode()).hexdigest(), ground.busy_id(lot)))
        lots.append((ground.busy_id(lot), constrained(ground.busy_uri(lot))))
    same = {
        "cooperative_id": cooperative.pk,
        "type": said["type"],
        "action": said["action"],
        "biz_step": said["bizStep"],
        "disposition": said["disposition"],
        "read_point": constrained(said["readPoint"]["id"]),
        "biz_location": constrained(said["bizLocation"]["id"]),
        "tz_offset": "+07:00",
        "recorded_at": now,
        "received_at": now,
        "who_says": "self",
    } | dict.fromkeys(("transformation_id", "stage", "stage_name", "stage_name_en"), "")
    names = ("event_id", "client_uuid", "event_time", "body", "body_sha256", "batch_id", *same)
    ids = insert_values(Event, names, [(*row, *same.values()) for row in rows], counted=True)
    items = [
        (pk, batch, uri, True, EventItem.Role.OBJECT.value, 2500, "g")
        for pk, (batch, uri) in zip(ids, lots, strict=True)
    ]
    insert_values(EventItem, _ITEM, items)
    append(
        [
            Leaf(EPCIS_EVENT, f"event:{pk}", Canonical(row[3]), about=(uri,), actor="bench", received=now)
            for pk, row, (_, uri) in zip(ids, rows, lots, strict=True)
        ]
    )
