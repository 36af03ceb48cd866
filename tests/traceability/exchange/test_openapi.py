"""The published description: valid, without warnings, of every address that machines call, served by ourselves."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.test import Client

from traceability.exchange.openapi import described

LOG = (
    "/tlog/checkpoint", "/tlog/vkey", "/tlog/entry/{seq}.json", "/tlog/proof/{seq}.tlog-proof", "/tlog/consistency",
    "/t/{code}/ho-so.zip",
)  # fmt: skip


def test_the_description_is_valid_and_complete() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", stdout=io.StringIO())
    paths = described()["paths"]
    for path in ("capture", "capture/{code}", "events", "events/{event_id}", "epcs/{epc}/events", "{resource}"):
        assert f"/epcis/v2/{path}" in paths
    for path in ("/01/{gtin}/10/{lot}", "/.well-known/gs1resolver", "/api/lots/{code}/genealogy", *LOG):
        assert path in paths
    assert not [path for path in paths if path.startswith("/quan-tri")]


@pytest.mark.django_db
def test_it_is_served_as_json_yaml_and_a_page(client: Client) -> None:
    answer = client.get("/api/schema/")
    assert answer.json()["openapi"].startswith("3.")
    assert client.get("/api/schema/?format=yaml").content.startswith(b"openapi: 3.")
    page = client.get("/api/").content.decode()
    assert "/epcis/v2/events" in page
    assert "MATCH_anyEPCClass" in page
    assert "cdn" not in page.lower()
