"""The passport for machines, at the root and without a language. The view of a link reads the raw path itself."""

from __future__ import annotations

from django.urls import path, re_path

from traceability.passport.dpp_views import dpp_by_code, dpp_by_link, dpp_schema

urlpatterns = [
    path("schema.json", dpp_schema, name="dpp_schema"),
    path("t/<str:code>", dpp_by_code, name="dpp_by_code"),
    re_path(r"^01(?:/[\s\S]*)?\Z", dpp_by_link, name="dpp_by_link"),
]
