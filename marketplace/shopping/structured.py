"""Product and offers as schema.org JSON-LD, for search engines. Only what the page itself shows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from community.photos.rendering import sources_of
from marketplace.listings.finding import SOLD_ONLINE
from marketplace.listings.models import Listing, ListingPhoto
from marketplace.shopping.choices import PackChoice

PICTURE_WIDTH = 800
# As Django's json_script: inside <script> no tag can begin or end, whatever a seller wrote.
ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def product_json_ld(listing: Listing, choices: Sequence[PackChoice], photos: Sequence[ListingPhoto]) -> SafeString:
    """The content of one ``<script type="application/ld+json">``."""
    product, address = listing.product, _absolute(reverse("shopping:product", args=[listing.slug]))
    told: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": listing.shown_title,
        "description": listing.shown_summary,
        "url": address,
        "sku": product.code,
        "brand": {"@type": "Brand", "name": product.brand or product.cooperative.name},
        "image": [_absolute(sources_of(each.photo, PICTURE_WIDTH).src) for each in photos],
    }
    if product.sale_mode in SOLD_ONLINE and choices:
        told["offers"] = [_offer(choice, listing, address) for choice in choices]
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return mark_safe(text)  # nosec B308 B703 - every character that could end the block is escaped


def _offer(choice: PackChoice, listing: Listing, address: str) -> dict[str, Any]:
    offer = {
        "@type": "Offer",
        "name": choice.name,
        "url": f"{address}?pack={choice.pack.code}",
        "price": str(choice.price_dong),
        "priceCurrency": "VND",
        "availability": f"https://schema.org/{'InStock' if choice.packs_left else 'OutOfStock'}",
        "seller": {"@type": "Organization", "name": listing.product.cooperative.name},
    }
    return offer | ({"gtin14": choice.pack.gtin} if choice.pack.gtin else {})


def _absolute(address: str) -> str:
    return address if "://" in address else settings.SITE_URL.rstrip("/") + address
