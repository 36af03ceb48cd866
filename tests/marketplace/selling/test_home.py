"""The first screen of the desk: a door is shown to whom it opens."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from community.cooperatives.models import Membership
from tests.cast import Cast, sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("role", "is_shown"), [("owner", True), ("manager", True), ("recorder", False)])
def test_keys_for_programs_are_one_step_from_the_desk(client: Client, cast: Cast, role: str, is_shown: bool) -> None:
    Membership.objects.filter(user=cast.lan).update(role=role)
    desk = sign_in(client, cast.lan)
    page = desk.get(reverse("selling:home")).content.decode()
    assert (f'href="{reverse("connections:keys")}"' in page) is is_shown
    assert (desk.get(reverse("connections:keys")).status_code == 200) is is_shown
