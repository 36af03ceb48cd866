"""Many lots at once leave what a hand leaves for one: the same document, movement, dates, leaf and audit line."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from community import clock
from community.audit.models import AuditEntry
from tests.making import make_product, make_published_batch
from traceability.balance.rechecking import drifts
from traceability.batches.models import Batch, Posting
from traceability.batches.opening import LotTaken, open_batch
from traceability.events.correcting import declare_error
from traceability.events.models import ErrorDeclaration, Event
from traceability.events.packing_many import PackedLot, ready_lots, tell_moved, write_lots
from traceability.events.recording import BadStep, StepReport, record_step
from traceability.events.withdrawing_many import NotAlone, withdraw_many
from traceability.log.models import LogEntry

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def pack(cast, site_ready):
    return make_product(cast.huong_que).pack


def noon(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))


def pack_many(cast, lots: list[PackedLot], why: str = "") -> list[tuple[Batch, Event]]:
    ready = ready_lots(cooperative=cast.huong_que, lots=lots, late_reason=why)
    made = write_lots(ready=ready, cooperative=cast.huong_que, actor=cast.lan_acts)
    tell_moved([batch.pk for batch, _event in made])
    return made


def facts(batch: Batch) -> dict[str, object]:
    """Everything the two doors must agree on; what names one lot or one moment is left out."""
    batch.refresh_from_db()
    event = Event.objects.get(batch=batch)
    body = json.loads(event.body)
    named = {"eventID", "ocop:recordedAt", "quantityList"}
    columns = ("type", "action", "biz_step", "disposition", "stage", "stage_name", "stage_name_en", "who_says")
    listed = [{key: value for key, value in one.items() if key != "epcClass"} for one in body["quantityList"]]
    posting = Posting.objects.get(batch=batch)
    return {
        "body": {key: value for key, value in body.items() if key not in named},
        "quantities": listed,
        "columns": [getattr(event, name) for name in columns],
        "time": event.event_time,
        "posting": (posting.kind, posting.quantity_base, posting.on_hand_delta, posting.available_delta, posting.at),
        "item": list(event.items.values_list("role", "quantity_base", "base_unit", "is_class")),
        "lot": (batch.on_hand_base, batch.available_base, batch.packed_on, batch.best_before_on, batch.produced_on,
                batch.status, batch.kind, batch.base_unit, batch.locked_at),
        "leaves": LogEntry.objects.filter(subject=f"event:{event.event_id}").count(),
        "told": sorted(AuditEntry.objects.about(batch).values_list("action", flat=True)),
    }  # fmt: skip


def test_both_doors_leave_the_same(cast, pack) -> None:
    day = clock.today() - DAY
    by_hand = open_batch(pack=pack, day=day, actor=cast.lan_acts)
    report = StepReport(stage="pack", event_time=noon(day), parameters={}, packs=7, late_reason="bận")
    record_step(batch=by_hand, report=report, client_uuid=uuid4(), recorded_at=clock.now(), actor=cast.lan_acts)
    lots = [PackedLot(pack, day, 7), PackedLot(pack, day, 7, "LO-2")]
    made = pack_many(cast, lots, "bận")
    for batch, _event in made:
        assert facts(batch) == facts(by_hand)
    assert [batch.lot_code for batch, _event in made] == [f"L{day:%y%m%d}-B", "LO-2"] and not list(drifts())


@pytest.mark.parametrize(
    ("change", "code"),
    [({"packs": 0}, "packs_needed"), ({"day": None}, "in_future"), ({"lot_code": "L-OLD"}, "lot_taken")],
)
def test_a_wrong_lot_among_many_leaves_none(cast, pack, change, code) -> None:
    make_published_batch(pack, lot_code="L-OLD")
    before = (Batch.objects.count(), Event.objects.count(), Posting.objects.count(), LogEntry.objects.count())
    told = {"pack": pack, "day": clock.today() - DAY, "packs": 3} | change
    told["day"] = told["day"] or clock.today() + DAY
    lots = [PackedLot(pack, clock.today() - DAY, 3), PackedLot(**told)]
    with pytest.raises((BadStep, LotTaken), match=code):
        pack_many(cast, lots)
    assert before == (Batch.objects.count(), Event.objects.count(), Posting.objects.count(), LogEntry.objects.count())


def test_a_number_that_was_taken_after_the_documents_were_made_leaves_none(cast, pack) -> None:
    lots = [PackedLot(pack, clock.today() - DAY, 3), PackedLot(pack, clock.today() - DAY, 3, "LO-1")]
    ready = ready_lots(cooperative=cast.huong_que, lots=lots, late_reason="")
    open_batch(pack=pack, day=clock.today(), actor=cast.lan_acts, lot_code="LO-1")
    before = (Batch.objects.count(), Event.objects.count(), Posting.objects.count(), LogEntry.objects.count())
    with pytest.raises(LotTaken):
        write_lots(ready=ready, cooperative=cast.huong_que, actor=cast.lan_acts)
    assert before == (Batch.objects.count(), Event.objects.count(), Posting.objects.count(), LogEntry.objects.count())


def test_lots_of_one_day_get_numbers_that_follow(cast, pack) -> None:
    day = clock.today() - DAY
    open_batch(pack=pack, day=day, actor=cast.lan_acts)
    lots = [PackedLot(pack, day, 3), PackedLot(pack, day, 3, f"L{day:%y%m%d}-C"), PackedLot(pack, day, 3)]
    assert [batch.lot_code[-1] for batch, _event in pack_many(cast, lots)] == ["B", "C", "D"]


def test_many_taken_back_leave_what_one_taken_back_leaves(cast, pack) -> None:
    lots = [PackedLot(pack, clock.today() - DAY, 7, f"LO-{number}") for number in (1, 2)]
    (one, event), (other, other_event) = pack_many(cast, lots)
    said = {"reason": "did_not_occur", "note": "nhầm", "client_uuid": uuid4(), "declared_at": clock.now()}
    declare_error(event=event, actor=cast.lan_acts, **said)
    withdraw_many(cooperative=cast.huong_que, event_ids=[other_event.pk], note="nhầm", actor=cast.lan_acts)
    assert after(one) == after(other) and not list(drifts())


def after(batch: Batch) -> list[object]:
    batch.refresh_from_db()
    said = ErrorDeclaration.objects.get(event__batch=batch)
    body = json.loads(said.body)["errorDeclaration"]
    back = Posting.objects.get(batch=batch, cancels__isnull=False)
    return [
        (batch.on_hand_base, batch.available_base, batch.packed_on, batch.best_before_on, batch.status),
        (back.kind, back.on_hand_delta, back.available_delta, back.key == f"cancel:{back.cancels_id}"),
        {key: value for key, value in body.items() if key != "declarationTime"},
        (said.reason, said.note, said.actor_id),
        sorted(AuditEntry.objects.about(batch).values_list("action", flat=True)),
    ]


def test_a_record_that_is_not_alone_stays(cast, pack) -> None:
    batch = make_published_batch(pack)
    event = Event.objects.get(batch=batch, stage="pack")
    with pytest.raises(NotAlone) as refused:
        withdraw_many(cooperative=cast.huong_que, event_ids=[event.pk], note="x", actor=cast.lan_acts)
    assert refused.value.facts["lots"] == [batch.lot_code] and not ErrorDeclaration.objects.exists()
