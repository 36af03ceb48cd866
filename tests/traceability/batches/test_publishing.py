"""A batch becomes public when it can answer for itself, and its identity never changes again."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from community.audit.models import AuditEntry
from community.cooperatives.models import Cooperative
from tests.cast import Cast
from traceability.batches.models import Batch
from traceability.batches.posting import Movement, post
from traceability.batches.publishing import NotReady, publish_batch, readiness
from traceability.events.recording import StepReport, record_step
from traceability.products.models import LineStep

pytestmark = pytest.mark.django_db
NOON = timezone.make_aware(datetime(2026, 11, 5, 12, 0))


def record(batch: Batch, cast: Cast, stage: str, **facts: object) -> None:
    report = StepReport(**{"stage": stage, "event_time": NOON, "parameters": {}} | facts)
    at = report.event_time
    record_step(batch=batch, report=report, client_uuid=uuid4(), recorded_at=at, actor=cast.lan_acts)
    batch.refresh_from_db()


@pytest.fixture
def ready(batch: Batch, cast: Cast) -> Batch:
    """Every mandatory step of rice, and 10 bags."""
    mandatory = batch.product.line.steps.filter(mandatory=True)
    assert mandatory
    for step in mandatory:
        record(batch, cast, step.code, packs=10 if step.kind == "pack" else None)
    return batch


def refused(batch: Batch, cast: Cast) -> bool:
    with pytest.raises(NotReady):
        publish_batch(batch=batch, actor=cast.lan_acts)
    batch.refresh_from_db()
    noted = AuditEntry.objects.filter(action="batch.published").exists()
    return batch.status == "draft" and batch.published_at is None and not noted


def test_a_new_batch_lacks_everything(batch: Batch, cast: Cast) -> None:
    state = readiness(batch)
    assert (state.has_events, state.has_packs, state.seller_is_active) == (False, False, True)
    mandatory = set(batch.product.line.steps.filter(mandatory=True).values_list("code", flat=True))
    assert {step.code for step in state.missing_steps} == mandatory
    assert refused(batch, cast)


def test_a_complete_batch_is_published_and_its_page_drawn_anew(ready: Batch, cast: Cast) -> None:
    version = ready.page_version
    publish_batch(batch=ready, actor=cast.lan_acts)
    assert (ready.status, ready.page_version) == ("published", version + 1)
    assert ready.published_at is not None
    assert AuditEntry.objects.filter(action="batch.published", actor=cast.lan).count() == 1


def test_publishing_again_changes_nothing(ready: Batch, cast: Cast) -> None:
    first = publish_batch(batch=ready, actor=cast.lan_acts).published_at
    again = publish_batch(batch=ready, actor=cast.lan_acts)
    assert again.published_at == first
    assert AuditEntry.objects.filter(action="batch.published").count() == 1


@pytest.mark.parametrize("status", ["on_hold", "recalled", "closed"])
def test_publishing_never_lifts_a_hold_or_a_recall(ready: Batch, cast: Cast, status: str) -> None:
    Batch.objects.filter(pk=ready.pk).update(status=status)
    publish_batch(batch=ready, actor=cast.lan_acts)
    assert ready.status == status


def test_a_missing_mandatory_step_is_named(ready: Batch, cast: Cast) -> None:
    step = LineStep.objects.get(line=ready.product.line, code="mill")
    LineStep.objects.filter(pk=step.pk).update(mandatory=True)
    assert readiness(ready).missing_steps == (step,)
    assert refused(ready, cast)


def test_without_a_pack_left_there_is_nothing_to_publish(ready: Batch, cast: Cast) -> None:
    post(batch_id=ready.pk, movement=Movement("waste", ready.on_hand_base))
    ready.refresh_from_db()
    assert not readiness(ready).has_packs
    assert refused(ready, cast)


def test_a_cooperative_that_is_not_approved_publishes_nothing(ready: Batch, cast: Cast) -> None:
    Cooperative.objects.filter(pk=cast.huong_que.pk).update(status="suspended")
    assert refused(Batch.objects.get(pk=ready.pk), cast)


def test_a_published_batch_keeps_lot_and_dates_whatever_is_recorded_later(ready: Batch, cast: Cast) -> None:
    publish_batch(batch=ready, actor=cast.lan_acts)
    before = (ready.lot_code, ready.public_code, ready.packed_on, ready.best_before_on, ready.harvested_to_on)
    for stage in ("harvest", "pack"):
        record(ready, cast, stage, event_time=NOON + timedelta(days=2), packs=1 if stage == "pack" else None)
    assert (ready.lot_code, ready.public_code, ready.packed_on, ready.best_before_on, ready.harvested_to_on) == before
