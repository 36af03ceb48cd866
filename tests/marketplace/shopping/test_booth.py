"""A booth that no longer sells says so, and keeps its page."""

from __future__ import annotations

import pytest
from django.test import Client

from community.cooperatives.models import Cooperative
from tests.making import Goods


@pytest.mark.parametrize(("status", "words"), [("suspended", "hiện không bán"), ("ceased", "đã ngừng bán hẳn")])
def test_a_seller_that_stopped_keeps_a_page_that_says_so(client: Client, rice: Goods, status: str, words: str) -> None:
    seller = rice.product.cooperative
    Cooperative.objects.filter(pk=seller.pk).update(status=status)
    answer = client.get(f"/gian-hang/{seller.slug}/")
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert f"/san-pham/{rice.listing.slug}/" not in answer.content.decode()
    assert client.get(f"/p/{seller.code}").status_code == 302


def test_one_who_only_applied_has_no_booth(client: Client, rice: Goods) -> None:
    seller = rice.product.cooperative
    Cooperative.objects.filter(pk=seller.pk).update(status="applied")
    assert client.get(f"/gian-hang/{seller.slug}/").status_code == 404
