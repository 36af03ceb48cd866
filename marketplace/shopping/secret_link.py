"""The secret link of an order: knowing it is the only key, so its pages are never indexed, stored or named."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from marketplace.orders.models import Order
from marketplace.shopping.carrying import SeeOther

View = Callable[..., HttpResponse]


def secret(view: View) -> View:
    """Headers of every page under the secret link."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def find_order(token: str) -> Order:
    return get_object_or_404(Order.objects.select_related("commune__parent"), token=token)


def back_to_order(token: str, more: str = "") -> SeeOther:
    """``more``: query and anchor, as "?xem=8#ma"."""
    return SeeOther(reverse("shopping:order", args=[token]) + more)
