"""What a desk says depends on who reads it: sellers are told to call the helper, helpers the market."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Site

from cms.navigation import forget_frames
from cms.site_settings import SiteSettings
from community.mandates.ending import revoke_mandate
from tests.cast import Cast, sign_in
from tests.community.mandates.stage import acting
from tests.harness.team import Helpers, make_mandate

HELPER, MARKET = "+84907000001", "+842920000000"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]


@pytest.fixture
def numbers() -> None:
    told = {"phone": MARKET, "help_phone": HELPER, "help_name": "Anh Tuấn"}
    SiteSettings.objects.update_or_create(site=Site.objects.get(is_default_site=True), defaults=told)
    forget_frames()


def called(client: Client, address: str) -> tuple[bool, bool]:
    """(the helper, the market): whom the page tells its reader to call."""
    page = client.get(reverse(address)).content.decode()
    return f'class="call" href="tel:{HELPER}"' in page, f'class="call" href="tel:{MARKET}"' in page


@pytest.mark.usefixtures("numbers")
def test_a_seller_is_told_to_call_the_helper(cast: Cast) -> None:
    assert called(sign_in(Client(), cast.lan), "selling:home") == (True, False)


@pytest.mark.usefixtures("numbers")
def test_a_helper_is_told_to_call_the_market_not_himself(cast: Cast, helpers: Helpers) -> None:
    own = sign_in(Client(), helpers.tuan.user)
    assert called(own, "teams:home") == called(own, "helping:board") == (False, True)
    assert not called(own, "helping:shares")[0]
    assert called(acting(make_mandate(helpers.tuan, cast.huong_que)), "selling:home") == (False, True)


@pytest.mark.usefixtures("numbers")
def test_whose_help_just_ended_is_not_told_to_call_himself(cast: Cast, helpers: Helpers) -> None:
    mandate = make_mandate(helpers.tuan, cast.huong_que)
    phone = acting(mandate)
    revoke_mandate(mandate=mandate, actor=cast.lan_acts)
    assert not called(phone, "selling:home")[0]


def test_who_leads_finds_the_share_done_alone_on_the_first_page(helpers: Helpers) -> None:
    link = f'href="{reverse("helping:shares")}"'
    home = reverse("teams:home")
    assert link in sign_in(Client(), helpers.tuan.user).get(home).content.decode()
    assert link not in sign_in(Client(), helpers.hanh.user).get(home).content.decode()
