"""Serves uploaded public pictures when no nginx does. Private files never pass here: they have no address."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.views.static import serve

from community.photos.lightening import lighter_names

WEEK = 7 * 24 * 60 * 60
AVIF = "image/avif"


def public_media(request: HttpRequest, path: str) -> HttpResponseBase:
    """A file under MEDIA_ROOT, 404 otherwise; the AVIF beside a WebP for whoever reads AVIF. Renditions carry a hash in
    their name, so a week of cache is safe."""
    lighter = lighter_names(path)
    chosen = _lightest(path, lighter) if AVIF in request.headers.get("Accept", "") else path
    response = serve(request, chosen, document_root=str(settings.MEDIA_ROOT))
    if chosen != path:
        response.headers["Content-Type"] = AVIF
    if lighter:
        patch_vary_headers(response, ["Accept"])
    response.headers["Cache-Control"] = f"public, max-age={WEEK}"
    return response


def _lightest(path: str, lighter: list[str]) -> str:
    root = Path(settings.MEDIA_ROOT)
    return next((one for one in lighter if (root / one).is_file()), path)
