"""What a cooperative owes the operator when buyers pay it directly: commission and tax; how much, by when, how to pay,

and that it paid. Amounts in đồng.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.db.models.functions import Upper

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from marketplace.ledger import entries
from marketplace.ledger.accounts import payable
from marketplace.ledger.balances import balance
from marketplace.ledger.booking import Fact, book, lines_of
from marketplace.payments.agreeing import Wanted, agreed, key_of, undoes_alone
from marketplace.payments.books.places import lies_on, operators_bank
from marketplace.payments.facts import fold_reference
from marketplace.payments.models import Capture, Proposal, Refund, SuspenseDecision
from marketplace.payments.states import PROMISED_REFUND, DecisionAct, ProposalAct, RefundKind, RefundStatus
from marketplace.payments.suspense.settling import leave_for_dues, left_in_suspense, undo
from marketplace.payments.vietqr import encode_vietqr
from marketplace.payouts.models import DuesPayment
from marketplace.receiving.models import ReceivingAccount

SHORTEST_REFERENCE = 4


class CannotRecordDues(DomainError):
    """Codes: ``not_positive``, ``no_reference``, ``known`` (the transfer was written down before; facts: cooperative),

    ``not_yet`` (a day to come), ``undone`` (undone before), ``spoken_for`` (this money is somebody else's),
    ``second_person`` (a large sum is undone by another than wrote it down), ``play_money`` (simulated money for a real

    debt, or the reverse), ``not_the_markets`` (it came to a cooperative).
    """


@dataclass(frozen=True, slots=True)
class Dues:
    """``owed_dong`` is what the cooperative owes the operator now; 0 when it owes nothing. ``to_buyers_dong``: of what

    stands on its account, what it has still to send back to buyers itself.
    """

    owed_dong: int
    to_buyers_dong: int


def dues_of(cooperative: Cooperative, *, livemode: bool) -> Dues:
    """From the books; three queries."""
    stands = balance(payable(cooperative.pk), livemode=livemode)
    promised = _promised(cooperative, livemode)
    return Dues(owed_dong=max(stands - promised, 0), to_buyers_dong=promised)


def due_on(period_end: date) -> date:
    """By when the dues of a month that ended before ``period_end`` are to be paid."""
    return period_end + timedelta(days=settings.DUES_DAYS - 1)


def dues_memo(cooperative: Cooperative) -> str:
    """What the transfer has to say, so that a person finds whose it is."""
    return f"PHI {cooperative.code}"


def dues_payload(cooperative: Cooperative, account: ReceivingAccount, *, dong: int) -> str:
    """The VietQR of the dues."""
    return encode_vietqr(
        bank_bin=account.bank_bin,
        account=account.account_number,
        amount_dong=dong,
        purpose=dues_memo(cooperative),
    )


@dataclass(frozen=True, slots=True)
class DuesSlip:
    """What somebody read on the bank's statement. ``capture``: the same money, when a feed told of it already."""

    cooperative: Cooperative
    amount_dong: int
    bank_ref: str
    received_on: date
    livemode: bool = True
    capture: Capture | None = None


def record_dues(*, slip: DuesSlip, actor: Actor, proposal: Proposal | None = None) -> DuesPayment | Proposal:
    """Write down that dues came; once per transfer. Over the limit: the proposal that waits for a second person.

    Raises :class:`CannotRecordDues` and changes nothing.
    """
    reference = slip.bank_ref.strip()[:120]
    slip = _with_its_line(slip, reference)
    _check(slip, reference)
    try:
        return _record(slip, reference, actor, proposal)
    except IntegrityError:
        earlier = DuesPayment.objects.filter(bank_ref=reference, undone_at=None).select_related("cooperative").first()
        raise CannotRecordDues("known", cooperative=earlier.cooperative.name if earlier else "") from None


def waiting_dues(*, livemode: bool) -> list[tuple[Capture, Cooperative]]:
    """Money in suspense on the operator's own account whose words name a cooperative's dues."""
    own = ReceivingAccount.objects.filter(cooperative=None).values("account_number")
    found: list[tuple[Capture, Cooperative]] = []
    for capture in Capture.objects.filter(payment=None, livemode=livemode, account_key__in=own, memo__icontains="PHI"):
        words = set(re.split(r"[^A-Z0-9]+", capture.memo.upper()))
        cooperative = Cooperative.objects.annotate(upper=Upper("code")).filter(upper__in=words).first()
        if cooperative is not None and left_in_suspense(capture) == capture.amount_dong:
            found.append((capture, cooperative))
    return found


@transaction.atomic
def undo_dues(*, dues: DuesPayment, actor: Actor, why: str) -> DuesPayment:
    """It was written down by mistake: taken back in the books, kept in the table. What a feed told of waits again."""
    weighs = dues.capture.amount_dong if dues.capture is not None else dues.amount_dong
    key = key_of(dues.capture) if dues.capture is not None else f"dues:{dues.bank_ref}"
    about = {"act": ProposalAct.DUES, "key": key, "ended_by": dues.recorded_by_id}
    if undoes_alone(weighs_dong=weighs, people=[dues.recorded_by_id], actor=actor, **about):
        raise CannotRecordDues("second_person")
    now = clock.now()
    stamps = {"undone_at": now, "undone_by": actor.user, "undone_why": why.strip()[:200]}
    if not DuesPayment.objects.filter(pk=dues.pk, undone_at=None).update(**stamps):
        raise CannotRecordDues("undone")
    dues.refresh_from_db()
    book(
        fact=Fact(key=f"dues-undone:{dues.pk}", kind="dues_undone", at=now, livemode=dues.livemode),
        lines=entries.reversed_lines(lines_of(f"dues:{dues.pk}")),
    )
    if dues.capture is not None:
        _back_into_suspense(dues.capture, actor, dues.undone_why)
    record(actor=actor, action="dues.undone", subject=dues, cooperative=dues.cooperative, amount_dong=dues.amount_dong)
    return dues


def _back_into_suspense(capture: Capture, actor: Actor, why: str) -> None:
    stands = SuspenseDecision.objects.filter(
        capture=capture, act=DecisionAct.NOT_OURS, undoes=None, undone_by__isnull=True
    )
    for decision in stands:
        undo(decision=decision, actor=actor, note=why or "dues undone")


@transaction.atomic
def _record(slip: DuesSlip, reference: str, actor: Actor, proposal: Proposal | None) -> DuesPayment | Proposal:
    if DuesPayment.objects.filter(bank_ref=reference, undone_at=None).exists():
        raise IntegrityError
    if slip.capture is not None:  # what was looked at before may have been decided about by now
        slip = replace(slip, capture=Capture.objects.select_for_update().get(pk=slip.capture.pk))
        _check(slip, reference)
    if waits := agreed(wanted=_wanted(slip, reference), actor=actor, proposal=proposal):
        return waits
    dues = DuesPayment.objects.create(
        cooperative=slip.cooperative,
        amount_dong=slip.amount_dong,
        livemode=slip.livemode,
        bank_ref=reference,
        received_on=slip.received_on,
        capture=slip.capture,
        recorded_at=clock.now(),
        recorded_by=actor.user,
    )
    if slip.capture is not None:
        note = f"dues of {slip.cooperative.code}"
        leave_for_dues(capture=slip.capture, dong=slip.amount_dong, actor=actor, note=note)
    # Booked when it was written down, not when it came: the statement of a month that is over never changes.
    book(
        fact=Fact(key=f"dues:{dues.pk}", kind="dues_paid", at=dues.recorded_at, livemode=slip.livemode),
        lines=_lines(dues),
    )
    record(
        actor=actor, action="dues.recorded", subject=dues, cooperative=slip.cooperative, amount_dong=slip.amount_dong
    )
    return dues


def _wanted(slip: DuesSlip, reference: str) -> Wanted:
    return Wanted(
        act=ProposalAct.DUES,
        key=key_of(slip.capture) if slip.capture is not None else f"dues:{reference}",
        amount_dong=slip.amount_dong,
        weighs_dong=slip.capture.amount_dong if slip.capture is not None else 0,
        capture=slip.capture,
        cooperative=slip.cooperative,
        facts={"bank_ref": reference, "received_on": str(slip.received_on), "livemode": slip.livemode},
    )


def _with_its_line(slip: DuesSlip, reference: str) -> DuesSlip:
    """A bank told of this transfer already, and it waits in suspense on the operator's account: the same money."""
    if slip.capture is not None:
        return slip
    own = ReceivingAccount.objects.filter(cooperative=None).values("account_number")
    lines = Capture.objects.filter(payment=None, livemode=slip.livemode, account_key__in=own)
    told = lines.filter(bank_reference=fold_reference(reference)).exclude(bank_reference="").order_by("pk")
    return replace(slip, capture=next((one for one in told if left_in_suspense(one) > 0), None))


def _lines(dues: DuesPayment) -> entries.Lines:
    into = lies_on(dues.capture) if dues.capture is not None else operators_bank(livemode=dues.livemode)
    return entries.dues_paid(cooperative_id=dues.cooperative_id, dong=dues.amount_dong, into=into)


def _check(slip: DuesSlip, reference: str) -> None:
    if type(slip.amount_dong) is not int or slip.amount_dong <= 0:
        raise CannotRecordDues("not_positive")
    if len(reference) < SHORTEST_REFERENCE:
        raise CannotRecordDues("no_reference")
    if slip.received_on > clock.today():
        raise CannotRecordDues("not_yet")
    capture = slip.capture
    if capture is None:
        return
    if capture.livemode != slip.livemode:
        raise CannotRecordDues("play_money")
    if lies_on(capture).cooperative_id is not None:
        raise CannotRecordDues("not_the_markets")
    if left_in_suspense(capture) != slip.amount_dong:
        raise CannotRecordDues("spoken_for")


def _promised(cooperative: Cooperative, livemode: bool) -> int:
    """Refunds that stand on its account until it has sent them from its own bank."""
    waiting = Refund.objects.filter(
        kind=RefundKind.PARCEL,
        status__in=PROMISED_REFUND - {RefundStatus.DONE},
        payment__account__cooperative=cooperative,
        payment__livemode=livemode,
    )
    return waiting.aggregate(sum=Sum("amount_dong"))["sum"] or 0
