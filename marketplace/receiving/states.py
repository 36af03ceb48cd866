"""The life of a wish to receive money on another account, as words and a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChangeStatus(models.TextChoices):
    PROPOSED = "proposed", _("Waiting for a check")
    APPROVED = "approved", _("Checked, waiting for its time")
    IN_FORCE = "in_force", _("In force")
    REFUSED = "refused", _("Refused")
    CANCELLED = "cancelled", _("Called off")


S = ChangeStatus
NEXT_CHANGE: dict[str, frozenset[str]] = {
    S.PROPOSED: frozenset({S.APPROVED, S.REFUSED, S.CANCELLED}),
    S.APPROVED: frozenset({S.IN_FORCE, S.REFUSED, S.CANCELLED}),
    S.IN_FORCE: frozenset(),
    S.REFUSED: frozenset(),
    S.CANCELLED: frozenset(),
}
OPEN_CHANGE = frozenset({S.PROPOSED, S.APPROVED})


def change_states_before(new: ChangeStatus) -> list[str]:
    """The states from which a change may go to ``new``: the WHERE of a guarded UPDATE."""
    return sorted(old for old, allowed in NEXT_CHANGE.items() if new in allowed)
