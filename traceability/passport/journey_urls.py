"""The journey of a lot stands beside its printed address, without a language in front."""

from __future__ import annotations

from django.urls import path

from traceability.passport.journey import journey_page

urlpatterns = [path("t/<str:code>/hanh-trinh", journey_page, name="journey")]
