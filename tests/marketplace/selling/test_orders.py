"""Orders on the desk: two taps to accept, packing by batch, loud refusals, nobody else's business."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from community.audit.actors import Actor
from community.cooperatives.models import Membership
from marketplace.orders.fulfilling import accept_parcel, end_parcel, pack_parcel, reserved_picks, ship_parcel
from marketplace.orders.models import Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.selling.sentences import time_of
from tests.cast import make_member, sign_in
from tests.harness.chance import without_tokens
from tests.making import fill_basket, make_order, make_published_batch
from tests.marketplace.orders.stage import everything, new_parcel, open_booth, packs_left
from traceability.batches.models import Batch

pytestmark = pytest.mark.django_db


@pytest.fixture
def booth(cast, site_ready):
    return open_booth(cast)


@pytest.fixture
def parcel(cast, booth) -> Parcel:
    return new_parcel(cast, booth[0])


@pytest.fixture
def desk(cast, client) -> Client:
    return sign_in(client, cast.lan)


def status() -> str:
    return Parcel.objects.get().status


def test_from_the_first_screen_to_accepted_in_two_taps(desk, parcel) -> None:
    home = desk.get("/ban-hang/").content.decode()
    assert "1 đơn" in home or "1 order" in home
    [orders] = re.findall(r'class="tile" href="([^"]*/don/)"', home)  # tap 1
    page = desk.get(orders).content.decode()
    [accept] = re.findall(r'action="([^"]*/nhan/)"', page)
    response = desk.post(accept)  # tap 2
    assert response.status_code == 302 and status() == ParcelStatus.ACCEPTED


def test_the_whole_way_of_a_parcel(desk, parcel, booth) -> None:
    base = f"/ban-hang/don/{parcel.code}/"
    desk.post(base + "nhan/")
    page = desk.get(base + "dong-goi/").content.decode()
    batch = booth[1]
    assert batch.lot_code in page
    line = parcel.lines.get()
    desk.post(base + "dong-goi/", {f"batch-{line.pk}": batch.public_code})
    assert status() == ParcelStatus.PACKED
    slip = desk.get(base + "phieu/").content.decode().replace("\u00a0", " ")
    for seen in ("Minh", "0905 111 222", "gần chợ", "Xã Trần Đề", batch.lot_code, parcel.code):
        assert seen in slip, seen
    desk.post(base + "gui/", {"courier": "VNPost", "courier_code": " EM123 "})
    sent = Parcel.objects.get()
    assert (sent.status, sent.courier, sent.courier_code) == (ParcelStatus.SHIPPED, "VNPost", "EM123")
    desk.post(base + "da-giao/")
    assert status() == ParcelStatus.DELIVERED
    assert packs_left(batch) == 8 and desk.get(base).status_code == 200


def test_somebody_faster_is_named_with_the_time(desk, cast, parcel) -> None:
    accepted = accept_parcel(parcel=parcel, actor=cast.son_acts)
    response = desk.post(f"/ban-hang/don/{parcel.code}/nhan/")
    page = response.content.decode()
    assert response.status_code == 409 and "Trần Văn Sơn" in page
    assert time_of(accepted.accepted_at) in page
    assert Parcel.objects.get().accepted_by == cast.son


def test_ones_own_second_press_is_simply_done(desk, cast, parcel) -> None:
    desk.post(f"/ban-hang/don/{parcel.code}/nhan/")
    assert desk.post(f"/ban-hang/don/{parcel.code}/nhan/").status_code == 302


@pytest.fixture
def accepted(cast, parcel) -> Parcel:
    return accept_parcel(parcel=parcel, actor=cast.lan_acts)


def pack(client: Client, parcel: Parcel, *, choice: str = "", language: str = "/en"):
    line = parcel.lines.get()
    answers = {f"batch-{line.pk}": choice, "how": "list"}
    return client.post(f"{language}/ban-hang/don/{parcel.code}/dong-goi/", answers)


def test_a_choice_that_is_none_is_told_with_both_numbers(desk, booth, accepted) -> None:
    before = everything()
    response = pack(desk, accepted, choice="nonsense")
    page = response.content.decode()
    assert response.status_code == 409 and "the order wants 2, 0 were picked" in page and everything() == before


@pytest.mark.parametrize("state", ["recalled", "on_hold"])
def test_a_batch_that_may_not_leave_fills_the_screen(desk, booth, accepted, state) -> None:
    Batch.objects.filter(pk=booth[1].pk).update(status=state)
    before = everything()
    response = pack(desk, accepted, choice=booth[1].public_code)
    page = response.content.decode()
    assert response.status_code == 409 and "Do not send this batch" in page and booth[1].lot_code in page
    assert 'role="alert"' in page and everything() == before


def test_a_batch_recalled_after_packing_stops_the_sending_and_is_packed_again(desk, cast, booth, accepted) -> None:
    pack_parcel(parcel=accepted, picks=reserved_picks(accepted), actor=cast.lan_acts)
    Batch.objects.filter(pk=booth[1].pk).update(status="recalled")
    response = desk.post(f"/en/ban-hang/don/{accepted.code}/gui/", {"courier": "GHN"})
    assert response.status_code == 409 and "Open it and pack again" in response.content.decode()
    assert desk.post(f"/ban-hang/don/{accepted.code}/mo-lai/").url.endswith("/dong-goi/")
    assert status() == ParcelStatus.ACCEPTED


def test_a_batch_the_balance_has_locked_is_neither_packed_nor_sent(desk, cast, booth, accepted) -> None:
    goods, batch = booth
    Batch.objects.filter(pk=batch.pk).update(locked_at=timezone.now())
    page = pack(desk, accepted, choice=batch.public_code, language="")
    assert page.status_code == 409 and f"Số liệu lô {batch.lot_code} chưa khớp" in page.content.decode()
    assert status() == "accepted"
    Batch.objects.filter(pk=batch.pk).update(locked_at=None)
    pack(desk, accepted, choice=batch.public_code)
    Batch.objects.filter(pk=batch.pk).update(locked_at=timezone.now())
    sent = desk.post(f"/en/ban-hang/don/{accepted.code}/gui/", {"courier": "VNPost"})
    assert sent.status_code == 409 and "do not add up" in sent.content.decode() and status() == "packed"
    fresh = make_published_batch(goods.pack, packs=5, lot_code="KHAC-1")
    desk.post(f"/en/ban-hang/don/{accepted.code}/mo-lai/")
    assert pack(desk, accepted, choice=fresh.public_code).status_code == 302 and status() == "packed"


def test_refusing_needs_a_reason_and_gives_the_goods_back(desk, booth, parcel) -> None:
    url = f"/ban-hang/don/{parcel.code}/tu-choi/"
    assert desk.get(url).status_code == 200
    assert desk.post(url, {}).status_code == 400 and status() == ParcelStatus.NEW
    assert desk.post(url, {"why": "other", "words": " "}).status_code == 400 and status() == ParcelStatus.NEW
    assert desk.post(url, {"why": "Hết hàng"}).status_code == 302
    ended = Parcel.objects.get()
    assert (ended.status, ended.end_reason, packs_left(booth[1])) == (ParcelStatus.REJECTED, "Hết hàng", 10)
    assert desk.post(url, {"why": "Hết hàng"}).status_code == 409


def test_sending_needs_a_carrier(desk, cast, accepted) -> None:
    pack_parcel(parcel=accepted, picks=reserved_picks(accepted), actor=cast.lan_acts)
    assert desk.post(f"/ban-hang/don/{accepted.code}/gui/", {}).status_code == 400
    assert status() == ParcelStatus.PACKED


ADDRESSES = [
    "", "nhan/", "dong-goi/", "dong-goi/quet/", "dong-goi/bot/", "mo-lai/", "gui/", "anh/", "da-giao/", "chua-giao/",
    "tu-choi/", "phieu/",
]  # fmt: skip


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_an_order_of_another_cooperative_does_not_exist_here(client, cast, parcel, method, address) -> None:
    sign_in(client, cast.other_seller)
    before = everything()
    response = getattr(client, method)(f"/ban-hang/don/{parcel.code}/{address}", {"why": "Hết hàng", "courier": "GHN"})
    assert response.status_code in (404, 405) and everything() == before
    assert parcel.code not in client.get("/ban-hang/don/").content.decode()


@pytest.mark.parametrize("role", ["recorder", "viewer"])
def test_who_does_not_pack_sees_no_buyer_and_presses_nothing(client, cast, parcel, role) -> None:
    sign_in(client, make_member(cast.huong_que, role, "Tư", "+84933333333", "482916"))
    for address in ("/ban-hang/don/", f"/ban-hang/don/{parcel.code}/"):
        page = without_tokens(client.get(address).content.decode())
        assert parcel.code in page
        for secret in ("0905 111", "905111222", "gần chợ", "Minh"):
            assert secret not in page, secret
    before = everything()
    for address in ADDRESSES[1:]:
        assert client.post(f"/ban-hang/don/{parcel.code}/{address}").status_code in (403, 405)
    assert client.get(f"/ban-hang/don/{parcel.code}/phieu/").status_code == 403
    assert everything() == before


def test_an_order_that_is_not_paid_is_not_the_sellers_business(desk, cast, booth) -> None:
    order = make_order(fill_basket((booth[0].pack, 1)), commune=cast.tran_de)
    code = order.parcels.get().code
    assert desk.get(f"/ban-hang/don/{code}/").status_code == 404
    assert code not in desk.get("/ban-hang/don/").content.decode()


def test_a_stranger_signs_in_first(client, parcel) -> None:
    response = client.get(f"/ban-hang/don/{parcel.code}/")
    assert response.status_code == 302 and f"/ban-hang/don/{parcel.code}/" in response.url


def test_a_member_who_left_is_out_at_once(desk, cast, parcel) -> None:
    Membership.objects.filter(user=cast.lan).update(ended_at=timezone.now())
    assert desk.get(f"/ban-hang/don/{parcel.code}/").status_code == 403


def test_the_link_of_a_message_opens_the_order_of_ones_other_cooperative(client, cast, parcel) -> None:
    """Minh also packs for Hương Quê; the session still works for his own."""
    Membership.objects.create(user=cast.other_seller, cooperative=cast.huong_que, role="packer")
    sign_in(client, cast.other_seller)
    assert parcel.code in client.get(f"/ban-hang/don/{parcel.code}/", follow=True).content.decode()


@pytest.mark.parametrize("how_many", [1, 9])
def test_the_list_costs_the_same_for_one_and_nine(desk, cast, booth, how_many, django_assert_max_num_queries) -> None:
    for _ in range(how_many):
        new_parcel(cast, booth[0], packs=1)
    desk.get("/ban-hang/don/")
    with django_assert_max_num_queries(16):
        desk.get("/ban-hang/don/")


def test_orders_that_have_left_are_listed_apart_from_those_to_do(desk, cast, booth, accepted) -> None:
    done = pack_parcel(parcel=accepted, picks=reserved_picks(accepted), actor=cast.lan_acts)
    ship_parcel(parcel=done, courier="GHN", courier_code="", actor=cast.lan_acts)
    waiting = new_parcel(cast, booth[0])
    to_do = desk.get("/ban-hang/don/").content.decode()
    left = desk.get("/ban-hang/don/?xem=dang-gui").content.decode()
    assert waiting.code in to_do and done.code not in to_do
    assert done.code in left and waiting.code not in left


def test_pages_of_the_desk_are_never_cached(desk, parcel) -> None:
    assert "no-store" in desk.get(f"/ban-hang/don/{parcel.code}/").headers["Cache-Control"]


def test_a_finished_order_keeps_no_buyer_on_the_screen(desk, cast, booth, accepted) -> None:
    done = pack_parcel(parcel=accepted, picks=reserved_picks(accepted), actor=cast.lan_acts)
    ship_parcel(parcel=done, courier="GHN", courier_code="", actor=cast.lan_acts)
    Parcel.objects.update(status=ParcelStatus.COMPLETED)
    for address in ("/ban-hang/don/?xem=xong", f"/ban-hang/don/{done.code}/"):
        page = without_tokens(desk.get(address).content.decode())
        assert done.code in page and "Minh" not in page and "0905 111" not in page and "905111222" not in page


def test_the_english_desk_names_the_goods_in_english(cast, client, site_ready) -> None:
    goods, _batch = open_booth(cast, name="Gạo thơm ST25", name_en="ST25 fragrant rice")
    parcel = accept_parcel(parcel=new_parcel(cast, goods), actor=cast.lan_acts)
    sign_in(client, cast.lan)
    for path in (
        "don/",
        f"don/{parcel.code}/",
        f"don/{parcel.code}/dong-goi/",
    ):  # the slip is the buyer's, in his language
        page = client.get(f"/en/ban-hang/{path}").content.decode()
        assert "ST25 fragrant rice" in page and "Gạo thơm" not in page, path
        assert "Gạo thơm ST25" in client.get(f"/ban-hang/{path}").content.decode()


def test_who_ended_the_order_is_told_in_words(desk, parcel) -> None:
    end_parcel(parcel=parcel, to=ParcelStatus.CANCELLED, reason="buyer", actor=Actor.buyer())
    [*_done, ended] = desk.get(f"/ban-hang/don/{parcel.code}/").context["steps"]
    assert ended.kind == "miss" and ended.meta not in ("", "buyer")
