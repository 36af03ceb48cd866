"""Every address of the house.

Outside the language prefix: what machines call, what is printed on labels, and the admin. Inside it: pages for
people, Vietnamese at `/…` and English at `/en/…`; Wagtail's pages come last because they take whatever is left.
"""

from __future__ import annotations

from importlib.util import find_spec

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as admin_urls
from wagtail.documents import urls as document_urls

from config.health import healthz, readyz
from config.media import public_media
from config.policies import ADMIN_PREFIX


# TEMPORARY (wave 1): rooms are built at the same moment; the lead replaces this by plain include() when all exist.
def include_if_present(route: str, module: str) -> list[URLPattern | URLResolver]:
    try:
        found = find_spec(module) is not None
    except ModuleNotFoundError:
        found = False
    return [path(route, include(module))] if found else []


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("media/<path:path>", public_media, name="media"),
    path("ngon-ngu/", set_language, name="set_language"),
    *include_if_present("", "traceability.passport.urls"),
    *include_if_present("callbacks/", "marketplace.callbacks.urls"),
]
if settings.PAYMENTS_ALLOW_SIMULATED:
    urlpatterns += include_if_present("mo-phong/", "marketplace.simulation.urls")
urlpatterns += [
    path(ADMIN_PREFIX.lstrip("/"), include(admin_urls)),
    path("tai-lieu/", include(document_urls)),
    *i18n_patterns(
        *include_if_present("", "community.accounts.urls"),
        *include_if_present("", "marketplace.shopping.urls"),
        *include_if_present("ban-hang/", "marketplace.selling.urls"),
        *include_if_present("ghi/", "traceability.fieldwork.urls"),
        *include_if_present("", "cms.urls"),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]
