"""Which basket a visitor carries: a random cookie, given with the first thing put in and never before."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from marketplace.basket.models import Basket

COOKIE = "basket"
COUNT_COOKIE = "basket_count"
KEPT_SECONDS = 60 * 60 * 24 * 60
LONGEST_TOKEN = 32


class SeeOther(HttpResponseRedirect):
    """The answer to every POST: what was done is looked at with a GET, so that reloading does nothing twice."""

    status_code = 303


def carried_basket(request: HttpRequest) -> Basket | None:
    """The visitor's basket, or None for somebody who never put anything in one."""
    token = request.COOKIES.get(COOKIE, "")
    return Basket.objects.filter(token=token).first() if 0 < len(token) <= LONGEST_TOKEN else None


def basket_to_fill(request: HttpRequest) -> Basket:
    return carried_basket(request) or Basket.objects.create()


def hand_over(response: HttpResponse, basket: Basket) -> HttpResponse:
    """Give the visitor the basket with this answer, and the number the frame shows."""
    packs = basket.lines.aggregate(packs=Sum("quantity"))["packs"] or 0
    how: dict[str, Any] = {
        "max_age": KEPT_SECONDS,
        "httponly": True,
        "samesite": "Lax",
        "secure": settings.SESSION_COOKIE_SECURE,
    }
    response.set_cookie(COOKIE, basket.token, **how)
    response.set_cookie(COUNT_COOKIE, str(packs), **how)
    return response
