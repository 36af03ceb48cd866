"""A second person says yes to what another proposed: the same verb runs again, checks everything, and books it once."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from community.audit.actors import Actor
from marketplace.claims.ending import confirm_decision
from marketplace.ledger.accounts import Account
from marketplace.ledger.models import AccountKind
from marketplace.payments.agreeing import CannotAgree
from marketplace.payments.contested.disputing import settle_loss
from marketplace.payments.models import OwnMove, PaymentException, Proposal, ProviderPayout
from marketplace.payments.refunds.taking_over import take_over
from marketplace.payments.states import LossBearer, ProposalAct
from marketplace.payments.suspense.settling import attach, mark_not_ours, send_back
from marketplace.payments.suspense.telling_apart import same_transfer
from marketplace.payments.treasury.moving import undo_move
from marketplace.payments.treasury.provider_payouts import say_arrived, undo_arrival
from marketplace.payouts.dues import DuesSlip, record_dues


@transaction.atomic
def confirm_proposal(*, proposal: Proposal, actor: Actor) -> Proposal:
    """Raises what the act raises when the facts are others by now, :class:`CannotAgree` when it is not to confirm.

    Then the proposal waits on: it is refused or withdrawn.
    """
    match proposal.act:
        case ProposalAct.ATTACH | ProposalAct.SEND_BACK | ProposalAct.NOT_OURS | ProposalAct.TWICE:
            _settle(proposal, actor)
        case ProposalAct.LOSS if proposal.dispute is not None:
            bearer = LossBearer(proposal.facts["borne_by"])
            settle_loss(dispute=proposal.dispute, borne_by=bearer, actor=actor, proposal=proposal)
        case ProposalAct.CLAIM:
            confirm_decision(proposal=proposal, actor=actor)
        case ProposalAct.DUES if proposal.cooperative is not None:
            slip = DuesSlip(
                cooperative=proposal.cooperative,
                amount_dong=proposal.amount_dong,
                bank_ref=proposal.facts["bank_ref"],
                received_on=date.fromisoformat(proposal.facts["received_on"]),
                livemode=proposal.facts["livemode"],
                capture=proposal.capture,
            )
            record_dues(slip=slip, actor=actor, proposal=proposal)
        case ProposalAct.TAKEN_OVER:
            question = PaymentException.objects.get(pk=proposal.facts["question"])
            note, target = proposal.note, proposal.facts["target"]
            take_over(question=question, target=target, actor=actor, note=note, proposal=proposal)
        case ProposalAct.ARRIVED | ProposalAct.NOT_ARRIVED | ProposalAct.UNDO_MOVE:
            _own_money(proposal, actor)
        case _:
            raise CannotAgree("not_the_same")
    proposal.refresh_from_db()
    return proposal


def _settle(proposal: Proposal, actor: Actor) -> None:
    capture, note = proposal.capture, proposal.note
    assert capture is not None
    match proposal.act:
        case ProposalAct.ATTACH if proposal.payment is not None:
            dong, payment = proposal.amount_dong, proposal.payment
            attach(capture=capture, payment=payment, amount_dong=dong, actor=actor, note=note, proposal=proposal)
        case ProposalAct.SEND_BACK:
            reference = proposal.facts["reference"]
            send_back(capture=capture, reference=reference, actor=actor, note=note, proposal=proposal)
        case ProposalAct.TWICE:
            same_transfer(capture=capture, actor=actor, note=note, proposal=proposal)
        case _:
            mark_not_ours(capture=capture, actor=actor, note=note, proposal=proposal)


def _own_money(proposal: Proposal, actor: Actor) -> None:
    facts = proposal.facts
    if proposal.act == ProposalAct.UNDO_MOVE:
        undo_move(move=OwnMove.objects.get(pk=facts["move"]), actor=actor, proposal=proposal)
        return
    payout = ProviderPayout.objects.get(pk=facts["payout"])
    if proposal.act == ProposalAct.ARRIVED:
        say_arrived(payout=payout, into=Account(facts["into"], AccountKind.ASSET), actor=actor, proposal=proposal)
    else:
        undo_arrival(payout=payout, actor=actor, proposal=proposal)
