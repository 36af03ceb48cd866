"""Recording a step: one document, one projection, one stock movement, once."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from community import clock
from community.append_only import AppendOnlyError
from community.audit.models import AuditEntry
from tests.cast import Cast
from traceability.batches.models import Batch, Posting
from traceability.batches.numbering import assign_gtin
from traceability.batches.opening import open_batch
from traceability.epcis.hashing import event_id
from traceability.epcis.validation import check_event
from traceability.events.models import Event, Evidence
from traceability.events.reading import steps_of
from traceability.events.recording import BadStep, StepReport, record_step
from traceability.events.selling import order_of, record_sale
from traceability.events.writing import ReplayMismatch
from traceability.log.auditing import audit_log
from traceability.log.models import LogEntry, PrivatePart
from traceability.products.importing import import_product_lines
from traceability.products.models import Pack, Product, ProductLine

NOON = timezone.make_aware(datetime(2026, 11, 5, 12, 0))


@pytest.fixture
def batch(cast: Cast) -> Batch:
    import_product_lines()
    product = Product.objects.create(
        cooperative=cast.huong_que,
        line=ProductLine.objects.get(code="rice"),
        name="Gạo thơm ST25",
        shelf_life_days=270,
    )
    pack = Pack.objects.create(
        product=product,
        name="túi 5 kg",
        net_quantity_base=5000,
        base_unit="g",
        ship_weight_g=5000,
        gtin="09521000000018",
    )
    return open_batch(pack=pack, day=NOON.date(), actor=cast.lan_acts)


def record(batch: Batch, cast: Cast, *, client_uuid: UUID | None = None, **facts: object) -> Event:
    report = StepReport(**{"stage": "harvest", "event_time": NOON, "parameters": {}} | facts)
    with clock.at(NOON + timedelta(hours=1)):
        return record_step(
            batch=batch, report=report, client_uuid=client_uuid or uuid4(), recorded_at=NOON, actor=cast.lan_acts
        )


def nothing_recorded(batch: Batch) -> bool:
    batch.refresh_from_db()
    return not Event.objects.exists() and not Posting.objects.exists() and batch.on_hand_base == 0


def test_the_stored_document_is_valid_and_carries_its_own_hash(batch: Batch, cast: Cast) -> None:
    event = record(batch, cast, parameters={"moisture": "24,5"})
    document = json.loads(event.body)
    check_event(document)
    assert event.event_id == document["eventID"] == event_id(document)
    assert event.body_sha256 == hashlib.sha256(event.body.encode()).hexdigest()
    assert document["eventTime"] == "2026-11-05T12:00:00+07:00"
    assert document["ocop:parameters"][0]["ocop:value"] == 24.5


def test_no_name_or_phone_of_a_person_is_in_the_document(batch: Batch, cast: Cast) -> None:
    body = record(batch, cast).body
    assert cast.lan.name not in body
    assert cast.lan.phone not in body


def test_packing_adds_stock_and_gives_a_draft_its_dates(batch: Batch, cast: Cast) -> None:
    event = record(batch, cast, stage="pack", packs=640)
    batch.refresh_from_db()
    assert (batch.on_hand_base, batch.available_base) == (3_200_000, 3_200_000)
    assert (batch.packed_on, batch.best_before_on) == (date(2026, 11, 5), date(2027, 8, 2))
    assert Posting.objects.get().event == event
    assert json.loads(event.body)["quantityList"][0]["quantity"] == 3200


def test_a_published_batch_keeps_its_dates_when_packing_goes_on(batch: Batch, cast: Cast) -> None:
    record(batch, cast, stage="pack", packs=1)
    Batch.objects.filter(pk=batch.pk).update(status="published", packed_on=date(2026, 11, 1))
    batch.refresh_from_db()
    record(batch, cast, stage="pack", packs=2)
    batch.refresh_from_db()
    assert batch.packed_on == date(2026, 11, 1)
    assert batch.on_hand_base == 15_000


def test_the_same_record_sent_twice_is_stored_once(batch: Batch, cast: Cast) -> None:
    key = uuid4()
    first = record(batch, cast, client_uuid=key, stage="pack", packs=10)
    again = record(batch, cast, client_uuid=key, stage="pack", packs=10)
    batch.refresh_from_db()
    assert again.pk == first.pk
    assert (Event.objects.count(), batch.on_hand_base) == (1, 50_000)


def test_the_same_key_for_something_else_is_refused_and_the_first_stands(batch: Batch, cast: Cast) -> None:
    key = uuid4()
    record(batch, cast, client_uuid=key, stage="pack", packs=10)
    with pytest.raises(ReplayMismatch):
        record(batch, cast, client_uuid=key, stage="pack", packs=11)
    batch.refresh_from_db()
    assert (Event.objects.count(), batch.on_hand_base) == (1, 50_000)


def test_a_number_given_in_between_does_not_make_a_repeated_record_another(batch: Batch, cast: Cast) -> None:
    """The pack's GTIN is in the lot's address, and so in the event's hash: the deed is the same all the same."""
    key = uuid4()
    first = record(batch, cast, client_uuid=key, stage="pack", packs=10)
    for gtin in ("8936000000011", "8936000000028"):
        assign_gtin(pack=batch.pack, gtin=gtin, actor=cast.lan_acts)
        now = Batch.objects.get(pk=batch.pk)
        assert record(now, cast, client_uuid=key, stage="pack", packs=10).pk == first.pk
        with pytest.raises(ReplayMismatch):
            record(now, cast, client_uuid=key, stage="pack", packs=11)
    other = open_batch(pack=batch.pack, day=NOON.date(), actor=cast.lan_acts)
    with pytest.raises(ReplayMismatch):
        record(other, cast, client_uuid=key, stage="pack", packs=10)
    batch.refresh_from_db()
    assert (Event.objects.count(), batch.on_hand_base) == (1, 50_000)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"event_time": NOON + timedelta(days=1)}, "in_future"),
        ({"stage": "roast"}, "unknown_stage"),
        ({"stage": "pack"}, "packs_needed"),
        ({"stage": "pack", "packs": 0}, "packs_needed"),
        ({"stage": "pack", "packs": -1}, "packs_needed"),
        ({"stage": "pack", "packs": 10**9}, "too_many_packs"),
        ({"parameters": {"moisture": "ướt"}}, "bad_number"),
        ({"parameters": {"moisture": "-3"}}, "bad_number"),
        ({"note": "a" * 201}, "text_too_long"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_stored(
    batch: Batch, cast: Cast, facts: dict[str, object], code: str
) -> None:
    with pytest.raises(BadStep) as refused:
        record(batch, cast, **facts)
    assert refused.value.code == code
    assert nothing_recorded(batch)


def test_only_a_temperature_may_be_below_zero(batch: Batch, cast: Cast) -> None:
    event = record(batch, cast, stage="store", parameters={"temp": "-2,5"})
    assert json.loads(event.body)["ocop:parameters"][0]["ocop:value"] == -2.5


def test_a_late_entry_is_taken_and_says_how_late(batch: Batch, cast: Cast) -> None:
    event = record(batch, cast, event_time=NOON - timedelta(days=3))
    assert event.days_late == 3


def test_an_event_can_neither_be_changed_nor_deleted(batch: Batch, cast: Cast) -> None:
    event = record(batch, cast)
    for deed in (event.save, event.delete, Event.objects.all().delete, lambda: Event.objects.update(stage="x")):
        with pytest.raises(AppendOnlyError):
            deed()
    assert Event.objects.get().stage == "harvest"


def test_recording_makes_the_public_page_new_and_names_the_actor(batch: Batch, cast: Cast) -> None:
    before = batch.page_version
    record(batch, cast)
    batch.refresh_from_db()
    assert batch.page_version == before + 1
    assert AuditEntry.objects.filter(action="step.recorded", actor=cast.lan, cooperative=cast.huong_que).exists()


def test_a_sale_names_neither_order_nor_buyer_and_knows_its_order_until_erased(batch: Batch, cast: Cast) -> None:
    sale = partial(record_sale, batch=batch, quantity_base=10_000, client_uuid=uuid4(), actor=cast.lan_acts)
    event = sale(reference="7K3F2Q-1")
    document = json.loads(event.body)
    check_event(document)
    assert (document["bizStep"], document["disposition"]) == ("retail_selling", "retail_sold")
    assert "/voc/sale/" in document["bizTransactionList"][0]["bizTransaction"]
    assert document["quantityList"][0]["quantity"] == 10
    entry = LogEntry.objects.get(subject=f"event:{event.pk}")
    assert "7K3F2Q" not in event.body + entry.leaf and '"private":"' in entry.leaf
    assert order_of(event) == "7K3F2Q-1" and sale(reference="7K3F2Q-1") == event
    with pytest.raises(ReplayMismatch):
        sale(reference="7K3F2Q-2")
    assert Event.objects.count() == 1
    PrivatePart.objects.all().delete()
    assert order_of(event) is None and audit_log().is_clean


def test_missing_steps_stand_where_the_line_expects_them(batch: Batch, cast: Cast) -> None:
    record(batch, cast, stage="plot", event_time=NOON - timedelta(days=9))
    record(batch, cast, stage="harvest", event_time=NOON - timedelta(days=2))
    stories = steps_of(batch)
    assert [(story.stage, story.is_missing) for story in stories[:4]] == [
        ("plot", False),
        ("grow", True),
        ("harvest", False),
        ("dry", True),
    ]


@pytest.mark.parametrize("times", [1, 12])
def test_reading_a_history_costs_the_same_for_few_and_many_steps(
    batch: Batch, cast: Cast, times: int, django_assert_max_num_queries
) -> None:
    for place in range(times):
        record(batch, cast, event_time=NOON - timedelta(days=place))
    batch = Batch.objects.select_related("product__line").get(pk=batch.pk)
    with django_assert_max_num_queries(4):
        assert len([story for story in steps_of(batch) if not story.is_missing]) == times
    assert not Evidence.objects.exists()
