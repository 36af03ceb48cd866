"""The product page: price, what is left of which batch, papers valid today, who sells, what it costs to send."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from community import clock
from community.cooperatives.models import Cooperative
from marketplace.basket.models import Basket
from marketplace.listings.writing import stop_selling
from tests.cast import Cast
from tests.making import MAKER, Goods, make_certificate, make_photo, make_product, make_published_batch, make_zone
from tests.marketplace.shopping.browsing import text_of, wire_size
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.events.recording import StepReport, record_step
from traceability.products.models import Product

pytestmark = pytest.mark.django_db


def page(client: Client, goods: Goods, query: str = "") -> Any:
    return client.get(f"/san-pham/{goods.listing.slug}/{query}")


def told(response: Any) -> dict[str, Any]:
    """The JSON-LD of the page."""
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text_of(response), re.S)[1])


def test_the_page_names_price_stock_batch_paper_and_seller(client: Client, rice: Goods) -> None:
    html = text_of(page(client, rice))
    batch = Batch.objects.get(pack=rice.packs[1])
    for words in ("45.000 ₫", "195.000 ₫", "39.000 ₫/kg", batch.lot_code, "OCOP 5", "HTX Hương Quê Trần Đề",
                  "Xã Trần Đề, Thành phố Cần Thơ", "0299 3822 123"):  # fmt: skip
        assert words in html, words


def test_the_pack_of_the_address_is_chosen_and_its_batch_linked(client: Client, rice: Goods) -> None:
    small, large = rice.packs
    assert page(client, rice).context["chosen"].pack == small
    response = page(client, rice, f"?pack={large.code}")
    assert response.context["chosen"].pack == large
    assert f'href="{batch_path(Batch.objects.get(pack=large))}"' in text_of(response)
    assert page(client, rice, "?pack=NONSENSE").context["chosen"].pack == small


def test_a_pack_that_is_sold_out_is_shown_but_not_chosen(client: Client, rice: Goods) -> None:
    Batch.objects.filter(pack=rice.packs[0]).update(available_base=999)
    response = page(client, rice)
    assert response.context["chosen"].pack == rice.packs[1]
    assert re.search(rf'value="{rice.packs[0].code}"[^>]*disabled', text_of(response))


def test_the_first_batch_to_expire_is_the_one_named(client: Client, coffee: Goods) -> None:
    older = make_published_batch(coffee.pack, packs=1, packed_on=timezone.localdate() - timedelta(days=60))
    assert page(client, coffee).context["batch"] == older


def test_recorded_steps_of_that_batch_are_told_and_missing_ones_counted(client: Client, coffee: Goods) -> None:
    history = page(client, coffee).context["history"]
    assert [step.name for step in history.steps] == ["Thu hoạch", "Đóng gói"]
    assert (history.recorded, history.missing) == (2, 1)


def test_a_step_recorded_since_is_on_the_next_page(client: Client, coffee: Goods) -> None:
    """What is told of a batch is kept as its page tells it; nothing is asked of its records meanwhile."""
    page(client, coffee)
    with CaptureQueriesContext(connection) as queries:
        page(client, coffee)
    assert not [query for query in queries if "traceability_event" in query["sql"]]
    batch, now = Batch.objects.get(pack=coffee.pack), clock.now()
    (step,) = coffee.product.line.steps.filter(mandatory=False)
    report = StepReport(stage=step.code, event_time=now, parameters={})
    record_step(batch=batch, report=report, client_uuid=uuid4(), recorded_at=now, actor=MAKER)
    history = page(client, coffee).context["history"]
    assert (history.recorded, history.missing, history.steps[-1].name) == (3, 0, step.name)
    assert page(client, coffee, "?pack=").context["history"] == history


def test_a_paper_that_is_over_is_no_stamp(client: Client, coffee: Goods) -> None:
    make_certificate(coffee.product, stars=5, expires_on=timezone.localdate() - timedelta(days=1))
    make_certificate(coffee.product, stars=4, checked_at=None)
    assert page(client, coffee).context["stamps"] == []


def test_delivery_to_a_chosen_province_is_told_without_a_script(client: Client, cast: Cast, rice: Goods) -> None:
    make_zone(cast.huong_que, cast.can_tho, position=0, first_dong=15_000)
    large = rice.packs[1].code
    assert "30.000 ₫" in text_of(page(client, rice, f"?pack={large}&province=92"))
    assert "40.000 ₫" in text_of(page(client, rice, f"?pack={large}&province=44"))
    cast.huong_que.shipping_zones.filter(name="Cả nước", position=0).exclude(first_dong=15_000).delete()
    response = page(client, rice, "?province=44")
    assert response.context["way"].delivery is None
    assert "Quảng Trị" in text_of(response)


@pytest.mark.parametrize(
    "facts",
    [
        {"sale_mode": "showcase_only", "abv_percent": 35},
        {"sale_mode": "showcase_only"},
    ],
)
def test_what_may_not_be_sold_online_says_why_and_has_no_button(
    facts: dict[str, Any], client: Client, coffee: Goods
) -> None:
    Product.objects.filter(pk=coffee.product.pk).update(**facts)
    response = page(client, coffee)
    assert response.context["not_sold"]
    assert "/gio/them/" not in text_of(response)
    assert "offers" not in told(response)


def test_goods_for_adults_can_be_bought_and_say_for_whom_they_are(client: Client, coffee: Goods) -> None:
    Product.objects.filter(pk=coffee.product.pk).update(sale_mode="online_age_gated", abv_percent=12)
    response = page(client, coffee)
    assert not response.context["not_sold"] and "/gio/them/" in text_of(response)
    assert "từ 18 tuổi" in text_of(response)


def test_sold_out_and_stopped_say_so(client: Client, cast: Cast, coffee: Goods) -> None:
    Batch.objects.filter(pack=coffee.pack).update(available_base=0)
    assert "/gio/them/" not in text_of(page(client, coffee))
    stop_selling(pack=coffee.pack, actor=cast.other_acts)
    response = page(client, coffee)
    assert response.status_code == 200 and response.context["not_sold"]


def test_drafts_and_goods_of_suspended_sellers_are_not_there(client: Client, cast: Cast, coffee: Goods) -> None:
    draft = make_product(cast.other_cooperative, name="Nháp", live=False)
    assert page(client, draft).status_code == 404
    Cooperative.objects.filter(pk=cast.other_cooperative.pk).update(status="suspended")
    assert page(client, coffee).status_code == 404
    assert client.get("/san-pham/khong-co/").status_code == 404


def test_search_engines_read_the_same_offers_and_nothing_breaks_out(client: Client, cast: Cast, rice: Goods) -> None:
    found = told(page(client, rice))
    assert [offer["price"] for offer in found["offers"]] == ["45000", "195000"]
    assert {offer["availability"] for offer in found["offers"]} == {"https://schema.org/InStock"}
    evil = "</script><script>alert(1)</script>"
    bad = make_product(cast.huong_que, name="Xấu", summary=evil, story=evil)
    response = page(client, bad)
    assert told(response)["description"] == evil
    assert "<script>alert" not in text_of(response)


def test_the_short_address_leads_to_the_page_with_the_pack_chosen(client: Client, rice: Goods) -> None:
    response = client.get(f"/mua/{rice.packs[1].code}/")
    assert response.status_code == 302
    assert response["Location"] == f"/san-pham/{rice.listing.slug}/?pack={rice.packs[1].code}"
    assert client.get("/mua/KHONGCO2/").status_code == 404


def test_only_the_first_photo_is_fetched_at_once(client: Client, cast: Cast, site_ready: None) -> None:
    goods = make_product(cast.huong_que, photos=[make_photo(), make_photo()])
    pictures = re.findall(r"<img[^>]*/media/[^>]*>", page(client, goods).content.decode())
    assert len(pictures) == 2
    assert 'loading="lazy"' not in pictures[0] and 'loading="lazy"' in pictures[1]


def test_the_page_is_light_and_asks_a_fixed_number_of_questions(client: Client, rice: Goods) -> None:
    response = page(client, rice, "?province=92")
    assert wire_size(response) <= 60_000
    with CaptureQueriesContext(connection) as few:
        page(client, rice)
    for _ in range(5):
        make_published_batch(rice.packs[0])
        make_certificate(rice.product)
    with CaptureQueriesContext(connection) as more:
        page(client, rice)
    assert len(more) == len(few) <= 25


@pytest.mark.parametrize("typed", ["-1", "0", "1,5", "1000000000", "", "hai"])
def test_a_wrong_number_of_packs_is_told_on_the_page_and_fills_nothing(typed: str, client: Client, rice: Goods) -> None:
    response = client.post("/gio/them/", {"pack": rice.packs[1].code, "quantity": typed})
    assert response.status_code == 422
    assert response.context["error"] and response.context["chosen"].pack == rice.packs[1]
    assert f'value="{typed}"' in text_of(response)
    assert not Basket.objects.exists() and "basket" not in client.cookies


def test_the_booth_shows_who_they_are_and_all_they_sell(client: Client, cast: Cast, rice: Goods, coffee: Goods) -> None:
    html = text_of(client.get("/gian-hang/htx-huong-que-tran-de/"))
    assert "Gạo thơm ST25" in html and "Cà phê" not in html and "OCOP 5" in html
    assert client.get("/p/HQTD2345")["Location"] == "/gian-hang/htx-huong-que-tran-de/"
