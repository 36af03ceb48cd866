"""Every scenario of ``scenarios.json``: what is given, what happens in this order, what must then be true.

After each the books are proved. ``VECTORS_DIR`` runs another set of the same shape.
"""

from __future__ import annotations

from typing import Any

import pytest
import time_machine

from marketplace.payments.proving.checking import check_money
from tests.marketplace.payments.scenarios.posting import CASSO_KEY, PAYOS_KEY
from tests.marketplace.payments.scenarios.proving import prove
from tests.marketplace.payments.scenarios.telling import tell
from tests.marketplace.payments.scenarios.world import SEPAY_SECRET, START, UnknownWords, World
from tests.vectors import load_vectors

SCENARIOS: list[dict[str, Any]] = load_vectors("payments/scenarios.json")["vectors"]
# Played, and expected to fail until what they are about is built.
AT_ONCE = ("concurrently", "at the same instant")


def _needs_threads(scenario: dict[str, Any]) -> bool:
    return any(word in event for event in scenario["events"] for word in AT_ONCE)


@pytest.fixture
def market(settings) -> None:
    settings.SEPAY_WEBHOOK_SECRETS = [SEPAY_SECRET]
    settings.PAYOS_CHECKSUM_KEYS = [PAYOS_KEY]
    settings.CASSO_WEBHOOK_SECRETS = [CASSO_KEY]
    settings.COMMISSION_BPS = 500


def _play(scenario: dict[str, Any], client: Any, stripe_fake: Any) -> None:
    with time_machine.travel(START, tick=False) as clock:
        world = World(scenario["given"], client, stripe_fake, clock)
        for event in scenario["events"]:
            tell(world, event)
        prove(world, scenario["expect"])
        assert check_money() == []


@pytest.mark.parametrize("scenario", [each for each in SCENARIOS if not _needs_threads(each)], ids=lambda s: s["id"])
@pytest.mark.django_db
def test_a_scenario_ends_as_expected(scenario, client, stripe_fake, market, site_ready) -> None:
    _play(scenario, client, stripe_fake)


@pytest.mark.parametrize("scenario", [each for each in SCENARIOS if _needs_threads(each)], ids=lambda s: s["id"])
@pytest.mark.django_db(transaction=True)
def test_a_scenario_with_two_at_once_ends_as_expected(scenario, client, stripe_fake, market, site_ready) -> None:
    _play(scenario, client, stripe_fake)


def test_every_scenario_of_the_file_is_played_by_its_own_id() -> None:
    ids = [scenario["id"] for scenario in SCENARIOS]
    assert len(ids) == len(set(ids)) >= 30


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("given", {"moon": "full"}),
        ("events", ["the bank closes its doors"]),
        ("events", ["completed by magic"]),
        ("events", ["transfer 1000 by pigeon"]),
        ("expect", {"happiness": 5}),
    ],
)
@pytest.mark.django_db
def test_a_word_nobody_knows_fails_loudly(part, words, client, stripe_fake, market, site_ready) -> None:
    scenario = {"given": {"total": 100_000}, "events": [], "expect": {}} | {part: words}
    with pytest.raises(UnknownWords):
        _play(scenario, client, stripe_fake)
