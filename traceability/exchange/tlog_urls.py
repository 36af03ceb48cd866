from __future__ import annotations

from django.urls import path

from traceability.exchange import tlog
from traceability.exchange.dossier_views import batch_dossier

urlpatterns = [
    path("tlog/checkpoint", tlog.checkpoint, name="tlog_checkpoint"),
    path("tlog/checkpoint/<size>", tlog.checkpoint, name="tlog_checkpoint_of"),
    path("tlog/vkey", tlog.vkey, name="tlog_vkey"),
    path("tlog/entry/<seq>.json", tlog.entry, name="tlog_entry"),
    path("tlog/proof/<seq>.tlog-proof", tlog.proof, name="tlog_proof"),
    path("tlog/consistency", tlog.consistency, name="tlog_consistency"),
    path("t/<str:code>/ho-so.zip", batch_dossier, name="batch_dossier"),
]
