"""Packing by scanning: every code judged as it goes into the box, counted once, kept on the server, loud when wrong."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.test import Client

from community import clock
from community.cooperatives.models import Membership
from marketplace.orders.fulfilling import accept_parcel
from marketplace.orders.models import Allocation, Parcel
from marketplace.orders.settling import mark_parcel_paid
from marketplace.packing.models import ScannedPack
from tests.cast import sign_in
from tests.harness.days import asked_now, in_days
from tests.making import fill_basket, make_order, make_product, make_published_batch
from tests.marketplace.orders.stage import WORKER, everything, new_parcel, open_booth
from traceability.batches.models import Batch

pytestmark = pytest.mark.django_db


@pytest.fixture
def booth(cast, site_ready):
    return open_booth(cast)


@pytest.fixture
def parcel(cast, booth) -> Parcel:
    """Three packs of one line, waiting to be packed."""
    return accept_parcel(parcel=new_parcel(cast, booth[0], packs=3), actor=cast.lan_acts)


@pytest.fixture
def desk(cast, client) -> Client:
    return sign_in(client, cast.lan)


def scan(client: Client, parcel: Parcel, code: str, **more: str):
    """As the form sends it."""
    told = {"code": code, "key": str(uuid4())} | more
    return client.post(f"/en/ban-hang/don/{parcel.code}/dong-goi/quet/", told)


def page_of(client: Client, parcel: Parcel) -> str:
    return client.get(f"/en/ban-hang/don/{parcel.code}/dong-goi/").content.decode()


def close(client: Client, parcel: Parcel, how: str):
    return client.post(f"/en/ban-hang/don/{parcel.code}/dong-goi/", {"how": how})


def test_each_code_counts_one_pack_and_the_last_one_opens_the_button(desk, booth, parcel) -> None:
    batch = booth[1]
    for typed in (batch.public_code, f"http://localhost:8000/t/{batch.public_code}", batch.lot_code.lower()):
        assert 'value="scanned"' not in page_of(desk, parcel)
        assert scan(desk, parcel, typed).status_code == 302
    page = page_of(desk, parcel)
    assert "<b>3/3</b>" in page and 'value="scanned"' in page
    assert close(desk, parcel, "scanned").status_code == 302
    assert Parcel.objects.get().status == "packed" and not ScannedPack.objects.exists()


def test_packs_of_two_batches_are_bound_as_they_were_scanned(desk, booth, parcel) -> None:
    other = make_published_batch(booth[0].pack, lot_code="KHAC-1")
    for code in (booth[1].lot_code, other.lot_code, booth[1].lot_code):
        scan(desk, parcel, code)
    close(desk, parcel, "scanned")
    packed = Allocation.objects.filter(status="packed").values_list("batch", "quantity_base")
    assert set(packed) == {(booth[1].pk, 2000), (other.pk, 1000)}


def test_what_was_counted_is_there_when_the_phone_comes_back(desk, cast, booth, parcel) -> None:
    scan(desk, parcel, booth[1].lot_code)
    assert "<b>1/3</b>" in page_of(sign_in(Client(), cast.lan), parcel)
    assert "<b>0/3</b>" in page_of(sign_in(Client(), cast.son), parcel), "another member's hands hold other packs"


def test_one_scan_sent_twice_counts_once(desk, booth, parcel) -> None:
    key = str(uuid4())
    for _ in range(2):
        scan(desk, parcel, booth[1].lot_code, key=key)
    assert "<b>1/3</b>" in page_of(desk, parcel)


def test_another_pack_under_the_key_of_a_lost_answer_is_judged_by_itself_and_counts_once(desk, booth, parcel) -> None:
    key, other = str(uuid4()), make_published_batch(booth[0].pack, lot_code="KHAC-1")
    for code in (booth[1].lot_code, other.lot_code, other.public_code, booth[1].public_code):
        assert scan(desk, parcel, code, key=key).status_code == 302
    assert set(ScannedPack.objects.values_list("batch", "packs")) == {(booth[1].pk, 1), (other.pk, 1)}


def test_a_recalled_pack_under_a_known_key_fills_the_screen(desk, booth, parcel) -> None:
    key, other = str(uuid4()), make_published_batch(booth[0].pack, lot_code="KHAC-1")
    Batch.objects.filter(pk=other.pk).update(status="recalled")
    scan(desk, parcel, booth[1].lot_code, key=key)
    response = scan(desk, parcel, other.public_code, key=key, by="script")
    assert response.status_code == 409 and "stop-screen" in response.content.decode()
    assert ScannedPack.objects.get().batch == booth[1]


def test_the_rest_of_a_line_has_a_key_of_its_own(desk, booth, parcel) -> None:
    scan(desk, parcel, booth[1].lot_code)
    keys = re.findall('name="key" value="([^"]+)"', page_of(desk, parcel))
    assert len(keys) == 2 == len(set(keys))


def test_the_rest_of_a_line_in_one_tap_and_one_back(desk, booth, parcel) -> None:
    scan(desk, parcel, booth[1].lot_code)
    scan(desk, parcel, booth[1].public_code, rest="1")
    assert "<b>3/3</b>" in page_of(desk, parcel)
    back = f"/ban-hang/don/{parcel.code}/dong-goi/bot/"
    desk.post(back, {"line": str(parcel.lines.get().pk)})
    assert "<b>1/3</b>" in page_of(desk, parcel)
    desk.post(back)
    assert "<b>0/3</b>" in page_of(desk, parcel)


def test_one_too_many_is_told_and_not_counted(desk, booth, parcel) -> None:
    scan(desk, parcel, booth[1].lot_code, rest="1")
    response = scan(desk, parcel, booth[1].lot_code)
    page = response.content.decode()
    assert response.status_code == 409 and "3 are in the parcel already" in page and "<b>3/3</b>" in page
    assert ScannedPack.objects.count() == 1


def test_more_than_a_batch_holds_for_it_is_told(desk, booth, parcel) -> None:
    small = make_published_batch(booth[0].pack, packs=1, lot_code="IT-1")
    scan(desk, parcel, small.lot_code)
    response = scan(desk, parcel, small.lot_code)
    assert response.status_code == 409 and "does not hold that many" in response.content.decode()
    assert ScannedPack.objects.count() == 1


def test_a_code_nobody_issued_is_told_and_stays_in_the_field(desk, parcel) -> None:
    response = scan(desk, parcel, "KHONG-CO")
    page = response.content.decode()
    assert response.status_code == 409 and "No batch has the code “KHONG-CO”" in page and 'value="KHONG-CO"' in page


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"status": "recalled"}, "is recalled"),
        ({"status": "on_hold"}, "is on hold"),
        ({"status": "closed"}, "is closed"),
        ({"locked_at": clock.now}, "do not add up"),
        ({"best_before_on": in_days(-1)}, "past its best-before"),
    ],
)
def test_a_batch_that_may_not_leave_fills_the_screen_at_its_first_scan(desk, booth, parcel, facts, why) -> None:
    Batch.objects.filter(pk=booth[1].pk).update(**asked_now(facts))
    before = everything()
    response = scan(desk, parcel, booth[1].public_code)
    page = response.content.decode()
    assert response.status_code == 409 and "Do not send this batch" in page and why in page
    assert "stop-screen" in page and everything() == before and not ScannedPack.objects.exists()


def test_other_goods_and_another_sellers_fill_the_screen(desk, cast, parcel) -> None:
    make_published_batch(make_product(cast.huong_que, name="Trà").pack, lot_code="TRA-1")
    theirs = make_published_batch(make_product(cast.other_cooperative, name="Cà phê").pack)
    for code, why in (("TRA-1", "is other goods"), (theirs.public_code, "belongs to another seller")):
        page = scan(desk, parcel, code).content.decode()
        assert "Do not send this batch" in page and why in page
    assert not ScannedPack.objects.exists()


def test_a_batch_recalled_after_its_scan_is_stopped_at_the_end(desk, booth, parcel) -> None:
    scan(desk, parcel, booth[1].lot_code, rest="1")
    Batch.objects.filter(pk=booth[1].pk).update(status="recalled")
    response = close(desk, parcel, "scanned")
    assert response.status_code == 409 and "Do not send this batch" in response.content.decode()
    assert Parcel.objects.get().status == "accepted"


def test_half_a_count_does_not_close_the_parcel(desk, booth, parcel) -> None:
    scan(desk, parcel, booth[1].lot_code)
    response = close(desk, parcel, "scanned")
    assert response.status_code == 409 and "the order wants 3, 1 were picked" in response.content.decode()
    assert Parcel.objects.get().status == "accepted" and ScannedPack.objects.count() == 1


def test_what_is_kept_is_packed_with_one_tap(desk, booth, parcel) -> None:
    assert 'value="kept"' in page_of(desk, parcel)
    assert close(desk, parcel, "kept").status_code == 302
    assert Allocation.objects.get(status="packed").batch == booth[1]


def test_a_lot_code_that_two_lines_share_counts_where_packs_are_missing(desk, cast, booth) -> None:
    tea = make_product(cast.huong_que, name="Trà")
    for pack in (booth[0].pack, tea.pack):
        make_published_batch(pack, lot_code="CHUNG-1")
    order = make_order(fill_basket((booth[0].pack, 1), (tea.pack, 1)), commune=cast.tran_de)
    parcel = accept_parcel(parcel=mark_parcel_paid(parcel=order.parcels.get(), actor=WORKER), actor=cast.lan_acts)
    for _ in range(2):
        assert scan(desk, parcel, "CHUNG-1").status_code == 302
    assert page_of(desk, parcel).count("<b>1/1</b>") == 2


def test_the_script_gets_the_tally_and_a_fresh_key_in_one_answer(desk, booth, parcel) -> None:
    key = str(uuid4())
    response = scan(desk, parcel, booth[1].lot_code, key=key, by="script")
    page = response.content.decode()
    assert response.status_code == 200 and f'data-lot="{booth[1].lot_code}"' in page and "<b>1/3</b>" in page
    assert key not in page and 'name="key"' in page


def test_the_camera_is_allowed_on_this_page_and_nowhere_else(desk, parcel) -> None:
    page = desk.get(f"/ban-hang/don/{parcel.code}/dong-goi/")
    assert "camera=(self)" in page["Permissions-Policy"] and "js/scan" in page.content.decode()
    assert "camera=()" in desk.get(f"/ban-hang/don/{parcel.code}/")["Permissions-Policy"]


def test_who_does_not_pack_scans_nothing(client, cast, booth, parcel) -> None:
    Membership.objects.filter(user=cast.lan).update(role="recorder")
    assert scan(sign_in(client, cast.lan), parcel, booth[1].lot_code).status_code == 403
    assert not ScannedPack.objects.exists()


@pytest.mark.parametrize("scans", [1, 6])
def test_the_page_costs_the_same_for_one_scan_and_many(desk, booth, cast, scans, django_assert_max_num_queries) -> None:
    parcel = accept_parcel(parcel=new_parcel(cast, booth[0], packs=7), actor=cast.lan_acts)
    for _ in range(scans):
        scan(desk, parcel, booth[1].lot_code)
    with django_assert_max_num_queries(20):
        page_of(desk, parcel)
