"""What a device says of a box is told of the goods that were in it then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from community import clock
from community.audit.actors import Actor
from tests.cast import Cast
from tests.traceability.exchange.saying import document, event
from tests.traceability.passport.conftest import PACKED_AT
from tests.traceability.passport.test_honesty import MOST_QUERIES, page_of
from traceability.batches.models import Batch
from traceability.events.aggregating import container_uri, put_in, take_out
from traceability.events.capturing import capture
from traceability.events.working import Taken, Work
from traceability.passport.facts import passport_of
from traceability.passport.finding import public_batches
from traceability.passport.storing import store_pages

pytestmark = pytest.mark.django_db
IN, HOT, OUT = (PACKED_AT + timedelta(days=days) for days in (1, 2, 3))
LATER = PACKED_AT + timedelta(days=10)


def at(when: datetime) -> Work:
    return Work(event_time=when, client_uuid=uuid4(), recorded_at=when)


@pytest.fixture
def boxed(batch: Batch, cast: Cast) -> Batch:
    with clock.at(LATER):
        put_in(container="THUNG-01", contents=[Taken(batch, 50_000)], work=at(IN), actor=cast.lan_acts)
        take_out(container="THUNG-01", contents=[Taken(batch, 50_000)], work=at(OUT), actor=cast.lan_acts)
    return batch


def warm(cast: Cast, when: datetime, degrees: float, box: str = "THUNG-01") -> None:
    """A thermometer in the box says so."""
    said = event(
        eventTime=when.isoformat(timespec="milliseconds"),
        bizStep="sensor_reporting",
        epcList=[container_uri(box, cast.huong_que)],
        sensorElementList=[{"sensorReport": [{"type": "Temperature", "value": degrees, "uom": "CEL"}]}],
    )
    with clock.at(LATER):
        capture(document=document(said), cooperative=cast.huong_que, actor=Actor.system("thermometer"))


def test_a_warm_box_is_told_of_the_lot_that_was_inside(client: Client, boxed: Batch, cast: Cast) -> None:
    warm(cast, HOT, 35)
    page = page_of(client, boxed)
    assert "trong thùng THUNG-01" in page
    assert "35 °C" in page


def test_a_box_that_was_warm_before_or_after_is_not(client: Client, boxed: Batch, cast: Cast) -> None:
    warm(cast, IN - timedelta(hours=1), 35)
    warm(cast, OUT, 36)
    page = page_of(client, boxed)
    assert "35 °C" not in page
    assert "36 °C" not in page


def test_a_lot_that_was_in_no_box_hears_of_none(client: Client, make_batch: Callable[..., Batch], cast: Cast) -> None:
    batch = make_batch()
    warm(cast, HOT, 35)
    assert "35 °C" not in page_of(client, batch)


def test_a_stored_page_is_drawn_anew_when_its_box_was_warm(client: Client, boxed: Batch, cast: Cast) -> None:
    store_pages(public_batches().get(pk=boxed.pk))
    assert "35 °C" not in page_of(client, boxed)
    warm(cast, HOT, 35)
    assert "35 °C" in page_of(client, boxed)


def test_only_goods_that_were_in_a_box_cost_three_more_queries(
    batch: Batch, django_assert_num_queries: Callable, cast: Cast
) -> None:
    found = public_batches().get(pk=batch.pk)
    passport_of(found, language="vi")
    with CaptureQueriesContext(connection) as before:
        passport_of(found, language="vi")
    with clock.at(LATER):
        put_in(container="THUNG-01", contents=[Taken(batch, 50_000)], work=at(IN), actor=cast.lan_acts)
    warm(cast, HOT, 35)
    found = public_batches().get(pk=batch.pk)
    with CaptureQueriesContext(connection) as after:
        passport_of(found, language="vi")
    assert len(before) < MOST_QUERIES
    assert len(after) == len(before) + 3
