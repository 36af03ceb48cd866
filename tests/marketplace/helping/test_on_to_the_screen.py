"""From the board's "Giúp" to the very screen, under a mandate; never off the site."""

from __future__ import annotations

import pytest
from django.urls import reverse

from marketplace.helping.words import PLACES, STARTS_AT
from tests.cast import sign_in
from tests.community.mandates.stage import acting, give, make_team
from tests.harness.team import make_mandate


@pytest.fixture
def tuan(client, helpers):
    return sign_in(client, helpers.tuan.user)


def test_the_scope_that_is_missing_is_ticked(cast, tuan) -> None:
    page = tuan.get(reverse("teams:cooperative", args=[cast.huong_que.code]), {"viec": "orders"}).content.decode()
    assert 'value="orders" id="id_scopes_2" checked' in page.replace('class="" ', "")


@pytest.mark.parametrize(
    ("to", "leads"),
    [
        ("/ban-hang/don/", "/ban-hang/don/"),
        ("", "/ban-hang/"),
        ("https://xau.example/", "/ban-hang/"),
        ("//xau.example/", "/ban-hang/"),
        ("javascript:alert(1)", "/ban-hang/"),
    ],
)
def test_acting_leads_on_to_the_screen_of_the_board_and_nowhere_else(cast, helpers, tuan, to, leads) -> None:
    mandate = make_mandate(helpers.tuan, cast.huong_que)
    assert tuan.post(reverse("teams:act", args=[mandate.code]), {"toi": to})["Location"] == leads
    page = tuan.get(reverse("teams:cooperative", args=[cast.huong_que.code]), {"toi": to}).content.decode()
    assert reverse("teams:act", args=[mandate.code]) in page


@pytest.mark.parametrize(("screen", "scope"), sorted({*PLACES.values(), *STARTS_AT.values()}))
def test_every_screen_the_board_leads_to_is_open_under_its_scope(cast, site_ready, screen, scope) -> None:
    phone = acting(give(make_team(cast.huong_que), scopes=[scope]))
    assert phone.get(reverse(screen)).status_code == 200
