"""A lot as files for inspectors and exporters: valid EPCIS, and a sheet of key data elements that runs no formula."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from community import clock
from community.sheets.cells import safe_text
from tests.cast import Cast
from tests.making import PackPlan, make_product, make_published_batch
from traceability.batches.models import Batch
from traceability.batches.opening import LotPlan
from traceability.batches.publishing import publish_batch
from traceability.epcis.validation import check_schema
from traceability.events.correcting import declare_error
from traceability.events.harvesting import record_harvest
from traceability.events.models import Event
from traceability.events.recording import StepReport, record_step
from traceability.events.selling import record_sale
from traceability.events.transforming import transform_lots
from traceability.events.working import Output, Taken, Work
from traceability.exchange import kde, lot_story
from traceability.exchange.kde import BOM, HEADERS

NOON = timezone.make_aware(datetime(2026, 11, 5, 12, 0))
GTIN = "09521000000018"


def work(hours: int = 0) -> Work:
    at = NOON + timedelta(hours=hours)
    return Work(event_time=at, recorded_at=at, client_uuid=uuid4())


@pytest.fixture
def tea(cast: Cast) -> Batch:
    """Two raw lots, one of them bought by nobody, made into a published batch of 50 packs."""
    goods = make_product(cast.huong_que, name="Chè", packs=(PackPlan(gtin=GTIN, net_base=100, unit="g"),))
    with clock.at(NOON + timedelta(hours=9)):
        raw = [
            record_harvest(
                output=Output(base, plan=LotPlan(product=goods.product, material="búp chè tươi", base_unit="g")),
                work=work(),
                actor=cast.lan_acts,
            ).batch
            for base in (310_000, 40_000)
        ]
        made = transform_lots(
            taken=[Taken(raw[0], 20_000), Taken(raw[1], 10_000)],
            outputs=[Output(5_000, pack=goods.pack)],
            work=work(2),
            actor=cast.lan_acts,
        ).batch
        for stage in ("harvest", "pack"):
            report = StepReport(stage, NOON + timedelta(hours=3), {}, packs=1 if stage == "pack" else None)
            record_step(
                batch=made,
                report=report,
                client_uuid=uuid4(),
                recorded_at=NOON + timedelta(hours=3),
                actor=cast.lan_acts,
            )
        made.refresh_from_db()
        return publish_batch(batch=made, actor=cast.lan_acts)


def take(client: Client, batch: Batch, name: str, **headers: str):
    return client.get(f"/api/lots/{batch.public_code}/{name}", headers=headers)


def sheet_of(client: Client, batch: Batch) -> list[dict[str, str]]:
    text = take(client, batch, "kde.csv").content.decode()
    assert text.startswith(BOM)
    rows = list(csv.reader(io.StringIO(text.removeprefix(BOM))))
    assert rows[0] == list(HEADERS)
    return [dict(zip(HEADERS._fields, row, strict=True)) for row in rows[1:]]


def withdraw(event: Event, cast: Cast, note: str = "Ghi hai lần") -> None:
    declare_error(
        event=event,
        reason="did_not_occur",
        note=note,
        client_uuid=uuid4(),
        declared_at=NOON + timedelta(hours=8),
        actor=cast.lan_acts,
    )


def test_the_epcis_file_is_valid_and_tells_of_the_lots_it_was_made_of(client: Client, tea: Batch) -> None:
    answer = take(client, tea, "epcis")
    document = json.loads(answer.content)
    check_schema(document)
    kinds = [event["type"] for event in document["epcisBody"]["eventList"]]
    assert kinds.count("TransformationEvent") == 1
    assert kinds.count("ObjectEvent") == 4
    assert answer["Content-Type"] == "application/ld+json"
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_a_declaration_is_in_the_file_and_the_event_keeps_its_id(client: Client, tea: Batch, cast: Cast) -> None:
    event = Event.objects.filter(batch=tea, stage="harvest").get()
    withdraw(event, cast)
    document = json.loads(take(client, tea, "epcis").content)
    check_schema(document)
    told = {each["eventID"]: each for each in document["epcisBody"]["eventList"]}
    assert told[event.event_id]["errorDeclaration"]["reason"] == "did_not_occur"
    assert len(told) == len(document["epcisBody"]["eventList"]) == 5


def test_sales_and_orders_are_in_no_file(client: Client, tea: Batch, cast: Cast) -> None:
    record_sale(batch=tea, quantity_base=100, reference="CN-777", client_uuid=uuid4(), actor=cast.lan_acts)
    for name in ("epcis", "kde.csv"):
        assert "CN-777" not in take(client, tea, name).content.decode()


def test_the_sheet_has_a_row_for_each_event_and_input_lot(client: Client, tea: Batch) -> None:
    rows = sheet_of(client, tea)
    made = [row for row in rows if row["cte"] == "Transformation"]
    assert [(row["input_quantity"], row["input_unit"]) for row in made] == [("20", "KGM"), ("10", "KGM")]
    assert {row["lot"] for row in made} == {tea.lot_code}
    assert {(row["quantity"], row["unit"]) for row in made} == {("5", "KGM")}
    picked = [row for row in rows if row["cte"] == "Harvesting"]
    assert {row["quantity"] for row in picked} == {"310", "40"}
    assert {row["product"] for row in picked} == {"búp chè tươi"}
    assert {row["maker_code"] for row in rows} == {tea.cooperative.code}
    assert all(row["event_id"] and row["place"] and row["event_time"].endswith("+07:00") for row in rows)


def test_a_record_declared_wrong_stays_in_the_sheet_marked(client: Client, tea: Batch, cast: Cast) -> None:
    withdraw(Event.objects.get(batch=tea, stage="harvest"), cast)
    marked = [row for row in sheet_of(client, tea) if row["state"] != "in force"]
    assert [(row["state"], row["reason"]) for row in marked] == [("did_not_occur", "Ghi hai lần")]


def test_the_workbook_says_the_same_as_the_csv(client: Client, tea: Batch) -> None:
    book = load_workbook(io.BytesIO(take(client, tea, "kde.xlsx").content), read_only=True)
    rows = [[cell or "" for cell in row] for row in book["KDE"].iter_rows(values_only=True)]
    assert rows[0] == list(HEADERS)
    assert [dict(zip(HEADERS._fields, row, strict=True)) for row in rows[1:]] == sheet_of(client, tea)


@pytest.mark.parametrize("note", ["=1+1", "+84 912", "-cmd|' /C calc'!A0", "@SUM(A1)", "\t=1+1", " =1+1"])
def test_a_note_that_looks_like_a_formula_is_only_text(client: Client, tea: Batch, cast: Cast, note: str) -> None:
    report = StepReport("dry", NOON, {}, note=f"{note}")
    withdrawn = record_step(batch=tea, report=report, client_uuid=uuid4(), recorded_at=NOON, actor=cast.lan_acts)
    withdraw(withdrawn, cast, note=note)
    reasons = {row["reason"] for row in sheet_of(client, tea)}
    assert f"'{note.strip()}" in reasons
    book = load_workbook(io.BytesIO(take(client, tea, "kde.xlsx").content))
    assert all(cell.data_type != "f" for row in book["KDE"].iter_rows() for cell in row)
    assert safe_text("gạo = ngon") == "gạo = ngon"


@pytest.mark.parametrize("name", ["epcis", "kde.csv", "kde.xlsx"])
def test_a_copy_that_is_still_right_is_not_sent_again(client: Client, tea: Batch, cast: Cast, name: str) -> None:
    etag = take(client, tea, name)["ETag"]
    assert take(client, tea, name, **{"If-None-Match": etag}).status_code == 304
    withdraw(Event.objects.get(batch=tea, stage="harvest"), cast)
    assert take(client, tea, name, **{"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("name", ["epcis", "kde.csv", "kde.xlsx"])
def test_a_draft_or_an_unknown_lot_is_not_found(client: Client, tea: Batch, name: str) -> None:
    Batch.objects.filter(pk=tea.pk).update(status="draft")
    assert take(client, tea, name).status_code == 404
    answer = client.get(f"/api/lots/ABCDEFGH23/{name}")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_a_file_costs_the_same_queries_for_few_and_many_records(client: Client, tea: Batch, cast: Cast) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            take(client, tea, "kde.csv")
        return len(found)

    before = queries()
    for _ in range(10):
        report = StepReport("dry", NOON, {})
        record_step(batch=tea, report=report, client_uuid=uuid4(), recorded_at=NOON, actor=cast.lan_acts)
    assert queries() == before <= 8


def test_a_lot_made_of_no_other_has_its_files_too(client: Client, cast: Cast) -> None:
    batch = make_published_batch(make_product(cast.huong_que).pack, actor=cast.lan_acts)
    check_schema(json.loads(take(client, batch, "epcis").content))
    assert [row["cte"] for row in sheet_of(client, batch)] == ["Other", "Initial packing"]


@pytest.mark.parametrize("name", ["kde.csv", "epcis"])
def test_a_document_is_read_once_however_many_rows_it_gives(
    client: Client, tea: Batch, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    read: list[str] = []

    def loads(text: str) -> object:
        read.append(text)
        return json.loads(text)

    monkeypatch.setattr(lot_story, "json", SimpleNamespace(loads=loads))
    take(client, tea, name)
    assert len(read) == len(set(read)) == 5


def test_what_has_not_changed_is_answered_without_reading_a_document(
    client: Client, tea: Batch, monkeypatch: pytest.MonkeyPatch
) -> None:
    etag = take(client, tea, "kde.csv")["ETag"]
    monkeypatch.setattr(lot_story, "json", None)
    assert take(client, tea, "kde.csv", **{"If-None-Match": etag}).status_code == 304


def test_a_sheet_ends_somewhere_and_says_so(client: Client, tea: Batch, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred inputs with a hundred outputs would be ten thousand rows of one event."""
    assert len(sheet_of(client, tea)) == 6
    monkeypatch.setattr(kde, "MOST_ROWS", 6)
    assert "TRUNCATED" not in sheet_of(client, tea)[-1]["cte"]
    monkeypatch.setattr(kde, "MOST_ROWS", 4)
    rows = sheet_of(client, tea)
    assert len(rows) == 5
    assert rows[-1]["cte"] == "TRUNCATED / CÒN NỮA"
    assert "4 of 6 rows" in rows[-1]["note"] and "4 dòng đầu trong 6 dòng" in rows[-1]["note"]


def test_costly_answers_are_counted_together_for_one_visitor(client: Client, tea: Batch, settings) -> None:
    settings.READS_PER_MINUTE = 3
    for name in ("epcis", "kde.csv", "kde.xlsx"):
        assert take(client, tea, name).status_code == 200
    for name in ("epcis", "kde.csv", "kde.xlsx", "genealogy"):
        answer = take(client, tea, name)
        assert (answer.status_code, answer["Retry-After"]) == (429, "60")
        assert answer["Content-Type"] == "application/problem+json"
    journey = client.get(f"/t/{tea.public_code}/hanh-trinh", headers={"Accept-Language": "vi"})
    assert (journey.status_code, journey["Retry-After"]) == (429, "60")
    assert "Xin chờ một phút" in journey.content.decode()
    assert client.get(f"/t/{tea.public_code}", headers={"Accept": "text/html"}).status_code == 200  # a scan is free
    settings.READS_PER_MINUTE = 0
    assert take(client, tea, "kde.csv").status_code == 200
