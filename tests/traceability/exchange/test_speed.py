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
    assert Event.objects.filter(biz_step__in=("storing", "inspecting", "shipping", "receiving")).count() == first
    # A sealed part of the log's tree is one row more, now and then.
    assert max(counts[1:]) - min(counts[1:]) <= 1
    assert max(counts[1:]) <= 25
