from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from community.places.aliasing import import_aliases
from community.places.importing import import_places


@pytest.fixture(scope="module")
def loaded_places(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """All 3,355 units, loaded once for a module and taken back after it: loading takes a second."""
    with django_db_blocker.unblock(), transaction.atomic():
        import_places()
        import_aliases()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def all_places(loaded_places: None, db: None) -> None:
    """See `loaded_places`; with the usual roll-back of what a test itself writes."""
