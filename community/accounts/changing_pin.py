from __future__ import annotations

from django.db import transaction

from community.accounts.models import User
from community.accounts.pins import BadPin, check_pin
from community.accounts.signing_out import sign_out_everywhere
from community.accounts.unlocking import check_may_help
from community.audit.actors import Actor
from community.audit.recording import record


@transaction.atomic
def change_pin(*, user: User, pin: str, actor: Actor, but_key: str = "") -> User:
    """Set a new PIN, by the person or by who may help them, and unlock. Sessions on other phones end at once
    (``but_key``: that of the session which asks goes on).

    Staff have no PIN: BadPin("staff_use_a_password").
    """
    if actor.user is None or actor.user.pk != user.pk:
        check_may_help(user=user, actor=actor)
    if user.is_staff:
        raise BadPin("staff_use_a_password")
    user.set_password(check_pin(pin, phone=user.phone))
    user.locked_at, user.failed_pins = None, 0
    user.save(update_fields=["password", "locked_at", "failed_pins"])
    record(actor=actor, action="user.pin_changed", subject=user)
    sign_out_everywhere(user=user, actor=actor, but_key=but_key)
    return user
