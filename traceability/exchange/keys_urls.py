from __future__ import annotations

from django.urls import path

from traceability.exchange import keys

app_name = "connections"

urlpatterns = [
    path("", keys.list_keys, name="keys"),
    path("moi/", keys.new_key, name="new_key"),
    path("<slug:prefix>/thu-hoi/", keys.revoke, name="revoke_key"),
]
