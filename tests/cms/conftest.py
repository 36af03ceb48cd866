from __future__ import annotations

import pytest
from django.core.cache import cache

from cms.setting_up import set_up_site


@pytest.fixture(autouse=True)
def _cold_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def site(site_ready):
    return set_up_site("testserver", 80)
