"""The page as a cheap phone shows it: everything one needs at the shelf without scrolling, little to load."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from community.photos.taking_in import take_in_photo
from tests.cast import Cast
from tests.harness.browser import Pages
from tests.traceability.passport.conftest import jpeg
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch
from traceability.certificates.models import Certificate
from traceability.passport.storing import store_stale_pages
from traceability.products.models import Product

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEIGHT = 640
MOST_BYTES = 30 * 1024


@pytest.fixture
def full_batch(cast: Cast, make_batch: Callable[..., Batch], shop: None) -> Batch:
    """With a picture, two papers of long names and something to buy: the fullest first screen."""
    batch = make_batch(("plot", "grow", "harvest", "dry", "mill", "test"))
    photo = take_in_photo(upload=jpeg(), title="Gạo", actor=cast.lan_acts, cooperative=cast.huong_que)
    Product.objects.update(photo=photo)
    for scheme, stars in (("ocop", 5), ("vietgap", None)):
        paper = Certificate.objects.create(
            cooperative=batch.cooperative,
            scheme=scheme,
            stars=stars,
            number="OCOP-MAU-QT-006",
            issuer="Ủy ban nhân dân thành phố Cần Thơ",
            issued_on=timezone.localdate() - timedelta(days=200),
            expires_on=timezone.localdate() + timedelta(days=600),
            checked_at=timezone.now(),
        )
        paper.products.add(batch.product)
    store_stale_pages()
    return batch


def test_all_one_needs_at_the_shelf_is_on_the_first_screen(full_batch: Batch, browser_page: Pages) -> None:
    page = browser_page(width=360, height=HEIGHT, js=False)
    page.goto(batch_path(full_batch))
    for words in ("Lô này bán bình thường", "Gạo thơm ST25", full_batch.lot_code, "OCOP", "Mua thêm", "Báo nghi ngờ"):
        box = page.get_by_text(words).first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= HEIGHT, words


def test_nothing_runs_off_the_side_even_with_every_part_opened(full_batch: Batch, browser_page: Pages) -> None:
    page = browser_page(width=320, height=HEIGHT)
    page.goto(batch_path(full_batch))
    for part in page.locator("summary").all():
        part.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_first_view_weighs_at_most_30_kb_and_asks_nobody_else(
    full_batch: Batch, browser_page: Pages, live_server: object
) -> None:
    page = browser_page(width=360, height=HEIGHT, js=False)
    weights: dict[str, int] = {}
    page.on("requestfinished", lambda asked: weights.update({asked.url: sum_of(asked.sizes())}))
    page.goto(batch_path(full_batch), wait_until="networkidle")
    assert all(url.startswith(live_server.url) for url in weights)
    assert sum(weights.values()) <= MOST_BYTES, weights


def sum_of(sizes: dict[str, int]) -> int:
    return sizes["responseBodySize"] + sizes["responseHeadersSize"]
