"""What the buyer's page shows of money going back. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from marketplace.payments.models import Refund
from marketplace.payments.states import REFUND_UNSENT, ProviderCode
from marketplace.receiving.banks import find_bank
from marketplace.receiving.models import mask


@dataclass(frozen=True)
class RefundCard:
    """Money going back, as the buyer follows it. ``to`` is the masked account; ``may_name``: it can still be told."""

    uuid: UUID
    kind: str
    status: str
    amount_dong: int
    by_card: bool
    bank_name: str
    to: str
    bank_ref: str
    note: str
    at: datetime | None

    @property
    def may_name(self) -> bool:
        return not self.by_card and self.status in REFUND_UNSENT

    @property
    def needs_account(self) -> bool:
        return self.may_name and not self.to


def refund_card(refund: Refund) -> RefundCard:
    bank = find_bank(refund.to_bank_bin)
    return RefundCard(
        uuid=refund.uuid,
        kind=refund.kind,
        status=refund.status,
        amount_dong=refund.amount_dong,
        by_card=refund.payment.provider != ProviderCode.VIETQR,
        bank_name=bank.short_name if bank else refund.to_bank_bin,
        to=mask(refund.to_account)[-8:],
        bank_ref=refund.bank_ref,
        note=refund.note,
        at=refund.ended_at or refund.submitted_at or refund.approved_at or refund.requested_at,
    )
