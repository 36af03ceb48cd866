"""The desk of money that needs a person: every kind has words and a next step; only accountants decide."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils.translation import override

from community.audit.actors import Actor
from marketplace.moderation.money_sentences import HAPPENED, foreign_money, note_words
from marketplace.moderation.setting_up import ACCOUNTANTS, set_up_review
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.models import Capture, InboxEvent, Payment, PaymentException, Refund, SuspenseDecision
from marketplace.payments.parking import park
from marketplace.payments.refunds.refunding import approve_refund, request_due_refunds
from marketplace.payments.refunds.sending_back import send_by_bank
from marketplace.payments.states import ExceptionKind, ExceptionStatus, InboxStatus, PaymentStatus
from marketplace.payments.suspense.candidates import candidates
from marketplace.payments.suspense.settling import mark_not_ours
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, tables, transfer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _demo(settings, site_ready) -> None:
    settings.DEMO = settings.PAYMENTS_ALLOW_SIMULATED = True
    settings.SIMULATED_BANK_SECRET = "known to this run only"
    set_up_review()


@pytest.fixture
def payment() -> Payment:
    return start_order_payments(order=make_order(make_cooperative()), actor=SYSTEM)[0]


@pytest.fixture
def thu(django_user_model):
    user = django_user_model.objects.create_user(email="thu@example.vn", password="x", name="Thu", is_staff=True)
    user.groups.add(Group.objects.get(name=ACCOUNTANTS))
    return user


def page_of(client, exception: PaymentException, **query: str) -> str:
    answer = client.get(reverse("payment_exceptions:inspect", args=[exception.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


def press(client, exception: PaymentException, **told: object) -> str:
    return client.post(reverse("exception_act", args=[exception.pk]), told, follow=True).content.decode()


def test_the_list_leads_to_each_page_and_the_page_shows_only_facts_that_are_there(client, thu, payment):
    transfer(payment, content="tien mua mat ong")
    exception = PaymentException.objects.get()
    client.force_login(thu)
    listed = client.get(reverse("payment_exceptions:index")).content.decode()
    assert f'href="{reverse("payment_exceptions:inspect", args=[exception.pk])}"' in listed
    assert "<dd>None</dd>" not in " ".join(page_of(client, exception).split()).replace("> ", ">").replace(" <", "<")


def test_what_still_waits_is_offered_before_what_is_paid(payment):
    newer = start_order_payments(order=make_order(payment.parcel.cooperative), actor=SYSTEM)[0]
    transfer(newer)
    transfer(payment, content="khong ma")
    capture = PaymentException.objects.get().capture
    assert capture is not None and candidates(capture) == [payment, newer]


@pytest.mark.parametrize("kind", ExceptionKind.values)
def test_every_kind_says_what_happened_and_what_can_be_done(client, payment, thu, kind):
    exception = park(kind=ExceptionKind(kind), key="x", payment=payment, amount_dong=1_000)
    client.force_login(thu)
    page = page_of(client, exception)
    assert str(HAPPENED[ExceptionKind(kind)][0]) in page and str(HAPPENED[ExceptionKind(kind)][1]) in page
    assert page.count("<form") >= 1


def test_thu_finds_the_payment_by_its_order_and_counts_the_money(client, payment, thu):
    transfer(payment, content="tien mat ong", transferAmount=100_000)
    exception = PaymentException.objects.get()
    client.force_login(thu)
    page = page_of(client, exception)
    assert payment.account.account_number not in page and payment.account.account_number[-4:] in page
    assert str(payment.uuid) not in page, "another amount is no suggestion"
    assert str(payment.uuid) in page_of(client, exception, tim=payment.order.code.lower())
    said = press(client, exception, act="attach", payment=payment.uuid, amount="100.000")
    assert "Còn thiếu" in said
    payment.refresh_from_db()
    assert (payment.status, payment.received_dong) == (PaymentStatus.PARTIALLY_RECEIVED, 100_000)
    said = press(client, exception, act="undo", decision=SuspenseDecision.objects.get().pk, note="đơn khác")
    payment.refresh_from_db()
    assert payment.received_dong == 0 and "Đã hoàn tác" in said


def test_who_presses_second_reads_who_was_faster(client, payment, thu, hoa):
    transfer(payment, content="khong ma")
    exception = PaymentException.objects.get()
    client.force_login(hoa)
    press(client, exception, act="not_ours", note="tiền thuê máy cày")
    client.force_login(thu)
    before = tables()
    said = press(client, exception, act="attach", payment=payment.uuid, amount=str(payment.amount_dong))
    assert "Lê Thị Hoa" in said and tables() == before


@pytest.mark.parametrize(
    "told",
    [
        {"act": "attach", "amount": "1000", "payment": "no-such"},
        {"act": "attach", "amount": "mười nghìn", "payment": "…"},
        {"act": "send_back", "bank_ref": " "},
        {"act": "not_ours", "note": ""},
        {"act": "close", "note": "xong"},
        {"act": "undo", "decision": "99999", "note": "x"},
        {"act": "undo", "decision": "²", "note": "x"},
        {"act": ""},
        {"act": "retry"},
        {"act": "same_transfer"},
        {"act": "goods_again"},
    ],
    ids=str,
)
def test_what_makes_no_sense_is_refused_in_words_and_changes_nothing(client, payment, thu, told):
    transfer(payment, content="khong ma")
    client.force_login(thu)
    before = tables()
    page = press(
        client,
        PaymentException.objects.get(),
        **{**told, "payment": payment.uuid} if told.get("payment") == "…" else told,
    )
    assert 'class="messages"' in page or "error" in page
    assert tables() == before and not SuspenseDecision.objects.exists()


@pytest.mark.parametrize("who", ["guest", "moderator"])
def test_who_may_not_move_money_decides_nothing(client, payment, django_user_model, who):
    transfer(payment, content="khong ma")
    if who == "moderator":
        user = django_user_model.objects.create_user(email="m@example.vn", password="x", name="M", is_staff=True)
        user.groups.add(Group.objects.get(name="Moderators"))
        client.force_login(user)
    before = tables()
    exception = PaymentException.objects.get()
    for told in ({"act": "attach", "payment": payment.uuid, "amount": "1"}, {"act": "not_ours", "note": "x"}):
        assert client.post(reverse("exception_act", args=[exception.pk]), told).status_code in (302, 403)
    assert tables() == before


def test_a_dead_message_is_tried_again_and_a_note_closes_what_holds_no_money(client, payment, thu):
    transfer(payment)
    event = InboxEvent.objects.get()
    InboxEvent.objects.update(status=InboxStatus.DEAD)
    stuck = park(kind=ExceptionKind.STUCK_EVENT, key=str(event.pk), event=event)
    client.force_login(thu)
    press(client, stuck, act="retry")
    stuck.refresh_from_db()
    event.refresh_from_db()
    assert (stuck.status, stuck.closed_by, event.status) == (ExceptionStatus.RESOLVED, thu, InboxStatus.PROCESSED)
    assert Capture.objects.count() == 1, "it was counted before and is not counted twice"
    other = park(kind=ExceptionKind.CURRENCY_MISMATCH, key="usd", payment=payment)
    press(client, other, act="close", note=" ")
    other.refresh_from_db()
    assert other.status == ExceptionStatus.OPEN
    press(client, other, act="dismiss", note="đã trả tại ngân hàng")
    other.refresh_from_db()
    assert (other.status, other.resolution) == (ExceptionStatus.DISMISSED, "đã trả tại ngân hàng")


def test_money_that_is_owed_is_not_closed_away(client, payment, thu):
    transfer(payment, transferAmount=payment.amount_dong + 5_000)
    exception = PaymentException.objects.get(kind=ExceptionKind.OVERPAID)
    client.force_login(thu)
    press(client, exception, act="close", note="kệ")
    exception.refresh_from_db()
    assert exception.status == ExceptionStatus.OPEN
    request_due_refunds()
    refund = approve_refund(refund=Refund.objects.get(), actor=SYSTEM)
    send_by_bank(refund=refund, actor=SYSTEM, to_account="0123456789", bank_ref="FT26326777")
    exception.refresh_from_db()
    assert (exception.status, exception.resolution) == (ExceptionStatus.RESOLVED, "refunded")
    assert "Tiền đã trả lại người mua." in page_of(client, exception)


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ("payout po_1", "Tiền po_1 từ bên nhận thẻ chuyển về"),
        ("payout undone", "Không phải tiền bên nhận thẻ chuyển về"),
        ("own money 5", "Tiền của chính chợ, số 5"),
        ("own money undone", "Không phải tiền của chính chợ"),
        ("dues of htx-mot", "Tiền nộp của htx-mot"),
        ("dues undone", "Đã hoàn tác khoản nộp này"),
        ("payout của bà Tư", "payout của bà Tư"),
        ("khách gọi điện", "khách gọi điện"),
    ],
)
def test_what_the_site_noted_by_itself_is_read_in_the_readers_language(note, shown):
    with override("vi"):
        assert note_words(note) == shown


def test_a_note_of_the_site_and_a_sum_in_another_currency_stand_on_the_page_in_words(client, thu, payment):
    transfer(payment, content="tien la")
    exception = PaymentException.objects.get()
    mark_not_ours(capture=exception.capture, actor=Actor.of(thu), note="own money 5")
    client.force_login(thu)
    page = page_of(client, exception)
    assert "Tiền của chính chợ, số 5" in page and "own money" not in page
    told = {"currency": "USD", "amount": 1_205, "reference": "po_usd"}
    foreign = park(kind=ExceptionKind.CURRENCY_MISMATCH, key="payout:stripe:po_usd", **told)
    assert "12.05 USD · po_usd" in page_of(client, foreign)


def test_sums_of_other_currencies_have_the_cents_that_they_have():
    assert foreign_money({"currency": "JPY", "amount": 1_200, "reference": "po_2"}) == "1200 JPY · po_2"
    assert (foreign_money({"currency": "EUR"}), foreign_money({})) == ("EUR", "")
