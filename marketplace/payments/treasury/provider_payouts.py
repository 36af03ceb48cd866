"""What a card provider sends to the operator's bank: booked when it leaves, found on the bank's own line when it

arrives, taken back when it fails. Told in any order and any number of times, it ends alike.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.text.folding import fold
from marketplace.ledger.accounts import OPERATORS_BANK, Account, clearing
from marketplace.ledger.booking import Fact, book, lines_of
from marketplace.ledger.entries import reversed_lines
from marketplace.ledger.models import LedgerTransaction
from marketplace.ledger.own_money import payout_arrived, payout_left
from marketplace.payments.agreeing import Wanted, agreed
from marketplace.payments.books.places import lies_on, money_account, operators_account
from marketplace.payments.facts import PayoutFact, fold_reference
from marketplace.payments.models import Capture, Proposal, ProviderPayout, SuspenseDecision
from marketplace.payments.parking import SYSTEM, park
from marketplace.payments.states import (
    CARD_PROVIDERS,
    ExceptionKind,
    ProposalAct,
    ProviderPayoutStatus,
    SourceCode,
    provider_payout_states_before,
)
from marketplace.payments.treasury.bank_lines import back_into_suspense, leave_suspense, waits_whole

ON_THE_WAY = timedelta(days=15)
CLOCKS_DIFFER = timedelta(days=1)
SHORTEST_NAME = 3
S = ProviderPayoutStatus


class CannotArrive(DomainError):
    """Nothing was changed. ``moved`` (facts: status): it has arrived or come back already."""


@transaction.atomic
def hear_of_payout(fact: PayoutFact) -> str:
    """Write down what the provider tells; returns what it meant in a word."""
    if fact.currency != "VND":
        park(
            kind=ExceptionKind.CURRENCY_MISMATCH,
            key=f"payout:{fact.source}:{fact.provider_ref}",
            currency=fact.currency,
            amount=fact.amount_dong,  # in the smallest unit of that currency
            reference=fact.provider_ref,
        )
        return "payout in another currency"
    payout, fresh = _payout_of(fact)
    if payout.amount_dong != fact.amount_dong or payout.livemode != fact.livemode:
        _park(payout, "the payout is told with another amount")
        return "payout of another amount"
    if fresh:
        lines = payout_left(dong=payout.amount_dong, provider=clearing(payout.source))
        book(fact=_fact(payout, "left", fact), lines=lines)
        record(actor=SYSTEM, action="provider_payout.sent", subject=payout, amount_dong=payout.amount_dong)
    if fact.outcome == "failed":
        return _fail(payout)
    if fact.words and payout.status == S.IN_TRANSIT:  # the trace id comes days after the first telling
        payout.words = fact.words[:120]
        payout.save(update_fields=["words"])
    capture = _line_of(payout) if payout.status == S.IN_TRANSIT else None
    if capture is not None:
        _settle(payout, capture)
        return "payout arrived"
    if fact.outcome == "arrived" and operators_account(livemode=payout.livemode) is None:
        # Nobody tells of lines on that bank account: the provider's word is all there will be.
        return "payout arrived" if _arrive(payout, into=OPERATORS_BANK) else "nothing new"
    return "payout sent" if fresh else "nothing new"


def _payout_of(fact: PayoutFact) -> tuple[ProviderPayout, bool]:
    """The one that is told of, locked; True when it is new."""
    told = {
        "amount_dong": fact.amount_dong,
        "words": fact.words[:120],
        "livemode": fact.livemode,
        "sent_at": fact.at,
        "due_on": fact.due_on,
    }
    which = {"source": fact.source, "provider_ref": fact.provider_ref}
    payout, fresh = ProviderPayout.objects.get_or_create(**which, defaults=told)
    return ProviderPayout.objects.select_for_update().get(pk=payout.pk), fresh


def claim_for_payout(capture: Capture) -> bool:
    """Is this line of a bank a provider's payout? Then it is booked as that and lies in suspense no more.

    Call in the transaction that wrote the line down.
    """
    if not capture.account_key or capture.provider in CARD_PROVIDERS - {SourceCode.SIMULATED}:
        return False
    if money_account(capture).cooperative_id is not None:
        return False
    near = (capture.booked_at - ON_THE_WAY, capture.booked_at + CLOCKS_DIFFER)
    waiting = ProviderPayout.objects.select_for_update().filter(
        status__in=[S.IN_TRANSIT, S.ARRIVED],
        capture=None,
        amount_dong=capture.amount_dong,
        livemode=capture.livemode,
        sent_at__range=near,
    )
    # Rather one that is still awaited than one that was said to have arrived.
    by_age = sorted(waiting.order_by("sent_at", "pk"), key=lambda one: one.status != S.IN_TRANSIT)
    payout = next((one for one in by_age if _names(capture, one)), None)
    if payout is None:
        return False
    if payout.status == S.ARRIVED:  # told without a line; here is the line, perhaps of another account
        _take_back(payout, SYSTEM)
    _settle(payout, capture)
    return True


@transaction.atomic
def say_arrived(
    *, payout: ProviderPayout, into: Account, actor: Actor, proposal: Proposal | None = None
) -> ProviderPayout | Proposal:
    """A person saw it on a bank's statement that no feed and no file tells of. Raises :class:`CannotArrive`.

    Over the limit, here and when it is undone: the proposal that waits for a second person.
    """
    payout = ProviderPayout.objects.select_for_update().get(pk=payout.pk)
    if payout.status != S.IN_TRANSIT:
        raise CannotArrive("moved", status=payout.status)
    if waits := agreed(wanted=_wanted(ProposalAct.ARRIVED, payout, into=into.code), actor=actor, proposal=proposal):
        return waits
    _arrive(payout, into=into, actor=actor)
    return payout


@transaction.atomic
def undo_arrival(
    *, payout: ProviderPayout, actor: Actor, proposal: Proposal | None = None
) -> ProviderPayout | Proposal:
    """It was another payment's line, or it was said by mistake: on its way again, and the line waits in suspense.

    That line is never claimed by itself again. Raises :class:`CannotArrive`.
    """
    payout = ProviderPayout.objects.select_for_update().get(pk=payout.pk)
    if payout.status != S.ARRIVED:
        raise CannotArrive("moved", status=payout.status)
    capture = payout.capture
    wanted = _wanted(ProposalAct.NOT_ARRIVED, payout, line=capture.pk if capture else 0)
    if waits := agreed(wanted=wanted, actor=actor, proposal=proposal):
        return waits
    _take_back(payout, actor)
    if capture is not None:
        back_into_suspense(Capture.objects.select_for_update().get(pk=capture.pk), note="payout undone", actor=actor)
    return payout


def payout_key(payout: ProviderPayout) -> str:
    """What a proposal about it is known by."""
    return f"provider-payout:{payout.pk}"


# --- inside -----------------------------------------------------------------------------------------------------------
def _wanted(act: ProposalAct, payout: ProviderPayout, **facts: Any) -> Wanted:
    """Confirmed on the same facts only: a line of the bank may have come meanwhile."""
    return Wanted(act, payout_key(payout), payout.amount_dong, facts={"payout": payout.pk} | facts)


def _names(capture: Capture, payout: ProviderPayout) -> bool:
    """Never by amount alone: the line names the provider, or what the provider said it would."""
    told = _bare(capture.memo + capture.bank_reference)
    names = [_bare(name) for name in (str(SourceCode(payout.source).label), *payout.words.split("|"))]
    return any(name in told for name in names if len(name) > SHORTEST_NAME)


def _bare(words: str) -> str:
    return fold_reference(fold(words))


def _line_of(payout: ProviderPayout) -> Capture | None:
    """The bank was faster than the provider: its line waits in suspense."""
    near = (payout.sent_at - CLOCKS_DIFFER, payout.sent_at + ON_THE_WAY)
    lines = Capture.objects.filter(
        Q(provider_payout=None),
        payment=None,
        amount_dong=payout.amount_dong,
        livemode=payout.livemode,
        booked_at__range=near,
    ).exclude(account_key="")
    lines = lines.exclude(pk__in=SuspenseDecision.objects.exclude(undoes=None).values("capture"))  # a person said no
    for line in lines.select_for_update(of=("self",)).order_by("booked_at", "pk"):
        if money_account(line).cooperative_id is None and _names(line, payout) and waits_whole(line):
            return line
    return None


def _settle(payout: ProviderPayout, capture: Capture) -> None:
    if _arrive(payout, into=lies_on(capture), capture=capture):
        leave_suspense(capture, note=f"payout {payout.provider_ref}", actor=SYSTEM)


def _arrive(payout: ProviderPayout, *, into: Account, capture: Capture | None = None, actor: Actor = SYSTEM) -> bool:
    now = clock.now()
    before = provider_payout_states_before(S.ARRIVED)
    moved = ProviderPayout.objects.filter(pk=payout.pk, status__in=before).update(
        status=S.ARRIVED, capture=capture, arrived_at=now
    )
    payout.refresh_from_db()
    if moved:
        fact = Fact(key=_arrival(payout), kind="provider_payout_arrived", at=now, livemode=payout.livemode)
        book(fact=fact, lines=payout_arrived(dong=payout.amount_dong, into=into))
        record(actor=actor, action="provider_payout.arrived", subject=payout, into=into.code)
    return bool(moved)


def _take_back(payout: ProviderPayout, actor: Actor) -> bool:
    """The reverse is booked where it was booked; on its way again."""
    arrival = _arrival(payout)
    moved = ProviderPayout.objects.filter(pk=payout.pk, status=S.ARRIVED).update(
        status=S.IN_TRANSIT, capture=None, arrived_at=None
    )
    payout.refresh_from_db()
    if moved:
        key = arrival.replace("arrived", "unarrived", 1)
        fact = Fact(key=key, kind="provider_payout_undone", at=clock.now(), livemode=payout.livemode)
        book(fact=fact, lines=reversed_lines(lines_of(arrival)))
        record(actor=actor, action="provider_payout.arrival_undone", subject=payout, amount_dong=payout.amount_dong)
    return bool(moved)


def _fail(payout: ProviderPayout) -> str:
    """It came back to the provider, perhaps after it was told as paid."""
    if payout.capture_id is not None:
        _park(payout, "the payout has arrived and is told to have failed")
        return "payout failed after it arrived"
    now = clock.now()
    before = provider_payout_states_before(S.FAILED)
    if not ProviderPayout.objects.filter(pk=payout.pk, status__in=before).update(status=S.FAILED, failed_at=now):
        return "nothing new"
    payout.refresh_from_db()
    lies = [
        (account, -dong) for account, dong in payout_left(dong=payout.amount_dong, provider=clearing(payout.source))
    ]
    arrived = lines_of(_arrival(payout))
    fact = Fact(key=_key(payout, "failed"), kind="provider_payout_failed", at=now, livemode=payout.livemode)
    book(fact=fact, lines=lies + reversed_lines(arrived))
    record(actor=SYSTEM, action="provider_payout.failed", subject=payout, amount_dong=payout.amount_dong)
    return "payout failed"


def _park(payout: ProviderPayout, reason: str) -> None:
    park(
        kind=ExceptionKind.PROVIDER_NOTICE,
        key=f"payout:{payout.pk}:{reason}",
        amount_dong=payout.amount_dong,
        capture=payout.capture,
        reason=reason,
    )


def _fact(payout: ProviderPayout, word: str, told: PayoutFact) -> Fact:
    return Fact(key=_key(payout, word), kind=f"provider_payout_{word}", at=told.at, livemode=payout.livemode)


def _key(payout: ProviderPayout, word: str) -> str:
    return f"provider-payout-{word}:{payout.pk}"


def _arrival(payout: ProviderPayout) -> str:
    """The key of the arrival that stands or is next: one that was undone is never booked over."""
    first = _key(payout, "unarrived")
    undone = LedgerTransaction.objects.filter(Q(key=first) | Q(key__startswith=f"{first}:")).count()
    return _key(payout, "arrived") + (f":{undone}" if undone else "")
