"""Money on the order's page: each thing that can happen has its sentence and next step; nothing said is believed."""

from __future__ import annotations

import gzip
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.outbox.models import OutboxMessage
from marketplace.orders.changes.asking import ask_buyer
from marketplace.orders.fulfilling import end_parcel
from marketplace.orders.models import Order
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.ending.expiring import expire_due
from marketplace.payments.models import Dispute, Payment, Refund
from marketplace.payments.refunds.refunding import approve_refund, request_due_refunds
from marketplace.payments.refunds.sending_back import send_by_bank
from marketplace.receiving.models import ReceivingAccount
from tests.marketplace.payments.stage import SYSTEM, bank_post, make_cooperative, make_order, tables, transfer
from tests.marketplace.shopping.browsing import text_of

pytestmark = pytest.mark.django_db
LATER = timedelta(hours=2)
ACCOUNT = {"bank": "970436", "number": "0011 2233 4455", "holder": "Nguyễn Văn Minh"}


@pytest.fixture
def order(site_ready: None) -> Order:
    return make_order(make_cooperative("HTX Một"), make_cooperative("HTX Hai"))


@pytest.fixture
def payments(order: Order) -> list[Payment]:
    return start_order_payments(order=order, actor=Actor.buyer())


def page(client: Client, order: Order, more: str = "") -> Any:
    return client.get(f"/don/{order.token}/{more}")


def refund_of(order: Order) -> Refund:
    request_due_refunds()
    return Refund.objects.filter(payment__order=order).latest("pk")


def test_i_have_transferred_is_noted_and_confirms_nothing(client: Client, order: Order, payments) -> None:
    before = tables()
    address = f"/don/{order.token}/da-chuyen/"
    answer = client.post(address, {"payment": str(payments[0].uuid)})
    assert answer.status_code == 303 and "?xem=" in answer["Location"]
    client.post(address, {"payment": str(payments[0].uuid)})
    assert tables() == before and AuditEntry.objects.filter(action="payment.claimed").count() == 1
    assert "Bạn báo đã chuyển lúc" in text_of(page(client, order))
    assert client.post(address, {"payment": "x"}).status_code == 404
    other = make_order(make_cooperative())
    assert client.post(f"/don/{other.token}/da-chuyen/", {"payment": str(payments[0].uuid)}).status_code == 404


@pytest.mark.parametrize(("asked", "next_look"), [("3", "?xem=2"), ("99", "?xem=11"), ("1", "?xem=0"), ("0", "")])
def test_the_page_looks_again_by_itself_and_stops(client: Client, order: Order, payments, asked, next_look) -> None:
    found = re.search(r'http-equiv="refresh" content="15;url=([^"]*)"', text_of(page(client, order, f"?xem={asked}")))
    assert (found[1] if found else "") == next_look


def test_it_stops_once_nothing_is_waited_for(client: Client, order: Order, payments) -> None:
    for payment in payments:
        transfer(payment)
    for asked in ("3", "x", "-1", "٣", "9" * 500):
        assert "http-equiv" not in text_of(page(client, order, f"?xem={asked}"))


def test_by_card_instead_and_back_by_transfer_without_a_new_order(client: Client, order: Order, payments) -> None:
    opened = client.post(f"/don/{order.token}/thanh-toan/simulated/")
    assert opened.status_code == 303
    html = text_of(page(client, order))
    assert "/qr/" not in html and "Tiếp tục ở trang thẻ" in html and "Trả bằng chuyển khoản" in html
    assert set(Payment.objects.filter(provider="vietqr").values_list("status", flat=True)) == {"cancelled"}
    assert client.post(f"/don/{order.token}/thanh-toan/vietqr/").status_code == 303
    assert text_of(page(client, order)).count('id="ma-') == 2
    live = Payment.objects.live()
    assert {one.provider for one in live} == {"vietqr"} and live.count() == 2
    transfer(payments[0])  # the first code was in the buyer's app already
    assert order.parcels.order_by("pk").first().status == ParcelStatus.NEW


PROBLEMS = ("over", "twice", "late_gone", "after_end", "short_expired")


@pytest.mark.parametrize("case", PROBLEMS)
def test_what_goes_wrong_has_its_own_sentence_and_asks_where_the_money_goes(
    client: Client, order: Order, payments, case: str
) -> None:
    payment = payments[0]
    if case == "over":
        transfer(payment, transferAmount=200_000)
    elif case == "twice":
        transfer(payment), transfer(payment)
    elif case == "late_gone":
        expire_due(now=timezone.now() + LATER)
        make_order(payment.parcel.cooperative, packs=10)
        transfer(payment)
    elif case == "after_end":
        end_parcel(parcel=payment.parcel, to=ParcelStatus.CANCELLED, reason="buyer", actor=SYSTEM)
        transfer(payment)
    else:
        transfer(payment, transferAmount=1_000)
        expire_due(now=timezone.now() + LATER)
    sentence = {
        "over": "Tiền về nhiều hơn số phải trả",
        "twice": "Tiền về nhiều hơn số phải trả",
        "late_gone": "Tiền về khi hàng đã bán hết",
        "after_end": "Tiền về sau khi đã hủy",
        "short_expired": "Đến hạn mới có một phần tiền",
    }[case]
    assert sentence in text_of(page(client, order))
    refund = refund_of(order)
    assert f"/hoan-tien/{refund.uuid}/" in text_of(page(client, order))


def test_cancelling_what_is_paid_asks_for_the_refund_by_itself(client: Client, order: Order, payments) -> None:
    transfer(payments[0])
    response = client.post(f"/don/{order.token}/huy/", {"parcel": payments[0].parcel.code}, follow=True)
    refund = Refund.objects.get()
    assert refund.amount_dong == 185_000 and f"/hoan-tien/{refund.uuid}/" in text_of(response)
    request_due_refunds()
    assert Refund.objects.count() == 1


def test_the_refunds_account_is_told_masked_changed_and_closed_when_it_is_sent(
    client: Client, order: Order, payments
) -> None:
    transfer(payments[0], transferAmount=200_000)
    refund = refund_of(order)
    address = f"/don/{order.token}/hoan-tien/{refund.uuid}/"
    told = text_of(client.post(address, ACCOUNT, follow=True))
    refund.refresh_from_db()
    assert (refund.to_account, refund.to_holder) == ("001122334455", "NGUYEN VAN MINH")
    assert "001122334455" not in told and "••4455" in told
    assert "001122334455" not in text_of(client.get(address))
    approve_refund(refund=refund, actor=SYSTEM)
    client.post(address, ACCOUNT | {"number": "998877665544"})
    refund.refresh_from_db()
    assert refund.to_account == "998877665544"
    send_by_bank(refund=refund, actor=SYSTEM, to_account="998877665544", bank_ref="FT26326009")
    assert client.post(address, ACCOUNT).status_code == 303
    refund.refresh_from_db()
    assert refund.to_account == "998877665544"
    assert "FT26326009" in text_of(page(client, order))
    facts = str(list(AuditEntry.objects.values_list("facts", flat=True)))
    assert "001122334455" not in facts and "998877665544" not in facts


@pytest.mark.parametrize("change", [{"bank": "000000"}, {"number": "12"}, {"holder": "<b>"}, {"number": ""}])
def test_an_account_no_bank_has_is_refused(client: Client, order: Order, payments, change) -> None:
    transfer(payments[0], transferAmount=200_000)
    refund = refund_of(order)
    answer = client.post(f"/don/{order.token}/hoan-tien/{refund.uuid}/", ACCOUNT | change)
    refund.refresh_from_db()
    assert answer.status_code == 422 and refund.to_account == ""


def test_a_refund_of_another_order_is_not_found(client: Client, order: Order, payments) -> None:
    transfer(payments[0], transferAmount=200_000)
    refund = refund_of(order)
    other = make_order(make_cooperative())
    assert client.get(f"/don/{other.token}/hoan-tien/{refund.uuid}/").status_code == 404
    assert client.post(f"/don/{other.token}/hoan-tien/{refund.uuid}/", ACCOUNT).status_code == 404


def test_where_the_market_collects_one_code_stands_for_all(client: Client, settings, order: Order) -> None:
    settings.PAYMENTS_COLLECT, settings.PAYMENTS_COLLECT_BASIS = "platform", "Contract 12/2026"
    ReceivingAccount.objects.create(
        bank_bin="970436", bank_name="Vietcombank", account_number="0011223344", holder="CHO NGUON", feed="simulated"
    )
    [payment] = start_order_payments(order=order, actor=Actor.buyer())
    html = text_of(page(client, order))
    assert html.count('id="ma-') == 1 and "370.000 ₫" in html and "CHO NGUON" in html
    parcel = order.parcels.order_by("pk").first()
    client.post(f"/don/{order.token}/huy/", {"parcel": parcel.code})
    live = Payment.objects.live().get()
    assert (live.amount_dong, live.pk != payment.pk) == (185_000, True)
    transfer(live)
    answer = page(client, order)
    card = answer.context["parcels"][1].card
    assert 'id="ma-' not in text_of(answer)
    assert (card.state, card.received_dong, card.paid_by_card) == ("paid", 185_000, False)


def test_each_message_is_queued_once_per_order_and_kind_however_often_money_is_told(
    client: Client, order: Order, payments
) -> None:
    """I11. A refund is an occasion of its own: its message is once per refund."""
    from marketplace.payments.hearing.inbox import receive

    short = bank_post(payments[0], transferAmount=100_000)
    rest = bank_post(payments[0], transferAmount=200_000)
    more = bank_post(payments[0], transferAmount=5_000)
    second = bank_post(payments[1])
    for headers, body in (short, short, rest, rest, more, second, more, second, short):
        receive(provider="simulated", headers=headers, body=body)
    for _ in range(2):
        request_due_refunds()
        expire_due(now=timezone.now() + LATER)
    of_order = OutboxMessage.objects.filter(to=order.buyer_phone, email=order.buyer_email)
    kinds = list(of_order.exclude(kind="order_placed").values_list("kind", flat=True))
    assert sorted(kinds) == sorted(set(kinds)) == ["order_paid", "payment_over", "payment_short"]
    sellers = OutboxMessage.objects.filter(kind="parcel_paid").values_list("key", flat=True)
    assert sorted(sellers) == sorted(order.parcels.values_list("code", flat=True))


def test_the_page_stays_small(client: Client, order: Order, payments) -> None:
    """Two open transfers: what goes over the wire beside the style sheet and the two codes."""
    assert len(gzip.compress(page(client, order).content, 6)) < 9_000


@pytest.mark.parametrize("asked", [False, True])
def test_a_parcel_whose_payment_is_contested_is_cancelled_and_its_bank_gives_back(
    client: Client, order: Order, payments, asked: bool
) -> None:
    transfer(payments[0])
    parcel = payments[0].parcel
    Dispute.objects.create(payment=payments[0], provider_ref="dp_1", amount_dong=1, told_at=timezone.now())
    told = {"parcel": parcel.code}
    if asked:
        question = ask_buyer(parcel=parcel, there={parcel.lines.get().pk: 1}, actor=SYSTEM)
        answer = client.post(f"/don/{order.token}/thieu-hang/", told | {"question": question.pk, "answer": "cancel"})
    else:
        answer = client.post(f"/don/{order.token}/huy/", told)
    parcel.refresh_from_db()
    assert (answer.status_code, parcel.status) == (303, ParcelStatus.CANCELLED)
    assert not Refund.objects.exists() and "tài khoản nào" not in text_of(page(client, order))
