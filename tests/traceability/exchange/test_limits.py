"""How often one may ask: whoever has no key is counted by address, also when what was asked is refused."""

from __future__ import annotations

import pytest
from django.core.cache import cache

from tests.traceability.exchange.asking import Machine
from traceability.exchange import door

pytestmark = pytest.mark.django_db
WRONG = "cn_00000000_" + "0" * 40


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(door, "PER_MINUTE_WITHOUT", 3)
    monkeypatch.setattr(door, "PER_MINUTE_WITH_KEY", 5)


def statuses(ask: object, times: int) -> list[int]:
    return [ask().status_code for _ in range(times)]  # type: ignore[operator]


def test_without_a_key_an_address_may_ask_so_often(nobody: Machine) -> None:
    assert statuses(lambda: nobody.get("events"), 4) == [200, 200, 200, 429]
    answer = nobody.get("events")
    assert answer["Retry-After"] == "60"
    assert answer["Content-Type"] == "application/problem+json"


def test_a_key_may_ask_more_often_than_its_address(machine: Machine, nobody: Machine) -> None:
    statuses(lambda: nobody.get("events"), 4)
    assert statuses(lambda: machine.get("events"), 6) == [200] * 5 + [429]


@pytest.mark.parametrize("refused", ["key", "method", "media type"])
def test_what_is_refused_counts_too(nobody: Machine, machine: Machine, refused: str) -> None:
    ask = {
        "key": lambda: Machine(WRONG).get("events"),
        "method": lambda: nobody.client.put("/epcis/v2/events"),
        "media type": lambda: nobody.client.get("/epcis/v2/events", headers={"accept": "text/xml"}),
    }[refused]
    status = {"key": 401, "method": 405, "media type": 406}[refused]
    assert statuses(ask, 4) == [status] * 3 + [429]
    assert ask()["Retry-After"] == "60"
    assert machine.get("events").status_code == 200
