"""What staff do with money that lies in suspense: count it for a payment, send it back, or say that it is not ours.

Two of the staff may look at the same money: each verb locks the capture and counts what is left of it; whoever comes
second is told who decided what, and when. Nothing is erased: a wrong decision is undone by a row of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet, Sum

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.payments.agreeing import Wanted, agreed, key_of, undoes_alone
from marketplace.payments.arriving.capturing import Arrival, count_for
from marketplace.payments.books.places import money_account, place_of
from marketplace.payments.books.suspense_books import book_decision, book_surplus_gone
from marketplace.payments.facts import fold_reference
from marketplace.payments.locking import lock_payments
from marketplace.payments.models import Capture, Payment, PaymentException, Proposal, SuspenseDecision
from marketplace.payments.refunds.owing import owe_less
from marketplace.payments.refunds.refunding import promised_of
from marketplace.payments.states import (
    PROMISED_REFUND,
    DecisionAct,
    ExceptionKind,
    ExceptionStatus,
    PaymentStatus,
    ProposalAct,
    RefundKind,
)
from marketplace.payments.treasury.bank_lines import is_own_money

IN_SUSPENSE = (
    ExceptionKind.UNMATCHED,
    ExceptionKind.AMBIGUOUS,
    ExceptionKind.ACCOUNT_MISMATCH,
    ExceptionKind.AMOUNT_MISMATCH,
    ExceptionKind.MODE_MISMATCH,
)
SHORTEST_REFERENCE = 4


class CannotSettle(DomainError):
    """Nothing was changed. Codes: ``decided`` (facts: by, at, act), ``more_than_left`` (left_dong), ``not_positive``,

    ``other_account``, ``other_mode``, ``no_reference``, ``no_note``, ``spent``, ``promised``, ``undone``,

    ``second_person``, ``not_twice``, ``dues`` (those are undone first),

    ``own_money`` (a provider's payout, or moved between own accounts: that is undone first).
    """


@dataclass(frozen=True, slots=True)
class Settled:
    """The decision, and in one word what it made of the payment (as ``record_capture`` says it).

    Over the limit there is no decision yet, but a ``proposal`` that waits for a second person.
    """

    decision: SuspenseDecision | None
    outcome: str = ""
    proposal: Proposal | None = None


def left_in_suspense(capture: Capture) -> int:
    """What of this money nobody has decided about, in đồng; 0 when the feed's words named its payment."""
    if capture.payment_id is not None:
        return 0
    decided = SuspenseDecision.objects.filter(capture=capture).aggregate(sum=Sum("amount_dong"))["sum"] or 0
    return capture.amount_dong - int(decided)


@transaction.atomic
def attach(
    *,
    capture: Capture,
    payment: Payment,
    amount_dong: int,
    actor: Actor,
    note: str = "",
    proposal: Proposal | None = None,
) -> Settled:
    """Count money for a payment: all that is left, or a part (two orders in one transfer).

    The money must lie where the payment's account is: what came to a stranger's account pays nobody's goods.
    """
    if type(amount_dong) is not int or amount_dong <= 0:
        raise CannotSettle("not_positive")
    lock_payments(order_id=payment.order_id)
    capture = _locked(capture, wanted_dong=amount_dong)
    if capture.livemode != payment.livemode:
        raise CannotSettle("other_mode")
    if money_account(capture) != place_of(payment):
        raise CannotSettle("other_account")
    payment.refresh_from_db()
    facts = {"status": payment.status, "received_dong": payment.received_dong, "amount_dong": payment.amount_dong}
    wanted = _wanted(ProposalAct.ATTACH, capture, amount_dong, note, payment=payment, facts=facts)
    if waits := agreed(wanted=wanted, actor=actor, proposal=proposal):
        return Settled(None, proposal=waits)
    decision = decide(capture, DecisionAct.ATTACH, amount_dong, actor, payment=payment, note=note)
    outcome = count_for(payment, Arrival(capture, amount_dong, f"{capture.pk}:{decision.pk}"))
    return Settled(decision, outcome)


@transaction.atomic
def send_back(
    *, capture: Capture, reference: str, actor: Actor, note: str = "", proposal: Proposal | None = None
) -> Settled:
    """All that is left was transferred back to its sender; ``reference`` is the bank's, of that transfer."""
    if len(fold_reference(reference)) < SHORTEST_REFERENCE:
        raise CannotSettle("no_reference")
    capture = _locked(capture)
    left = left_in_suspense(capture)
    facts = {"reference": fold_reference(reference)}
    wanted = _wanted(ProposalAct.SEND_BACK, capture, left, note, facts=facts)
    if waits := agreed(wanted=wanted, actor=actor, proposal=proposal):
        return Settled(None, proposal=waits)
    return Settled(decide(capture, DecisionAct.SEND_BACK, left, actor, reference=reference, note=note))


@transaction.atomic
def mark_not_ours(*, capture: Capture, actor: Actor, note: str, proposal: Proposal | None = None) -> Settled:
    """A cooperative's own account also receives what has nothing to do with the market. ``note`` says what it is."""
    if not note.strip():
        raise CannotSettle("no_note")
    capture = _locked(capture)
    left = left_in_suspense(capture)
    if waits := agreed(wanted=_wanted(ProposalAct.NOT_OURS, capture, left, note), actor=actor, proposal=proposal):
        return Settled(None, proposal=waits)
    return Settled(decide(capture, DecisionAct.NOT_OURS, left, actor, note=note))


@transaction.atomic
def leave_for_dues(*, capture: Capture, dong: int, actor: Actor, note: str) -> SuspenseDecision:
    """No buyer's money: all that is left leaves suspense, and comes in again as dues. The caller asked two people."""
    capture = _locked(capture, wanted_dong=dong)
    if (left := left_in_suspense(capture)) != dong:
        raise CannotSettle("more_than_left", left_dong=left)
    return decide(capture, DecisionAct.NOT_OURS, dong, actor, note=note)


@transaction.atomic
def undo(*, decision: SuspenseDecision, actor: Actor, note: str) -> SuspenseDecision:
    """Back into suspense, unless the money has bought goods by now or was promised to a buyer."""
    if not note.strip():
        raise CannotSettle("no_note")
    payment = decision.payment
    if payment is not None:
        lock_payments(order_id=payment.order_id)
    capture = Capture.objects.select_for_update().get(pk=decision.capture_id)
    if capture.dues_payments.filter(undone_at=None).exists():
        raise CannotSettle("dues")
    if is_own_money(capture):
        raise CannotSettle("own_money")
    earlier = SuspenseDecision.objects.filter(undoes=decision).select_related("decided_by").first()
    if earlier is not None or decision.undoes_id is not None or decision.act == DecisionAct.TWICE:
        raise CannotSettle("undone", **who_decided(earlier or decision))
    check_another_person(decision, actor)
    if payment is not None:
        _uncount(payment, decision, actor)
    row = SuspenseDecision.objects.create(
        capture=decision.capture,
        act=decision.act,
        payment=payment,
        amount_dong=-decision.amount_dong,
        note=note.strip()[:300],
        undoes=decision,
        decided_by=actor.user,
    )
    book_decision(row)
    PaymentException.objects.filter(capture=decision.capture, kind__in=IN_SUSPENSE).exclude(
        status=ExceptionStatus.OPEN
    ).update(status=ExceptionStatus.OPEN, closed_at=None, closed_by=None, resolution="")
    _note(row, actor, "undone")
    return row


def check_another_person(decision: SuspenseDecision, actor: Actor) -> None:
    """Over the limit of refunds nobody undoes alone what he proposed, decided or confirmed: another sees it too.

    A part weighs what its transfer weighs.
    """
    weighs, by = decision.capture.amount_dong, decision.decided_by_id
    about = {"act": decision.act, "key": key_of(decision.capture), "amount_dong": decision.amount_dong, "ended_by": by}
    if undoes_alone(weighs_dong=weighs, people=[by], actor=actor, **about):
        raise CannotSettle("second_person")


def closed_by(exception: PaymentException) -> dict[str, object]:
    """Who closed it, for the sentence "… was faster"."""
    return {
        "by": exception.closed_by.name if exception.closed_by else "",
        "at": exception.closed_at,
        "act": exception.resolution,
    }


def _wanted(act: ProposalAct, capture: Capture, dong: int, note: str, **more: Any) -> Wanted:
    return Wanted(
        act=act,
        key=key_of(capture),
        amount_dong=dong,
        weighs_dong=capture.amount_dong,
        note=note,
        capture=capture,
        **more,
    )


# --- inside -----------------------------------------------------------------------------------------------------------
def _locked(capture: Capture, *, wanted_dong: int = 1) -> Capture:
    capture = Capture.objects.select_for_update().get(pk=capture.pk)
    left = left_in_suspense(capture)
    if left >= wanted_dong:
        return capture
    last = SuspenseDecision.objects.filter(capture=capture).select_related("decided_by").order_by("-pk").first()
    if left == 0 and last is not None:
        raise CannotSettle("decided", **who_decided(last))
    raise CannotSettle("more_than_left", left_dong=left)


def decide(
    capture: Capture,
    act: DecisionAct,
    dong: int,
    actor: Actor,
    *,
    payment: Payment | None = None,
    reference: str = "",
    note: str = "",
) -> SuspenseDecision:
    """Write a decision down, book it, close the question it settles; call with the capture locked and checked."""
    decision = SuspenseDecision.objects.create(
        capture=capture,
        act=act,
        payment=payment,
        amount_dong=dong,
        reference=fold_reference(reference),
        note=note.strip()[:300],
        decided_by=actor.user,
    )
    book_decision(decision)
    if left_in_suspense(capture) == 0:
        _close(PaymentException.objects.filter(capture=capture, kind__in=IN_SUSPENSE), decision, actor)
    _note(decision, actor, "decided")
    return decision


def _close(exceptions: QuerySet[PaymentException], decision: SuspenseDecision, actor: Actor) -> None:
    exceptions.filter(status=ExceptionStatus.OPEN).update(
        status=ExceptionStatus.RESOLVED,
        closed_at=clock.now(),
        closed_by=actor.user,
        resolution=str(decision.act),
    )


def _uncount(payment: Payment, decision: SuspenseDecision, actor: Actor) -> None:
    """Take the money off the payment again; call with its order's payments locked."""
    payment.refresh_from_db()
    dong, act = decision.amount_dong, str(decision.act)
    if payment.status == PaymentStatus.CONFIRMED:
        if payment.received_dong - dong < payment.amount_dong:
            raise CannotSettle("spent")
        if not owe_less(payment=payment, kind=ExceptionKind.OVERPAID, dong=dong, actor=actor, resolution=act):
            surplus = payment.refunds.filter(kind=RefundKind.SURPLUS, status__in=PROMISED_REFUND)
            raise CannotSettle("promised" if surplus.exists() else "spent")
        book_surplus_gone(payment, key=str(decision.pk), dong=dong, at=clock.now())
    elif promised_of(payment) > payment.received_dong - dong:
        raise CannotSettle("promised")
    else:  # its time may be over: then it is no more to be given back to this buyer
        owe_less(payment=payment, kind=ExceptionKind.UNDERPAID, dong=dong, actor=actor, resolution=act)
    Payment.objects.filter(pk=payment.pk).update(received_dong=F("received_dong") - dong)


def who_decided(decision: SuspenseDecision) -> dict[str, object]:
    name = decision.decided_by.name if decision.decided_by else ""
    return {"by": name, "at": decision.decided_at, "act": str(decision.act)}


def _note(decision: SuspenseDecision, actor: Actor, word: str) -> None:
    payment = decision.payment
    record(
        actor=actor,
        action=f"suspense.{word}",
        subject=decision,
        cooperative=payment.parcel.cooperative if payment and payment.parcel else None,
        act=str(decision.act),
        amount_dong=decision.amount_dong,
        capture=decision.capture_id,
    )
