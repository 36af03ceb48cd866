"""Codes that make goods cheaper: what they take off, when they do not count, and that their uses are counted."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community import clock
from community.audit.actors import Actor
from community.places.models import AdminUnit
from marketplace.basket.filling import set_voucher
from marketplace.basket.models import Basket
from marketplace.basket.quoting import Quote, quote_basket
from marketplace.orders.models import Order, OrderLine, Parcel
from marketplace.orders.placing import BasketChanged, BuyerDetails, place_order
from marketplace.orders.settling import expire_parcel
from marketplace.pricing.money import split
from marketplace.vouchers.models import Voucher, VoucherUse
from marketplace.vouchers.reckoning import discount, why_not
from marketplace.vouchers.using import give_back_use, tidy_code
from marketplace.vouchers.writing import BadVoucher, VoucherTerms, stop_voucher, write_voucher
from tests.cast import Cast
from tests.making import Goods, PackPlan, fill_basket, make_product, make_published_batch, open_shop
from traceability.batches.models import Batch
from traceability.products.models import Product

TODAY = date(2026, 11, 22)
PHONE = "+84905111222"


def voucher(**facts: Any) -> Voucher:
    days = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=9)}
    return Voucher(**{"code": "TET27", "percent": 10, "most_uses": 5} | days | facts)


# --- sums -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("facts", "goods", "off"),
    [
        ({"percent": 10}, 195_000, 19_500),
        ({"percent": 33}, 100, 33),
        ({"percent": 15}, 10, 2),  # 1.5 rounds half up
        ({"percent": 10, "most_dong": 5_000}, 195_000, 5_000),
        ({"percent": None, "dong": 20_000}, 195_000, 20_000),
        ({"percent": None, "dong": 20_000}, 30_001, 15_000),  # never more than half, whatever the row says
        ({"percent": 50}, 3, 1),
    ],
)
def test_what_a_code_takes_off(facts: dict[str, Any], goods: int, off: int) -> None:
    assert discount(voucher(**facts), goods) == off


@pytest.mark.parametrize(
    ("facts", "goods", "day", "why"),
    [
        ({}, 100_000, TODAY, ""),
        ({}, 100_000, TODAY + timedelta(days=9), ""),
        ({}, 100_000, TODAY + timedelta(days=10), "over"),
        ({}, 100_000, TODAY - timedelta(days=1), "not_yet"),
        ({"uses": 5}, 100_000, TODAY, "used_up"),
        ({"min_goods_dong": 100_001}, 100_000, TODAY, "too_little"),
        ({"min_goods_dong": 100_000}, 100_000, TODAY, ""),
        ({}, 0, TODAY, "too_little"),
    ],
)
def test_when_a_code_counts(facts: dict[str, Any], goods: int, day: date, why: str) -> None:
    assert why_not(voucher(**facts), goods_dong=goods, day=day) == why


@given(st.integers(1, 50), st.lists(st.integers(1, 9_999_999), min_size=1, max_size=8))
def test_the_parts_of_the_lines_are_the_whole_and_no_line_costs_less_than_nothing(
    percent: int, lines: list[int]
) -> None:
    off = discount(voucher(percent=percent), sum(lines))
    parts = split(off, lines)
    assert sum(parts) == off and all(0 <= part <= line for part, line in zip(parts, lines, strict=True))


@given(st.integers(1, 999), st.integers(0, 10**9), st.data())
def test_fewer_packs_in_any_steps_give_back_the_same(quantity: int, total: int, data: st.DataObject) -> None:
    """``price_of`` is cumulative: what goes back does not depend on the way there, and all back is all."""
    line = OrderLine(quantity=quantity, total_dong=total)
    middle = data.draw(st.integers(0, quantity))
    whole = line.price_of(quantity) - line.price_of(0)
    assert whole == total
    assert (line.price_of(quantity) - line.price_of(middle)) + (line.price_of(middle) - line.price_of(0)) == whole
    assert 0 <= line.price_of(middle) <= total


@pytest.mark.parametrize(
    ("typed", "code"), [("tet-27", "TET27"), (" Tết 27 ", "TET27"), ("₫", ""), ("a" * 40, "A" * 20)]
)
def test_a_code_is_read_as_people_type_it(typed: str, code: str) -> None:
    assert tidy_code(typed) == code


# --- with a market ----------------------------------------------------------------------------------------------------
@pytest.fixture
def rice(cast: Cast) -> Goods:
    open_shop(cast.huong_que)
    goods = make_product(
        cast.huong_que, packs=(PackPlan("túi 1 kg", price_dong=45_001), PackPlan("túi 5 kg", 5000, price_dong=195_000))
    )
    for pack in goods.packs:
        make_published_batch(pack, packs=10)
    return goods


def write(cast: Cast, **facts: Any) -> Voucher:
    today = clock.today()
    terms = {"starts_on": today, "ends_on": today + timedelta(days=9), "most_uses": 5, "percent": 10} | facts
    code = terms.pop("code", "TET27")
    return write_voucher(cooperative=cast.huong_que, code=code, terms=VoucherTerms(**terms), actor=cast.lan_acts)


def filled(rice: Goods, code: str = "TET27") -> Basket:
    basket = fill_basket((rice.packs[0], 2), (rice.packs[1], 1))
    set_voucher(basket=basket, code=code)
    return basket


def quoted(basket: Basket, commune: AdminUnit) -> Quote:
    return quote_basket(basket, province=commune.parent, commune=commune)


def order(basket: Basket, commune: AdminUnit, *, phone: str = PHONE) -> Order:
    total = quoted(basket, commune).total_dong
    assert total is not None
    return place_order(
        basket=basket,
        form_token=secrets.token_urlsafe(24),
        shown_total_dong=total,
        buyer=BuyerDetails(name="Minh", phone=phone, commune=commune, landmark="gần chợ"),
        language="vi",
        actor=Actor.buyer(),
    )


def test_the_order_is_cheaper_line_by_line_and_commission_is_on_what_is_paid(
    cast: Cast, rice: Goods, settings: Any
) -> None:
    settings.COMMISSION_BPS = 500
    write(cast)
    placed = order(filled(rice), cast.tran_de)
    parcel = placed.parcels.get()
    lines = list(parcel.lines.order_by("unit_price_dong"))
    assert [(line.discount_dong, line.total_dong) for line in lines] == [(9_000, 81_002), (19_500, 175_500)]
    assert parcel.goods_dong == placed.goods_dong == 256_502
    assert parcel.commission_dong == 12_825 and parcel.total_dong == parcel.goods_dong + parcel.shipping_dong
    use = VoucherUse.objects.get()
    assert (use.parcel, use.dong, use.voucher.uses) == (parcel, 28_500, 1)
    assert Basket.objects.get().voucher_code == ""


def test_drinks_with_alcohol_are_never_made_cheaper(cast: Cast, rice: Goods) -> None:
    write(cast)
    wine = make_product(cast.huong_que, name="Rượu nếp", abv_percent=12, sale_mode="online_age_gated")
    make_published_batch(wine.pack)
    alone, mixed = fill_basket((wine.pack, 1)), fill_basket((wine.pack, 1), (rice.packs[1], 1))
    for basket in (alone, mixed):
        set_voucher(basket=basket, code="TET27")
    assert quoted(alone, cast.tran_de).parcels[0].voucher.why_not == "too_little"
    by_mode = {line.pack.product.sale_mode: line.discount_dong for line in quoted(mixed, cast.tran_de).lines}
    assert by_mode == {Product.SaleMode.AGE_GATED: 0, Product.SaleMode.ONLINE: 19_500}


def test_a_code_of_another_seller_takes_nothing_off_and_is_told(cast: Cast, rice: Goods) -> None:
    quote = quoted(filled(rice, "KHAC"), cast.tran_de)
    assert quote.voucher_is_unknown and quote.discount_dong == 0


def test_the_free_delivery_of_a_full_basket_stays_with_a_code(cast: Cast, rice: Goods) -> None:
    cast.huong_que.shipping_zones.update(free_from_dong=285_000)
    write(cast)
    quote = quoted(filled(rice), cast.tran_de)
    assert quote.full_dong == 285_002 and quote.goods_dong == 256_502 and quote.shipping_dong == 0


def world() -> tuple[Any, ...]:
    return (
        Order.objects.count(),
        Parcel.objects.count(),
        VoucherUse.objects.count(),
        list(Voucher.objects.values_list("pk", "uses")),
        list(Batch.objects.order_by("pk").values_list("pk", "available_base")),
    )


def test_one_telephone_uses_it_as_often_as_it_may(cast: Cast, rice: Goods) -> None:
    write(cast)
    order(filled(rice), cast.tran_de)
    before, basket = world(), filled(rice)
    with pytest.raises(BasketChanged) as refused:
        order(basket, cast.tran_de)
    assert refused.value.code == "voucher_phone" and world() == before
    assert order(basket, cast.tran_de, phone="+84905111333").parcels.get().discount_dong == 28_500


def test_used_up_between_look_and_press_nothing_is_ordered(cast: Cast, rice: Goods) -> None:
    code = write(cast, most_uses=1)
    basket = filled(rice)
    total = quoted(basket, cast.tran_de).total_dong
    Voucher.objects.filter(pk=code.pk).update(uses=1)
    before = world()
    with pytest.raises(BasketChanged) as refused:
        place_order(
            basket=basket,
            form_token="t" * 24,
            shown_total_dong=total or 0,
            buyer=BuyerDetails(name="Minh", phone=PHONE, commune=cast.tran_de, landmark="x"),
            language="vi",
            actor=Actor.buyer(),
        )
    assert refused.value.code == "total_changed" and world() == before


def test_a_parcel_that_ends_gives_its_use_back_once(cast: Cast, rice: Goods) -> None:
    code = write(cast, most_uses=1)
    parcel = order(filled(rice), cast.tran_de).parcels.get()
    expire_parcel(parcel=parcel, actor=Actor.system("worker"))
    assert not give_back_use(parcel_id=parcel.pk)
    code.refresh_from_db()
    assert code.uses == 0 and VoucherUse.objects.get().given_back_at is not None
    order(filled(rice), cast.tran_de)  # the same telephone again: the first one got nothing


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"code": "đ!"}, "code"),
        ({"percent": 51}, "amount"),
        ({"percent": 0}, "amount"),
        ({"dong": 5_000}, "amount"),
        ({"percent": None, "dong": 20_000, "min_goods_dong": 39_999}, "half"),
        ({"percent": None}, "amount"),
        ({"starts_on": TODAY + timedelta(days=2), "ends_on": TODAY + timedelta(days=1)}, "days"),
        ({"starts_on": date(2020, 1, 1), "ends_on": date(2020, 2, 1)}, "days"),
        ({"most_uses": 0}, "uses"),
        ({"per_phone": 6}, "uses"),
    ],
)
def test_what_is_no_code_is_refused(cast: Cast, facts: dict[str, Any], code: str) -> None:
    with pytest.raises(BadVoucher) as refused:
        write(cast, **facts)
    assert refused.value.code == code and not Voucher.objects.exists()


def test_a_code_is_written_once_and_stopped_once(cast: Cast, rice: Goods) -> None:
    made = write(cast)
    with pytest.raises(BadVoucher):
        write(cast, code="tet 27")
    placed = order(filled(rice), cast.tran_de)
    assert stop_voucher(voucher=made, actor=cast.lan_acts) and not stop_voucher(voucher=made, actor=cast.lan_acts)
    assert quoted(filled(rice), cast.tran_de).parcels[0].voucher.why_not == "stopped"
    placed.refresh_from_db()
    assert placed.goods_dong == 256_502
