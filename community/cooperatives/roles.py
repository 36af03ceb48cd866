"""Who may do what in a cooperative: one table, read by people and by `Membership.may`."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    MANAGER = "manager", _("Manager")
    RECORDER = "recorder", _("Recorder")
    PACKER = "packer", _("Packer")
    VIEWER = "viewer", _("Viewer")


class Capability(models.TextChoices):
    LIST = "list", _("Listings and prices")
    RECORD = "record", _("Batches, steps and labels")
    PACK = "pack", _("Orders and packing")
    MONEY = "money", _("Money")
    TEAM = "team", _("Members and roles")
    VIEW = "view", _("Look only")


CAPABILITIES: dict[str, frozenset[str]] = {
    Role.OWNER: frozenset({"list", "record", "pack", "money", "team", "view"}),
    Role.MANAGER: frozenset({"list", "record", "pack", "money", "team", "view"}),
    Role.RECORDER: frozenset({"record", "view"}),
    Role.PACKER: frozenset({"pack", "view"}),
    Role.VIEWER: frozenset({"view"}),
}
"""Owner and manager may do the same acts; only an owner may change owners (`joining.py`)."""


def may(role: str, capability: str) -> bool:
    """True when the role has the capability. A misspelt capability is a programming error, not a "no"."""
    return Capability(capability).value in CAPABILITIES.get(role, frozenset())
