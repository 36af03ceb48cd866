"""The passport for machines: the same facts as the page, in a written shape, with every item the rules ask for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.test import Client

from tests.cast import Cast
from tests.making import make_certificate
from tests.traceability.passport.conftest import GTIN, PACKED_AT, tell
from tests.traceability.passport.test_honesty import correct_packs, take_back
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.events.logged import sign_and_tell
from traceability.passport import dpp_views
from traceability.products.models import Pack, Product


def ask(client: Client, batch: Batch, **headers: str):
    return client.get(f"/api/dpp{batch_path(batch)}", headers=headers)


def read(client: Client, batch: Batch) -> dict[str, Any]:
    answer = ask(client, batch)
    assert answer.status_code == 200
    told = json.loads(answer.content)
    check(told)
    return told


def check(told: dict[str, Any]) -> None:
    schema = json.loads(Path(dpp_views.SCHEMA_FILE).read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.FormatChecker()
    jsonschema.validate(told, schema, cls=jsonschema.Draft202012Validator, format_checker=checker)


@pytest.fixture
def full(batch: Batch, cast: Cast) -> Batch:
    """With a paper, a correction, a step taken back, a late record and a signed log."""
    make_certificate(batch.product, scheme="vietgap", stars=None)
    Product.objects.update(standards=["TCVN 11888:2017"], brand="ST", warnings="Để xa trẻ em", storage="Nơi khô")
    Product.objects.update(ingredients="100% gạo ST25", allergens=["gluten"])
    tell(batch, cast, "grow", PACKED_AT, parameters={"phi_days": "14"}, note="Ngừng thuốc đủ ngày")
    correct_packs(batch, cast, 630)
    take_back(batch, cast, "dry")
    sign_and_tell()
    return batch


@pytest.mark.parametrize("has_gtin", [True, False])
def test_the_answer_fits_its_written_schema_with_and_without_gtin(
    client: Client, rice: Pack, make_batch: Callable[..., Batch], has_gtin: bool
) -> None:
    if not has_gtin:
        rice.gtin = None
        rice.save()
    told = read(client, make_batch())
    assert told["product"]["gtin"] == (GTIN if has_gtin else None)
    assert told["id"].endswith("/10/L261105-A") == has_gtin


def test_every_fact_of_it_is_on_the_page(client: Client, full: Batch) -> None:
    told = read(client, full)
    assert told["product"]["allergens"] == ["gluten"]
    page = re.sub(r"\s+", " ", client.get(batch_path(full), headers={"Accept": "text/html"}).content.decode())
    page = page.replace("\xa0", " ").replace("&quot;", '"')
    facts = [
        told["product"]["name"],
        told["product"]["brand"],
        told["product"]["netContent"],
        told["product"]["storage"],
        told["product"]["ingredients"],
        *told["product"]["standards"],
        told["producer"]["name"],
        told["producer"]["code"],
        told["producer"]["address"],
        told["lot"]["code"],
        told["id"],
        told["certificates"][0]["number"],
        told["warnings"][0],
        *(stage["name"] for stage in told["stages"]),
        *(stage["sha256"] for stage in told["stages"]),
        *(stage["placeName"] for stage in told["stages"]),
        *(f"dòng sổ số {stage['log']['seq']}" for stage in told["stages"]),
        *(stage["correction"]["note"] for stage in told["stages"] if stage["correction"]),
        *(stage["note"] for stage in told["stages"] if stage["note"] and not stage["corrected"]),
        *(f"{name}: chưa có bản ghi" for name in told["missingStages"]),
        f"{told['lot']['quantity']['value']} × túi 5 kg",
    ]
    for fact in facts:
        assert str(fact) in page, fact
    assert page.count("<del>Đóng túi") == sum(1 for one in told["stages"] if one["corrected"] and "túi" in one["name"])
    assert told["verification"]["state"] == "verified"
    assert "trong sổ đã ký" in page


def test_decree_37_and_circular_02_are_whole(client: Client, full: Batch) -> None:
    told = read(client, full)
    assert [key.split("_")[0] for key in told["decree37"]] == [str(n) for n in range(1, 9)]
    assert [key.split("_")[0] for key in told["circular02"]] == [str(n) for n in range(1, 11)]
    for one in told["circular02"]["5_stages"]:
        assert one["productCode"] and one["placeCode"] and one["time"].endswith("+07:00")
    assert told["decree37"]["6_productionAndExpiry"] == {"production": "2026-11-05", "expiry": "2027-08-02"}


def test_a_correction_is_told_with_role_and_reason_and_no_name(client: Client, full: Batch, cast: Cast) -> None:
    answer = ask(client, full).content.decode()
    assert cast.lan.name not in answer
    gone = [one for one in json.loads(answer)["stages"] if one["corrected"]]
    assert {(one["correction"]["reason"], one["correction"]["by"]) for one in gone} == {
        ("incorrect_data", "owner"),
        ("did_not_occur", "owner"),
    }


@pytest.mark.parametrize(("status", "recall"), [("recalled", "recalled"), ("on_hold", "on_hold"), ("closed", "none")])
def test_the_state_is_told_at_once(client: Client, batch: Batch, status: str, recall: str) -> None:
    etag = ask(client, batch)["ETag"]
    Batch.objects.filter(pk=batch.pk).update(status=status)
    assert read(client, batch)["recall"]["status"] == recall
    assert ask(client, batch, **{"If-None-Match": etag}).status_code == 200


def test_any_site_may_read_it_and_a_copy_that_is_right_is_not_sent_again(client: Client, batch: Batch) -> None:
    answer = ask(client, batch)
    assert answer["Content-Type"] == "application/ld+json"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "/api/dpp/schema.json" in answer["Link"]
    assert ask(client, batch, **{"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get("/api/dpp/schema.json").json()["title"].startswith("Product passport")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"/api/dpp/01/{GTIN}/10/NO-SUCH-LOT", 404),
        (f"/api/dpp/01/{GTIN}", 400),
        ("/api/dpp/01/09521000000019/10/A1B", 400),
        (f"/api/dpp/01/{GTIN}/10/L261105-A%00", 400),
        ("/api/dpp/t/ABCDEFGH23", 404),
    ],
)
def test_what_is_not_there_is_a_problem_in_json(client: Client, batch: Batch, path: str, status: int) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_a_draft_is_not_told(client: Client, batch: Batch) -> None:
    Batch.objects.filter(pk=batch.pk).update(status="draft")
    assert ask(client, batch).status_code == 404
