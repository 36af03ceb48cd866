"""The desk's page for what was sold elsewhere: many rows at once, kept when wrong, taken back, looked up by day."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from marketplace.hand_sales.models import HandSale
from tests.cast import make_member, sign_in
from tests.making import make_product, make_published_batch
from traceability.batches.models import Batch
from traceability.events.correcting import declare_error

pytestmark = pytest.mark.django_db
NEW = "/en/ban-hang/ban-ngoai/moi/"


@pytest.fixture
def batches(cast, site_ready) -> list[Batch]:
    return [
        make_published_batch(make_product(cast.huong_que, name=name).pack, packs=10, lot_code=lot)
        for name, lot in (("Mật ong", "MAT-1"), ("Trà", "TRA-1"))
    ]


@pytest.fixture
def desk(cast, client) -> Client:
    return sign_in(client, cast.lan)


def sold(*counts: tuple[Batch, str, str], **more: str) -> dict[str, str]:
    told = {"where": "market", "day": str(timezone.localdate()), "paid": "cash", "key": str(uuid4())} | more
    for batch, count, price in counts:
        told |= {f"n-{batch.public_code}": count, f"gia-{batch.public_code}": price}
    return told


def test_a_market_day_is_typed_on_one_screen(desk, batches) -> None:
    form = desk.get(NEW).content.decode()
    assert form.count('value="80.000"') == 2 and "MAT-1" in form, "the price of the shop is preset"
    honey, tea = batches
    response = desk.post(NEW, sold((honey, "3", "75.000"), (tea, "2", "80000"), place="Chợ phiên Khe Sanh"))
    sale = HandSale.objects.get()
    assert response.url == f"/en/ban-hang/ban-ngoai/{sale.code}/" and sale.total_dong == 385_000
    page = desk.get(response.url).content.decode()
    for seen in ("385.000", "MAT-1", "TRA-1", "Chợ phiên Khe Sanh", "no commission"):
        assert seen in page
    assert Batch.objects.get(pk=honey.pk).available_base == 7000


@pytest.mark.parametrize(
    ("count", "price", "said"),
    [("12", "80.000", "Only 10 are left"), ("ba", "80.000", "whole number"), ("1", "rẻ", "digits only"),
     ("0", "80.000", "at least one number")],
)  # fmt: skip
def test_what_is_wrong_is_told_beside_its_row_and_everything_typed_stays(desk, batches, count, price, said) -> None:
    response = desk.post(NEW, sold((batches[0], count, price), place="Chợ phiên"))
    page = response.content.decode()
    assert response.status_code == 400 and said in page and not HandSale.objects.exists()
    assert f'value="{count}"' in page and f'value="{price}"' in page and 'value="Chợ phiên"' in page


def test_a_name_is_kept_of_an_order_by_phone_only(desk, batches) -> None:
    who = {"buyer_name": "Cô Bảy", "buyer_phone": "0905 111 222"}
    desk.post(NEW, sold((batches[0], "1", "80.000"), **who))
    desk.post(NEW, sold((batches[0], "1", "80.000"), **who, where="phone"))
    market, phone = HandSale.objects.order_by("pk")
    assert (market.buyer_name, market.buyer_phone) == ("", "")
    assert (phone.buyer_name, phone.buyer_phone) == ("Cô Bảy", "+84905111222")
    desk.post(f"/ban-hang/ban-ngoai/{phone.code}/quen/")
    assert "Cô Bảy" not in desk.get(f"/ban-hang/ban-ngoai/{phone.code}/").content.decode()


def test_the_place_of_an_order_by_phone_may_be_the_buyers_and_is_not_kept(desk, batches) -> None:
    for where in ("phone", "door"):
        desk.post(NEW, sold((batches[0], "1", "80.000"), where=where, place="12 Lê Lợi, nhà cô Bảy"))
    assert dict(HandSale.objects.values_list("where", "place")) == {"phone": "", "door": "12 Lê Lợi, nhà cô Bảy"}
    assert 'name="buyer_phone" ' in (page := desk.get(NEW).content.decode())
    for name in ("place", "buyer_name", "buyer_phone"):
        assert re.search(f'<input[^>]*name="{name}"[^>]*data-private', page), "must not stay on the phone"


def test_a_form_sent_twice_is_one_sale_also_when_it_took_the_last_pack(desk, batches) -> None:
    form = sold((batches[0], "10", "80.000"), (batches[1], "6", "80.000"))
    assert desk.post(NEW, form).url == desk.post(NEW, form).url
    assert HandSale.objects.count() == 1


def test_a_form_sent_again_with_other_words_is_told_and_gets_a_fresh_key(desk, batches) -> None:
    first = sold((batches[0], "1", "80.000"))
    desk.post(NEW, first)
    response = desk.post(NEW, first | {f"n-{batches[0].public_code}": "2"})
    page = response.content.decode()
    assert response.status_code == 400 and "was sent before" in page and 'value="2"' in page
    assert HandSale.objects.get().lines.get().quantity == 1
    fresh = re.search('name="key" value="([^"]+)"', page)
    assert fresh and fresh[1] != first["key"]
    assert desk.post(NEW, first | {"key": fresh[1]}).status_code == 302


def test_a_sale_whose_record_is_gone_already_is_told_and_nothing_changes(desk, cast, batches) -> None:
    desk.post(NEW, sold((batches[0], "1", "80.000")))
    sale = HandSale.objects.get()
    said = {"reason": "did_not_occur", "note": "ghi nhầm", "client_uuid": uuid4(), "declared_at": timezone.now()}
    declare_error(event=sale.lines.get().event, actor=cast.lan_acts, with_its_sale=True, **said)
    response = desk.post(f"/en/ban-hang/ban-ngoai/{sale.code}/bo/")
    assert response.status_code == 302 and "could not be saved" in desk.get(response.url).content.decode()
    assert HandSale.objects.get().undone_at is None


def test_putting_it_right_takes_it_back_and_opens_the_form_filled_in(desk, batches) -> None:
    desk.post(NEW, sold((batches[0], "3", "75.000"), place="Chợ phiên"))
    sale = HandSale.objects.get()
    response = desk.post(f"/ban-hang/ban-ngoai/{sale.code}/bo/", {"again": "1"})
    form = desk.get(response.url).content.decode()
    assert 'value="3"' in form and 'value="75.000"' in form and 'value="Chợ phiên"' in form
    assert HandSale.objects.get().undone_at and Batch.objects.get(pk=batches[0].pk).available_base == 10_000


def test_sales_are_looked_up_by_day_with_their_sum(desk, batches) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    desk.post(NEW, sold((batches[0], "1", "70.000"), day=str(yesterday)))
    desk.post(NEW, sold((batches[0], "1", "90.000")))
    every = desk.get("/ban-hang/ban-ngoai/").content.decode()
    assert "160.000" in every
    one = desk.get(f"/ban-hang/ban-ngoai/?ngay={yesterday}").content.decode()
    assert "70.000" in one and "90.000" not in one and "160.000" not in one


@pytest.mark.parametrize("how_many", [1, 6])
def test_the_list_costs_the_same_for_one_and_six(desk, batches, how_many, django_assert_max_num_queries) -> None:
    for _ in range(how_many):
        desk.post(NEW, sold((batches[0], "1", "80.000")))
    with django_assert_max_num_queries(14):
        desk.get("/ban-hang/ban-ngoai/")
    with django_assert_max_num_queries(10):
        desk.get(NEW)


def test_nobody_else_sees_or_touches_it(desk, client, cast, batches) -> None:
    desk.post(NEW, sold((batches[0], "1", "80.000")))
    code = HandSale.objects.get().code
    recorder = make_member(cast.huong_que, "recorder", "Tư", "+84933333333", "482916")
    for user, answer in ((cast.other_seller, 404), (recorder, 403)):
        other = sign_in(Client(), user)
        assert other.get(f"/ban-hang/ban-ngoai/{code}/").status_code == answer
        assert other.post(f"/ban-hang/ban-ngoai/{code}/bo/").status_code == answer
        assert code not in other.get("/ban-hang/ban-ngoai/").content.decode()
    assert HandSale.objects.get().undone_at is None
