"""A position told with a harvest: hidden fields that a script fills when somebody presses the button on the spot."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django import forms

from community import clock
from community.accounts.models import User
from community.door.current import MemberRequest
from traceability.balance.models import Position
from traceability.balance.positions import BadPosition, note_position
from traceability.balance.space import Fix
from traceability.events.models import Event

DEVICE = "device"
HIDDEN = {"data-private": ""}  # where somebody stood is not kept on the phone (unsent.js)


class PlaceMixin(forms.Form):
    """All or none: what a broken script sends counts as nothing, for nobody must fail to record because of it."""

    here_lat = forms.FloatField(required=False, widget=forms.HiddenInput(HIDDEN), min_value=-90, max_value=90)
    here_lon = forms.FloatField(required=False, widget=forms.HiddenInput(HIDDEN), min_value=-180, max_value=180)
    here_accuracy = forms.FloatField(required=False, widget=forms.HiddenInput(HIDDEN), min_value=0)
    here_at = forms.DateTimeField(required=False, widget=forms.HiddenInput(HIDDEN))
    takes_place = True

    def clean(self) -> dict[str, Any]:
        for name in ("here_lat", "here_lon", "here_accuracy", "here_at"):
            self.errors.pop(name, None)
        return super().clean() or {}

    @property
    def fix(self) -> Fix | None:
        said = self.cleaned_data
        lat, lon, accuracy = said.get("here_lat"), said.get("here_lon"), said.get("here_accuracy")
        if lat is None or lon is None or accuracy is None:
            return None
        return Fix(lat, lon, int(accuracy) + 1, min(said.get("here_at") or clock.now(), clock.now()))


def keep_place(request: MemberRequest, event: Event, fix: Fix | None) -> None:
    """Call in the transaction of the record, which holds every lot that the position may concern: nothing is kept of a
    record that is refused. A position that cannot be is left out, and with it the mark of the device."""
    if fix is None:
        return
    device = request.session.get(DEVICE) or uuid4().hex
    try:
        note_position(event=event, fix=fix, device=device, actor=request.actor)
    except BadPosition:
        return
    request.session[DEVICE] = device


def kept_place(event: Event, user: User) -> Position | None:
    """The position kept with ``event``, for the member who recorded it; nobody else is shown that there is one."""
    if event.actor_id != user.pk:
        return None
    return Position.objects.filter(event=event).select_related("event__cooperative").first()
