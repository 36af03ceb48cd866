"""A second person says yes to what another proposed: the same verb runs again, checks everything, and books it once."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from community.audit.actors import Actor
from marketplace.payments.agreeing import CannotAgree
from marketplace.payments.contested.disputing import settle_loss
from marketplace.payments.models import Proposal
from marketplace.payments.states import LossBearer, ProposalAct
from marketplace.payments.suspense.settling import attach, mark_not_ours, send_back
from marketplace.payouts.dues import DuesSlip, record_dues


@transaction.atomic
def confirm_proposal(*, proposal: Proposal, actor: Actor) -> Proposal:
    """Raises what the act raises when the facts are others by now, :class:`CannotAgree` when it is not to confirm.

    Then the proposal waits on: it is refused or withdrawn.
    """
    match proposal.act:
        case ProposalAct.ATTACH | ProposalAct.SEND_BACK | ProposalAct.NOT_OURS:
            _settle(proposal, actor)
        case ProposalAct.LOSS if proposal.dispute is not None:
            bearer = LossBearer(proposal.facts["borne_by"])
            settle_loss(dispute=proposal.dispute, borne_by=bearer, actor=actor, proposal=proposal)
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
        case _:
            mark_not_ours(capture=capture, actor=actor, note=note, proposal=proposal)
