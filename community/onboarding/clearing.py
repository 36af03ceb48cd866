"""Sellers that somebody asked for and nobody ever confirmed by telephone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from community.audit.actors import Actor
from community.cooperatives.founding import change_status
from community.cooperatives.models import Cooperative
from community.members.models import Invitation
from community.onboarding.models import SellerApplication

KEPT = timedelta(days=30)


def end_unconfirmed(*, now: datetime) -> int:
    """End those asked for 30 days ago that nobody works for, and empty what names people. Returns how many.

    The row stays under its code, because the audit names it; its name and booth address are free again.
    """
    own = Invitation.objects.filter(cooperative=OuterRef("pk"))
    asked = Cooperative.objects.filter(
        Exists(own.filter(invited_by=None)),
        ~Exists(own.filter(invited_by__isnull=False)),
        ~Exists(own.filter(status=Invitation.Status.WAITING, expires_at__gt=now)),
        status=Cooperative.Status.APPLIED,
        application__status=SellerApplication.Status.DRAFT,
        application__round=0,
        memberships=None,
        created_at__lte=now - KEPT,
    )
    return sum(_end(seller) for seller in asked)


@transaction.atomic
def _end(seller: Cooperative) -> bool:
    fresh = Cooperative.objects.filter(pk=seller.pk, status=Cooperative.Status.APPLIED, memberships=None)
    if not fresh.exists():
        return False
    emptied = {"name": seller.code, "slug": seller.code.lower(), "phone": "", "address_line": "", "tax_code": ""}
    Cooperative.objects.filter(pk=seller.pk).update(**emptied)
    SellerApplication.objects.filter(cooperative=seller).update(representative="", id_last4="", club="")
    change_status(cooperative=seller, status=Cooperative.Status.CEASED, actor=Actor.system("onboarding"))
    return True
