"""From the page of a batch to its sale: what is on sale says its price, what is not says why not."""

from __future__ import annotations

import pytest
from django.test import Client

from marketplace.listings.ending import archive_goods
from marketplace.listings.models import Listing
from marketplace.listings.writing import stop_selling
from tests.cast import Cast, sign_in
from tests.making import make_product, make_published_batch
from tests.marketplace.shopping.browsing import text_of
from traceability.products.models import Product

pytestmark = pytest.mark.django_db
NOT_ON_SALE = {
    "stopped": (lambda cast, goods: stop_selling(pack=goods.pack, actor=cast.lan_acts), "Đang tạm ngừng bán"),
    "not approved": (lambda cast, goods: Listing.objects.update(live=False), "Hàng này chưa lên chợ"),
    "archived": (lambda cast, goods: archive_goods(listing=goods.listing, actor=cast.lan_acts), ""),
    "only shown": (lambda cast, goods: Product.objects.update(sale_mode="showcase_only"), ""),
}


def page_of_a_batch(client: Client, cast: Cast, change=None) -> tuple[str, object]:
    goods = make_product(cast.huong_que, name="Mật ong rừng")
    batch = make_published_batch(goods.pack)
    if change:
        change(cast, goods)
    sign_in(client, cast.lan)
    return text_of(client.get(f"/ghi/lo/{batch.public_code}/")), goods


def test_a_batch_on_sale_says_its_price_and_leads_to_it(client: Client, cast: Cast, site_ready: None) -> None:
    page, goods = page_of_a_batch(client, cast)
    assert "Đang bán ·" in page and f'href="/ban-hang/hang/goi/{goods.pack.code}/gia/"' in page


@pytest.mark.parametrize("why", NOT_ON_SALE)
def test_what_is_not_on_sale_says_why_and_leads_to_the_goods(
    client: Client, cast: Cast, site_ready: None, why: str
) -> None:
    change, words = NOT_ON_SALE[why]
    page, goods = page_of_a_batch(client, cast, change)
    assert "Đang bán ·" not in page and ("Bán lô này" in page) is bool(words) and words in page
    assert (f'href="/ban-hang/hang/{goods.product.code}/"' in page) is bool(words)
