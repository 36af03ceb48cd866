"""Every table of the ground floor, under the one label `community`. The rooms define them; this only re-exports."""

from __future__ import annotations

from community.accounts.models import User
from community.accounts.sessions import Session
from community.api_keys.models import ApiKey
from community.audit.models import AuditEntry
from community.cooperatives.models import Cooperative, Membership
from community.members.models import Invitation, MemberCard
from community.onboarding.models import SellerApplication, SellerPaper
from community.outbox.models import OutboxMessage
from community.photos.models import Photo, Rendition
from community.places.models import AdminUnit, UnitAlias

__all__ = [
    "AdminUnit",
    "ApiKey",
    "AuditEntry",
    "Cooperative",
    "Invitation",
    "MemberCard",
    "Membership",
    "OutboxMessage",
    "Photo",
    "Rendition",
    "SellerApplication",
    "SellerPaper",
    "Session",
    "UnitAlias",
    "User",
]
