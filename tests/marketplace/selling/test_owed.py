"""Transfer on delivery on the desk: our terms, the loud "not paid", and a parcel that came back."""

from __future__ import annotations

import pytest
from django.test import Client

from marketplace.orders.fulfilling import pack_parcel, reserved_picks, ship_parcel
from marketplace.orders.models import Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.on_delivery import pay_on_delivery
from marketplace.payments.asking.starting import start_order_payments
from marketplace.receiving.models import OnDeliveryTerms
from marketplace.receiving.on_delivery import set_terms
from tests.cast import sign_in
from tests.making import fill_basket, make_order
from tests.marketplace.orders.stage import WORKER, everything, open_booth, packs_left
from tests.marketplace.payments.stage import transfer

pytestmark = pytest.mark.django_db
SUM = "CHƯA TRẢ TIỀN"


@pytest.fixture
def desk(cast, client, site_ready) -> Client:
    return sign_in(client, cast.lan)


@pytest.fixture
def parcel(cast, site_ready) -> Parcel:
    goods, _batch = open_booth(cast)
    set_terms(cooperative=cast.huong_que, offered=True, most_dong=1_000_000, actor=WORKER)
    order = make_order(fill_basket((goods.pack, 2)), commune=cast.tran_de)
    start_order_payments(order=order, actor=WORKER)
    return pay_on_delivery(parcel=order.parcels.get(), actor=WORKER)


def shown(desk: Client, path: str) -> str:
    answer = desk.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_terms_are_off_until_somebody_switches_them_on(desk, cast) -> None:
    open_booth(cast)
    assert "đang tắt" in shown(desk, "/ban-hang/tai-khoan/")
    answer = desk.post("/ban-hang/tai-khoan/khi-nhan/", {"offered": "on", "most": "300.000"})
    terms = OnDeliveryTerms.objects.get()
    assert (answer.status_code, terms.offered, terms.most_dong) == (302, True, 300_000)
    assert "300.000" in shown(desk, "/ban-hang/tai-khoan/")
    desk.post("/ban-hang/tai-khoan/khi-nhan/", {"offered": "off", "most": ""})
    assert not OnDeliveryTerms.objects.get().offered


@pytest.mark.parametrize(
    "wrong", [{"offered": "on", "most": "0"}, {"offered": "on", "most": "9.000.000"}, {"most": "5"}, {"offered": "x"}]
)
def test_terms_that_cannot_be_are_refused_in_words(desk, wrong) -> None:
    answer = desk.post("/ban-hang/tai-khoan/khi-nhan/", wrong)
    assert answer.status_code == 400 and not OnDeliveryTerms.objects.exists()


def test_the_list_and_the_order_say_loudly_that_it_is_not_paid(desk, parcel) -> None:
    base = f"/ban-hang/don/{parcel.code}/"
    assert SUM in shown(desk, "/ban-hang/don/") and SUM in shown(desk, base)
    transfer(parcel.payments.get())
    page = shown(desk, base)
    assert SUM not in shown(desk, "/ban-hang/don/") and SUM not in page and "Đã trả tiền" in page


def test_the_whole_way_to_a_parcel_that_came_back(desk, cast, parcel) -> None:
    base = f"/ban-hang/don/{parcel.code}/"
    desk.post(base + "nhan/")
    assert SUM in shown(desk, base + "phieu/")
    assert desk.get(base + "tra-ve/").status_code == 302  # it has not left yet
    pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=cast.lan_acts)
    ship_parcel(parcel=parcel, courier="VNPost", courier_code="E1", actor=cast.lan_acts)
    assert "tra-ve/" in shown(desk, base) and "tien-cho/" in shown(desk, base)
    before = everything()
    assert desk.post(base + "tra-ve/", {"goods": "stock"}).status_code == 400 and everything() == before
    assert desk.post(base + "tra-ve/", {"goods": "stock", "why": "Khách không nhận hàng"}).status_code == 302
    parcel.refresh_from_db()
    batch = parcel.lines.get().allocations.get().batch
    assert (parcel.status, packs_left(batch)) == (ParcelStatus.RETURNED, 10)
    assert "Khách không nhận hàng" in shown(desk, base)
    desk.post(base + "tra-ve/", {"goods": "lost", "why": "Khách không nhận hàng"})
    assert packs_left(batch) == 10


@pytest.mark.parametrize("why", ["Khách đã nhận nhưng không trả tiền", "Hàng thất lạc trên đường"])
def test_goods_that_are_elsewhere_do_not_go_back_on_sale(desk, parcel, why) -> None:
    Parcel.objects.update(status=ParcelStatus.SHIPPED)
    before = everything()
    answer = desk.post(f"/ban-hang/don/{parcel.code}/tra-ve/", {"goods": "stock", "why": why})
    assert answer.status_code == 400 and everything() == before
    assert "không thể bán lại" in answer.content.decode()


def test_what_is_paid_meanwhile_does_not_come_back(desk, cast, parcel) -> None:
    Parcel.objects.update(status=ParcelStatus.SHIPPED)
    transfer(parcel.payments.get())
    desk.post(f"/ban-hang/don/{parcel.code}/tra-ve/", {"goods": "lost", "why": "Khách không nhận hàng"})
    parcel.refresh_from_db()
    assert parcel.status == ParcelStatus.SHIPPED and parcel.paid_at is not None


@pytest.mark.parametrize("press", ["open again", "not enough"])
def test_the_printed_code_asks_for_more_at_once_when_the_weight_counts_no_longer(desk, cast, parcel, press) -> None:
    base, line, full = f"/ban-hang/don/{parcel.code}/", parcel.lines.get(), parcel.total_dong
    desk.post(base + "nhan/")
    desk.post(base + "can/1/", {"weight": str(line.quantity_base * 9 / 10_000)})
    assert parcel.payments.get().amount_dong == full - line.total_dong // 10
    if press == "open again":
        pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=cast.lan_acts)
        desk.post(base + "mo-lai/")
    else:
        desk.post(base + "khong-du/", {f"d{line.pk}": "1"})
    parcel.refresh_from_db()
    assert parcel.payments.get().amount_dong == parcel.total_dong == full
