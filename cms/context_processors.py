"""What every template of a page for people may use: `demo`, `site_url`, `operator`, `menu`, `may_have_messages`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from cms.navigation import LANGUAGES, Frame, Link, Operator, frame_in


def frame(request: HttpRequest) -> dict[str, Any]:
    """Lazy: a page that shows no frame (the passport) asks for nothing.

    `may_have_messages` keeps anonymous pages cacheable: looking for messages opens the session, and nobody without
    a cookie can have one waiting.
    """

    def now() -> Frame:
        language = (get_language() or "vi")[:2]
        return frame_in(language if language in LANGUAGES else "vi")

    def operator() -> Operator:
        return now().operator

    def menu() -> tuple[Link, ...]:
        return now().menu

    return {
        "demo": settings.DEMO,
        "site_url": settings.SITE_URL.rstrip("/"),
        "operator": SimpleLazyObject(operator),
        "menu": SimpleLazyObject(menu),
        "may_have_messages": bool(request.COOKIES) or request.method == "POST",
    }
