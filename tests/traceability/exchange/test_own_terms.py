"""Our own terms in events of others: their shape is checked, they forge nobody's word, and no page trips over them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.making import Goods, make_published_batch
from tests.traceability.exchange.asking import Machine
from tests.traceability.exchange.saying import FIRST, amount, document, event, refused, state, transformation, when
from traceability.balance.checking import check_batch
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.epcis.documents import EPCIS_CONTEXT, vocabulary_of
from traceability.events.models import ErrorDeclaration, Event

pytestmark = pytest.mark.django_db

PARAMETER = {"ocop:key": "loss", "ocop:label": "Hao hụt", "ocop:value": 1}
ELSEWHERE = "https://ns.example.com/other/"
MISSHAPEN = [
    {"ocop:parameters": [1]},
    {"ocop:parameters": 5},
    {"ocop:parameters": [{**PARAMETER, "ocop:value": None}]},
    {"ocop:parameters": [{**PARAMETER, "ocop:value": True}]},
    {"ocop:parameters": [{**PARAMETER, "ocop:unit": 3}]},
    {"ocop:saidAs": "3 bao"},
    {"ocop:saidAs": {"ocop:value": "3", "ocop:unit": "bao", "ocop:each": 50}},
    {"ocop:saidAs": {"ocop:value": 3, "ocop:unit": "b" * 41, "ocop:each": 50}},
    {"ocop:evidence": [3]},
    {"ocop:evidence": ["ni:///sha-256;xyz"]},
    {"ocop:evidence": 1},
    {"ocop:note": {"a": 1}},
    {"ocop:lateReason": ["a"]},
    {"ocop:stage": 7},
    {"ocop:recordedAt": "yesterday"},
]


def page_of(batch: Batch) -> str:
    return reverse("passport:lot", args=[batch.public_code])


def said_of(batch: Batch, **said: Any) -> dict[str, Any]:
    return event(quantityList=[amount(batch_uri(batch), 2, "KGM")], **said)


def in_namespace(namespace: str, *events: dict[str, Any]) -> dict[str, Any]:
    return document(*events) | {"@context": [EPCIS_CONTEXT, {"ocop": namespace}]}


def ours(*events: dict[str, Any]) -> dict[str, Any]:
    return in_namespace(vocabulary_of(settings.ID_BASE_URL), *events)


@pytest.mark.parametrize("own", MISSHAPEN, ids=str)
def test_a_term_of_another_shape_is_refused_with_its_place(machine: Machine, batch: Batch, own: Any) -> None:
    before = state()
    refused(machine.post("capture", ours(said_of(batch, **own))), 400, f"{FIRST}/{next(iter(own))}")
    refused(machine.post("capture", document(said_of(batch, **own))), 400, f"{FIRST}/{next(iter(own))}")
    assert state() == before


def test_terms_of_the_right_shape_come_in(machine: Machine, batch: Batch) -> None:
    own = {"ocop:parameters": [PARAMETER], "ocop:note": "ghi chú", "ocop:whoSays": "self", "ocop:stage": "dry"}
    assert machine.post("capture", ours(said_of(batch, **own))).status_code == 202
    assert Event.objects.latest("pk").stage == "dry"


@pytest.mark.parametrize("value", [[1], 5, [PARAMETER | {"ocop:value": "NaN"}], [PARAMETER | {"ocop:value": "1e999"}]])
def test_whatever_is_stored_is_read(
    machine: Machine, client: Client, goods: Goods, batch: Batch, cast: Cast, value: Any
) -> None:
    """Under somebody else's namespace the same words mean anything: stored as they came, and told or left out."""
    other = make_published_batch(goods.pack, packs=5)
    odd = {"ocop:parameters": value, "ocop:evidence": [3], "ocop:note": {"a": 1}, "ocop:lateReason": [2]}
    assert (
        machine.post("capture", in_namespace(ELSEWHERE, transformation(batch, 1, other, 1, **odd))).status_code == 202
    )
    check_batch(other.pk)
    assert client.get(page_of(other)).status_code == 200
    assert client.get(f"/api/lots/{other.public_code}/kde.csv").status_code == 200
    client.force_login(cast.lan)
    record = Event.objects.latest("pk").client_uuid
    assert client.get(reverse("fieldwork:batch", args=[other.public_code])).status_code == 200
    assert client.get(reverse("fieldwork:record", args=[other.public_code, record])).status_code == 200


@pytest.mark.parametrize(
    "own", [{"ocop:whoSays": "third_party"}, {"ocop:whoSays": "device"}, {"ocop:whoSays": "x"}, {"ocop:stage": "sold"}]
)
def test_a_key_speaks_for_nobody_else_and_hides_nothing(machine: Machine, batch: Batch, own: dict[str, str]) -> None:
    before = state()
    refused(machine.post("capture", ours(said_of(batch, **own))), 400, f"{FIRST}/{next(iter(own))}")
    assert state() == before


@pytest.mark.parametrize("who", ["third_party", "device"])
def test_the_page_says_self_declared_whatever_a_document_says(
    machine: Machine, client: Client, batch: Batch, who: str
) -> None:
    said = said_of(batch, **{"ocop:whoSays": who, "ocop:stage": "sold", "ocop:note": "từ máy khác"})
    assert machine.post("capture", in_namespace(ELSEWHERE, said)).status_code == 202
    stored = Event.objects.latest("pk")
    assert (stored.who_says, stored.stage) == ("self", "")
    page = client.get(page_of(batch)).content.decode()
    assert "từ máy khác" in page
    assert f'class="{who}"' not in page
    assert 'class="self"' in page
    told = client.get(f"/api/dpp/t/{batch.public_code}").content.decode()
    assert f'"{who}"' not in told


def test_a_declaration_names_no_role_of_its_own(machine: Machine, client: Client, batch: Batch) -> None:
    said = said_of(batch)
    machine.post("capture", document(said))
    wrong = {**said, "eventID": Event.objects.latest("pk").event_id}
    wrong["errorDeclaration"] = {
        "declarationTime": when(minutes=1), "reason": "did_not_occur", "ocop:byRole": "owner", "ocop:note": "sai",
    }  # fmt: skip
    before = state()
    refused(machine.post("capture", document(wrong)), 400, f"{FIRST}/errorDeclaration/ocop:byRole")
    assert state() == before
    assert machine.post("capture", in_namespace(ELSEWHERE, wrong)).status_code == 202
    assert json.loads(ErrorDeclaration.objects.get().body)["errorDeclaration"]["ocop:byRole"] == "owner"
    told = client.get(f"/api/dpp/t/{batch.public_code}").json()
    assert [one["correction"]["by"] for one in _stages(told) if one["corrected"]] == ["system"]


def _stages(told: Any) -> list[dict[str, Any]]:
    """Wherever the passport lists its steps."""
    if isinstance(told, dict):
        found = [told] if "corrected" in told and "whoSays" in told else []
        return found + [one for part in told.values() for one in _stages(part)]
    return [one for part in told for one in _stages(part)] if isinstance(told, list) else []
