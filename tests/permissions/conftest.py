from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.harness.browser import find_chromium
from tests.permissions.world import World, build_world


@pytest.fixture(scope="package")
def world(request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Built once for this folder, in a transaction around the tests' own; each test leaves it as it was.

    When pages of it will be drawn in a browser, that is launched first: it may not begin inside of a transaction.
    """
    if find_chromium() and any(item.get_closest_marker("browser") for item in request.session.items):
        request.getfixturevalue("chromium")
    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        yield build_world()
        transaction.set_rollback(True)
