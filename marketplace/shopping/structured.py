"""Goods, their offers and who sells them as schema.org JSON-LD, for search engines. Only what the page itself shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from community.consents.showing import shown_phone
from community.cooperatives.models import Cooperative
from community.photos.rendering import sources_of
from marketplace.listings.choices import PackChoice
from marketplace.listings.finding import SOLD_ONLINE
from marketplace.listings.pages import ProductPage
from traceability.batches.addresses import printed_uri

SCHEMA = "https://schema.org"
PICTURE_WIDTH = 800
# As Django's json_script: inside <script> no tag can begin or end, whatever a seller wrote.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def product_json_ld(page: ProductPage) -> SafeString:
    """The content of one ``<script type="application/ld+json">``: Product with its Offers and their Organization.

    ``hasGS1DigitalLink`` is the printed identity of a pack with a GTIN: of the goods when they come in one pack only.
    """
    listing, product, choices = page.listing, page.product, page.choices
    address = _absolute(reverse("shopping:product", args=[listing.slug]))
    told: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "Product",
        "@id": f"{address}#product",
        "name": listing.shown_title,
        "description": listing.shown_summary,
        "url": address,
        "sku": product.code,
        "brand": {"@type": "Brand", "name": product.brand or page.seller.name},
        "image": [_absolute(sources_of(each.photo, PICTURE_WIDTH).src) for each in page.photos],
    }
    if len(choices) == 1:
        told |= _identity(choices[0])
    if product.sale_mode in SOLD_ONLINE and choices:
        seller = organization(page.seller)
        told["offers"] = [_offer(choice, page, address) | {"seller": seller} for choice in choices]
    rating = getattr(product, "rating", None)
    if rating is not None and rating.count and not settings.DEMO:  # invented reviews are nobody's opinion
        told["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": str(rating.average),
            "reviewCount": rating.count,
        }
    return _script(told)


def seller_json_ld(seller: Cooperative) -> SafeString:
    return _script({"@context": SCHEMA} | organization(seller))


def crumbs_json_ld(crumbs: Sequence[tuple[str, str]], *, here: str) -> SafeString:
    """Of the (label, path) that the page shows; the last one, without a path, is ``here``."""
    items = [
        {"@type": "ListItem", "position": position, "name": label, "item": _absolute(path or here)}
        for position, (label, path) in enumerate(crumbs, start=1)
    ]
    return _script({"@context": SCHEMA, "@type": "BreadcrumbList", "itemListElement": items})


def organization(seller: Cooperative) -> dict[str, Any]:
    """Who sells, as the booth shows it."""
    address = _absolute(reverse("shopping:booth", args=[seller.slug]))
    commune = seller.commune
    told: dict[str, Any] = {
        "@type": "Organization",
        "@id": f"{address}#seller",
        "name": seller.name,
        "url": address,
        "address": {
            "@type": "PostalAddress",
            "addressLocality": commune.name_with_type,
            "addressRegion": commune.parent.name_with_type if commune.parent else commune.name_with_type,
            "addressCountry": "VN",
        },
    }
    if seller.address_line:
        told["address"]["streetAddress"] = seller.address_line
    if seller.gln:
        told |= {"globalLocationNumber": seller.gln, "hasGS1DigitalLink": printed_uri(f"/417/{seller.gln}")}
    said = {"telephone": shown_phone(seller), "taxID": seller.tax_code}
    return told | {name: value for name, value in said.items() if value}


def _offer(choice: PackChoice, page: ProductPage, address: str) -> dict[str, Any]:
    buyable = choice.packs_left and not page.not_sold
    return {
        "@type": "Offer",
        "name": choice.name,
        "url": f"{address}?pack={choice.pack.code}",
        "price": str(choice.price_dong),
        "priceCurrency": "VND",
        "availability": f"{SCHEMA}/{'InStock' if buyable else 'OutOfStock'}",
        "itemCondition": f"{SCHEMA}/NewCondition",
    } | _identity(choice)


def _identity(choice: PackChoice) -> dict[str, str]:
    gtin = choice.pack.gtin
    return {"gtin14": gtin, "hasGS1DigitalLink": printed_uri(f"/01/{gtin}")} if gtin else {}


def _absolute(address: str) -> str:
    return address if "://" in address else settings.SITE_URL.rstrip("/") + address


def _script(told: dict[str, Any]) -> SafeString:
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return mark_safe(text)  # nosec B308 B703 - every character that could end the block is escaped
