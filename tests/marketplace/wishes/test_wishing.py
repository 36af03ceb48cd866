"""One message when goods are back, to who asked for it; nothing is kept after it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from community import clock
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.outbox.models import OutboxMessage
from marketplace.listings.writing import stop_selling
from marketplace.wishes.models import StockWish
from marketplace.wishes.wishing import (
    KEPT,
    KEPT_AFTER_TELLING,
    KIND,
    MOST_PER_CONTACT,
    CannotWish,
    purge_wishes,
    take_back,
    tell_of_returned,
    wish_for,
)
from tests.cast import Cast
from tests.making import Goods, PackPlan, make_product, make_published_batch, open_shop
from tests.marketplace.shopping.browsing import text_of
from traceability.batches.models import Batch
from traceability.products.models import Pack, Product

pytestmark = pytest.mark.django_db
PHONE = "+84905111222"


@pytest.fixture
def honey(cast: Cast, site_ready: None) -> Goods:
    """On sale, and nothing is left."""
    open_shop(cast.huong_que)
    goods = make_product(cast.huong_que, name="Mật ong rừng", name_en="Forest honey", packs=(PackPlan("chai 500 ml"),))
    make_published_batch(goods.pack, packs=2)
    Batch.objects.update(available_base=0)
    return goods


def wish(pack: Pack, contact: str = PHONE, language: str = "vi") -> StockWish:
    return wish_for(pack=pack, contact=contact, language=language, actor=Actor.buyer())


def messages() -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind=KIND))


def comes_back() -> None:
    Batch.objects.update(available_base=1000)


def test_who_asked_is_told_once_when_it_is_back(honey: Goods) -> None:
    made, english = wish(honey.pack), wish(honey.pack, "lan@example.vn", "en")
    assert tell_of_returned(now=clock.now()) == 0 and not messages()
    comes_back()
    assert tell_of_returned(now=clock.now()) == 2
    assert tell_of_returned(now=clock.now()) == 0
    told = {message.to: message for message in messages()}
    assert told[PHONE].channel == "sms" and "Mật ong rừng" in told[PHONE].text and made.token in told[PHONE].text
    mail = told["lan@example.vn"]
    assert mail.channel == "email" and "Forest honey" in mail.subject
    assert f"/en/bao-khi-co/{english.token}/" in mail.text


def test_wishes_that_never_come_true_keep_no_other_from_its_turn(
    honey: Goods, cast: Cast, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    """Red before: only the oldest wishes were looked at, whatever they waited for."""
    monkeypatch.setattr("marketplace.wishes.wishing.AT_ONCE", 2)
    tea = make_product(cast.huong_que, name="Trà").pack
    for number in range(30):
        StockWish.objects.create(pack=honey.pack, contact=f"{number}@example.vn")
    wish(tea)
    make_published_batch(tea, packs=1)
    with django_assert_max_num_queries(20):
        assert tell_of_returned(now=clock.now()) == 1
    assert [message.to for message in messages()] == [PHONE]
    comes_back()
    assert [tell_of_returned(now=clock.now()) for _turn in range(2)] == [2, 2], "and no more than that at once"


def test_a_wish_is_not_told_while_the_seller_rests(honey: Goods, cast: Cast) -> None:
    wish(honey.pack)
    comes_back()
    today = clock.today()
    Cooperative.objects.update(holiday_from=today, holiday_until=today + timedelta(days=3))
    assert tell_of_returned(now=clock.now()) == 0
    with clock.at(clock.now() + timedelta(days=5)):
        assert tell_of_returned(now=clock.now()) == 1


def test_the_same_wish_again_is_the_first_one_and_after_the_message_a_new_one_counts(honey: Goods) -> None:
    assert wish(honey.pack) == wish(honey.pack)
    comes_back()
    tell_of_returned(now=clock.now())
    Batch.objects.update(available_base=0)
    wish(honey.pack)
    assert StockWish.objects.count() == 2 and StockWish.objects.waiting().count() == 1


@pytest.mark.parametrize(("facts", "code"), [({}, "there_now"), ({"sale_mode": "showcase_only"}, "not_sold")])
def test_what_is_there_or_never_sold_is_not_wished_for(honey: Goods, facts: dict[str, str], code: str) -> None:
    if facts:
        Product.objects.update(**facts)
    else:
        comes_back()
    with pytest.raises(CannotWish) as refused:
        wish(Pack.objects.select_related("product").get(pk=honey.pack.pk))
    assert refused.value.code == code and not StockWish.objects.exists()


def test_stopped_goods_can_be_wished_for_and_are_told_of_only_when_sold(honey: Goods, cast: Cast) -> None:
    comes_back()
    stop_selling(pack=honey.pack, actor=cast.lan_acts)
    wish(honey.pack)
    assert tell_of_returned(now=clock.now()) == 0


def test_one_address_waits_for_so_many_things_only(honey: Goods, cast: Cast) -> None:
    plans = tuple(PackPlan(f"gói {number}", 100 + number) for number in range(MOST_PER_CONTACT))
    for pack in make_product(cast.huong_que, name="Trà", packs=plans).packs:
        wish(pack)
    with pytest.raises(CannotWish):
        wish(honey.pack)
    assert StockWish.objects.count() == MOST_PER_CONTACT


def test_taken_back_nothing_is_kept_and_what_waits_to_leave_does_not(honey: Goods) -> None:
    made = wish(honey.pack)
    comes_back()
    tell_of_returned(now=clock.now())
    assert take_back(token=made.token, actor=Actor.buyer())
    assert not StockWish.objects.exists() and not messages()
    assert not take_back(token=made.token, actor=Actor.buyer())


def test_told_and_forgotten_wishes_are_purged_with_the_address_in_the_message(honey: Goods) -> None:
    made = wish(honey.pack)
    comes_back()
    now = clock.now()
    tell_of_returned(now=now)
    OutboxMessage.objects.update(status="sent", sent_at=now)
    assert purge_wishes(now=now + KEPT_AFTER_TELLING - timedelta(minutes=1)) == 0
    assert purge_wishes(now=now + KEPT_AFTER_TELLING + timedelta(minutes=1)) == 1
    assert not StockWish.objects.filter(pk=made.pk).exists()
    assert [(message.to, message.text) for message in messages()] == [("", "")]


def test_what_a_worker_holds_when_it_is_taken_back_is_not_tried_again(honey: Goods) -> None:
    """Red before: the emptied row stayed "sending" and went back to the queue. Staff see the key: it is no secret."""
    made = wish(honey.pack)
    comes_back()
    tell_of_returned(now=clock.now())
    assert made.token not in messages()[0].key
    OutboxMessage.objects.update(status="sending", claimed_at=clock.now(), email="lan@example.vn", facts={"link": "x"})
    take_back(token=made.token, actor=Actor.buyer())
    (held,) = messages()
    assert (held.status, held.to, held.email, held.text, held.facts) == ("failed", "", "", "", {})


def test_a_wish_that_never_came_true_ends_after_half_a_year(honey: Goods) -> None:
    wish(honey.pack)
    assert purge_wishes(now=clock.now() + KEPT - timedelta(days=1)) == 0
    assert purge_wishes(now=clock.now() + KEPT + timedelta(days=1)) == 1


# --- the pages --------------------------------------------------------------------------------------------------------
def test_the_page_of_the_goods_leads_to_the_question_and_it_is_asked_with_consent(client: Client, honey: Goods) -> None:
    address = f"/san-pham/{honey.listing.slug}/bao-khi-co/"
    assert f'href="{address}?pack={honey.pack.code}"' in text_of(client.get(f"/san-pham/{honey.listing.slug}/"))
    asked = {"pack": honey.pack.code, "contact": "0905 111 222"}
    refused = client.post(address, asked)
    assert refused.status_code == 422 and "agrees" in refused.context["form"].errors
    assert not StockWish.objects.exists()
    told = client.post(address, asked | {"agrees": "on"})
    made = StockWish.objects.get()
    assert (told.status_code, told["Location"]) == (303, f"/san-pham/{honey.listing.slug}/") and made.contact == PHONE
    ending = f"/bao-khi-co/{made.token}/"
    assert "Mật ong rừng" in text_of(client.get(ending))
    assert client.post(ending).status_code == 303 and not StockWish.objects.exists()
    assert "Ở đây không giữ gì" in text_of(client.get(ending))


def test_who_types_a_neighbours_number_learns_neither_of_the_wish_nor_its_secret(honey: Goods) -> None:
    """Red before: the second one was sent to the first one's address, and could cancel the wish."""
    asked = {"pack": honey.pack.code, "contact": "0905 111 222", "agrees": "on"}
    first, second = (
        (client.post(f"/san-pham/{honey.listing.slug}/bao-khi-co/", asked), client) for client in (Client(), Client())
    )
    made = StockWish.objects.get()
    pages = [text_of(client.get(answer["Location"])) for answer, client in (first, second)]
    assert first[0]["Location"] == second[0]["Location"] == f"/san-pham/{honey.listing.slug}/"
    assert pages[0] == pages[1] and made.token not in pages[0]


@pytest.mark.parametrize("contact", ["", "0123", "minh@", "không có"])
def test_a_contact_that_is_none_is_refused_by_its_field(client: Client, honey: Goods, contact: str) -> None:
    asked = {"pack": honey.pack.code, "contact": contact, "agrees": "on"}
    answer = client.post(f"/san-pham/{honey.listing.slug}/bao-khi-co/", asked)
    assert answer.status_code == 422 and "contact" in answer.context["form"].errors
    assert not StockWish.objects.exists()


def test_what_can_be_bought_leads_back_to_the_goods(client: Client, honey: Goods) -> None:
    comes_back()
    assert client.get(f"/san-pham/{honey.listing.slug}/bao-khi-co/")["Location"] == f"/san-pham/{honey.listing.slug}/"
