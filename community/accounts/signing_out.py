"""Signing phones out from elsewhere: one's own, or by whoever may help (a phone was lost)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from community import clock
from community.accounts.models import User
from community.accounts.sessions import Session
from community.accounts.unlocking import check_may_help
from community.audit.actors import Actor
from community.audit.recording import record


@dataclass(frozen=True, slots=True)
class Device:
    """A browser in which somebody is signed in. ``words`` is "" when it said nothing of itself."""

    code: str
    words: str
    signed_in_at: datetime | None
    seen_on: date | None
    is_this: bool


def devices_of(user: User, *, this_key: str = "") -> list[Device]:
    """Where the person is signed in now, the newest first. ``this_key``: key of the session that asks."""
    rows = Session.objects.filter(user=user, expire_date__gt=clock.now()).order_by("-seen_on", "-signed_in_at")
    return [Device(row.code, row.device, row.signed_in_at, row.seen_on, row.session_key == this_key) for row in rows]


@transaction.atomic
def sign_out_device(*, user: User, code: str, actor: Actor) -> bool:
    """End one session; holds on its next request. False when it had ended already. Raises NotAllowed."""
    _check(user, actor)
    ended, _rows = Session.objects.filter(user=user, code=code).delete() if code else (0, {})
    if ended:
        record(actor=actor, action="user.device_signed_out", subject=user)
    return bool(ended)


@transaction.atomic
def sign_out_everywhere(*, user: User, actor: Actor, but_key: str = "") -> int:
    """End all sessions, but the one with this key (that of who asks); returns how many. Raises NotAllowed."""
    _check(user, actor)
    ended, _rows = Session.objects.filter(user=user).exclude(session_key=but_key or None).delete()
    if ended:
        record(actor=actor, action="user.signed_out_everywhere", subject=user, devices=ended)
    return ended


def _check(user: User, actor: Actor) -> None:
    if actor.user is None or actor.user.pk != user.pk:
        check_may_help(user=user, actor=actor)
