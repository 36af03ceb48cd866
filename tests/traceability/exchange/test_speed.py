"""The work of a capture does not grow with the number of its events, but for the rows themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.harness.capture_load import capture_bodies
from tests.traceability.exchange.asking import Machine
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.events.models import Event


@pytest.mark.django_db
def test_fifty_events_cost_as_many_queries_as_one(machine: Machine, batch: Batch) -> None:
    since = timezone.localtime() - timedelta(days=2)
    counts, first = [], 0
    warm_up = 1
    for size in (warm_up, 1, 50, 50):
        (body,) = capture_bodies(requests=1, per_request=size, lots=[batch_uri(batch)], since=since, first=first)
        first += size
        with CaptureQueriesContext(connection) as asked:
            assert machine.post("capture", body).status_code == 202
        counts.append(len(asked))
        if connection.vendor == "postgresql":  # rows are copied: as values of a statement they cost three times as much
            into = [one["sql"].split('"')[1] for one in asked if one["sql"].startswith("COPY")]
            assert into == ["traceability_event", "traceability_eventitem", "traceability_logentry"]
        assert sum(one["sql"].startswith("SAVEPOINT") for one in asked) <= 3  # the test's own transaction is one more
    assert Event.objects.filter(biz_step__in=("storing", "inspecting", "shipping", "receiving")).count() == first
    # A sealed part of the log's tree is one row more, now and then.
    assert max(counts[1:]) - min(counts[1:]) <= 1
    assert max(counts[1:]) <= 24


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["bizSteps", "dispositions", "epcs"])
def test_a_list_of_words_steps_from_one_to_the_next(machine: Machine, batch: Batch, name: str) -> None:
    """At most a query for each word and two more, however many events use them; no row is sorted."""
    since = timezone.localtime() - timedelta(days=2)
    counts = []
    for size, first in ((8, 0), (40, 100)):
        (body,) = capture_bodies(requests=1, per_request=size, lots=[batch_uri(batch)], since=since, first=first)
        body = body.replace(b"21/S", b"21/S1?x=")  # one thing seen again and again
        assert machine.post("capture", body).status_code == 202
        with CaptureQueriesContext(connection) as asked:
            words = machine.get(name).json()["member"]
        steps = [one["sql"] for one in asked if "traceability_event" in one["sql"]]
        counts.append((len(words), len(steps)))
        assert not any("DISTINCT" in sql for sql in steps)
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN QUERY PLAN {steps[-1]}")
                plan = " ".join(row[-1] for row in cursor.fetchall())
            assert "SCAN" not in plan and "TEMP" not in plan, plan
    assert counts[0][0] == counts[1][0] and all(steps <= words + 2 for words, steps in counts)
