"""Payouts are tested with real money on a site that also has a simulated bank, so that the two can be kept apart."""

from __future__ import annotations

import pytest

from marketplace.receiving.models import FeedCode
from tests.marketplace.payments.stage import make_cooperative


@pytest.fixture(autouse=True)
def _demo_bank(settings) -> None:
    settings.DEMO = True
    settings.PAYMENTS_ALLOW_SIMULATED = True
    settings.SIMULATED_BANK_SECRET = "a secret that only this test run knows"


@pytest.fixture
def coop(db):
    """A cooperative with a real account and plenty of honey."""
    return make_cooperative(stock=100, feed=FeedCode.SEPAY)


@pytest.fixture
def neighbour(db):
    return make_cooperative("HTX Khe Sanh", stock=100, feed=FeedCode.SEPAY)
