"""Money on its way: what was asked (Payment), what came (InboxEvent, Capture), what goes back, what needs a person.

Rows are never deleted: money is a fact.
"""

from marketplace.payments.models.agreeing import Proposal
from marketplace.payments.models.arriving import Capture, InboxEvent
from marketplace.payments.models.asking import Payment, PaymentQuerySet
from marketplace.payments.models.comparing import Reconciliation, Statement, StatementFormat
from marketplace.payments.models.deciding import PaymentException
from marketplace.payments.models.disputing import Dispute, DisputeQuerySet
from marketplace.payments.models.own_money import BalanceLine, OwnMove, ProviderPayout, ToldBalance
from marketplace.payments.models.returning import Refund
from marketplace.payments.models.settling import SuspenseDecision
from marketplace.payments.models.spending import Spending

__all__ = [
    "BalanceLine",
    "Capture",
    "Dispute",
    "DisputeQuerySet",
    "InboxEvent",
    "OwnMove",
    "Payment",
    "PaymentException",
    "PaymentQuerySet",
    "Proposal",
    "ProviderPayout",
    "Reconciliation",
    "Refund",
    "Spending",
    "Statement",
    "StatementFormat",
    "SuspenseDecision",
    "ToldBalance",
]
