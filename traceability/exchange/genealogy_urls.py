from __future__ import annotations

from django.urls import path

from traceability.exchange.genealogy import genealogy

urlpatterns = [path("<str:code>/genealogy", genealogy, name="genealogy")]
