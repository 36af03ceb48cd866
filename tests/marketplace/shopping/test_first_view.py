"""The first view of a buyer's pages on a phone with 400 kbit/s: at most 60 kB and eight requests, in each language,
with the largest thing to see in the HTML itself."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.test import Client

from cms.setting_up import set_up_site
from community.photos.rendering import render_photo
from marketplace.listings.models import Listing, ListingPhoto
from tests.making import Goods, make_photo

pytestmark = pytest.mark.django_db
MOST_BYTES, MOST_REQUESTS = 60 * 1024, 8
STATIC = Path(settings.BASE_DIR) / "static"
ASKED = re.compile(r'<link rel="stylesheet" href="([^"]+)"|<script src="([^"]+)"|<use href="([^"#]+)#')
IMAGE = re.compile(r"<img\b[^>]*>")
PAGES = ["/", "/san-pham/", "product", "/gio/?province=01", "/dat-hang/?province=01"]


def weight_of(url: str) -> int:
    """Bytes over the wire: text packed, pictures as they are."""
    if url.startswith("/media/"):
        return int(default_storage.size(url.removeprefix("/media/")))
    content = (STATIC / url.removeprefix("/static/")).read_bytes()
    return len(content) if url.endswith((".webp", ".jpg", ".png")) else len(gzip.compress(content))


def first_view(html: str) -> dict[str, int]:
    """Address → bytes of all that is fetched before anybody scrolls. Pictures far down say `lazy`."""
    asked = {next(filter(None, found)) for found in ASKED.findall(html)}
    eager = [tag for tag in IMAGE.findall(html) if 'loading="lazy"' not in tag]
    asked |= {found[1] for tag in eager if (found := re.search(r'src="([^"]+)"', tag))}
    return {url: weight_of(url) for url in asked} | {"the page": len(gzip.compress(html.encode()))}


@pytest.fixture
def market(client: Client, rice: Goods, coffee: Goods) -> Client:
    """Both sell, rice has a photo, and two packs of it lie in the basket."""
    set_up_site("testserver", 80)
    photo = make_photo("Gạo")
    ListingPhoto.objects.create(listing=Listing.objects.get(product=rice.product), photo=photo)
    render_photo(photo.pk)
    client.post("/gio/them/", {"pack": rice.packs[1].code, "quantity": 2})
    return client


@pytest.mark.parametrize("prefix", ["", "/en", "/km"])
def test_a_first_view_is_light_and_its_largest_thing_is_in_the_page(market: Client, rice: Goods, prefix: str) -> None:
    for path in PAGES:
        there = f"/san-pham/{rice.listing.slug}/" if path == "product" else path
        answer = market.get(prefix + there)
        assert answer.status_code == 200, there
        html = answer.content.decode()
        parts = first_view(html)
        assert sum(parts.values()) <= MOST_BYTES, (there, parts)
        assert len(parts) <= MOST_REQUESTS, (there, parts)
        assert "<h1" in html.partition("<main")[2]
        unsized = [tag for tag in IMAGE.findall(html) if not re.search(r'\bwidth="\d+"[^>]*\bheight="\d+"', tag)]
        assert unsized == [], "pictures without a size push the words down"
        assert html.count('fetchpriority="high"') == (1 if path == "product" else 0)
