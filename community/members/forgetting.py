"""What strangers' names and telephones are kept for: an invitation that is over is forgotten after a month."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from community.members.inviting import KIND
from community.members.models import Invitation
from community.outbox.models import OutboxMessage

KEPT = timedelta(days=30)


@transaction.atomic
def forget_old_invitations(*, now: datetime) -> int:
    """Empty name and telephone of invitations closed or expired 30 days ago, and of their messages. Returns how many.

    The row stays: who invited whom into which role is in the audit by its code.
    """
    before = now - KEPT
    late = Invitation.objects.filter(status=Invitation.Status.WAITING, expires_at__lte=before)
    expired = late.update(status=Invitation.Status.WITHDRAWN, closed_at=now, name="", phone="")
    over = Invitation.objects.filter(closed_at__lte=before).exclude(status=Invitation.Status.WAITING)
    told = over.exclude(name="", phone="").update(name="", phone="")
    settled = Q(status=OutboxMessage.Status.SENT) | Q(status=OutboxMessage.Status.FAILED)
    OutboxMessage.objects.filter(settled, kind=KIND, created_at__lte=before).exclude(to="").update(to="", text="")
    return expired + told
