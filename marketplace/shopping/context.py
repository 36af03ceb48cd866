"""What the page frame shows of the basket, read from a cookie so that no page asks the database for it."""

from __future__ import annotations

from django.http import HttpRequest

from marketplace.shopping.carrying import COUNT_COOKIE


def basket_count(request: HttpRequest) -> dict[str, int]:
    """How many packs lie in the basket; 0 shows nothing. The cookie is a hint, never trusted for more than this."""
    text = request.COOKIES.get(COUNT_COOKIE, "")
    return {"basket_count": int(text) if text.isascii() and text.isdecimal() and len(text) <= 5 else 0}
