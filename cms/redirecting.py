"""Editors' redirects in every language: what leads from /cu to /moi leads from /en/cu to /en/moi too."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.urls import translate_url
from django.utils.translation import get_language, override
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect
from wagtail.contrib.redirects.models import Redirect

from cms.page_languages import path_here


class LanguageRedirectMiddleware(RedirectMiddleware):  # type: ignore[misc]
    """Wagtail's, which compares whole addresses; where it finds nothing, the Vietnamese address is asked for and the
    reader stays in the language. A redirect typed for /en/cu itself goes first."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        language = get_language() or settings.LANGUAGE_CODE
        prefix = f"/{language}/"
        if response.status_code != 404 or not request.path_info.startswith(prefix):
            return response
        asked = "/" + request.get_full_path().removeprefix(prefix)
        path = Redirect.normalise_path(asked, decode_unicode=False)
        found = get_redirect(request, path) or get_redirect(request, urlsplit(path).path)
        if found is None or not found.link:
            return response
        kind = HttpResponsePermanentRedirect if found.is_permanent else HttpResponseRedirect
        return kind(target_in(found, language))


def target_in(redirect: Redirect, language: str) -> str:
    """The translation of the page it leads to, or that page where this language shows it; of an address of ours, the
    same under this language; of another site's, or of one without languages (/t/…), itself."""
    if redirect.redirect_page is not None:
        return path_here(redirect.redirect_page.localized, language) + redirect.redirect_page_route_path.lstrip("/")
    parts = urlsplit(redirect.link)
    if parts.netloc or not parts.path.startswith("/"):
        return str(redirect.link)
    ours = urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/"))
    with override(settings.LANGUAGE_CODE):
        there = str(translate_url(ours, language))
    return there if there != ours else str(redirect.link)
