"""How a claim ends: the buyer says yes to the offer, or the market decides; what was agreed is carried out at once.

Money goes the one way it can: a refund of the parcel, asked for and approved here, sent by whoever holds the money.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from community import clock
from community.audit.actors import Actor
from community.errors import DomainError
from community.one_by_one import safely
from marketplace.claims.answering import money_of
from marketplace.claims.models import Claim
from marketplace.claims.moving import ClaimMoved, move_claim, tidy_words
from marketplace.claims.replacing import ANEW, days_to_send, hold_parcel, let_go, reserve_again
from marketplace.claims.states import MONEY, WITH_CLOCK, ClaimStatus, Outcome
from marketplace.claims.telling import tell_closed, tell_of_end, tell_passed_on
from marketplace.orders.models import Parcel
from marketplace.orders.states import DEAD_PARCELS
from marketplace.payments.agreeing import CannotAgree, Wanted, agreed
from marketplace.payments.locking import lock_payments
from marketplace.payments.models import Proposal, Refund
from marketplace.payments.refunds.refunding import Wish, approve_refund, ask_refund, payment_of
from marketplace.payments.states import ProposalAct, RefundKind, RefundStatus

log = logging.getLogger(__name__)
SYSTEM = Actor.system("claims")
OF_CLAIM = "claim:"  # and the number of the claim: a refund's reason
BATCH = 200


class CannotDecide(DomainError):
    """Codes: ``no_reasons``, ``own`` (who decides or confirms belongs to the seller), ``nothing_paid`` (no payment of

    ours bought this parcel).
    """


@transaction.atomic
def accept_offer(*, claim: Claim, actor: Actor) -> Claim:
    """The buyer says yes. Two sides agree, so money up to the limit for two people is approved with it; above it staff

    approve the refund as any other. The limit weighs all that claims gave back of this parcel.

    Raises ``ClaimMoved``, ``CannotRefund`` or ``SoldOut`` and changes nothing.
    """
    lock_payments(order_id=claim.parcel.order_id)
    claim.refresh_from_db()
    if claim.status != ClaimStatus.ANSWERED:
        raise ClaimMoved("claim_moved", claim=claim.code, status=claim.status, wanted=str(ClaimStatus.SETTLED))
    refund = None
    if claim.offer in MONEY:
        earlier = _given_by_claims(claim)
        refund = _ask(claim, claim.offer_dong, actor)
        if earlier + refund.amount_dong <= settings.REFUND_TWO_PEOPLE_OVER:
            approve_refund(refund=refund, actor=SYSTEM)
    return _end(claim, Outcome(claim.offer), claim.offer_dong, actor, only_from=ClaimStatus.ANSWERED, refund=refund)


@transaction.atomic
def pass_on(*, claim: Claim, words: str, actor: Actor) -> Claim:
    """The buyer says no, and the market decides. Raises ``ClaimMoved``."""
    move_claim(
        claim=claim,
        to=ClaimStatus.PLATFORM,
        only_from=ClaimStatus.ANSWERED,
        actor=actor,
        passed_on_at=clock.now(),
        objection=tidy_words(words),
    )
    tell_passed_on(claim)
    return claim


def pass_on_due(*, now: datetime) -> int:
    """The clock's part: whoever did not answer in time lets the market decide. How many."""
    due = Claim.objects.filter(status__in=WITH_CLOCK, due_at__lte=now).order_by("due_at", "pk")
    return sum(safely(_pass_on_late, pk, now, of=pk, log=log) for pk in list(due.values_list("pk", flat=True)[:BATCH]))


def close_ended(*, now: datetime) -> int:
    """The clock's part: of a parcel that came back nothing is claimed and nothing held any more. How many."""
    ended = Claim.objects.running().filter(parcel__status__in=DEAD_PARCELS).order_by("pk")
    return sum(safely(_close, pk, now, of=pk, log=log) for pk in list(ended.values_list("pk", flat=True)[:BATCH]))


@transaction.atomic
def decide_claim(
    *, claim: Claim, outcome: Outcome, words: str, actor: Actor, dong: int = 0, proposal: Proposal | None = None
) -> Claim:
    """The market decides, with its reasons. Above the limit it waits for a second person, who confirms the proposal.

    Raises :class:`CannotDecide`, ``CannotAnswer`` (the sum), ``CannotRefund``, ``CannotAgree``, ``SoldOut`` or
    ``ClaimMoved`` and changes nothing.
    """
    reasons = tidy_words(words, 300)
    if not reasons:
        raise CannotDecide("no_reasons")
    if claim.parcel.cooperative.has_member(actor.user):
        raise CannotDecide("own")
    lock_payments(order_id=claim.parcel.order_id)
    claim.refresh_from_db()
    if claim.status != ClaimStatus.PLATFORM:
        raise ClaimMoved("claim_moved", claim=claim.code, status=claim.status, wanted=str(ClaimStatus.SETTLED))
    amount = money_of(claim, outcome, dong)
    refund = None
    if amount:
        if agreed(wanted=_wanted(claim, outcome, amount, reasons), actor=actor, proposal=proposal):
            return claim
        asker = Actor.of(proposal.proposed_by) if proposal is not None else actor
        refund = _ask(claim, amount, asker)
        approve_refund(refund=refund, actor=actor)
    said = {"reasons": reasons, "decided_by": actor.user}
    return _end(claim, outcome, amount, actor, only_from=ClaimStatus.PLATFORM, refund=refund, **said)


def confirm_decision(*, proposal: Proposal, actor: Actor) -> Claim:
    """A second person agrees: the same decision, checked again. Raises what deciding raises."""
    claim = Claim.objects.select_related("parcel").filter(pk=proposal.facts["claim"]).first()
    if claim is None:
        raise CannotAgree("not_the_same")
    outcome = Outcome(proposal.facts["outcome"])
    dong, words = proposal.amount_dong, proposal.note
    return decide_claim(claim=claim, outcome=outcome, dong=dong, words=words, actor=actor, proposal=proposal)


# --- inside -----------------------------------------------------------------------------------------------------------
def _wanted(claim: Claim, outcome: Outcome, dong: int, reasons: str) -> Wanted:
    return Wanted(
        act=ProposalAct.CLAIM,
        key=f"claim:{claim.pk}",
        amount_dong=dong,
        weighs_dong=dong + _given_by_claims(claim),
        note=reasons,
        payment=payment_of(claim.parcel),
        cooperative=claim.parcel.cooperative,
        facts={"claim": claim.pk, "code": claim.code, "outcome": str(outcome)},
    )


def _given_by_claims(claim: Claim) -> int:
    """What claims asked for of this parcel's money and was not called off, in đồng: no sum is taken apart."""
    refunds = Refund.objects.filter(parcel=claim.parcel_id, reason__startswith=OF_CLAIM)
    back = refunds.exclude(status=RefundStatus.CANCELLED).aggregate(sum=Sum("amount_dong"))
    return int(back["sum"] or 0)


def _ask(claim: Claim, dong: int, actor: Actor) -> Refund:
    payment = payment_of(claim.parcel)
    if payment is None:
        raise CannotDecide("nothing_paid")
    wish = Wish(payment, dong, RefundKind.PARCEL, f"{OF_CLAIM}{claim.pk}", parcel=claim.parcel)
    return ask_refund(wish=wish, actor=actor)


def _end(claim: Claim, outcome: Outcome, dong: int, actor: Actor, *, only_from: ClaimStatus, **said: object) -> Claim:
    again = outcome == Outcome.RESEND
    if again:
        hold_parcel(claim)
    move_claim(
        claim=claim,
        to=ClaimStatus.RESENDING if again else ClaimStatus.SETTLED,
        only_from=only_from,
        actor=actor,
        outcome=outcome,
        outcome_dong=dong,
        due_at=days_to_send() if again else None,
        ended_at=None if again else clock.now(),
        **said,
    )
    if again:
        reserve_again(claim=claim, actor=actor)
    tell_of_end(claim)
    return claim


@transaction.atomic
def _close(pk: int, now: datetime) -> bool:
    parcels = Parcel.objects.select_for_update(of=("self",)).filter(claims=pk, status__in=DEAD_PARCELS)
    claim = Claim.objects.running().filter(pk=pk, parcel__in=[parcel.pk for parcel in parcels]).first()
    if claim is None:
        return False
    let_go(claim=claim, actor=SYSTEM)
    move_claim(claim=claim, to=ClaimStatus.SETTLED, actor=SYSTEM, outcome="", outcome_dong=0, ended_at=now)
    tell_closed(claim)
    return True


@transaction.atomic
def _pass_on_late(pk: int, now: datetime) -> bool:
    due = Claim.objects.select_for_update().filter(pk=pk, status__in=WITH_CLOCK, due_at__lte=now)
    claim = due.first()
    if claim is None:
        return False
    anew = ANEW if claim.status == ClaimStatus.RESENDING else {}
    move_claim(claim=claim, to=ClaimStatus.PLATFORM, actor=SYSTEM, passed_on_at=now, **anew)
    let_go(claim=claim, actor=SYSTEM)
    tell_passed_on(claim)
    return True
