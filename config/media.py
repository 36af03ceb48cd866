"""Serves uploaded public pictures when no nginx does. Private files never pass here: they have no address."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.static import serve

WEEK = 7 * 24 * 60 * 60


def public_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file under MEDIA_ROOT, 404 otherwise. Renditions carry a hash in their name, so a week of cache is safe."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Cache-Control"] = f"public, max-age={WEEK}"
    return response
