"""The steps of a payout: approved by a second person, handed to the bank in a file, arrived or come back.

Each step is one guarded UPDATE; a step that was done by somebody else a moment ago is refused with who and when.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.outbox.queueing import queue_message
from marketplace.ledger import entries
from marketplace.ledger.booking import Fact, book, lines_of
from marketplace.payments.books.places import operators_bank
from marketplace.payouts.choosing import PAYOUT_RETURNED, PAYOUT_SENT, frozen
from marketplace.payouts.drafting import account_of
from marketplace.payouts.models import Payout, PayoutFile, PayoutItem
from marketplace.payouts.states import BOOKED_PAYOUT, PayoutStatus, payout_states_before
from marketplace.payouts.words import arrived_words

SHORTEST_REFERENCE = 4


class CannotPayOut(DomainError):
    """Codes: ``moved`` (facts: status), ``second_person``, ``frozen`` (facts: parcels), ``account_changed``,

    ``no_reference``, ``no_reason``, ``nothing_to_send``, ``mixed_money``, ``nobody``.
    """


@transaction.atomic
def approve_payout(*, payout: Payout, actor: Actor) -> Payout:
    """Whoever drafted it may not approve it; nor is it approved while a parcel in it is contested or its account is no

    longer the cooperative's. Raises :class:`CannotPayOut` and changes nothing.
    """
    locked = _lock(payout)
    if locked.status == PayoutStatus.DRAFT:
        _check_second_person(locked.made_by, actor)
        _check_still_right(locked)
    _move(locked, PayoutStatus.APPROVED, actor, approved_at=clock.now(), approved_by=actor.user)
    return locked


@transaction.atomic
def send_payouts(*, payouts: Sequence[Payout], actor: Actor) -> PayoutFile:
    """Put approved payouts into one file for the bank; from here on they are booked. All or none.

    Whoever approved one may not hand it over. Raises :class:`CannotPayOut`.
    """
    locked = [_lock(payout) for payout in sorted(payouts, key=lambda payout: payout.pk)]
    if not locked:
        raise CannotPayOut("nothing_to_send")
    if len({payout.livemode for payout in locked}) > 1:
        raise CannotPayOut("mixed_money")
    now = clock.now()
    file = PayoutFile.objects.create(livemode=locked[0].livemode, made_at=now, made_by=actor.user)
    for payout in locked:
        if payout.status == PayoutStatus.APPROVED:
            _check_second_person(payout.approved_by, actor)
            _check_still_right(payout)
        _move(payout, PayoutStatus.SENT, actor, sent_at=now, sent_by=actor.user, file=file)
        bank = operators_bank(livemode=payout.livemode)
        lines = entries.paid_out(cooperative_id=payout.cooperative_id, dong=payout.amount_dong, out_of=bank)
        book(fact=_fact(payout, PAYOUT_SENT, now), lines=lines)
    return file


@transaction.atomic
def confirm_payout(*, payout: Payout, actor: Actor, bank_ref: str) -> Payout:
    """The bank moved the money and gave this reference; the cooperative is told. Raises :class:`CannotPayOut`."""
    reference = bank_ref.strip()
    if len(reference) < SHORTEST_REFERENCE:
        raise CannotPayOut("no_reference")
    locked = _lock(payout)
    stamps = {"paid_at": clock.now(), "paid_by": actor.user, "bank_ref": reference[:120]}
    _move(locked, PayoutStatus.PAID, actor, **stamps)
    _tell(locked)
    return locked


@transaction.atomic
def payout_failed(*, payout: Payout, actor: Actor, why: str) -> Payout:
    """The bank gave the money back: it is the cooperative's again and goes into the next payout.

    ``why`` is the bank's word of it. Whoever handed it over or saw it arrive may not say so. Raises
    :class:`CannotPayOut`.
    """
    locked = _lock(payout)
    if locked.status in BOOKED_PAYOUT:
        _check_second_person(locked.sent_by, actor)
        _check_second_person(locked.paid_by, actor)
        if len(why.strip()) < SHORTEST_REFERENCE:
            raise CannotPayOut("no_reason")
    was_booked = locked.status in BOOKED_PAYOUT
    now = clock.now()
    _move(locked, PayoutStatus.FAILED, actor, ended_at=now, ended_by=actor.user, failure=why.strip()[:200])
    if was_booked:
        sent = lines_of(_fact(locked, PAYOUT_SENT, now).key)  # it comes back to the account it left
        book(fact=_fact(locked, PAYOUT_RETURNED, now), lines=entries.reversed_lines(sent))
    PayoutItem.objects.filter(payout=locked).update(released=True)
    return locked


@transaction.atomic
def cancel_payout(*, payout: Payout, actor: Actor, why: str) -> Payout:
    """Not to be paid this way: nothing was booked yet; its entries are free for another payout."""
    locked = _lock(payout)
    stamps = {"ended_at": clock.now(), "ended_by": actor.user, "failure": why.strip()[:200]}
    _move(locked, PayoutStatus.CANCELLED, actor, **stamps)
    PayoutItem.objects.filter(payout=locked).update(released=True)
    return locked


def _lock(payout: Payout) -> Payout:
    rows = Payout.objects.select_for_update(of=("self",)).select_related(
        "cooperative", "made_by", "approved_by", "sent_by", "paid_by"
    )
    return rows.get(pk=payout.pk)


def _move(payout: Payout, to: PayoutStatus, actor: Actor, **stamps: Any) -> None:
    if not Payout.objects.filter(pk=payout.pk, status__in=payout_states_before(to)).update(status=to, **stamps):
        payout.refresh_from_db()
        raise CannotPayOut("moved", status=payout.status)
    payout.refresh_from_db()
    record(
        actor=actor,
        action=f"payout.{to}",
        subject=payout,
        cooperative=payout.cooperative,
        amount_dong=payout.amount_dong,
    )


def _check_second_person(earlier: User | None, actor: Actor) -> None:
    """Nobody does two steps in a row: two people see every payout, also one that the clock drafted."""
    if actor.user is None:
        raise CannotPayOut("nobody")
    if earlier is not None and earlier.pk == actor.user.pk:
        raise CannotPayOut("second_person")


def _check_still_right(payout: Payout) -> None:
    items = PayoutItem.objects.filter(payout=payout, amount_dong__gt=0, entry__transaction__parcel__isnull=False)
    parcels = dict(items.values_list("entry__transaction__parcel_id", "entry__transaction__parcel__code"))
    stopped = frozen({pk for pk in parcels if pk is not None})
    if stopped:
        raise CannotPayOut("frozen", parcels=sorted(str(parcels[pk]) for pk in stopped))
    account = account_of(payout.cooperative, livemode=payout.livemode)
    if account is None or account.pk != payout.account_id or account.account_number != payout.account_number:
        raise CannotPayOut("account_changed")


def _fact(payout: Payout, kind: str, at: datetime) -> Fact:
    return Fact(key=f"{kind.replace('_', '-')}:{payout.pk}", kind=kind, at=at, livemode=payout.livemode)


def _tell(payout: Payout) -> None:
    queue_message(
        kind="payout_paid",
        key=payout.code,
        to=payout.cooperative.message_phone,
        text=arrived_words(payout),
        about=payout,
    )
