"""What the buyer tells about money through the order's secret page: where a refund goes, and "I have transferred"."""

from __future__ import annotations

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from marketplace.payments.locking import lock_payments
from marketplace.payments.models import Payment, Refund
from marketplace.payments.refunds.refunding import CannotRefund, note_refund
from marketplace.payments.states import REFUND_UNSENT, ProviderCode
from marketplace.receiving.changing import AccountWish, tidy_wish


@transaction.atomic
def name_refund_account(*, refund: Refund, wish: AccountWish, actor: Actor) -> Refund:
    """The account the money shall go to; may be said again until it is sent.

    Raises ``CannotChange`` for an account no bank has, :class:`CannotRefund` (by_provider, moved) when it is too late.
    """
    tidy = tidy_wish(wish)
    lock_payments(order_id=refund.payment.order_id)
    if refund.payment.provider != ProviderCode.VIETQR:
        raise CannotRefund("by_provider")
    unsent = Refund.objects.filter(pk=refund.pk, status__in=REFUND_UNSENT)
    done = unsent.update(to_bank_bin=tidy.bank_bin, to_account=tidy.account_number, to_holder=tidy.holder)
    refund.refresh_from_db()
    if not done:
        raise CannotRefund("moved", status=refund.status)
    note_refund(refund, actor, "account_named")
    return refund


@transaction.atomic
def claim_transfer(*, payment: Payment, actor: Actor) -> bool:
    """The buyer says the money is on its way. Noted for who looks for it; confirms nothing. False when it was said."""
    now = clock.now()
    said = Payment.objects.live().filter(pk=payment.pk, provider=ProviderCode.VIETQR, claimed_at=None)
    if not said.update(claimed_at=now):
        return False
    cooperative = payment.parcel.cooperative if payment.parcel else None
    record(actor=actor, action="payment.claimed", subject=payment, cooperative=cooperative)
    payment.refresh_from_db()
    return True
