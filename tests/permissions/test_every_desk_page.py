"""Every page behind a door, as a phone draws it: axe finds nothing, nothing is wider than the narrowest window, and
what is fetched before anybody scrolls is as light as a buyer's page.

For an owner, for a helper who acts for her, and for who leads the helpers' team: whatever of the access table lets them
in. Whoever adds an address adds its line there, and has it looked at here. (The staff's admin is `make axe`'s.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from community.mandates.models import Mandate
from tests.community.mandates.stage import Helped, acting, give, make_team
from tests.harness.drawn import WIDTHS, drawn_pages, faults, opened
from tests.marketplace.shopping.test_first_view import MOST_BYTES, first_view
from tests.permissions.asking import path_of
from tests.permissions.assisted import scopes_of
from tests.permissions.table import ADDRESSES, MEMBER_DOORS, Address
from tests.permissions.world import World

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

OWNERS = MEMBER_DOORS | {"signed-in", "pin-owners"}
LEADERS = {"team-place", "leads", "signed-in"}


def lets_in(who: str, address: Address) -> bool:
    if who == "helper":
        return address.door in MEMBER_DOORS and bool(scopes_of(address))
    return address.door in (OWNERS if who == "owner" else LEADERS)


def paths_of(who: str, world: World, helped: Helped) -> Iterator[str]:
    for address in ADDRESSES:
        if address.get == "200" and lets_in(who, address):
            yield path_of(address, world.ours)
    if who == "helper":
        yield reverse("teams:mandate", args=[Mandate.objects.get(team=helped.team).code])
    if who == "leader":
        yield reverse("helping:hand_over_new", args=[helped.place.code])


def client_of(who: str, world: World, helped: Helped) -> Client:
    mandate = give(helped)
    if who == "helper":
        return acting(mandate)
    if who == "owner":
        return world.client("owner")
    client = Client()
    client.force_login(helped.hanh)
    return client


@pytest.mark.parametrize(("who", "most"), [("owner", 90), ("helper", 40), ("leader", 15)])
def test_every_page_behind_a_door_is_for_everybody(chromium: Browser, world: World, who: str, most: int) -> None:
    helped = make_team(world.ours.cooperative, phones=("+84964000001", "+84964000002"))
    client = client_of(who, world, helped)
    pages = drawn_pages(client, paths_of(who, world, helped), "vi")
    assert len(pages) > most, "most of the table is not looked at any more"
    page = opened(chromium, pages, width=WIDTHS[0], height=640, reduced_motion="reduce")
    found = {}
    for path in pages:
        page.set_viewport_size({"width": WIDTHS[0], "height": 640})
        page.goto(path)
        found[path] = list(faults(page))
    page.context.close()
    heavy = {path: parts for path, html in pages.items() if sum((parts := own_weight(html)).values()) > MOST_BYTES}
    assert ({path: wrong for path, wrong in found.items() if wrong}, heavy) == ({}, {})


def own_weight(html: str) -> dict[str, int]:
    """Of the page, its styles and scripts: whose photos stand on it is the world's."""
    return first_view(re.sub(r"<img\b[^>]*>", "", html))
