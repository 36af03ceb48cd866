"""Which language a page of the simulation speaks: like a bank's, these addresses are outside /en."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation

from marketplace.orders.models import Order
from marketplace.payments.providers.registry import simulated_is_on

View = Callable[..., HttpResponse]


def simulated(view: View) -> View:
    """404 outside a demo, also when somebody mounted the address by mistake."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not simulated_is_on():
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def language_of(request: HttpRequest, order: Order | None) -> str:
    """``?lang=``, else that of the order one came from, else what the visitor chose on the site."""
    known = dict(settings.LANGUAGES)
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    wishes = [request.GET.get("lang", ""), order.language if order else "", chosen]
    return next((wish for wish in wishes if wish in known), settings.LANGUAGE_CODE)


def ways(address: str, known: dict[str, str]) -> dict[str, Any]:
    """The page's own address in its language, for its forms, and in the others, for its reader."""
    active = translation.get_language()
    others = [
        {"code": code, "name": name, "url": f"{address}?{urlencode(known | {'lang': code})}"}
        for code, name in settings.LANGUAGES
        if code != active
    ]
    return {"here": f"{address}?{urlencode({'lang': active})}", "other_languages": others}
