"""The first screen of the desk: a door is shown to whom it opens."""

from __future__ import annotations

import gzip
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from community.cooperatives.models import Membership
from tests.cast import Cast, sign_in
from tests.marketplace.orders.stage import accepted_parcel, new_parcel, open_booth, packed_parcel
from traceability.batches.opening import open_batch

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("role", "is_shown"), [("owner", True), ("manager", True), ("recorder", False)])
def test_keys_for_programs_are_one_step_from_the_desk(client: Client, cast: Cast, role: str, is_shown: bool) -> None:
    Membership.objects.filter(user=cast.lan).update(role=role)
    desk = sign_in(client, cast.lan)
    page = desk.get(reverse("selling:home")).content.decode()
    assert (f'href="{reverse("connections:keys")}"' in page) is is_shown
    assert (desk.get(reverse("connections:keys")).status_code == 200) is is_shown


LINKS = {
    "owner": {"money", "hand_sales", "invoices", "account", "sheets", "holiday", "members", "application"},
    "packer": {"hand_sales"},
    "recorder": set(),
    "viewer": set(),
}


@pytest.mark.parametrize("role", LINKS)
def test_each_role_sees_only_the_doors_that_open_to_it(client: Client, cast: Cast, site_ready, role: str) -> None:
    Membership.objects.filter(user=cast.lan).update(role=role)
    desk = sign_in(client, cast.lan)
    page = desk.get(reverse("selling:home")).content.decode()
    shown = {name for name in set().union(*LINKS.values()) if f'href="{reverse(f"selling:{name}")}"' in page}
    assert shown == LINKS[role]
    for address in set(re.findall(r'href="(/(?:ban-hang|ghi|ket-noi)/[^"]*)"', page)):
        assert desk.get(address).status_code == 200, address


def test_next_steps_lead_to_the_very_place_in_plain_words(client: Client, cast: Cast, site_ready) -> None:
    goods, _batch = open_booth(cast)
    new_parcel(cast, goods)
    waiting, packed = accepted_parcel(cast, goods), packed_parcel(cast, goods)
    draft = open_batch(pack=goods.pack, day=timezone.localdate(), actor=cast.lan_acts, lot_code="MR-2611")
    page = sign_in(client, cast.lan).get("/ban-hang/").content.decode()
    assert "Còn 1 đơn chưa nhận" in page and "Lô MR-2611 còn thiếu bước Thu hoạch" in page
    for place in (f"don/{waiting.code}/dong-goi/", f"don/{packed.code}/gui/"):
        assert f'href="/ban-hang/{place}"' in page
    assert f'href="/ghi/lo/{draft.public_code}/"' in page


def test_who_cannot_act_sees_no_red_number_and_no_next_step(client: Client, cast: Cast, site_ready) -> None:
    new_parcel(cast, open_booth(cast)[0])
    Membership.objects.filter(user=cast.lan).update(role="viewer")
    page = sign_in(client, cast.lan).get("/ban-hang/").content.decode()
    assert "1 đơn chưa nhận" in page and 'class="badge"' not in page and "calm next" not in page


@pytest.mark.parametrize("orders", [1, 6])
def test_the_first_screen_is_light_and_asks_little(
    client: Client, cast: Cast, site_ready, orders: int, django_assert_max_num_queries
) -> None:
    goods, _batch = open_booth(cast, packs=30)
    for _ in range(orders):
        new_parcel(cast, goods)
        open_batch(pack=goods.pack, day=timezone.localdate(), actor=cast.lan_acts)
    desk = sign_in(client, cast.lan)
    with django_assert_max_num_queries(24):
        page = desk.get("/ban-hang/").content
    static = settings.BASE_DIR / "static"
    sent = [page, *((static / name).read_bytes() for name in ("css/site.css", "css/desk.css", "css/selling.css"))]
    assert sum(len(gzip.compress(each)) for each in sent) < 60_000
