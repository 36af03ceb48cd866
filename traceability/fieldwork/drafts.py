"""What was typed and not saved yet, kept in the member's session: a dead battery, a wrong tap or a refused form loses
nothing. Only this phone, signed in as this member, has it; signing out or saving ends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from community import clock
from traceability.batches.models import Batch
from traceability.events.models import Event

KEY = "step_drafts"
MOST_DRAFTS, MOST_SIGNS = 6, 4000
NEVER = frozenset({"csrfmiddlewaretoken", "for", "keep", "kept", "sure"})


@dataclass(frozen=True, slots=True)
class StepDraft:
    """``values``: what was typed, by the names of the form's fields. ``kept``: tokens of photos that arrived."""

    values: dict[str, str]
    kept: tuple[str, ...]
    at: datetime


def keep_draft(request: HttpRequest, *, batch: Batch, stage: str, tokens: Sequence[str]) -> None:
    """Keep the posted form. Of a form larger than any person types, or without its own number, nothing is kept."""
    values = {name: value for name, value in request.POST.items() if name not in NEVER and isinstance(value, str)}
    if day := values.pop("day_is", ""):
        values["day"] = day
    if sum(map(len, values.values())) > MOST_SIGNS or _number(values.get("client_uuid", "")) is None:
        return
    drafts = dict(request.session.get(KEY, {}))
    drafts.pop(_name(batch, stage), None)
    drafts[_name(batch, stage)] = {"values": values, "kept": list(tokens), "at": clock.now().isoformat()}
    request.session[KEY] = dict(list(drafts.items())[-MOST_DRAFTS:])


def find_draft(request: HttpRequest, *, batch: Batch, stage: str) -> StepDraft | None:
    """None where nothing waits, or where it was saved meanwhile. One query where something waits."""
    found = request.session.get(KEY, {}).get(_name(batch, stage))
    if found is None:
        return None
    client_uuid = _number(found["values"].get("client_uuid", ""))
    if client_uuid is None or Event.objects.filter(client_uuid=client_uuid).exists():
        forget_draft(request, batch=batch, stage=stage)
        return None
    return StepDraft(found["values"], tuple(found["kept"]), datetime.fromisoformat(found["at"]))


def forget_draft(request: HttpRequest, *, batch: Batch, stage: str) -> None:
    drafts = dict(request.session.get(KEY, {}))
    if drafts.pop(_name(batch, stage), None) is not None:
        request.session[KEY] = drafts


def _number(client_uuid: str) -> UUID | None:
    """None for what a broken browser wrote there."""
    try:
        return UUID(client_uuid)
    except ValueError:
        return None


def _name(batch: Batch, stage: str) -> str:
    return f"{batch.public_code}:{stage}"
