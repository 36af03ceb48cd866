"""What may lie in a basket: whole packs, 1 to 999, of goods that are sold online today."""

from __future__ import annotations

import pytest

from community.cooperatives.models import Cooperative
from marketplace.basket.filling import (
    BadQuantity,
    NotForSale,
    add_to_basket,
    parse_quantity,
    remove_from_basket,
    sellable_pack,
    set_quantity,
)
from marketplace.basket.models import Basket
from marketplace.listings.models import Listing
from marketplace.listings.writing import stop_selling
from tests.cast import Cast
from tests.making import fill_basket, make_product
from traceability.products.models import Pack, Product

pytestmark = pytest.mark.django_db


def contents(basket: Basket) -> list[tuple[str, int]]:
    return list(basket.lines.values_list("pack__code", "quantity"))


@pytest.mark.parametrize(("typed", "packs"), [("1", 1), (" 7 ", 7), ("999", 999), ("１２", 12)])
def test_whole_numbers_are_read_however_they_are_typed(typed: str, packs: int) -> None:
    assert parse_quantity(typed) == packs


@pytest.mark.parametrize(
    "typed",
    ["", "0", "-1", "1,5", "1.5", "1000", "1000000000", "hai", "²", "1e3", pytest.param("9" * 5000, id="5000 digits")],
)
def test_anything_else_is_no_number_of_packs(typed: str) -> None:
    with pytest.raises(BadQuantity):
        parse_quantity(typed)


def test_adding_twice_adds_up_on_one_line(cast: Cast) -> None:
    pack = make_product(cast.huong_que).pack
    basket = fill_basket((pack, 2), (pack, 3))
    assert contents(basket) == [(pack.code, 5)]


def test_a_thousandth_pack_is_refused_and_the_line_stays(cast: Cast) -> None:
    pack = make_product(cast.huong_que).pack
    basket = fill_basket((pack, 990))
    with pytest.raises(BadQuantity):
        add_to_basket(basket=basket, pack=pack, quantity=10)
    with pytest.raises(BadQuantity):
        set_quantity(basket=basket, pack_code=pack.code, quantity=0)
    assert contents(basket) == [(pack.code, 990)]


def test_a_line_is_changed_and_taken_out_without_touching_the_others(cast: Cast) -> None:
    first, second = make_product(cast.huong_que).pack, make_product(cast.other_cooperative, name="Cà phê").pack
    basket = fill_basket((first, 1), (second, 1))
    set_quantity(basket=basket, pack_code=first.code, quantity=4)
    remove_from_basket(basket=basket, pack_code=second.code)
    assert contents(basket) == [(first.code, 4)]


def stopped(pack: Pack, cast: Cast) -> None:
    stop_selling(pack=pack, actor=cast.lan_acts)


def suspended(pack: Pack, cast: Cast) -> None:
    Cooperative.objects.filter(pk=cast.huong_que.pk).update(status="suspended")


def only_shown(pack: Pack, cast: Cast) -> None:
    Product.objects.filter(pk=pack.product_id).update(sale_mode="showcase_only")


def archived(pack: Pack, cast: Cast) -> None:
    Pack.objects.filter(pk=pack.pk).update(status="archived")


def unapproved(pack: Pack, cast: Cast) -> None:
    Listing.objects.filter(product=pack.product_id).update(live=False)


@pytest.mark.parametrize("withdraw", [stopped, suspended, only_shown, archived, unapproved])
def test_what_is_not_sold_online_cannot_be_put_in(withdraw, cast: Cast) -> None:
    pack = make_product(cast.huong_que).pack
    assert sellable_pack(pack.code) == pack
    withdraw(pack, cast)
    with pytest.raises(NotForSale):
        sellable_pack(pack.code)
