"""Contested card payments: heard of from the provider, booked, and settled by a person when they are lost.

The bank takes the money back first (``dispute`` in the books) and decides weeks later. Won: it comes back. Lost: a
person says who bears it. Meanwhile payouts of the payment's parcels wait, and no refund may go the same way twice.
"""

from __future__ import annotations

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.payments.agreeing import Wanted, agreed
from marketplace.payments.books.dispute_books import (
    book_dispute_lost,
    book_dispute_opened,
    book_dispute_won,
    loss_shares,
    parcels_paid_by,
)
from marketplace.payments.facts import DisputeFact
from marketplace.payments.locking import lock_parcels, lock_payments
from marketplace.payments.models import Capture, Dispute, InboxEvent, Payment, Proposal
from marketplace.payments.notices import tell_seller_disputed
from marketplace.payments.parking import SYSTEM, close_by_itself, park
from marketplace.payments.states import (
    DisputeStatus,
    ExceptionKind,
    LossBearer,
    ProposalAct,
    dispute_states_before,
)


class CannotSettle(DomainError):
    """The loss cannot be settled so. Codes: ``not_lost`` (facts: status), ``settled`` (facts: borne_by),

    ``nobody_to_bear`` (no parcel of this payment has that much left to take).
    """


@transaction.atomic
def hear_of_dispute(*, fact: DisputeFact, event: InboxEvent) -> str:
    """Write down what the provider tells; returns what it meant in a word. Any order and any repetition end alike.

    ``unknown money`` when no payment of ours brought it (yet).
    """
    capture = Capture.objects.filter(provider=fact.source, txn_id=fact.money_ref).select_related("payment").first()
    if capture is None:
        return "unknown money"
    payment = capture.payment
    trouble = _trouble(fact, payment)
    if payment is None or trouble is not None:
        park(
            kind=trouble or ExceptionKind.PROVIDER_NOTICE,
            key=f"dispute:{fact.provider_ref}",
            amount_dong=fact.amount_dong,
            payment=payment,
            capture=capture,
            event=event,
            currency=fact.currency,
            stage=fact.stage,
        )
        return "dispute parked"
    lock_payments(order_id=payment.order_id)
    dispute, fresh = _written(fact, payment, event)
    told = "dispute opened" if fresh else _retold(dispute, fact)
    if fact.money_taken:
        _take(dispute)
    return _decided(dispute, fact, event) if fact.outcome != "open" else told


def _trouble(fact: DisputeFact, payment: Payment | None) -> ExceptionKind | None:
    if fact.currency != "VND":
        return ExceptionKind.CURRENCY_MISMATCH
    if payment is not None and payment.livemode != fact.livemode:
        return ExceptionKind.MODE_MISMATCH
    if payment is not None and fact.amount_dong > payment.received_dong:
        return ExceptionKind.AMOUNT_MISMATCH
    return None


def _written(fact: DisputeFact, payment: Payment, event: InboxEvent) -> tuple[Dispute, bool]:
    dispute, fresh = Dispute.objects.get_or_create(
        provider_ref=fact.provider_ref,
        defaults={
            "payment": payment,
            "amount_dong": fact.amount_dong,
            "reason": fact.reason,
            "stage": fact.stage,
            "told_at": fact.at,
            "evidence_due_at": fact.evidence_due_at,
            "opened_at": fact.at,
        },
    )
    if fresh:
        park(
            kind=ExceptionKind.DISPUTED,
            key=fact.provider_ref,
            amount_dong=fact.amount_dong,
            payment=payment,
            event=event,
            reason=fact.reason,
        )
        record(actor=SYSTEM, action="dispute.opened", subject=dispute, amount_dong=fact.amount_dong, stage=fact.stage)
        for parcel in parcels_paid_by(payment):
            tell_seller_disputed(parcel)
    return dispute, fresh


def _retold(dispute: Dispute, fact: DisputeFact) -> str:
    """A later word about the same dispute; an older one that arrives late changes nothing."""
    changed = Dispute.objects.filter(pk=dispute.pk, told_at__lte=fact.at, status=DisputeStatus.OPEN).update(
        stage=fact.stage, told_at=fact.at, evidence_due_at=fact.evidence_due_at or dispute.evidence_due_at
    )
    return "dispute updated" if changed else "nothing new"


def _take(dispute: Dispute) -> None:
    """The bank has the money: once, whoever tells of it first."""
    taken = Dispute.objects.filter(pk=dispute.pk, withdrawn_at=None, status=DisputeStatus.OPEN)
    if taken.update(withdrawn_at=clock.now()):
        dispute.refresh_from_db()
        book_dispute_opened(dispute)


def _decided(dispute: Dispute, fact: DisputeFact, event: InboxEvent) -> str:
    new = DisputeStatus(fact.outcome)
    if not move_dispute(dispute, new, fact):
        if dispute.status != new:  # the bank changed its mind: not by guess
            park(
                kind=ExceptionKind.PROVIDER_NOTICE,
                key=f"dispute:{dispute.provider_ref}:{new}",
                amount_dong=dispute.amount_dong,
                payment=dispute.payment,
                event=event,
                reason=f"dispute was {dispute.status}, is told as {new}",
            )
            return "dispute decided twice"
        return "nothing new"
    record(actor=SYSTEM, action=f"dispute.{new}", subject=dispute, amount_dong=dispute.amount_dong)
    if new == DisputeStatus.WON:
        if dispute.withdrawn_at is not None:
            book_dispute_won(dispute)
        _close_question(dispute, "the bank decided for us", SYSTEM)
    return f"dispute {new}"


def move_dispute(dispute: Dispute, to: DisputeStatus, fact: DisputeFact) -> bool:
    """Guarded by the table of states; call inside a transaction. False, and nothing changes, when it is not open."""
    moved = Dispute.objects.filter(pk=dispute.pk, status__in=dispute_states_before(to)).update(
        status=to, stage=fact.stage, told_at=fact.at, closed_at=fact.at
    )
    dispute.refresh_from_db()
    return bool(moved)


@transaction.atomic
def settle_loss(*, dispute: Dispute, borne_by: LossBearer, actor: Actor, proposal: Proposal | None = None) -> Dispute:
    """Say who pays for a lost dispute; over the limit it stays unsettled, and waits for a second person to say so too.

    Raises :class:`CannotSettle` and changes nothing.

    Sellers bear it like a refund of their parcels, each by its share; commission and tax shrink with it.
    """
    lock_payments(order_id=dispute.payment.order_id)
    lock_parcels(order_id=dispute.payment.order_id)
    dispute.refresh_from_db()
    if dispute.status != DisputeStatus.LOST:
        raise CannotSettle("not_lost", status=dispute.status)
    shares = loss_shares(dispute) if borne_by == LossBearer.SELLERS else {}
    if borne_by == LossBearer.SELLERS and sum(shares.values()) != dispute.amount_dong:
        raise CannotSettle("nobody_to_bear")
    if dispute.borne_by:
        raise CannotSettle("settled", borne_by=dispute.borne_by)
    wanted = Wanted(
        act=ProposalAct.LOSS,
        key=f"dispute:{dispute.pk}",
        amount_dong=dispute.amount_dong,
        dispute=dispute,
        facts={"borne_by": str(borne_by)},
    )
    if agreed(wanted=wanted, actor=actor, proposal=proposal):
        return dispute
    settled = Dispute.objects.filter(pk=dispute.pk, status=DisputeStatus.LOST, borne_by="")
    if not settled.update(borne_by=borne_by, settled_at=clock.now(), settled_by=actor.user):
        raise CannotSettle("settled", borne_by=dispute.borne_by)
    dispute.refresh_from_db()
    book_dispute_lost(dispute, shares=shares)
    record(actor=actor, action="dispute.settled", subject=dispute, borne_by=str(borne_by))
    _close_question(dispute, f"lost, borne by the {borne_by}", actor)
    return dispute


def _close_question(dispute: Dispute, resolution: str, actor: Actor) -> None:
    close_by_itself(
        payment=dispute.payment,
        kind=ExceptionKind.DISPUTED,
        key=dispute.provider_ref,
        resolution=resolution,
        actor=actor,
    )
