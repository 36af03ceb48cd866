"""Staff say of two rows whether they tell one transfer or two (refunds/twins.py finds them)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from community.audit.actors import Actor
from marketplace.payments.agreeing import Wanted, agreed, check_nothing_waits, key_of
from marketplace.payments.locking import lock_payments
from marketplace.payments.models import Capture, Payment, Proposal, SuspenseDecision
from marketplace.payments.refunds.owing import owe_less
from marketplace.payments.refunds.twins import doubted, doubts
from marketplace.payments.states import DecisionAct, ProposalAct
from marketplace.payments.suspense.settling import CannotSettle, Settled, decide, who_decided


@transaction.atomic
def same_transfer(*, capture: Capture, actor: Actor, note: str = "", proposal: Proposal | None = None) -> Settled:
    """A person, a statement or another feed had told of the transfer under another reference: it came once.

    Only while at least that much is too much (or too little to buy anything), within two days, and nobody was promised
    it yet. Over the limit it waits for a second person.
    """
    payment, capture = _told_twice(capture)
    dong = capture.amount_dong
    wanted = Wanted(ProposalAct.TWICE, key_of(capture), dong, note=note, capture=capture, payment=payment)
    if waits := agreed(wanted=wanted, actor=actor, proposal=proposal):
        return Settled(None, proposal=waits)
    question = doubted(payment, dong=dong)
    resolution = str(DecisionAct.TWICE)
    if question is None or not owe_less(payment=payment, kind=question, dong=dong, actor=actor, resolution=resolution):
        raise CannotSettle("not_twice")
    decision = decide(capture, DecisionAct.TWICE, dong, actor, note=note)
    Payment.objects.filter(pk=payment.pk).update(received_dong=F("received_dong") - dong)
    return Settled(decision)


@transaction.atomic
def two_transfers(*, capture: Capture, actor: Actor, note: str = "") -> Settled:
    """Somebody looked at the bank: the same sum came twice. Moves no money; now its refund can be approved."""
    _payment, capture = _told_twice(capture)
    check_nothing_waits(capture)
    return Settled(decide(capture, DecisionAct.TWO, capture.amount_dong, actor, note=note))


def _told_twice(capture: Capture) -> tuple[Payment, Capture]:
    """Both locked, while it is open whether the money came once."""
    if capture.payment is None:
        raise CannotSettle("not_twice")
    lock_payments(order_id=capture.payment.order_id)
    capture = Capture.objects.select_for_update(of=("self",)).select_related("payment").get(pk=capture.pk)
    said = SuspenseDecision.objects.filter(capture=capture, undoes=None, undone_by=None).select_related("decided_by")
    if last := said.order_by("-pk").first():
        raise CannotSettle("decided", **who_decided(last))
    assert capture.payment is not None
    if capture.pk not in {later.pk for later, _earlier in doubts(capture.payment)}:
        raise CannotSettle("not_twice")
    return capture.payment, capture
