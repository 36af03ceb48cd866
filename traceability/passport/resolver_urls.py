"""Printed addresses, at the root and without a language: ``/01/…`` and ``/t/…``. The view reads the raw path itself."""

from __future__ import annotations

from django.urls import path, re_path

from traceability.passport.views import batch_by_link, batch_by_public_code

urlpatterns = [
    re_path(r"^01(?:/.*)?$", batch_by_link, name="batch_by_link"),
    path("t/<str:code>", batch_by_public_code, name="batch_by_code"),
    path("t/<str:code>/", batch_by_public_code),
]
