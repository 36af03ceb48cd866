"""Claims are made on a demo site whose bank is simulated."""

from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _demo_bank(settings) -> None:
    settings.DEMO = True
    settings.PAYMENTS_ALLOW_SIMULATED = True
    settings.SIMULATED_BANK_SECRET = "a secret that only this test run knows"
    cache.clear()
