"""Pages around the passport that people open by hand."""

from __future__ import annotations

from django.urls import path

from traceability.passport.asking import lookup, report, reported

app_name = "passport"
urlpatterns = [
    path("", lookup, name="lookup"),
    path("bao/", report, name="report_unknown"),
    path("bao/cam-on/", reported, name="reported"),
    path("bao/<str:code>/", report, name="report"),
]
