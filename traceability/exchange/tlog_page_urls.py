from __future__ import annotations

from django.urls import path

from traceability.exchange.tlog_page import log_page

urlpatterns = [path("", log_page, name="log_page")]
