"""What search engines read keeps the rules of schema.org and Google for goods, and of GS1 for their identity.

Rules: schema.org Product, Offer, Organization, BreadcrumbList; Google "Product structured data"; GS1 Digital Link.
"""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from community.cooperatives.models import Cooperative
from tests.cast import Cast
from tests.making import Goods, make_photo, make_product
from tests.marketplace.shopping.browsing import text_of
from traceability.gs1.parsing import parse_digital_link

pytestmark = pytest.mark.django_db

NEEDED = {
    "Product": {"name", "image", "description", "sku", "brand", "url"},
    "Offer": {"price", "priceCurrency", "availability", "url", "seller", "itemCondition"},
    "Organization": {"name", "url", "address"},
    "PostalAddress": {"addressLocality", "addressRegion", "addressCountry"},
    "BreadcrumbList": {"itemListElement"},
    "ListItem": {"position", "name", "item"},
    "Brand": {"name"},
}
ADDRESSES = ("url", "item", "@id", "hasGS1DigitalLink", "image")
AVAILABLE = {f"https://schema.org/{word}" for word in ("InStock", "OutOfStock")}


def blocks(response: Any) -> dict[str, Any]:
    """By @type."""
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text_of(response), re.S)
    told = [json.loads(text) for text in found]
    return {block["@type"]: block for block in told}


def faults(node: Any) -> list[str]:
    """Everything in a block that breaks a rule."""
    if isinstance(node, list):
        return [fault for one in node for fault in faults(one)]
    if not isinstance(node, dict):
        return []
    kind = node["@type"]
    found = [f"{kind} lacks {name}" for name in NEEDED[kind] - set(node)]
    found += [f"{kind}: {name} is empty" for name, value in node.items() if value in ("", None) or value == {}]
    for name in ADDRESSES:
        values = node.get(name, [])
        for value in values if isinstance(values, list) else [values]:
            if urlsplit(value).scheme not in ("http", "https"):
                found.append(f"{kind}: {name} {value} is no whole address")
    if kind == "Offer":
        found += _faults_of_offer(node)
    if link := node.get("hasGS1DigitalLink"):
        parsed = parse_digital_link(link)  # raises for a wrong check digit or a wrong key
        if kind != "Organization" and parsed.primary.value != node["gtin14"]:
            found.append(f"{kind}: {link} is another GTIN")
    return found + [fault for value in node.values() for fault in faults(value)]


def _faults_of_offer(offer: dict[str, Any]) -> list[str]:
    found = []
    if not re.fullmatch(r"[1-9][0-9]*", offer["price"]) or offer["priceCurrency"] != "VND":
        found.append(f"Offer: {offer['price']} {offer['priceCurrency']} is no sum in đồng")
    if offer["availability"] not in AVAILABLE:
        found.append(f"Offer: {offer['availability']} is no word of schema.org")
    return found


@pytest.fixture
def honey(cast: Cast, site_ready: None) -> Goods:
    """Of a seller with a GLN; with a photo, one pack, nothing left."""
    Cooperative.objects.filter(pk=cast.huong_que.pk).update(gln="8930000000019", tax_code="0312345678")
    cast.huong_que.refresh_from_db()
    return make_product(cast.huong_que, name="Mật ong", photos=[make_photo()])


def test_the_page_of_goods_keeps_every_rule(client: Client, rice: Goods, honey: Goods) -> None:
    for goods in (rice, honey):
        told = blocks(client.get(f"/san-pham/{goods.listing.slug}/"))
        assert set(told) == {"Product", "BreadcrumbList"}
        assert [fault for block in told.values() for fault in faults(block)] == []


def test_a_pack_with_a_gtin_carries_its_printed_identity(client: Client, rice: Goods) -> None:
    product = blocks(client.get(f"/san-pham/{rice.listing.slug}/"))["Product"]
    large = product["offers"][1]
    assert large["hasGS1DigitalLink"] == f"{settings.ID_BASE_URL.rstrip('/')}/01/09521000000018"
    assert "hasGS1DigitalLink" not in product["offers"][0] and "hasGS1DigitalLink" not in product


def test_goods_in_one_pack_are_that_pack_and_sold_out_is_said(client: Client, honey: Goods) -> None:
    pack = honey.pack
    pack.gtin = "09521000000018"
    pack.save()
    product = blocks(client.get(f"/san-pham/{honey.listing.slug}/"))["Product"]
    assert product["gtin14"] == pack.gtin and product["hasGS1DigitalLink"].endswith(f"/01/{pack.gtin}")
    assert product["offers"][0]["availability"] == "https://schema.org/OutOfStock"


def test_the_booth_is_an_organization_with_its_crumbs(client: Client, honey: Goods) -> None:
    seller = honey.product.cooperative
    told = blocks(client.get(f"/gian-hang/{seller.slug}/"))
    assert set(told) == {"Organization", "BreadcrumbList"}
    assert [fault for block in told.values() for fault in faults(block)] == []
    assert told["Organization"]["taxID"] == "0312345678"
    crumbs = told["BreadcrumbList"]["itemListElement"]
    assert [crumb["position"] for crumb in crumbs] == [1, 2]
    assert crumbs[-1]["item"] == told["Organization"]["url"]
