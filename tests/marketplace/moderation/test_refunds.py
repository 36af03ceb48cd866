"""Refunds in the staff's admin: the steps are buttons, the rules answer in words, and only accountants press them."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from marketplace.moderation.setting_up import ACCOUNTANTS, set_up_review
from marketplace.payments.asking.starting import start_order_payments, start_payment
from marketplace.payments.models import Refund
from marketplace.payments.refunds.refunding import Wish, ask_refund
from marketplace.payments.states import RefundKind, RefundStatus
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, transfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def refund(settings, site_ready) -> Refund:
    settings.DEMO = settings.PAYMENTS_ALLOW_SIMULATED = True
    settings.SIMULATED_BANK_SECRET = "known to this run only"
    set_up_review()
    payment = start_order_payments(order=make_order(make_cooperative()), actor=SYSTEM)[0]
    transfer(payment)
    payment.refresh_from_db()
    return ask_refund(wish=Wish(payment, 50_000, RefundKind.PARCEL, "broken", parcel=payment.parcel), actor=SYSTEM)


@pytest.fixture
def accountant(client, django_user_model, refund):
    user = django_user_model.objects.create_user(email="ketoan@example.vn", password="x", name="Kế toán", is_staff=True)
    user.groups.add(Group.objects.get(name=ACCOUNTANTS))
    client.force_login(user)
    return user


def press(client, refund: Refund, **told: str):
    return client.post(reverse("refund_act", args=[refund.pk]), told, follow=True)


def test_an_accountant_approves_and_sends(client, refund, accountant):
    assert client.get(reverse("refunds:index")).status_code == 200
    page = press(client, refund, act="approve").content.decode()
    assert "Đã duyệt" in page and 'name="bank_ref"' in page
    page = press(client, refund, act="send", bank_ref="FT26326777", to_account="0011223344").content.decode()
    assert "Đã ghi là đã chuyển" in page
    refund.refresh_from_db()
    assert (refund.status, refund.bank_ref, refund.submitted_by) == (RefundStatus.DONE, "FT26326777", accountant)


def test_a_refusal_is_said_in_words_and_changes_nothing(client, refund, accountant, settings):
    press(client, refund, act="approve")
    assert "Ghi mã giao dịch" in press(client, refund, act="send", bank_ref=" ").content.decode()
    settings.REFUND_TWO_PEOPLE_OVER = 10_000
    assert (
        "người thứ hai"
        in press(client, refund, act="send", bank_ref="FT26326777", to_account="001122").content.decode()
    )
    refund.refresh_from_db()
    assert refund.status == RefundStatus.APPROVED


def test_play_money_goes_back_to_the_play_card(client, refund, accountant):
    payment = start_payment(order=make_order(make_cooperative()), parcel=None, provider="simulated", actor=SYSTEM)
    client.post(reverse("simulation:card", args=[payment.uuid]), {"action": "pay", "number": 7})
    parcel = payment.order.parcels.get()
    wish = Wish(payment, 50_000, RefundKind.PARCEL, "broken", parcel=parcel)
    of_card = ask_refund(wish=wish, actor=SYSTEM)
    page = press(client, of_card, act="approve").content.decode()
    assert 'name="bank_ref"' not in page
    press(client, of_card, act="send")
    of_card.refresh_from_db()
    assert of_card.status == RefundStatus.SUBMITTED  # the card's word comes as a message


def test_an_accountant_asks_for_a_part_of_a_parcel(client, refund, accountant):
    parcel = refund.parcel
    page = client.get(reverse("parcels:inspect", args=[parcel.pk])).content.decode()
    assert "185.000" in page and reverse("refund_ask", args=[parcel.pk]) in page
    told = {"amount": "20.000", "reason": "goods_missing", "note": "Thiếu một chai"}
    page = client.post(reverse("refund_ask", args=[parcel.pk]), told, follow=True).content.decode()
    assert "Đã ghi yêu cầu hoàn tiền" in page
    asked = Refund.objects.latest("pk")
    assert (asked.amount_dong, asked.note, asked.requested_by) == (20_000, "Thiếu một chai", accountant)
    for wrong in ({"amount": "185.001", "reason": "agreed"}, {"amount": "0"}, {"amount": "nhiều"}, {"reason": "x"}, {}):
        page = client.post(reverse("refund_ask", args=[parcel.pk]), told | wrong, follow=True).content.decode()
        assert (told | wrong)["amount"] in page and "Thiếu một chai" in page  # what was typed is not lost
    assert Refund.objects.count() == 2


def test_a_moderator_asks_for_nothing(client, refund, django_user_model):
    hoa = django_user_model.objects.create_user(email="hoa3@example.vn", password="x", name="Hoa", is_staff=True)
    hoa.groups.add(Group.objects.get(name="Moderators"))
    client.force_login(hoa)
    told = {"amount": "20.000", "reason": "agreed", "note": "x"}
    client.post(reverse("refund_ask", args=[refund.parcel_id]), told)
    assert Refund.objects.count() == 1


def test_what_is_called_off_keeps_its_reason(client, refund, accountant):
    press(client, refund, act="call_off", note="Người mua giữ hàng")
    refund.refresh_from_db()
    assert (refund.status, refund.note) == (RefundStatus.CANCELLED, "Người mua giữ hàng")


@pytest.mark.parametrize("act", ["approve", "send", "call_off", "", "delete"])
def test_a_moderator_looks_and_moves_no_money(client, refund, django_user_model, act):
    hoa = django_user_model.objects.create_user(email="hoa2@example.vn", password="x", name="Hoa", is_staff=True)
    hoa.groups.add(Group.objects.get(name="Moderators"))
    client.force_login(hoa)
    assert client.get(reverse("refunds:inspect", args=[refund.pk])).status_code == 200
    client.post(reverse("refund_act", args=[refund.pk]), {"act": act, "bank_ref": "FT26326777"})
    refund.refresh_from_db()
    assert refund.status == RefundStatus.REQUESTED


def test_guests_are_sent_to_the_sign_in(client, refund):
    assert client.post(reverse("refund_act", args=[refund.pk]), {"act": "approve"}).status_code == 302
    refund.refresh_from_db()
    assert refund.status == RefundStatus.REQUESTED
