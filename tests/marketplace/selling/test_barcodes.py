"""A seller adds or corrects the number under the barcode; what is wrong with it is said in plain words."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.cast import sign_in
from tests.making import make_photo, make_product
from traceability.products.models import GtinRecord, Pack

pytestmark = pytest.mark.django_db
TYPED, KEPT = "8936000000011", "08936000000011"


@pytest.fixture
def desk(cast, client, site_ready) -> Client:
    return sign_in(client, cast.lan)


@pytest.fixture
def goods(cast):
    return make_product(cast.huong_que, photos=[make_photo(cooperative=cast.huong_que)])


def test_the_number_is_read_back_and_holds_only_when_confirmed(desk, goods) -> None:
    url = f"/en/ban-hang/hang/goi/{goods.pack.code}/ma-vach/"
    assert url in desk.get(f"/en/ban-hang/hang/{goods.product.code}/").content.decode()
    asked = desk.post(url, {"gtin": "893 6000 00001 1"})
    assert asked.status_code == 200
    assert TYPED in asked.content.decode()
    assert Pack.objects.get(pk=goods.pack.pk).gtin is None
    kept = desk.post(url, {"gtin": KEPT, "sure": "1"}, follow=True).content.decode()
    assert Pack.objects.get(pk=goods.pack.pk).gtin == KEPT
    assert "Labels printed before still work" in kept
    assert TYPED in kept


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Type the number"),
        ("8936000000012", "One digit is wrong"),
        ("12", "8, 12, 13 or 14 digits"),
        ("9780000000019", "a book"),
        ("2500000000010", "inside one shop"),
        ("abc", "digits only"),
    ],
)
def test_a_wrong_number_is_told_in_plain_words(desk, goods, typed: str, words: str) -> None:
    answer = desk.post(f"/en/ban-hang/hang/goi/{goods.pack.code}/ma-vach/", {"gtin": typed, "sure": "1"})
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert not GtinRecord.objects.exists()


def test_another_cooperatives_pack_does_not_exist_here(desk, cast) -> None:
    other = make_product(cast.other_cooperative, name="Cà phê")
    answer = desk.post(f"/ban-hang/hang/goi/{other.pack.code}/ma-vach/", {"gtin": TYPED, "sure": "1"})
    assert answer.status_code == 404
    assert Pack.objects.get(pk=other.pack.pk).gtin is None
