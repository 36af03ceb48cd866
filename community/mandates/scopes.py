"""What a mandate can be for, and which doors of the desk each of it opens. Never money, people, keys."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.cooperatives.roles import Capability


class Scope(models.TextChoices):
    LIST = "list", _("Put goods on sale: words, photos, prices, delivery")
    RECORD = "record", _("Write down field work: batches, steps, labels")
    ORDERS = "orders", _("Accept orders, and tell buyers when goods run short")
    PACK = "pack", _("Pack and hand over orders")
    IMPORT = "import", _("Bring in goods and prices from Excel")


NONE: frozenset[str] = frozenset()
EVERY = frozenset(Scope.values)
OPENS: dict[str, frozenset[str]] = {
    Capability.VIEW: EVERY,
    Capability.LIST: frozenset({Scope.LIST}),
    Capability.RECORD: frozenset({Scope.RECORD}),
    Capability.PACK: frozenset({Scope.PACK}),
    Capability.MONEY: NONE,
    Capability.TEAM: NONE,
}
"""Capability of a screen → scopes that open it. A screen that differs says so itself (`member_required`)."""

DRAFT_ACTS = frozenset(
    {
        "listing_draft.started",
        "listing_draft.changed",
        "photo.taken_in",
        "sheet_import.uploaded",
        "sheet_import.row_mended",
        "sheet_import.row_left_out",
    }
)
"""What may be written while a paper waits for its second helper: nothing that a buyer sees or a log keeps for ever."""
