"""Money to send back: what lies on the cooperative's own account goes back by its own hand, once it is approved."""

from __future__ import annotations

import pytest
import zxingcpp
from django.test import Client
from django.urls import reverse
from PIL import Image

from community import clock
from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from marketplace.orders.models import Parcel
from marketplace.payments.arriving.confirming import Seen, confirm_received
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.models import Refund
from marketplace.payments.refunds.naming import name_refund_account
from marketplace.payments.refunds.refunding import approve_refund
from marketplace.payments.states import RefundReason
from marketplace.receiving.changing import AccountWish
from marketplace.selling.orders import Share
from tests.cast import sign_in
from tests.making import fill_basket, make_order, make_product, make_published_batch, open_shop

pytestmark = pytest.mark.django_db
STAFF = Actor.system("test")


@pytest.fixture
def parcel(cast, settings) -> Parcel:
    """Paid to Lan's own account."""
    settings.DEMO = settings.PAYMENTS_ALLOW_SIMULATED = True
    settings.SIMULATED_BANK_SECRET = "known to this run only"
    goods = make_product(open_shop(cast.huong_que))
    make_published_batch(goods.pack)
    order = make_order(fill_basket((goods.pack, 1)), commune=cast.tran_de)
    [payment] = start_order_payments(order=order, actor=Actor.buyer())
    confirm_received(payment=payment, seen=Seen(payment.amount_dong, "FT26326123", clock.today()), actor=STAFF)
    return order.parcels.get()


@pytest.fixture
def lan(cast, client) -> Client:
    return sign_in(client, cast.lan)


def ask(lan: Client, parcel: Parcel, **changes: str):
    told = {"amount": "10.000", "reason": "goods_broken", "note": "Vỡ một chai"} | changes
    return lan.post(reverse("selling:refund_ask", args=[parcel.code]), told, follow=True)


@pytest.fixture
def refund(lan, parcel) -> Refund:
    """Asked by Lan, approved by the market, the buyer's account named."""
    assert "Đã gửi yêu cầu" in ask(lan, parcel).content.decode()
    refund = Refund.objects.get()
    wish = AccountWish("970436", "0011223344", "NGUYEN VAN MINH")
    name_refund_account(refund=refund, wish=wish, actor=Actor.buyer())
    return approve_refund(refund=refund, actor=STAFF)


def sent(client: Client, refund: Refund, **changes: str):
    told = {"to_account": "0011223344", "bank_ref": "FT26326777"} | changes
    return client.post(reverse("selling:refund", args=[refund.uuid]), told, follow=True)


def test_lan_is_told_sees_whom_to_pay_and_writes_the_reference_down(lan, refund, parcel):
    message = OutboxMessage.objects.get(kind="refund_to_send")
    assert reverse("selling:refunds") in message.text and "10.000" in message.text
    for name in ("selling:money", "selling:orders"):
        assert reverse("selling:refunds") in lan.get(reverse(name)).content.decode()
    to_send = lan.get(reverse("selling:refunds"))
    assert reverse("selling:refund", args=[refund.uuid]) in to_send.content.decode()
    assert [why for _refund, why in to_send.context["to_send"]] == [RefundReason.GOODS_BROKEN.label]
    page = lan.get(reverse("selling:refund", args=[refund.uuid])).content.decode()
    assert "0011223344" in page and "NGUYEN VAN MINH" in page and "<svg xmlns" in page
    assert "Đã ghi là đã chuyển" in sent(lan, refund).content.decode()
    refund.refresh_from_db()
    assert (refund.status, refund.bank_ref) == ("done", "FT26326777")


def test_the_code_to_pay_can_be_kept_as_a_picture_and_says_the_same_as_the_lines(lan, refund, tmp_path):
    """Lan's only phone cannot scan its own screen."""
    answer = lan.get(reverse("selling:refund", args=[refund.uuid]), {"anh": ""})
    assert answer["Content-Type"] == "image/png" and "attachment" in answer["Content-Disposition"]
    (tmp_path / "code.png").write_bytes(answer.content)
    [read] = zxingcpp.read_barcodes(Image.open(tmp_path / "code.png"))
    memo = lan.get(reverse("selling:refund", args=[refund.uuid])).context["memo"]
    assert all(word in read.text for word in ("0011223344", "10000", memo))
    Refund.objects.update(to_account="", to_bank_bin="")
    assert lan.get(reverse("selling:refund", args=[refund.uuid]), {"anh": ""})["Content-Type"].startswith("text/html")


def test_each_order_tells_what_is_the_sellers_until_money_goes_back(lan, parcel):
    """As the statement has it: paid, less commission and withheld tax."""
    page = reverse("selling:parcel", args=[parcel.code])
    Parcel.objects.update(commission_bps=250, commission_dong=4_875, tax_mode="withhold", vat_dong=1_950, pit_dong=975)
    assert lan.get(page).context["share"] == Share(tax_dong=2_925, own_dong=parcel.total_dong - 4_875 - 2_925)
    Parcel.objects.update(tax_mode="warn")
    assert lan.get(page).context["share"] == Share(tax_dong=0, own_dong=parcel.total_dong - 4_875)
    ask(lan, parcel)
    facts = lan.get(page).context
    assert facts["share"] is None and [refund.amount_dong for refund in facts["goes_back"]] == [10_000]


@pytest.mark.parametrize(
    "changes", [{"bank_ref": "ab"}, {"bank_ref": ""}, {"to_account": "998877"}, {"to_account": ""}], ids=str
)
def test_what_is_not_whole_sends_nothing(lan, refund, changes):
    answer = sent(lan, refund, **changes)
    refund.refresh_from_db()
    assert (answer.status_code, refund.status) == (400, "approved")
    assert 'class="notice bad"' in answer.content.decode()


@pytest.mark.parametrize("changes", [{"amount": "0"}, {"amount": "nhiều"}, {"amount": "9.999.999"}, {"reason": "x"}])
def test_a_wish_for_nothing_or_too_much_is_asked_again(lan, parcel, changes):
    assert ask(lan, parcel, **changes).status_code == 400
    assert not Refund.objects.exists()


def test_a_second_press_asks_once_and_the_market_decides(lan, parcel):
    ask(lan, parcel)
    assert ask(lan, parcel).status_code == 400
    refund = Refund.objects.get()
    assert lan.get(reverse("selling:refund", args=[refund.uuid])).status_code == 404
    assert sent(lan, refund).status_code == 404
    refund.refresh_from_db()
    assert refund.status == "requested"


def test_others_find_no_such_refund(refund, parcel, cast):
    for user, status in ((cast.other_seller, 404), (cast.son, 403)):
        client = sign_in(Client(), user)
        assert sent(client, refund).status_code == status
        assert ask(client, parcel).status_code == status
    refund.refresh_from_db()
    assert (refund.status, Refund.objects.count()) == ("approved", 1)
