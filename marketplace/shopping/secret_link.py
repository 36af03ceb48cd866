"""The secret link of an order: knowing it is the only key, so its pages are never indexed, stored or named."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from marketplace.orders.models import Order
from marketplace.shopping.carrying import SeeOther

View = Callable[..., HttpResponseBase]


def secret(view: View) -> View:
    """No page under the secret link is kept by anybody; ``config/searchable.py`` says the rest to search engines."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        return response

    return guarded


def find_order(token: str) -> Order:
    return get_object_or_404(Order.objects.select_related("commune__parent"), token=token)


def back_to_order(token: str, more: str = "") -> SeeOther:
    """``more``: query and anchor, as "?xem=8#ma"."""
    return SeeOther(reverse("shopping:order", args=[token]) + more)
