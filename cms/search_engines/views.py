"""``/sitemap.xml`` and its files, ``/robots.txt``. sitemaps.org 0.9, with the languages of a page beside each other
(xhtml:link) as search engines read them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from cms.search_engines.sections import SECTIONS, Shown

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'
XML = "application/xml; charset=utf-8"
# What a robot must not walk into: acts, and lists narrowed and searched in endless ways. Pages that must not be found
# (orders, baskets) are open to it on purpose: only who reads them sees that they say "noindex" (config/searchable.py).
CLOSED = (
    *("/*?*q=", "/*?*sort=", "/*?*price_"),
    *("/*gio/them/", "/*gio/sua/", "/mo-phong/", "/api/", "/epcis/", "/callbacks/"),
)


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The files that have rows; as many files as there are windows of rows, one small question for each section."""
    site = str(settings.SITE_URL).rstrip("/")
    files = (f"{site}/sitemap-{name}-{number}.xml" for name, one in SECTIONS.items() for number in one.windows())
    body = "".join(f"<sitemap><loc>{escape(file)}</loc></sitemap>\n" for file in files)
    return HttpResponse(f"{HEAD}<sitemapindex {NAMES.split(' ')[0]}>\n{body}</sitemapindex>\n", content_type=XML)


@require_safe
@cache_control(public=True, max_age=3600)
def sitemap_file(request: HttpRequest, section: str, number: int) -> HttpResponse:
    if section not in SECTIONS or number not in SECTIONS[section].windows():
        raise Http404
    one = SECTIONS[section]
    body = "".join(_urls(one.shown(one.window(number))))
    return HttpResponse(f"{HEAD}<urlset {NAMES}>\n{body}</urlset>\n", content_type=XML)


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """Samples of a trial version are nobody's goods: they are not to be found."""
    site = str(settings.SITE_URL).rstrip("/")
    closed = ("/",) if settings.DEMO else (*CLOSED, reverse("wagtailadmin_home"))
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "", f"Sitemap: {site}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@cache_control(public=True, max_age=86_400)
def manifest(request: HttpRequest) -> JsonResponse:
    """For "add to home screen": the shop under its own name and drawing."""
    icons = [
        {"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": static("img/touch.png"), "sizes": "180x180", "type": "image/png"},
    ]
    told = {"name": "Chợ Nguồn", "short_name": "Chợ Nguồn", "lang": "vi", "start_url": "/", "display": "browser"}
    told |= {"background_color": "#FBF8F1", "theme_color": "#1E6B45"}
    return JsonResponse(told | {"icons": icons}, content_type="application/manifest+json")


@require_safe
@cache_control(public=True, max_age=86_400)
def favicon(request: HttpRequest) -> HttpResponseRedirect:
    """Programs that read no page ask for this name."""
    return HttpResponseRedirect(static("img/touch.png"))


def _urls(things: Iterable[Shown]) -> Iterator[str]:
    for thing in things:
        changed = f"<lastmod>{thing.changed.isoformat(timespec='seconds')}</lastmod>" if thing.changed else ""
        others = "".join(_alternates(thing)) if len(thing.addresses) > 1 else ""
        for address in thing.addresses.values():
            yield f"<url><loc>{escape(address)}</loc>{changed}{others}</url>\n"


def _alternates(thing: Shown) -> Iterator[str]:
    for code, address in thing.addresses.items():
        yield f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(address)}/>'
    default = thing.addresses.get(settings.LANGUAGE_CODE)
    if default:
        yield f'<xhtml:link rel="alternate" hreflang="x-default" href={quoteattr(default)}/>'
