"""Five wrong PINs in a row lock an account. Counted in the person's row, so it holds over all processes.

An attempt is *taken* by a guarded UPDATE before the PIN is looked at: of a hundred guesses sent at once, at most five
are ever compared. Staff are not counted (a stranger could lock the whole desk out): for them six digits never open
anything, allauth limits the tries per address and time, and a second factor follows.
"""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone

from community.accounts.models import MAX_FAILED_PINS, User
from community.accounts.pins import is_pin
from community.audit.actors import Actor
from community.audit.recording import record


def take_attempt(*, user: User | None, secret: str) -> bool:
    """May this secret be compared at all? Asks the database the same question for a number that nobody has, so that
    the answer takes as long."""
    if user is not None and user.is_staff:
        return not is_pin(secret)
    free = User.objects.filter(pk=user.pk if user else 0, locked_at__isnull=True, failed_pins__lt=MAX_FAILED_PINS)
    return bool(free.update(failed_pins=F("failed_pins") + 1))


def count_right(*, user: User) -> None:
    """The PIN was right: wrong ones before it are forgiven."""
    User.objects.filter(pk=user.pk, locked_at__isnull=True).update(failed_pins=0)


def count_wrong(*, user: User) -> None:
    """The PIN was wrong: lock when it was the last attempt. Of several at once one locks and says so."""
    full = User.objects.filter(pk=user.pk, locked_at__isnull=True, failed_pins__gte=MAX_FAILED_PINS)
    if full.update(locked_at=timezone.now()):
        record(actor=Actor.system("sign-in"), action="user.locked", subject=user, wrong_pins=MAX_FAILED_PINS)
