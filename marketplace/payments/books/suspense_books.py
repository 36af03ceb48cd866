"""Books of what staff decided about money in suspense, in the transaction of the decision."""

from __future__ import annotations

from datetime import datetime

from marketplace.ledger import entries, suspense
from marketplace.ledger.booking import Fact, book
from marketplace.ledger.models import LedgerTransaction
from marketplace.payments.books.places import lies_on
from marketplace.payments.models import Payment, SuspenseDecision
from marketplace.payments.states import DecisionAct, PaymentStatus


def book_decision(decision: SuspenseDecision) -> LedgerTransaction | None:
    """Money leaves suspense, for an order or out of our books; the row that undoes it books the reverse.

    That two transfers were two moves nothing.
    """
    if decision.act == DecisionAct.TWO:
        return None
    capture, dong = decision.capture, decision.amount_dong
    if decision.payment is not None:
        lines = entries.suspense_matched(order_id=decision.payment.order_id, dong=dong)
    elif decision.act == DecisionAct.TWICE:
        assert capture.payment is not None
        surplus, order = capture.payment.status == PaymentStatus.CONFIRMED, capture.payment.order_id
        lines = suspense.told_twice(order_id=order, dong=dong, lies_on=lies_on(capture), surplus=surplus)
    else:
        lines = suspense.suspense_left(dong=dong, out_of=lies_on(capture))
    order_id = decision.payment.order_id if decision.payment else None
    fact = Fact(
        key=f"decision:{decision.pk}",
        kind=f"suspense_{decision.act}",
        at=decision.decided_at,
        order_id=order_id,
        livemode=capture.livemode,
    )
    return book(fact=fact, lines=lines)


def book_surplus_gone(payment: Payment, *, key: str, dong: int, at: datetime) -> LedgerTransaction:
    """What had been counted as too much was never this buyer's."""
    lines = suspense.surplus_taken_back(order_id=payment.order_id, dong=dong)
    fact = Fact(
        key=f"surplus-gone:{key}", kind="surplus_gone", at=at, order_id=payment.order_id, livemode=payment.livemode
    )
    return book(fact=fact, lines=lines)
