"""Two questions a load balancer asks: does the process live, and can it do its work?"""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from importlib.util import find_spec
from pkgutil import iter_modules

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
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
    """By name: a migration file that the database has no record of. Django's own way loads some 200 modules to know

    the same, a tenth of a start. (Of squashed migrations `migrate` records every name.)
    """
    return not migrations_on_disk() <= MigrationRecorder(connection).applied_migrations().keys()


@cache
def migrations_on_disk() -> frozenset[tuple[str, str]]:
    """(app, name) of every migration file; an app without a migrations package has none."""
    found: set[tuple[str, str]] = set()
    for app in apps.get_app_configs():
        module, _explicit = MigrationLoader.migrations_module(app.label)
        spec = find_spec(module) if module else None
        if spec is not None and spec.origin is not None:
            files = iter_modules(spec.submodule_search_locations)
            found |= {(app.label, file.name) for file in files if file.name[0] not in "_~"}
    return frozenset(found)


def oldest_message_age() -> timedelta | None:
    """How long the message that should have left first has been waiting; None when none is due."""
    message = apps.get_model("community", "OutboxMessage")
    due = message.objects.filter(status__in=["waiting", "sending"], due_at__lte=timezone.now())
    oldest = due.order_by("due_at").values_list("due_at", flat=True).first()
    return timezone.now() - oldest if oldest else None
