"""What a buyer may ask about the data of an order: seen, taken along, erased when nothing is open, with its clocks."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.outbox.models import OutboxMessage
from community.outbox.sending import send_due
from marketplace.orders.fulfilling import end_parcel
from marketplace.orders.models import Order
from marketplace.orders.states import ParcelStatus
from marketplace.privacy.answering import CannotAnswer, answer_request, extend_request
from marketplace.privacy.asking import CannotAsk, RequestMoved, ask_about_data, withdraw_request
from marketplace.privacy.copying import data_of, file_of
from marketplace.privacy.erasing import erase_asked, erase_now, overdue
from marketplace.privacy.models import DataRequest
from tests.cast import Cast
from tests.making import fill_basket, make_order, make_product, make_published_batch, open_shop
from tests.marketplace.shopping.browsing import text_of

pytestmark = pytest.mark.django_db
BUYER, TEST = Actor.buyer(), Actor.system("test")
ERASE, QUESTION = DataRequest.Kind.ERASE, DataRequest.Kind.QUESTION
WHO = {
    "name": "Phạm Thị Hoài",
    "phone": "+84905222333",
    "landmark": "sau đình",
    "alt_name": "Bà Tư",
    "note": "gọi trước",
}


@pytest.fixture
def order(cast: Cast, site_ready: None) -> Order:
    goods = make_product(open_shop(cast.huong_que))
    make_published_batch(goods.pack)
    return make_order(fill_basket((goods.pack, 2)), commune=cast.tran_de, **WHO)


def over(order: Order) -> Order:
    """Nothing of it is open any more."""
    for parcel in order.parcels.all():
        end_parcel(parcel=parcel, to=ParcelStatus.CANCELLED, reason="buyer", actor=BUYER)
    return order


def ask(order: Order, kind: DataRequest.Kind = ERASE, **more: Any) -> DataRequest:
    return ask_about_data(order=order, kind=kind, actor=BUYER, **more)


class TestSeeing:
    def test_everything_about_the_buyer_is_shown_and_nothing_of_another(
        self, client: Client, order: Order, cast: Cast
    ) -> None:
        basket = fill_basket((order.parcels.get().lines.get().pack, 1))
        other = make_order(basket, commune=cast.tran_de, name="Người Khác", phone=WHO["phone"])
        page = text_of(client.get(f"/don/{order.token}/du-lieu/"))
        for word in (WHO["name"], "0905 222 333", WHO["landmark"], WHO["alt_name"], WHO["note"]):
            assert word in page
        assert "Người Khác" not in page and other.code not in page

    def test_the_file_says_the_same_for_a_program(self, client: Client, order: Order) -> None:
        answer = client.get(f"/don/{order.token}/du-lieu/tep.json")
        told = json.loads(answer.content)
        facts = {fact["name"]: fact["value"] for group in told["groups"] for fact in group["facts"]}
        assert facts["name"] == WHO["name"] and facts["phone"] == WHO["phone"]
        assert facts["placed_at"] == order.placed_at.isoformat()
        assert told["groups"][0]["name"] == "buyer" and told["order"] == order.code
        assert "no-store" in answer["Cache-Control"] and order.token not in answer.content.decode()

    def test_after_erasing_nothing_of_a_person_is_left_to_show(self, order: Order) -> None:
        assert erase_now(request=ask(over(order)), actor=TEST)
        order.refresh_from_db()
        said = json.dumps(file_of(order), ensure_ascii=False)
        assert all(word not in said for word in (*WHO.values(), "905222333"))
        assert {group.name for group in data_of(order)} & {"messages"} == set()

    def test_the_command_writes_the_file_and_it_is_recorded(self, order: Order) -> None:
        out = io.StringIO()
        call_command("export_buyer", order.code.lower(), stdout=out)
        assert json.loads(out.getvalue())["order"] == order.code
        assert AuditEntry.objects.about(order).filter(action="order.data_exported").exists()
        with pytest.raises(CommandError):
            call_command("export_buyer", "NOSUCH")


class TestErasing:
    def test_it_waits_until_nothing_is_open_and_says_why(self, client: Client, order: Order) -> None:
        client.post(f"/don/{order.token}/du-lieu/xoa/")
        assert erase_asked(now=clock.now()) == 0
        request = DataRequest.objects.get()
        assert (request.status, request.waits_for) == ("open", "still_running")
        order.refresh_from_db()
        assert order.buyer_name == WHO["name"]
        assert "còn việc chưa xong" in text_of(client.get(f"/don/{order.token}/du-lieu/"))
        over(order)
        assert erase_asked(now=clock.now()) == 1
        order.refresh_from_db()
        assert (order.buyer_name, order.buyer_phone, order.landmark, order.note) == ("", "", "", "")
        assert order.total_dong == order.goods_dong + order.shipping_dong > 0, "sums stay"

    def test_the_page_names_no_day_that_will_not_be_kept_and_says_who_gets_it_and_what_stays(
        self, client: Client, order: Order
    ) -> None:
        """Red before: "done by" stood beside "half a year", and carriers of messages and reviews were not named."""
        page = text_of(client.get(f"/don/{order.token}/du-lieu/"))
        assert "Zalo" in page and "lời đánh giá" in page
        request = ask(order)
        assert "Khi đó trang này cũng" in text_of(client.get(f"/don/{order.token}/du-lieu/"))
        DataRequest.objects.filter(pk=request.pk).update(waits_for="came_back")
        page = text_of(client.get(f"/don/{order.token}/du-lieu/"))
        assert "Khi đó trang này cũng" not in page and "nửa năm" in page

    def test_one_that_waits_does_not_keep_the_next_from_its_turn(
        self, order: Order, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Red before: the first ones by their day were tried again and again, the others never."""
        monkeypatch.setattr("marketplace.privacy.erasing.BATCH", 1)
        basket = fill_basket((order.parcels.get().lines.get().pack, 1))
        other = make_order(basket, commune=cast.tran_de, name="Người Khác", phone=WHO["phone"])
        ask(order)
        ask(over(other))
        assert erase_asked(now=clock.now()) == 1

    def test_asked_twice_it_is_one_with_the_clocks_of_the_law(self, order: Order) -> None:
        first = ask(order)
        assert ask(order).pk == first.pk
        assert first.finish_by - first.asked_at == timedelta(days=20)
        assert first.answer_by - first.asked_at == timedelta(hours=48)
        assert OutboxMessage.objects.filter(kind="data_asked").count() == 1

    def test_the_last_word_leaves_and_is_then_forgotten_too(self, order: Order) -> None:
        OutboxMessage.objects.all().delete()
        erase_now(request=ask(over(order)), actor=TEST)
        last = OutboxMessage.objects.get(kind="data_erased")
        assert last.to == WHO["phone"]
        heard: list[tuple[str, str]] = []
        send_due(send=lambda message: heard.append((message.to, message.text)))
        [(to, text)] = [each for each in heard if each[0]]
        assert to == WHO["phone"] and order.code in text
        assert not OutboxMessage.objects.filter(to=WHO["phone"]).exists()
        assert OutboxMessage.objects.get(kind="data_erased").text == ""

    def test_the_last_word_is_forgotten_also_when_it_never_leaves(self, order: Order) -> None:
        OutboxMessage.objects.all().delete()
        erase_now(request=ask(over(order)), actor=TEST)
        OutboxMessage.objects.filter(kind="data_erased").update(attempts=7)

        def fails(_message: OutboxMessage) -> None:
            raise ConnectionError

        send_due(send=fails)
        last = OutboxMessage.objects.get(kind="data_erased")
        assert (last.status, last.to, last.text) == ("failed", "", "")

    def test_taken_back_it_stays_as_it_is(self, client: Client, order: Order) -> None:
        request = ask(order)
        client.post(f"/don/{order.token}/du-lieu/{request.code}/rut/")
        over(order)
        assert erase_asked(now=clock.now()) == 0
        order.refresh_from_db()
        assert order.buyer_name == WHO["name"]
        with pytest.raises(RequestMoved):
            withdraw_request(request=request, actor=BUYER)

    def test_another_orders_link_takes_nothing_back(self, client: Client, order: Order, cast: Cast) -> None:
        other = make_order(fill_basket((order.parcels.get().lines.get().pack, 1)), commune=cast.tran_de)
        request = ask(order)
        assert client.post(f"/don/{other.token}/du-lieu/{request.code}/rut/").status_code == 404
        request.refresh_from_db()
        assert request.status == "open"

    def test_what_staff_erased_by_hand_ends_the_request(self, order: Order) -> None:
        request = ask(over(order))
        call_command("erase_buyer", order.code, reason="asked by letter", stdout=io.StringIO())
        assert erase_asked(now=clock.now()) == 1
        request.refresh_from_db()
        assert request.status == "done"

    def test_an_erased_order_is_asked_nothing_more(self, order: Order) -> None:
        erase_now(request=ask(over(order)), actor=TEST)
        with pytest.raises(CannotAsk, match="erased"):
            ask(order)


class TestAnswering:
    def test_a_question_is_answered_in_words_that_the_buyer_gets(
        self, client: Client, order: Order, cast: Cast
    ) -> None:
        client.post(f"/don/{order.token}/du-lieu/hoi/", {"words": "Sửa tên giúp tôi"})
        request = DataRequest.objects.get()
        answer_request(request=request, words="Đã sửa.", actor=Actor.of(cast.hoa))
        assert "Đã sửa." in OutboxMessage.objects.get(kind="data_answered").text
        assert "Đã sửa." in text_of(client.get(f"/don/{order.token}/du-lieu/"))
        assert AuditEntry.objects.about(request).filter(action="data_request.done", actor=cast.hoa).exists()
        with pytest.raises(RequestMoved):
            answer_request(request=request, words="Nữa", actor=TEST)

    @pytest.mark.parametrize("words", ["", "  "])
    def test_a_question_and_its_answer_say_something(self, client: Client, order: Order, words: str) -> None:
        answer = client.post(f"/don/{order.token}/du-lieu/hoi/", {"words": words})
        assert answer.status_code == 422 and not DataRequest.objects.exists()
        request = ask(order, QUESTION, words="Ai xem số của tôi?")
        with pytest.raises(CannotAnswer, match="no_words"):
            answer_request(request=request, words=words, actor=TEST)
        request.refresh_from_db()
        assert request.status == "open"

    def test_more_time_is_taken_once_and_told(self, order: Order) -> None:
        request = ask(order)
        before = request.finish_by
        request = extend_request(request=request, words="Đang chờ ngân hàng.", actor=TEST)
        assert request.finish_by - before == timedelta(days=15)
        assert "chờ ngân hàng" in OutboxMessage.objects.get(kind="data_extended").text
        with pytest.raises(CannotAnswer, match="extended"):
            extend_request(request=request, words="Nữa", actor=TEST)
        request.refresh_from_db()
        assert request.finish_by - before == timedelta(days=15)

    def test_what_is_late_is_counted(self, order: Order) -> None:
        ask(order)
        assert overdue() == 0
        assert overdue(now=clock.now() + timedelta(days=21)) == 1

    def test_the_desk_shows_the_clock_and_answers(self, client: Client, order: Order, cast: Cast) -> None:
        request = ask(order, QUESTION, words="Ai xem số của tôi?")
        client.force_login(User.objects.get(pk=cast.hoa.pk))
        page = text_of(client.get(f"/quan-tri/yeu-cau-du-lieu/inspect/{request.pk}/"))
        assert "còn 19 ngày" in page and "Ai xem số" in page
        client.post(f"/quan-tri/yeu-cau-du-lieu/{request.pk}/lam/", {"act": "answer", "words": "Chỉ người đóng gói."})
        request.refresh_from_db()
        assert (request.status, request.answer, request.ended_by) == ("done", "Chỉ người đóng gói.", cast.hoa)
