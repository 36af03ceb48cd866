"""The photo of a parcel in the staff's admin: its label names the buyer: few may look, each look is written down."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from community.accounts.models import User
from community.audit.models import AuditEntry
from marketplace.moderation.setting_up import set_up_review
from marketplace.orders.models import Parcel
from marketplace.packing.photographing import keep_photo
from tests.cast import sign_in
from tests.marketplace.claims.stage import a_picture
from tests.marketplace.orders.stage import open_booth, packed_parcel

pytestmark = pytest.mark.django_db


@pytest.fixture
def parcel(cast, site_ready) -> Parcel:
    set_up_review()
    parcel = packed_parcel(cast, open_booth(cast)[0])
    keep_photo(parcel=parcel, upload=SimpleUploadedFile("a.jpg", a_picture().jpeg), actor=cast.lan_acts)
    return parcel


def looks() -> list[tuple[int | None, int | None]]:
    return list(AuditEntry.objects.filter(action="parcel.photo_looked_at").values_list("actor", "subject_id"))


def a_clerk(*rights: str) -> Client:
    clerk = User.objects.create_user(email="a@example.vn", name="A", is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["access_admin", *rights]))
    client = Client()
    client.force_login(clerk)
    return client


def test_staff_who_may_see_parcels_see_it_from_the_parcels_page_and_it_is_written_down(cast, client, parcel) -> None:
    moderator, address = sign_in(client, cast.hoa), reverse("parcel_photo", args=[parcel.pk])
    page = moderator.get(reverse("parcels:inspect", args=[parcel.pk])).content.decode()
    assert f'href="{address}"' in page and looks() == [], "the page alone shows nothing of the buyer"
    answer = moderator.get(address)
    assert b"".join(answer.streaming_content) == a_picture().jpeg and "no-store" in answer["Cache-Control"]
    assert looks() == [(cast.hoa.pk, parcel.pk)]


def test_a_clerk_with_that_one_right_sees_it(parcel) -> None:
    assert a_clerk("view_parcel").get(reverse("parcel_photo", args=[parcel.pk])).status_code == 200


@pytest.mark.parametrize("who", ["guest", "seller", "other_seller", "clerk"])
def test_others_do_not_and_nothing_is_written(cast, parcel, who) -> None:
    """A seller has a door of his own; a clerk needs the right to parcels, not to orders alone."""
    client = {
        "guest": Client,
        "seller": lambda: sign_in(Client(), cast.lan),
        "other_seller": lambda: sign_in(Client(), cast.other_seller),
        "clerk": lambda: a_clerk("view_order"),
    }[who]()
    answer = client.get(reverse("parcel_photo", args=[parcel.pk]))
    assert answer.status_code in (302, 403) and looks() == []


def test_of_a_parcel_without_a_photo_there_is_none(cast, client, parcel) -> None:
    parcel.photo.delete()
    assert sign_in(client, cast.hoa).get(reverse("parcel_photo", args=[parcel.pk])).status_code == 404
    assert looks() == []
