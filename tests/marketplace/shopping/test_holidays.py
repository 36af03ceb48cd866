"""A seller on holiday takes no orders and says until when; a ceased one says so and keeps its pages."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from community import clock
from community.audit.models import AuditEntry
from community.cooperatives.models import Cooperative
from community.cooperatives.resting import CannotRest, end_holiday, set_holiday
from community.text.dates import show_weekday_date
from marketplace.basket.filling import NotForSale, sellable_pack
from marketplace.basket.quoting import Trouble, quote_basket
from marketplace.orders.models import Order
from marketplace.orders.placing import BasketChanged
from tests.cast import Cast, sign_in
from tests.making import Goods, fill_basket, make_order, make_product, make_published_batch, open_shop
from traceability.batches.addresses import batch_path

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]


@pytest.fixture
def goods(cast: Cast) -> Goods:
    open_shop(cast.huong_que)
    made = make_product(cast.huong_que)
    make_published_batch(made.pack, packs=20)
    return made


def rest(cast: Cast, first: int = 0, last: int = 3) -> None:
    day = clock.today()
    set_holiday(
        cooperative=cast.huong_que,
        first=day + timedelta(days=first),
        last=day + timedelta(days=last),
        actor=cast.lan_acts,
    )


def test_nothing_is_ordered_and_what_was_ordered_stays(cast: Cast, goods: Goods) -> None:
    before, basket = make_order(fill_basket((goods.pack, 1)), commune=cast.tran_de), fill_basket((goods.pack, 1))
    rest(cast)
    with pytest.raises(NotForSale, match="resting"):
        sellable_pack(goods.pack.code)
    assert [line.trouble for line in quote_basket(basket).lines] == [Trouble.RESTING]
    with pytest.raises(BasketChanged, match="troubles"):
        make_order(basket, commune=cast.tran_de)
    assert list(Order.objects.all()) == [before] and before.parcels.get().status == "awaiting_payment"


def test_it_begins_and_ends_by_the_clock(cast: Cast, goods: Goods) -> None:
    rest(cast, first=1, last=2)
    sellable_pack(goods.pack.code)
    for days, closed in ((1, True), (2, True), (3, False)):
        with clock.at(clock.now() + timedelta(days=days)):
            cast.huong_que.refresh_from_db()
            assert bool(cast.huong_que.resting_until) is closed
            assert Cooperative.objects.resting(clock.today()).exists() is closed


def test_booth_product_and_basket_say_until_when(client: Client, cast: Cast, goods: Goods) -> None:
    rest(cast)
    day = clock.today() + timedelta(days=3)
    words = f"Nghỉ đến {show_weekday_date(day)}"
    for path in (f"/gian-hang/{cast.huong_que.slug}/", f"/san-pham/{goods.listing.slug}/"):
        page = client.get(path).content.decode()
        assert words in page, path
    refused = client.post("/gio/them/", {"pack": goods.pack.code, "quantity": "1"})
    assert refused.status_code == 303 and "basket" not in client.cookies


@pytest.mark.parametrize(("first", "last", "code"), [(2, 1, "backwards"), (-3, -1, "past"), (0, 90, "too_long")])
def test_a_wrong_holiday_changes_nothing(cast: Cast, first: int, last: int, code: str) -> None:
    with pytest.raises(CannotRest, match=code):
        rest(cast, first, last)
    with pytest.raises(CannotRest, match="none"):
        end_holiday(cooperative=cast.huong_que, actor=cast.lan_acts)
    cast.huong_que.refresh_from_db()
    assert cast.huong_que.holiday_from is None and not AuditEntry.objects.exists()


def test_set_and_ended_on_the_screen(client: Client, cast: Cast, goods: Goods) -> None:
    sign_in(client, cast.lan)
    day = clock.today()
    assert client.post("/ban-hang/nghi/", {"first": day, "last": day - timedelta(days=1)}).status_code == 400
    assert client.post("/ban-hang/nghi/", {"first": day, "last": day}).status_code == 302
    assert "Nghỉ đến" in client.get("/ban-hang/nghi/").content.decode()
    client.post("/ban-hang/nghi/het/")
    sellable_pack(goods.pack.code)
    actions = list(AuditEntry.objects.filter(actor=cast.lan).order_by("pk").values_list("action", flat=True))
    assert actions[-2:] == ["cooperative.holiday_set", "cooperative.holiday_ended"]


def test_a_ceased_seller_keeps_its_pages_and_sells_nothing(client: Client, cast: Cast, goods: Goods) -> None:
    batch = goods.product.batches.get()
    Cooperative.objects.filter(pk=cast.huong_que.pk).update(status="ceased")
    booth = client.get(f"/gian-hang/{cast.huong_que.slug}/")
    assert booth.status_code == 200 and "đã ngừng bán hẳn" in booth.content.decode()
    assert client.get(batch_path(batch), headers={"accept": "text/html"}).status_code == 200
    assert client.get(f"/san-pham/{goods.listing.slug}/").status_code == 404
    with pytest.raises(NotForSale):
        sellable_pack(goods.pack.code)
    assert sign_in(client, cast.lan).get("/ban-hang/").status_code == 403
