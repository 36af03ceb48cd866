"""Cards of goods: a few short questions whatever their number, and none while they are drawn."""

from __future__ import annotations

from typing import Any

import pytest

from community import clock
from community.photos.models import Photo
from marketplace.listings.models import Listing
from marketplace.listings.shelves import cards_in_order
from marketplace.templatetags.goods import product_card
from tests.cast import Cast
from tests.making import make_photo, make_product, make_published_batch

pytestmark = pytest.mark.django_db


@pytest.fixture
def ids(cast: Cast) -> list[int]:
    for number in range(3):
        goods = make_product(cast.huong_que, name=f"Gạo {number}", photos=[make_photo(f"Ảnh {number}")])
        make_published_batch(goods.pack, packs=5)
    return list(Listing.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.parametrize("many", [1, 3])
def test_cards_are_five_questions_and_drawing_them_is_none(
    ids: list[int], many: int, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(5):
        cards = cards_in_order(ids[:many], today=clock.today(), language="vi")
    with django_assert_num_queries(0):
        drawn = [product_card(card) for card in cards]
    assert len(drawn) == many and all("<img" in card for card in drawn)


def test_a_photo_that_is_withheld_is_on_no_card(ids: list[int]) -> None:
    Photo.objects.update(is_withheld=True, is_illustration=True)
    for card in cards_in_order(ids, today=clock.today(), language="vi"):
        drawn = product_card(card)
        assert "<img" not in drawn and 'class="tag"' not in drawn and "Gạo" in drawn
