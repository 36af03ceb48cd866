"""A cooperative with many claims still gets its page."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.cast import sign_in
from tests.marketplace.claims.stage import claim_of, delivered, open_booth

pytestmark = pytest.mark.django_db


@pytest.fixture
def booth(cast, site_ready):
    return open_booth(cast)[0]


def test_of_many_claims_those_next_due_are_shown(client, cast, booth, monkeypatch) -> None:
    monkeypatch.setattr("marketplace.selling.claims.MOST_RUNNING", 1)
    first, second = (claim_of(delivered(cast, booth)) for _ in range(2))
    page = sign_in(client, cast.lan).get(reverse("selling:claims")).content.decode()
    assert first.code in page and second.code not in page
