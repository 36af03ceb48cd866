"""Missing and weighed goods on the desk, and the buyer's answer under the secret link."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone, translation

from community import clock
from marketplace.exporting.sheets import order_rows
from marketplace.invoices.exporting import as_json
from marketplace.invoices.models import InvoiceRequest
from marketplace.orders.changes.asking import ask_buyer, take_what_is_there, withdraw_question
from marketplace.orders.changes.models import Shortage, Weighing
from marketplace.orders.fulfilling import accept_parcel, pack_parcel, reserved_picks, ship_parcel
from marketplace.orders.models import Parcel
from marketplace.orders.settling import mark_parcel_paid
from marketplace.orders.states import ParcelStatus
from marketplace.selling.deadlines import answer_deadline, moment_words
from tests.cast import sign_in
from tests.making import fill_basket, make_order, make_product, make_published_batch
from tests.marketplace.orders.stage import WORKER, new_parcel, open_booth
from tests.marketplace.shopping.browsing import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def booth(cast, site_ready):
    return open_booth(cast)


@pytest.fixture
def parcel(cast, booth) -> Parcel:
    return new_parcel(cast, booth[0], packs=5)


@pytest.fixture
def desk(cast, client) -> Client:
    return sign_in(client, cast.lan)


def at(parcel: Parcel, more: str = "") -> str:
    return f"/en/ban-hang/don/{parcel.code}/{more}"


def buyer_page(parcel: Parcel) -> str:
    return text_of(Client().get(f"/don/{parcel.order.token}/"))


def ask(cast, parcel: Parcel, there: int = 3) -> Shortage:
    return ask_buyer(parcel=parcel, there={parcel.lines.get().pk: there}, actor=cast.lan_acts)


def shrunk(cast, parcel: Parcel) -> Parcel:
    ask(cast, parcel)
    return take_what_is_there(parcel=parcel, actor=WORKER)


def answer(parcel: Parcel, word: str, **more: str):
    question = parcel.shortages.last()
    told = {"parcel": parcel.code, "question": str(question.pk), "answer": word} | more
    return Client().post(f"/don/{parcel.order.token}/thieu-hang/", told)


def test_one_question_a_line_then_everything_once_more_then_the_buyer_is_asked(cast, desk, booth) -> None:
    tea = make_product(cast.huong_que, name="Trà")
    make_published_batch(tea.pack, lot_code="TRA-1")
    order = make_order(fill_basket((booth[0].pack, 2), (tea.pack, 1)), commune=cast.tran_de)
    parcel = mark_parcel_paid(parcel=order.parcels.get(), actor=WORKER)
    rice, leaves = parcel.lines.order_by("pk")
    page = text_of(desk.get(at(parcel, "khong-du/")))
    assert rice.title in page and leaves.title not in page
    page = text_of(desk.get(at(parcel, f"khong-du/?d{rice.pk}=1")))
    assert leaves.title in page and f'name="d{rice.pk}" value="1"' in page
    told = {f"d{rice.pk}": "1", f"d{leaves.pk}": "1"}
    page = text_of(desk.get(at(parcel, "khong-du/"), told))
    assert "1/2" in page and "85.000" in page and not Shortage.objects.exists()
    assert desk.post(at(parcel, "khong-du/"), told).status_code == 302
    assert Shortage.objects.get().lines.get().packs_there == 1
    assert desk.post(at(parcel, "khong-du/"), told).status_code == 302  # one's own second press
    assert Shortage.objects.count() == 1


@pytest.mark.parametrize("typed", ["6", "-1", "1,5", "", "１", "9" * 9])
def test_a_silly_count_is_asked_again_and_nothing_is_written(desk, parcel, typed) -> None:
    line = parcel.lines.get()
    page = desk.get(at(parcel, "khong-du/"), {f"d{line.pk}": typed})
    assert page.status_code == 400 and "from 0 to 5" in text_of(page) and not Shortage.objects.exists()


@pytest.mark.parametrize(("typed", "leads"), [("5", ""), ("0", "tu-choi/")])
def test_all_there_leads_back_and_nothing_there_to_refusing(desk, parcel, typed, leads) -> None:
    answered = desk.get(at(parcel, "khong-du/"), {f"d{parcel.lines.get().pk}": typed})
    assert answered.status_code == 302 and answered["Location"] == at(parcel, leads)


def test_while_the_buyer_is_asked_the_desk_says_so_and_the_next_member_reads_who_asked(cast, desk, parcel) -> None:
    ask_buyer(parcel=parcel, there={parcel.lines.get().pk: 3}, actor=cast.son_acts)
    page = text_of(desk.get(at(parcel)))
    assert "The buyer is asked" in page and "nhan/" not in page and "khong-du/bo/" in page
    late = desk.post(at(parcel, "nhan/"))
    assert late.status_code == 409 and cast.son.name in text_of(late)
    asked_too = desk.post(at(parcel, "khong-du/"), {f"d{parcel.lines.get().pk}": "2"})
    assert asked_too.status_code == 409 and cast.son.name in text_of(asked_too)
    assert "The buyer is asked" in text_of(desk.get("/en/ban-hang/don/"))


def test_while_the_buyer_is_asked_the_first_screen_counts_nothing_to_do(cast, desk, parcel) -> None:
    """Red before: the tile said "1 order to accept" of an order that nobody can accept."""
    assert "1 order to accept" in text_of(desk.get("/en/ban-hang/"))
    ask(cast, parcel)
    page = text_of(desk.get("/en/ban-hang/"))
    assert "order to accept" not in page and "not accepted yet" not in page


def test_the_question_is_taken_back_with_one_press_and_a_late_press_says_what_the_buyer_did(cast, desk, parcel) -> None:
    ask(cast, parcel)
    desk.post(at(parcel, "khong-du/bo/"))
    assert Parcel.objects.get().asked_at is None
    ask(cast, parcel)
    answer(parcel, "take")
    said = text_of(desk.post(at(parcel, "khong-du/bo/"), follow=True))
    assert "The buyer was faster" in said


def test_the_buyer_sees_what_is_missing_takes_it_and_reads_the_arithmetic_and_the_refund(cast, parcel) -> None:
    ask(cast, parcel)
    page = buyer_page(parcel)
    assert "không đủ hàng" in page and "có 3 trên 5" in page and "170.000" in page
    assert answer(parcel, "take").status_code == 303
    page = buyer_page(parcel)
    assert "2 × 80.000" in page and "Tiền giao bớt" in page and "đặt: 5" in page and "thieu-hang" not in page
    assert Parcel.objects.get().status == ParcelStatus.ACCEPTED


def test_the_buyer_cancels(cast, parcel) -> None:
    ask(cast, parcel)
    answer(parcel, "cancel")
    assert (Parcel.objects.get().status, Shortage.objects.get().status) == (ParcelStatus.CANCELLED, "cancelled")


@pytest.mark.parametrize("word", ["", "yes", "CANCEL", "take "])
def test_only_the_two_answers_are_answers(cast, parcel, word) -> None:
    ask(cast, parcel)
    assert answer(parcel, word).status_code == 303
    assert (Parcel.objects.get().status, Shortage.objects.get().status) == (ParcelStatus.NEW, "open")
    assert "Mời chọn" in buyer_page_after(parcel, word)


def buyer_page_after(parcel: Parcel, word: str) -> str:
    told = {"parcel": parcel.code, "question": str(parcel.shortages.get().pk), "answer": word}
    return text_of(Client().post(f"/don/{parcel.order.token}/thieu-hang/", told, follow=True))


def test_the_desk_asks_three_times_at_most(cast, desk, parcel) -> None:
    for _number in range(3):
        ask(cast, parcel)
        withdraw_question(parcel=parcel, actor=cast.lan_acts)
    assert "call the buyer" in text_of(desk.get(at(parcel, "khong-du/"), follow=True))
    late = desk.post(at(parcel, "khong-du/"), {f"d{parcel.lines.get().pk}": "2"}, follow=True)
    assert "call the buyer" in text_of(late) and Shortage.objects.count() == 3


def test_an_old_page_does_not_answer_a_newer_question(cast, parcel) -> None:
    old = ask(cast, parcel)
    withdraw_question(parcel=parcel, actor=cast.lan_acts)
    ask(cast, parcel, 1)
    for shown in (str(old.pk), "x", "", "9" * 30):
        assert answer(parcel, "take", question=shown).status_code == 303
    assert Shortage.objects.last().status == "open"


def test_a_stranger_with_another_orders_link_answers_nothing(cast, booth, parcel) -> None:
    ask(cast, parcel)
    other = new_parcel(cast, booth[0], packs=1)
    told = {"parcel": parcel.code, "question": str(parcel.shortages.get().pk), "answer": "take"}
    assert Client().post(f"/don/{other.order.token}/thieu-hang/", told).status_code == 404
    assert Shortage.objects.get().status == "open"


def test_every_page_and_file_tells_the_same_smaller_numbers(cast, desk, parcel) -> None:
    InvoiceRequest.objects.create(parcel=parcel, buyer_kind="person", name="Minh")
    parcel = shrunk(cast, parcel)
    [line] = parcel.lines.all()
    line_id = line.pk
    accepted = text_of(desk.get(at(parcel)))
    assert "3 ×" in accepted and "ordered: 5" in accepted and "2 × 80.000" in accepted
    assert "3" in text_of(desk.get(at(parcel, "dong-goi/")))
    [row] = list(order_rows(cast.huong_que, with_buyers=False))
    assert (row[5], row[8], row[9], row[10]) == (3, 240_000, 30_000, 270_000)
    bill = as_json([InvoiceRequest.objects.get()])
    assert '"quantity": 3' in bill and '"total_dong": 270000' in bill
    assert "270.000" in text_of(desk.get(f"/en/ban-hang/hoa-don/{parcel.code}/"))
    assert parcel.lines.get(pk=line_id).quantity == 5


def test_a_lighter_weight_is_a_line_of_its_own_on_the_invoice(cast, desk, parcel) -> None:
    InvoiceRequest.objects.create(parcel=parcel, buyer_kind="person", name="Minh")
    parcel = accept_parcel(parcel=parcel, actor=cast.lan_acts)
    desk.post(at(parcel, "can/1/"), {"weight": "4,9"})
    parcel = pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=cast.lan_acts)
    parcel = ship_parcel(parcel=parcel, courier="GHN", courier_code="", actor=cast.lan_acts)
    bill = as_json([InvoiceRequest.objects.get()])
    assert '"amount_dong": 400000' in bill and '"amount_dong": -8000' in bill and '"total_dong": 432000' in bill


def test_the_scale_is_asked_in_kg_explained_and_read_back(cast, desk, parcel) -> None:
    parcel = accept_parcel(parcel=parcel, actor=cast.lan_acts)
    assert "can/1/" in text_of(desk.get(at(parcel)))
    assert desk.post(at(parcel, "can/1/"), {"weight": "4900"}).status_code == 400  # grams typed as kg
    assert desk.post(at(parcel, "can/1/"), {"weight": "3"}).status_code == 400
    assert desk.post(at(parcel, "can/1/"), {"weight": "nhiều"}).status_code == 400
    assert not Weighing.objects.exists()
    said = text_of(desk.post(at(parcel, "can/1/"), {"weight": "4,9"}, follow=True))
    assert "÷" in said and "8.000" in said
    assert 'value="4.9"' in text_of(desk.get(at(parcel, "can/1/")))
    assert desk.get(at(parcel, "can/2/")).status_code == 404


def test_the_list_groups_by_what_to_do_oldest_first_with_a_deadline_and_two_taps_to_accept(cast, desk, booth) -> None:
    first, second = (new_parcel(cast, booth[0], packs=1) for _number in range(2))
    Parcel.objects.filter(pk=first.pk).update(paid_at=clock.now() - timedelta(hours=30))
    packed = accept_parcel(parcel=new_parcel(cast, booth[0], packs=1), actor=cast.lan_acts)
    page = text_of(desk.get("/en/ban-hang/don/"))
    assert page.index(first.code) < page.index(second.code) < page.index(packed.code)
    assert "Late: answer now" in page and "Answer before" in page and "paid" in page
    assert re.findall(r'id="(nhan|goi|gui|hoi)"', page) == ["nhan", "goi"]
    [accept] = set(re.findall(rf'action="([^"]*{first.code}/nhan/)"', page))
    desk.post(accept)
    assert Parcel.objects.get(pk=first.pk).status == ParcelStatus.ACCEPTED


@pytest.mark.parametrize(("seen", "there"), [("", False), ("dang-gui", True), ("xong", False), ("ganz-anders", False)])
def test_what_is_on_its_way_stands_under_its_filter_only(cast, desk, booth, seen, there) -> None:
    parcel = accept_parcel(parcel=new_parcel(cast, booth[0], packs=1), actor=cast.lan_acts)
    parcel = pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=cast.lan_acts)
    ship_parcel(parcel=parcel, courier="GHN", courier_code="", actor=cast.lan_acts)
    assert (parcel.code in text_of(desk.get("/en/ban-hang/don/", {"xem": seen}))) is there


def test_the_list_costs_the_same_for_three_orders_and_eight(cast, desk, booth, django_assert_max_num_queries) -> None:
    for _number in range(3):
        new_parcel(cast, booth[0], packs=1)
    with django_assert_max_num_queries(40) as few:
        desk.get("/en/ban-hang/don/")
    for _number in range(5):
        new_parcel(cast, booth[0], packs=1)
    with django_assert_max_num_queries(len(few)):
        desk.get("/en/ban-hang/don/")


@pytest.mark.parametrize(
    ("hours", "vi", "en"),
    [(2, "14 giờ hôm nay", "14:00 today"), (26, "14 giờ ngày mai", "14:00 tomorrow"), (50, "14 giờ thứ", "14:00 on")],
)
def test_a_deadline_is_said_as_people_say_it(hours, vi, en) -> None:
    noon = timezone.make_aware(datetime(2026, 11, 23, 12, 0))
    with time_machine.travel(noon, tick=False):
        until = noon + timedelta(hours=hours)
        with translation.override("vi"):
            assert moment_words(until).startswith(vi) and answer_deadline(until).words.startswith("Trả lời trước")
        with translation.override("en"):
            assert moment_words(until).startswith(en)
