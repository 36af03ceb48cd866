"""Whole public pages kept for a minute, for readers without a cookie: nothing of theirs is in them.

A page is kept under what it says: the catalogue's stamp (words, prices, stars, what is sold), and of a product its
lots, reviews and seller. What changes one of these is on the next answer. What no version tells of (a zone's fee, words
that fold alike, the price of a dearer pack, a
seller's telephone, how many packs are left on a card of a list) is there within ``PAGES_KEPT_SECONDS``. Nothing is
promised by a kept page: basket and order read everything anew.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Collection
from functools import wraps
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from community import clock
from marketplace.catalogue.cataloguing import catalogue_stamp
from marketplace.catalogue.keeping import pages

View = Callable[..., HttpResponse]
_LEVEL = 6
_PRODUCT = """
SELECT (SELECT stamp FROM marketplace_cataloguestamp ORDER BY id LIMIT 1), listing.id, product.status, seller.status,
  seller.holiday_from, seller.holiday_until, rating.count, rating.stars_sum,
  (SELECT COUNT(*) FROM traceability_batch AS lot WHERE lot.product_id = product.id AND lot.status = 'published'),
  (SELECT SUM(page_version) FROM traceability_batch AS lot WHERE lot.product_id = product.id),
  (SELECT SUM(available_base) FROM traceability_batch AS lot WHERE lot.product_id = product.id)
FROM marketplace_listing AS listing
JOIN traceability_product AS product ON product.id = listing.product_id
JOIN community_cooperative AS seller ON seller.id = product.cooperative_id
LEFT JOIN marketplace_rating AS rating ON rating.product_id = product.id
WHERE listing.slug = %s AND listing.live
"""


def catalogue_version(**_which: Any) -> str:
    return catalogue_stamp()


def product_version(*, slug: str) -> str:
    """ "" when there are no such goods. One question."""
    with connection.cursor() as cursor:
        cursor.execute(_PRODUCT, [slug])
        row = cursor.fetchone()
    return repr(row) if row else ""


def kept(version: Callable[..., str], *, knows: Collection[str] = ()) -> Callable[[View], View]:
    """Of a view of everybody. ``version`` gets what the address says, and answers "" for what is not to be kept.

    ``knows``: the names after the "?" that the view reads. With another one among them nothing is kept: ``?x=1``,
    ``?x=2`` … would each be a page.
    """
    known = frozenset(knows)

    def around(view: View) -> View:
        @wraps(view)
        def answer(request: HttpRequest, **which: Any) -> HttpResponse:
            if request.method != "GET" or request.COOKIES or not settings.PAGES_KEPT_SECONDS:
                return view(request, **which)
            now = version(**which) if known.issuperset(request.GET) else ""
            if not now:
                return view(request, **which)
            key = _key(request, now)
            held: bytes | None = pages.get(key)
            if held is not None:
                return _again(request, held)
            response = view(request, **which)
            if response.status_code == 200 and not response.cookies and not response.streaming:
                pages.set(key, gzip.compress(response.content, _LEVEL), settings.PAGES_KEPT_SECONDS)
            return response

        return answer

    return around


def _key(request: HttpRequest, version: str) -> str:
    said = (request.get_host(), request.scheme, request.get_full_path(), get_language(), clock.today(), version)
    return f"shopping.page.{blake2b(repr(said).encode(), digest_size=16).hexdigest()}"


def _again(request: HttpRequest, held: bytes) -> HttpResponse:
    """As it was sent before: compressed for who reads that, which is everybody."""
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(held, headers={"Content-Encoding": "gzip", "Content-Length": str(len(held))})
    else:
        response = HttpResponse(gzip.decompress(held))
    patch_vary_headers(response, ("Accept-Encoding", "Cookie"))
    return response
