"""Every address of the house.

Outside the language prefix: what machines call, what is printed on labels, and the admin. Inside it: pages for
people, Vietnamese at `/…`, English at `/en/…`, Khmer at `/km/…`; Wagtail's pages come last because they take
whatever is left.
"""

from __future__ import annotations

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
from traceability.exchange.openapi import api_page, api_schema

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("media/<path:path>", public_media, name="media"),
    path("ngon-ngu/", set_language, name="set_language"),
    path("", include("cms.search_engines.urls")),
    path("", include("traceability.passport.journey_urls")),
    path("", include("traceability.exchange.tlog_urls")),
    path("", include("traceability.passport.resolver_urls")),
    path("api/lots/", include("traceability.exchange.genealogy_urls")),
    path("api/lots/", include("traceability.exchange.lot_urls")),
    path("api/dpp/", include("traceability.passport.dpp_urls")),
    path("epcis/v2/", include("traceability.exchange.epcis_urls")),
    path("api/", api_page, name="api_page"),
    path("api/schema/", api_schema, name="api_schema"),
    path("callbacks/", include("marketplace.callbacks.urls")),
    path("callbacks/messages/", include("community.outbox.urls")),
]
if settings.PAYMENTS_ALLOW_SIMULATED:
    urlpatterns.append(path("mo-phong/", include("marketplace.simulation.urls")))
urlpatterns += [
    path(ADMIN_PREFIX.lstrip("/"), include(admin_urls)),
    path("tai-lieu/", include(document_urls)),
    *i18n_patterns(
        path("", include("community.accounts.urls")),
        path("", include("community.members.urls")),
        path("", include("marketplace.shopping.urls")),
        path("ban-hang/", include("marketplace.selling.urls")),
        path("ghi/", include("traceability.fieldwork.urls")),
        path("giup/", include("marketplace.helping.urls")),
        path("giup/", include("community.mandates.urls")),
        path("bai-hoc/", include("cms.training.urls")),
        path("ma/", include("traceability.passport.urls")),
        path("nhat-ky/", include("traceability.exchange.tlog_page_urls")),
        path("quy-che/", include("community.rules.views")),
        path("hoi/", include("community.questions.views")),
        path("", include("cms.urls")),
        path("ket-noi/", include("traceability.exchange.keys_urls")),
        path("", include(wagtail_urls)),
        prefix_default_language=False,
    ),
]
