"""Forms on pages that everybody shares: such a page holds no token, so that one copy of it is right for all visitors.

What a token proves is asked of the browser instead: every browser says which site a form was posted from. Only for acts
that need no account and give nobody away: filling a basket, keeping a place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

View = Callable[..., HttpResponse]


def from_this_site(view: View) -> View:
    """Answers 403 to what another site's page posted."""

    @csrf_exempt
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not comes_from_here(request):
            return render(request, "403_csrf.html", status=403)
        return view(request, *args, **kwargs)

    return guarded


def comes_from_here(request: HttpRequest) -> bool:
    """By ``Sec-Fetch-Site``, else ``Origin``, else ``Referer``. Without any of them no page posted it: browsers send at

    least ``Origin`` with a form of another site, so there is nobody whose cookies could be used.
    """
    said = request.headers.get("Sec-Fetch-Site")
    if said is not None:
        return said in ("same-origin", "none")
    source = request.headers.get("Origin") or request.headers.get("Referer")
    return source is None or _site(source) in {f"{request.scheme}://{request.get_host()}", _site(settings.SITE_URL)}


def _site(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
