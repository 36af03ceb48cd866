"""Printed addresses, at the root and without a language (``/01/…``, ``/414/…``, ``/t/…``), and what machines ask.

The views read the raw path themselves.
"""

from __future__ import annotations

from django.urls import path, re_path

from traceability.passport.interfaces import gs1resolver, master_data, recall_status
from traceability.passport.views import by_link, by_place_code, by_public_code

KEYS = "00|01|253|255|401|402|414|417|8003|8004|8006|8010|8013|8017|8018"
"""Every primary key of the syntax dictionary: those we do not keep are answered 404, not by the shop's pages."""

FORMER_NAMES = "gtin|gln|sscc"
"""Words that stood for keys until version 1.3 of the URI syntax: malformed now, and said so."""

urlpatterns = [
    re_path(rf"^(?:{KEYS}|{FORMER_NAMES})(?:/[\s\S]*)?\Z", by_link, name="batch_by_link"),
    path("t/<str:code>", by_public_code, name="batch_by_code"),
    path("t/<str:code>/", by_public_code),
    path("l/<str:code>", by_place_code, name="place_by_code"),
    path("l/<str:code>/", by_place_code),
    path(".well-known/gs1resolver", gs1resolver, name="gs1resolver"),
    re_path(r"^api/recall/(?:01|t)/[\s\S]*\Z", recall_status, name="recall_status"),
    re_path(r"^api/master/01/[\s\S]*\Z", master_data, name="master_data"),
]
