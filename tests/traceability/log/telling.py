"""A batch with a little history, recorded by the verbs of the site, for the tests of the log."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from django.utils import timezone

from community import clock
from tests.cast import Cast
from tests.making import make_photo, make_product
from traceability.batches.models import Batch
from traceability.batches.opening import open_batch
from traceability.events.models import Event
from traceability.events.recording import StepReport, record_step
from traceability.products.importing import import_product_lines
from traceability.products.models import ProductLine

MORNING = timezone.make_aware(datetime(2026, 11, 5, 7, 0))
STAGES = ("land", "seed", "harvest")


def told_batch(cast: Cast, *, events: int = 3, photos: int = 0, day: datetime = MORNING) -> Batch:
    """A draft of rice with ``events`` recorded steps, the first ones with a photo."""
    if not ProductLine.objects.filter(code="rice").exists():
        import_product_lines()
    pack = make_product(cast.huong_que, name="Gạo thơm").pack
    pack.product.line = ProductLine.objects.get(code="rice")
    pack.product.save()
    with clock.at(day):
        batch = open_batch(pack=pack, day=day.date(), actor=cast.lan_acts)
    stages = list(pack.product.line.steps.exclude(kind="pack").values_list("code", flat=True))
    for number in range(events):
        moment = day + timedelta(minutes=number)
        report = StepReport(
            stage=stages[number % len(stages)],
            event_time=moment,
            parameters={},
            note=f"lần {number}",
            photos=(make_photo(size=(320 + number, 240)),) if number < photos else (),
        )
        with clock.at(moment + timedelta(hours=1)):
            record_step(batch=batch, report=report, client_uuid=uuid4(), recorded_at=moment, actor=cast.lan_acts)
    return batch


def one_more(cast: Cast, batch: Batch) -> Event:
    moment = MORNING + timedelta(days=3)
    report = StepReport(stage="harvest", event_time=moment, parameters={}, note="thêm")
    with clock.at(moment + timedelta(hours=1)):
        return record_step(batch=batch, report=report, client_uuid=uuid4(), recorded_at=moment, actor=cast.lan_acts)
