"""A draft batch of rice, and a way to record its steps at noon of 5 November."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from community import clock
from tests.cast import Cast
from tests.making import make_st25_pack
from traceability.batches.models import Batch
from traceability.batches.opening import open_batch
from traceability.events.models import Event
from traceability.events.recording import StepReport, record_step

NOON = timezone.make_aware(datetime(2026, 11, 5, 12, 0))


@pytest.fixture
def rice_batch(cast: Cast) -> Batch:
    pack = make_st25_pack(cast.huong_que)
    return open_batch(pack=pack, day=NOON.date(), actor=cast.lan_acts)


@pytest.fixture
def note_down(rice_batch: Batch, cast: Cast) -> Callable[..., Event]:
    """Record a step of the batch; written down an hour after noon."""

    def record(stage: str = "harvest", when: datetime = NOON, **facts: object) -> Event:
        report = StepReport(**{"stage": stage, "event_time": when, "parameters": {}} | facts)
        with clock.at(NOON + timedelta(hours=1)):
            return record_step(
                batch=rice_batch, report=report, client_uuid=uuid4(), recorded_at=when, actor=cast.lan_acts
            )

    return record
