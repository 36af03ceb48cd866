"""What a helper sees of an order, and that a page offers no press that would only be refused."""

from __future__ import annotations

import pytest

from marketplace.orders.models import Parcel
from marketplace.orders.settling import mark_parcel_paid
from tests.cast import Cast
from tests.community.mandates.stage import STAFF, acting, give, make_team
from tests.making import fill_basket, make_order, make_product, make_published_batch, open_shop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]


@pytest.fixture
def parcel(cast: Cast) -> Parcel:
    goods = make_product(open_shop(cast.huong_que), name="Mật ong rừng")
    make_published_batch(goods.pack, packs=20)
    order = make_order(fill_basket((goods.pack, 1)), commune=cast.tran_de)
    return mark_parcel_paid(parcel=order.parcels.get(), actor=STAFF)


@pytest.mark.parametrize("scope", ["orders", "pack"])
def test_each_scope_is_shown_its_own_part_of_an_order(cast: Cast, parcel: Parcel, scope: str) -> None:
    """Who the buyer is, only those who pack; accepting and telling of shortages, only who takes orders; refusing, with
    which money goes back, no helper."""
    phone, page = acting(give(make_team(cast.huong_que), scopes=[scope])), f"/ban-hang/don/{parcel.code}/"
    packs = scope == "pack"
    for seen in (phone.get(page).content.decode(), phone.get("/ban-hang/don/").content.decode()):
        assert (parcel.order.buyer_name in seen) is packs
        assert (f"{page}nhan/" in seen) is not packs
        assert (f"{page}khong-du/" in seen) is not packs
        assert f"{page}tu-choi/" not in seen
    assert (parcel.order.buyer_phone in phone.get(page).content.decode()) is packs
    refused = phone.post(f"{page}tu-choi/", {"why": "Hết hàng"})
    parcel.refresh_from_db()
    assert (refused.status_code, parcel.status) == (403, "new")


@pytest.mark.parametrize(("scope", "shows"), [("import", False), ("list", True)])
def test_goods_are_offered_for_change_to_whom_it_is_open(cast: Cast, parcel: Parcel, scope: str, shows: bool) -> None:
    product = parcel.lines.get().pack.product
    phone = acting(give(make_team(cast.huong_que), scopes=[scope]))
    page = phone.get(f"/ban-hang/hang/{product.code}/").content.decode()
    assert ("/gia/" in page) is shows and "/cat/" not in page
    home = phone.get("/ban-hang/").content.decode()
    assert ("/ban-hang/tep/" in home) is not shows
