"""Who may print whose slips, and for how long: on the desk and in the worker's files."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2
import pytest
import time_machine
import zxingcpp
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from marketplace.orders.models import Order, Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.on_delivery import pay_on_delivery
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.providers.vietqr import vietqr_payload
from marketplace.receiving.on_delivery import set_terms
from marketplace.slips.files import ask_slips, draw_run, file_of, sweep_slips, take_file
from marketplace.slips.models import KEPT_FOR, SlipRun
from tests.cast import make_member, sign_in
from tests.making import fill_basket, make_order
from tests.marketplace.orders.stage import WORKER, open_booth, packed_parcel

pytestmark = pytest.mark.django_db


@pytest.fixture
def booth(cast, site_ready):
    return open_booth(cast, packs=30)


@pytest.fixture
def parcel(cast, booth) -> Parcel:
    return packed_parcel(cast, booth[0])


@pytest.fixture
def desk(cast, client) -> Client:
    return sign_in(client, cast.lan)


def unpaid(cast, goods) -> Parcel:
    set_terms(cooperative=cast.huong_que, offered=True, most_dong=1_000_000, actor=WORKER)
    order = make_order(fill_basket((goods.pack, 2)), commune=cast.tran_de, name="Nguyễn Khắc Trường Giang")
    start_order_payments(order=order, actor=WORKER)
    parcel = pay_on_delivery(parcel=order.parcels.get(), actor=WORKER)
    Parcel.objects.filter(pk=parcel.pk).update(status=ParcelStatus.ACCEPTED)
    return parcel


def file(parcel: Parcel, paper: str = "a5") -> str:
    return f"/ban-hang/don/phieu/tep.pdf?kho={paper}&ma={parcel.code}"


def test_the_printed_code_asks_for_what_this_order_still_owes(desk, cast, booth) -> None:
    parcel = unpaid(cast, booth[0])
    payment = parcel.payments.get()
    answer = desk.get(file(parcel, "58"))
    assert answer["Content-Type"] == "application/pdf" and "no-store" in answer["Cache-Control"]
    page = pypdfium2.PdfDocument(answer.content)[0].render(scale=203 / 72).to_pil()
    [code] = zxingcpp.read_barcodes(page)
    assert code.text == vietqr_payload(payment)
    html = desk.get(f"/ban-hang/don/{parcel.code}/phieu/").content.decode()
    assert payment.memo_code in html and "<svg" in html and "Nguyễn Khắc Trường Giang" in html


def test_several_parcels_of_today_come_in_one_paper(desk, cast, booth, parcel) -> None:
    other = unpaid(cast, booth[0])
    page = desk.get("/ban-hang/don/phieu/").content.decode()
    assert page.count('name="ma"') == 2 and f'value="{parcel.code}" checked' in page
    answer = desk.post("/ban-hang/don/phieu/", {"ma": [parcel.code, other.code], "kho": "a5"}, follow=True)
    assert len(pypdfium2.PdfDocument(answer.content)) == 2
    assert desk.post("/ban-hang/don/phieu/", {"kho": "a5"}).status_code == 400
    assert desk.post("/ban-hang/don/phieu/", {"ma": ["ELSEWHERE"], "kho": "a5"}).status_code == 400


def test_of_many_parcels_each_page_makes_its_own_paper(desk, cast, booth, parcel, monkeypatch) -> None:
    monkeypatch.setattr("marketplace.selling.slips.PER_PAGE", 1)
    other = unpaid(cast, booth[0])
    for number, own, absent in ((1, parcel, other), (2, other, parcel)):
        page = desk.get(f"/ban-hang/don/phieu/?page={number}").content.decode()
        assert f'value="{own.code}" checked' in page and absent.code not in page
    answer = desk.post("/ban-hang/don/phieu/?page=2", {"ma": [other.code], "kho": "a5"})
    assert answer.status_code == 302 and other.code in answer["Location"]


def test_papers_are_drawn_only_so_often_in_a_minute(desk, parcel, settings) -> None:
    settings.READS_PER_MINUTE = 1
    cache.clear()
    assert desk.get(file(parcel)).status_code == 200
    refused = desk.get(file(parcel))
    assert refused.status_code == 429 and 'action="/ban-hang/don/phieu/"' in refused.content.decode()


@pytest.mark.parametrize("role", ["recorder", "viewer"])
def test_only_those_who_pack_read_who_buys(client, cast, parcel, role) -> None:
    member = make_member(cast.huong_que, role, "Chu Thị Sáu", "+84977111222", "730164")
    desk = sign_in(client, member)
    for path in ("/ban-hang/don/phieu/", file(parcel), f"/ban-hang/don/{parcel.code}/phieu/"):
        assert desk.get(path).status_code == 403, path


@pytest.mark.parametrize("status", [ParcelStatus.COMPLETED, ParcelStatus.CANCELLED, ParcelStatus.REJECTED])
def test_when_the_buyer_is_no_longer_needed_there_is_no_paper(desk, parcel, status) -> None:
    Parcel.objects.update(status=status)
    assert desk.get(file(parcel)).status_code == 404
    assert desk.get(f"/ban-hang/don/{parcel.code}/phieu/").status_code == 404


def test_another_cooperatives_parcels_are_not_printed(client, cast, parcel) -> None:
    desk = sign_in(client, cast.other_seller)
    assert desk.get(file(parcel)).status_code == 404
    assert desk.get(f"/ban-hang/don/{parcel.code}/phieu/").status_code == 404


def test_many_are_drawn_by_the_worker_and_gone_after_an_hour(desk, cast, parcel, monkeypatch) -> None:
    monkeypatch.setattr("marketplace.selling.slips.DRAWN_AT_ONCE", 0)
    drawn: list[int] = []
    monkeypatch.setattr("marketplace.selling.slips.draw_slips_later", drawn.append)
    where = desk.post("/ban-hang/don/phieu/", {"ma": [parcel.code], "kho": "a5"})["Location"]
    run = SlipRun.objects.get()
    assert drawn == [run.pk] and "refresh" in desk.get(where).content.decode()
    draw_run(run)
    answer = desk.get(where + "?tep=1")
    assert len(pypdfium2.PdfDocument(answer.content)) == 1 and "no-store" in answer["Cache-Control"]
    assert sweep_slips() == 0 and file_of(run).exists()
    with time_machine.travel(timezone.now() + KEPT_FOR + timedelta(minutes=1)):
        assert desk.get(where + "?tep=1").status_code in (302, 404)
        assert sweep_slips() == 1 and not file_of(run).exists() and not SlipRun.objects.exists()


def test_a_file_that_names_a_forgotten_buyer_is_handed_to_nobody(cast, parcel) -> None:
    run = ask_slips(cooperative=cast.huong_que, codes=[parcel.code], paper="58", actor=cast.lan_acts)
    assert ask_slips(cooperative=cast.huong_que, codes=[parcel.code], paper="58", actor=cast.lan_acts) == run
    draw_run(run)
    assert take_file(run) is not None
    Order.objects.update(erased_at=timezone.now())
    assert take_file(run) is None and sweep_slips() == 1
