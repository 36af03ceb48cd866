"""The same as last time: one screen, everything read back, nothing taken over that must be new."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.cast import Cast, sign_in
from tests.traceability.fieldwork.conftest import jpeg, record, then
from tests.traceability.fieldwork.test_lots import form
from traceability.batches.models import Batch
from traceability.batches.opening import open_batch
from traceability.events.models import Event
from traceability.plots.models import Plot
from traceability.products.models import Pack

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]
HOME = "/ghi/"


def shown(answer: object) -> str:
    return re.sub(r"\s+", " ", answer.content.decode()).replace("\xa0", " ")


def tiles(phone: Client) -> list[str]:
    return re.findall(r'href="(/ghi/nhu-lan-truoc/[^"]+)"', shown(phone.get(HOME)))


def fields(page: str) -> dict[str, str]:
    """What the screen would send, as a browser does."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        is_left = 'type="radio"' in tag and " checked" not in tag
        if name and not is_left and 'type="file"' not in tag:
            found[name[1]] = value[1] if value else ""
    found.pop("csrfmiddlewaretoken", None)
    return found


def address(page: str) -> str:
    return re.search(r'<form class="ask loud" method="post" action="([^"]+)"', page)[1]


def test_yesterdays_drying_is_recorded_again_with_its_numbers_and_a_new_hour(
    lan_phone: Client, batch: Batch, cast: Cast
) -> None:
    before = record(batch, cast, "dry", parameters={"temp": "42,5", "moisture": "14"}, note="Nắng to")
    (tile,) = tiles(lan_phone)
    page = shown(lan_phone.get(tile))
    assert 'value="42,5"' in page and "Nắng to" not in page
    assert lan_phone.post(address(page), fields(page)).status_code == 303
    again = Event.objects.latest("pk")
    assert (again.stage, again.batch) == ("dry", batch)
    assert timezone.localdate(again.event_time) == timezone.localdate() != timezone.localdate(before.event_time)
    assert '"ocop:value":42.5' in again.body and "Nắng to" not in again.body
    assert not tiles(lan_phone)  # done today: nobody is led to do it twice


def test_the_same_screen_sent_twice_is_one_record(lan_phone: Client, batch: Batch, cast: Cast) -> None:
    record(batch, cast, "dry", parameters={"temp": "42"})
    page = shown(lan_phone.get(tiles(lan_phone)[0]))
    for _time in range(2):
        assert lan_phone.post(address(page), fields(page)).status_code == 303
    assert Event.objects.count() == 2


def test_photos_and_packs_are_never_taken_over(lan_phone: Client, batch: Batch, cast: Cast) -> None:
    packing = record(batch, cast, "pack", packs=12)
    assert not tiles(lan_phone)
    page = lan_phone.get(reverse("fieldwork:again", args=[packing.client_uuid]))
    assert page.status_code == 303 and page["Location"] == reverse("fieldwork:step", args=[batch.public_code, "pack"])
    assert 'value="12"' not in shown(lan_phone.get(page["Location"]))


def test_what_one_batch_had_is_offered_for_the_next_one(
    lan_phone: Client, batch: Batch, pack: Pack, cast: Cast
) -> None:
    record(batch, cast, "dry", at=timezone.now(), parameters={"temp": "42"})  # today: not again in the same batch
    following = open_batch(pack=pack, day=timezone.localdate(), actor=cast.lan_acts)
    assert not tiles(lan_phone)  # drying is far away there
    record(following, cast, "harvest")
    tile = tiles(lan_phone)[0]
    assert tile.endswith(f"?lo={following.public_code}")
    page = shown(lan_phone.get(tile))
    lan_phone.post(address(page), fields(page))
    assert following.events.latest("pk").stage == "dry"


def test_yesterdays_harvest_becomes_todays_lot(lan_phone: Client, pack: Pack, cast: Cast) -> None:
    plot = Plot.objects.create(cooperative=cast.huong_que, name="Ruộng Ông Tám", commune=cast.tran_de)
    sent = form(material="lúa tươi", amount="3", unit="bao", each="50", each_unit="kg", plot=plot.pk, note="mưa to")
    where = reverse("fieldwork:lot_in", args=["thu-hoach", pack.product.code])
    assert lan_phone.post(where, sent | {"photo": jpeg()}).status_code == 303
    (tile,) = tiles(lan_phone)
    assert "3 bao (150 kg)" in shown(lan_phone.get(HOME)) or "3 sacks (150 kg)" in shown(lan_phone.get(HOME))
    page = shown(lan_phone.get(tile))
    assert "Ruộng Ông Tám" in page and 'value="3"' in page and where.endswith(address(page))
    assert lan_phone.post(where, fields(page)).status_code == 303
    lot = Batch.objects.filter(kind="raw").latest("pk")
    assert (lot.on_hand_base, lot.material, lot.plot) == (150_000, "lúa tươi", plot)
    event = lot.events.get()
    assert timezone.localdate(event.event_time) == timezone.localdate() and not event.evidence.exists()
    assert "mưa to" not in event.body and '"ocop:unit":"bao"' in event.body


def test_what_was_taken_back_is_not_offered(lan_phone: Client, batch: Batch, cast: Cast) -> None:
    event = record(batch, cast, "dry", parameters={"temp": "42"})
    lan_phone.post(
        reverse("fieldwork:withdraw", args=[batch.public_code, event.client_uuid]),
        form(why="Ghi hai lần", why_words=""),
    )
    assert not tiles(lan_phone)
    assert lan_phone.get(reverse("fieldwork:again", args=[event.client_uuid])).status_code == 404


def test_nobody_elses_work_is_copied(client: Client, batch: Batch, pack: Pack, cast: Cast) -> None:
    event = record(batch, cast, "dry", parameters={"temp": "42"})
    stranger = sign_in(client, cast.other_seller)
    assert not tiles(stranger)
    assert stranger.get(reverse("fieldwork:again", args=[event.client_uuid])).status_code == 404


def test_the_first_screen_asks_as_many_questions_of_many_records_as_of_few(
    lan_phone: Client, pack: Pack, cast: Cast
) -> None:
    def asked() -> int:
        lan_phone.get(HOME)
        with CaptureQueriesContext(connection) as told:
            assert lan_phone.get(HOME).status_code == 200
        return len(told)

    first = open_batch(pack=pack, day=then().date(), actor=cast.lan_acts)
    record(first, cast, "dry", parameters={"temp": "42"})
    few = asked()
    for number in range(4):
        more = open_batch(pack=pack, day=then().date(), actor=cast.lan_acts)
        for hour, stage in enumerate(("harvest", "dry", "mill")):
            record(more, cast, stage, at=then() + timedelta(hours=hour + number), parameters={"temp": "42"})
    assert asked() == few
    assert len(lan_phone.get(HOME).content) < 40_000  # before it is packed; styles are fetched once
