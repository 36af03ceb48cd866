"""What a helper had typed when the mandate ended: kept for the cooperative, whose people send it or throw it away.

Kept is only the text of the form: no photos, no secrets, nothing about who bought or where somebody stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.mandates.acting import MandateOver
from community.mandates.models import KeptForm

MOST_SIGNS, MOST_FIELDS, MOST_OPEN = 8000, 80, 20
KEPT = timedelta(days=30)
SECRETS = frozenset(
    {"csrfmiddlewaretoken", "pin", "pin1", "pin2", "password", "password1", "password2", "last4", "token"}
)
OF_PEOPLE = frozenset({"buyer", "phone", "email", "address", "receiver", "lat", "lon", "latitude", "longitude"})
"""Whole words of a field's name: "late_reason" is not a latitude."""
NO_WORDS = frozenset({"act", "keep", "sure", "confirmed", "client_uuid", "key", "recorded_at"})
"""Fields that hold no words of a person: a form of only those has nothing to keep."""


class CannotKeep(DomainError):
    """`closed`: opened or thrown away already."""


@transaction.atomic
def keep_form(*, over: MandateOver, path: str, posted: Iterable[tuple[str, Iterable[object]]]) -> KeptForm | None:
    """One row and one line in the log; the same form again replaces the first. None when nobody typed anything.

    ``posted``: the names of the form and their texts.
    """
    mandate, fields = over.mandate, _typed(posted)
    if mandate is None or not any(text.strip() for name, text in fields if name not in NO_WORDS):
        return None
    if sum(len(name) + len(text) for name, text in fields) > MOST_SIGNS or len(path) > 400:
        return None
    now = clock.now()
    open_ones = KeptForm.objects.filter(mandate=mandate, closed_at=None)
    open_ones.filter(path=path).update(closed_at=now, fields=[])
    if open_ones.count() >= MOST_OPEN:
        return None
    kept = KeptForm.objects.create(mandate=mandate, path=path, fields=fields, kept_at=now)
    facts = {"mandate": mandate.code, "why": over.why}  # nobody acted: the site kept it
    keeper = Actor.system("mandates")
    record(actor=keeper, action="form.kept_for_member", subject=kept, cooperative=mandate.cooperative, **facts)
    return kept


def kept_for(cooperative: Cooperative) -> QuerySet[KeptForm]:
    """What waits for the cooperative's people, newest first."""
    waits = KeptForm.objects.filter(mandate__cooperative=cooperative, closed_at=None)
    return waits.select_related("mandate__helper").order_by("-pk")


@transaction.atomic
def throw_away(*, kept: KeptForm, actor: Actor) -> None:
    """Sent or not wanted: the words go. Raises CannotKeep."""
    if not KeptForm.objects.filter(pk=kept.pk, closed_at=None).update(closed_at=clock.now(), fields=[]):
        raise CannotKeep("closed")
    record(actor=actor, action="form.thrown_away", subject=kept)


def forget_kept_forms(*, now: datetime) -> int:
    """Words nobody wanted for a month."""
    late = KeptForm.objects.filter(closed_at=None, kept_at__lte=now - KEPT)
    return late.update(closed_at=now, fields=[])


def _typed(posted: Iterable[tuple[str, Iterable[object]]]) -> list[list[str]]:
    told = [[name, text] for name, texts in posted for text in texts if isinstance(text, str)]
    left_out = SECRETS | OF_PEOPLE
    return [each for each in told if left_out.isdisjoint(re.split(r"[_-]", each[0].lower()))][:MOST_FIELDS]
