"""The life of a payout, as words and a table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PayoutStatus(models.TextChoices):
    DRAFT = "draft", _("Drafted")
    APPROVED = "approved", _("Approved")
    SENT = "sent", _("Handed to the bank")
    PAID = "paid", _("Arrived")
    FAILED = "failed", _("Came back")
    CANCELLED = "cancelled", _("Cancelled")


S = PayoutStatus
# A bank may return money days after it said "done": what is paid may still fail. What failed or was cancelled is not
# revived: its money is the cooperative's again and goes into the next payout.
NEXT_PAYOUT: dict[str, frozenset[str]] = {
    S.DRAFT: frozenset({S.APPROVED, S.CANCELLED}),
    S.APPROVED: frozenset({S.SENT, S.CANCELLED}),
    S.SENT: frozenset({S.PAID, S.FAILED}),
    S.PAID: frozenset({S.FAILED}),
    S.FAILED: frozenset(),
    S.CANCELLED: frozenset(),
}
LIVE_PAYOUT = frozenset({S.DRAFT, S.APPROVED, S.SENT, S.PAID})
# In these the bank has the money: it is booked.
BOOKED_PAYOUT = frozenset({S.SENT, S.PAID})


def payout_states_before(new: PayoutStatus) -> list[str]:
    """The states from which a payout may go to ``new``: the WHERE of a guarded UPDATE."""
    return [old for old, allowed in NEXT_PAYOUT.items() if new in allowed]
