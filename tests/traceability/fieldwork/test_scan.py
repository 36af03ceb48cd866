"""Somebody of the cooperative scans her own batch: the public page, the same for all, leads her on to her diary."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast, sign_in
from traceability.batches.models import Batch

pytestmark = pytest.mark.django_db


def test_the_public_page_leads_to_the_diary_and_only_its_own_get_in(
    client: Client, published: Batch, cast: Cast
) -> None:
    diary = reverse("fieldwork:batch", args=[published.public_code])
    guest = client.get(reverse("passport:lot", args=[published.public_code]), follow=True).content.decode()
    assert diary.removeprefix("/en") in guest.replace("/en/ghi", "/ghi")
    asked = client.get(diary)
    assert asked.status_code == 302 and diary in asked["Location"]
    assert sign_in(Client(), cast.other_seller).get(diary).status_code == 404
    assert sign_in(Client(), cast.lan).get(diary).status_code == 200
    member = sign_in(Client(), cast.lan).get(reverse("passport:lot", args=[published.public_code]), follow=True)
    assert member.content.decode() == guest
