"""Two questions a load balancer asks: does the process live, and can it do its work?"""

from __future__ import annotations

from datetime import timedelta

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

OUTBOX_LATE = timedelta(minutes=10)


def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the process answers; asks nothing of the database."""
    return HttpResponse("ok\n", content_type="text/plain", headers={"Cache-Control": "no-store"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, no migration is missing and messages leave in time; otherwise 503 and which."""
    faults: list[str] = []
    waiting = None
    try:
        if unapplied_migrations():
            faults.append("migrations")
        else:
            waiting = oldest_message_age()
    except DatabaseError:
        faults.append("database")
    if waiting is not None and waiting > OUTBOX_LATE:
        faults.append("outbox")
    body = {"ready": not faults, "faults": faults, "outbox_age_s": int(waiting.total_seconds()) if waiting else 0}
    return JsonResponse(body, status=503 if faults else 200, headers={"Cache-Control": "no-store"})


def unapplied_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def oldest_message_age() -> timedelta | None:
    """How long the message that should have left first has been waiting; None when none is due."""
    message = apps.get_model("community", "OutboxMessage")
    due = message.objects.filter(status__in=["waiting", "sending"], due_at__lte=timezone.now())
    oldest = due.order_by("due_at").values_list("due_at", flat=True).first()
    return timezone.now() - oldest if oldest else None
