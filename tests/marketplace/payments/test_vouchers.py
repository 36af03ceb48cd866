"""Money of a parcel with a discount: paid, made smaller, weighed, given back; every đồng is in the books."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from community import clock
from community.audit.actors import Actor
from marketplace.basket.filling import set_voucher
from marketplace.invoices.exporting import _lines
from marketplace.orders.changes.asking import ask_buyer, take_what_is_there
from marketplace.orders.changes.models import ParcelChange
from marketplace.orders.changes.wording import change_words
from marketplace.orders.coming_back import bring_back
from marketplace.orders.fulfilling import end_parcel
from marketplace.orders.models import Order, OrderLine, Parcel
from marketplace.orders.settling import expire_parcel
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.models import Refund
from marketplace.payments.proving.checking import check_money
from marketplace.payments.refunds.of_changes import request_due_changes
from marketplace.payments.refunds.refunding import request_due_refunds
from marketplace.vouchers.models import Voucher, VoucherUse
from marketplace.vouchers.writing import VoucherTerms, write_voucher
from tests.cast import Cast, sign_in
from tests.making import PackPlan, fill_basket, make_order, make_product, make_published_batch, open_shop
from tests.marketplace.payments.stage import SYSTEM, packs_left, transfer
from traceability.products.models import Pack

pytestmark = pytest.mark.django_db
BUYER, SELLER = Actor.buyer(), Actor.system("seller")


def press(cast: Cast, pack: Pack) -> Order:
    """3 × 33.333 ₫ less 10.000 ₫ by the code."""
    basket = fill_basket((pack, 3))
    set_voucher(basket=basket, code="TET27")
    order = make_order(basket, commune=cast.tran_de)
    start_order_payments(order=order, actor=SYSTEM)
    return order


@pytest.fixture
def pack(cast: Cast, site_ready: None) -> Pack:
    goods = make_product(open_shop(cast.huong_que), packs=(PackPlan(price_dong=33_333),))
    make_published_batch(goods.pack, packs=10)
    today = clock.today()
    terms = VoucherTerms(today, today + timedelta(days=1), 5, dong=10_000, min_goods_dong=20_000)
    write_voucher(cooperative=cast.huong_que, code="TET27", terms=terms, actor=cast.lan_acts)
    return goods.pack


@pytest.fixture
def parcel(cast: Cast, pack: Pack) -> Parcel:
    """25.000 ₫ delivery or more, 5 % commission; paid to the cooperative."""
    order = press(cast, pack)
    order.parcels.update(commission_bps=500, commission_dong=4_500)
    payment = order.payments.get()
    assert payment.amount_dong == order.total_dong == 89_999 + order.shipping_dong
    transfer(payment)
    return order.parcels.get()


def test_what_is_missing_goes_back_at_what_was_paid_for_it(parcel: Parcel) -> None:
    line = parcel.lines.get()
    ask_buyer(parcel=parcel, there={line.pk: 2}, actor=SELLER)
    take_what_is_there(parcel=parcel, actor=BUYER)
    change = ParcelChange.objects.get()
    assert change.goods_back_dong == change.lines.get().back_dong == 30_000  # 89.999 − 59.999, not 33.333
    told, *_delivery = change_words([change])
    assert "30.000" in told and "33.333" not in told and "×" not in told
    request_due_changes()
    assert Refund.objects.get().amount_dong == 30_000 + change.shipping_back_dong
    assert check_money() == []
    fresh = Parcel.objects.get(pk=parcel.pk)
    amounts = [one["amount_dong"] for one in _lines(fresh)]
    assert sum(amounts) == fresh.due_dong and -6_667 in amounts  # 2 × 33.333 − 59.999


def test_pages_show_the_discount_of_what_goes(parcel: Parcel, cast: Cast, client: Client) -> None:
    desk = sign_in(client, cast.lan)
    codes = lambda: desk.get("/ban-hang/ma-giam/").content.decode()  # noqa: E731
    assert "đã bớt 10.000" in codes()
    ask_buyer(parcel=parcel, there={parcel.lines.get().pk: 2}, actor=SELLER)
    take_what_is_there(parcel=parcel, actor=BUYER)
    assert "đã bớt 6.667" in codes()
    page = client.get(f"/don/{parcel.order.token}/").content.decode()
    assert "6.667" in page  # 2 × 33.333 − 59.999
    fresh = Parcel.objects.get(pk=parcel.pk)
    assert (fresh.discount_dong, fresh.discount_sold_dong) == (6_667, 10_000)  # the desk says what was sold and paid


def test_what_comes_back_unpaid_gives_its_use_back(cast: Cast, pack: Pack) -> None:
    parcel = press(cast, pack).parcels.get()
    Parcel.objects.update(on_delivery=True, status=ParcelStatus.SHIPPED)
    bring_back(parcel=parcel, to_stock=False, reason="x", actor=SELLER)
    assert Voucher.objects.get().uses == 0 and VoucherUse.objects.get().given_back_at is not None


def test_cancelled_all_that_was_paid_goes_back_and_the_code_can_be_used_again(parcel: Parcel) -> None:
    end_parcel(parcel=parcel, to=ParcelStatus.CANCELLED, reason="x", actor=BUYER)
    request_due_refunds()
    assert Refund.objects.get().amount_dong == parcel.total_dong
    assert check_money() == []
    assert Voucher.objects.get().uses == 0 and VoucherUse.objects.get().given_back_at is not None


@pytest.mark.parametrize("limit", ["phone", "in all"])
def test_orders_that_expired_and_are_paid_late_use_the_code_no_oftener_than_it_may(cast, pack, limit) -> None:
    """Each expired order gave its use back to the next; paid late, the first gets the price, the other the money."""
    Voucher.objects.update(**({"per_phone": 1} if limit == "phone" else {"per_phone": 9, "most_uses": 1}))
    orders = []
    for _ in range(2):
        orders.append(press(cast, pack))
        expire_parcel(parcel=orders[-1].parcels.get(), actor=SYSTEM)
    left = packs_left(cast.huong_que)
    for order in orders:
        transfer(order.payments.get())
    first, second = (order.parcels.get() for order in orders)
    assert (first.status, second.status) == (ParcelStatus.NEW, ParcelStatus.EXPIRED)
    assert Voucher.objects.get().uses == 1 and packs_left(cast.huong_que) == left - 3
    request_due_refunds()
    assert Refund.objects.get().amount_dong == second.total_dong
    assert check_money() == []


def test_a_discount_that_nobody_used_is_found(parcel: Parcel) -> None:
    assert check_money() == []
    VoucherUse.objects.update(dong=9_999)
    Voucher.objects.update(uses=2)
    assert [one.rule for one in check_money()] == ["I15", "I15"]


def test_the_database_refuses_a_line_that_does_not_add_up(parcel: Parcel) -> None:
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        OrderLine.objects.update(discount_dong=1)
