"""What people do with money, in words."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from community.audit.sentences import said
from marketplace.payments.states import DecisionAct, ExceptionKind, LossBearer, OwnMoveKind, ProposalAct

TOLD = {
    "payment.started": said(_("asked for a payment")),
    "payment.lowered": said(_("lowered what is to be paid from %(before_dong)s to %(now_dong)s")),
    "payment.confirmed": said(_("confirmed that %(received_dong)s came")),
    "payment.received_by_hand": said(_("wrote down %(amount_dong)s as received")),
    "payment.on_delivery": said(_("chose to pay on delivery")),
    "payment.claimed": said(_("named the account that money goes back to")),
    "proposal.made": said(_("proposed to a second person: %(act)s, %(amount_dong)s"), act=ProposalAct),
    "proposal.confirmed": said(_("agreed as the second person: %(act)s, %(amount_dong)s"), act=ProposalAct),
    "proposal.refused": said(_("refused as the second person: %(act)s, %(amount_dong)s"), act=ProposalAct),
    "proposal.withdrawn": said(_("took the proposal back: %(act)s, %(amount_dong)s"), act=ProposalAct),
    "statement.uploaded": said(_("brought a statement of the bank")),
    "statement.columns_chosen": said(_("chose the columns of a statement")),
    "statement.taken_in": said(_("took in %(rows)s rows of a statement")),
    "statement.dropped": said(_("dropped a statement of the bank")),
    "dispute.opened": said(_("contested a card payment of %(amount_dong)s")),
    "dispute.open": said(_("changed a dispute of %(amount_dong)s")),
    "dispute.won": said(_("decided a dispute of %(amount_dong)s for us")),
    "dispute.lost": said(_("decided a dispute of %(amount_dong)s for the card's owner")),
    "dispute.settled": said(_("said who bears a lost dispute: “%(borne_by)s”"), borne_by=LossBearer),
    "payment_exception.opened": said(_("put %(amount_dong)s before a person: “%(kind)s”"), kind=ExceptionKind),
    "payment_exception.changed": said(
        _("changed a question about money to %(amount_dong)s: “%(kind)s”"), kind=ExceptionKind
    ),
    "payment_exception.resolved": said(_("resolved a question about %(amount_dong)s: “%(kind)s”"), kind=ExceptionKind),
    "payment_exception.dismissed": said(
        _("dismissed a question about %(amount_dong)s: “%(kind)s”"), kind=ExceptionKind
    ),
    "payment_exception.goods_again": said(_("reserved the goods again for money that came late")),
    "payment_exception.taken_over": said(_("took over a refund of %(amount_dong)s made at the provider")),
    "suspense.decided": said(_("decided where %(amount_dong)s belongs: “%(act)s”"), act=DecisionAct),
    "suspense.undone": said(_("undid where %(amount_dong)s belongs")),
    "refund.requested": said(_("asked for a refund of %(amount_dong)s")),
    "refund.approved": said(_("approved a refund of %(amount_dong)s")),
    "refund.called_off": said(_("called off a refund of %(amount_dong)s")),
    "refund.account_named": said(_("named the account for a refund of %(amount_dong)s")),
    "refund.taken_over": said(_("took over a refund of %(amount_dong)s made elsewhere")),
    "refund.lowered": said(_("lowered a refund to %(amount_dong)s")),
    "refund.done": said(_("noted that a refund of %(amount_dong)s arrived")),
    "refund.failed": said(_("noted that a refund of %(amount_dong)s failed")),
    "own_move.proposed": said(_("proposed a move of own money: %(kind)s, %(amount_dong)s"), kind=OwnMoveKind),
    "own_move.booked": said(_("booked a move of own money: %(kind)s, %(amount_dong)s"), kind=OwnMoveKind),
    "own_move.refused": said(_("refused a move of own money: %(kind)s, %(amount_dong)s"), kind=OwnMoveKind),
    "own_move.undone": said(_("undid a move of own money: %(kind)s, %(amount_dong)s"), kind=OwnMoveKind),
    "provider_payout.sent": said(_("told of a payout of %(amount_dong)s to the bank")),
    "provider_payout.arrived": said(_("noted that a payout of the card provider arrived")),
    "provider_payout.arrival_undone": said(_("took back that a payout of %(amount_dong)s arrived")),
    "provider_payout.failed": said(_("told that a payout of %(amount_dong)s came back")),
    "own_balance.told": said(_("wrote down a balance of %(amount_dong)s")),
    "payout.drafted": said(_("drafted a payout of %(amount_dong)s")),
    "payout.approved": said(_("approved a payout of %(amount_dong)s")),
    "payout.sent": said(_("handed a payout of %(amount_dong)s to the bank")),
    "payout.paid": said(_("noted that a payout of %(amount_dong)s arrived")),
    "payout.failed": said(_("noted that a payout of %(amount_dong)s came back")),
    "payout.cancelled": said(_("cancelled a payout of %(amount_dong)s")),
    "payout_file.taken": said(_("took the bank's file of %(payouts)s payouts")),
    "dues.recorded": said(_("wrote down dues of %(amount_dong)s as received")),
    "dues.undone": said(_("undid received dues of %(amount_dong)s")),
    "receiving_account.proposed": said(_("proposed the bank account that ends with %(ends_with)s")),
    "receiving_account.approved": said(_("approved the bank account that ends with %(ends_with)s")),
    "receiving_account.refused": said(_("refused the bank account that ends with %(ends_with)s")),
    "receiving_account.cancelled": said(_("took back the bank account that ends with %(ends_with)s")),
    "receiving_account.in_force": said(_("began to use the bank account that ends with %(ends_with)s")),
    "on_delivery.set": said(
        _("set the terms of paying on delivery: at most %(most_dong)s"), _("set the terms of paying on delivery")
    ),
    "commissionrule.added": said(_("added a rate of commission")),
    "taxrule.added": said(_("added a rate of tax")),
}
