"""Change where a seller's money goes: one proposes, another checks, a day passes, everybody is told.

Whoever steals one phone must not be able to turn the buyers' money to an account of his own. A code that was shown
before keeps its account: payments point at the row they were asked with. A first account has nothing to protect yet
and holds as soon as a second person has checked it (docs/decisions/0083).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext, override

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.cooperatives.roles import Role
from community.errors import DomainError
from community.text.folding import fold
from marketplace.receiving.banks import find_bank
from marketplace.receiving.models import AccountChange, FeedCode, ReceivingAccount
from marketplace.receiving.states import OPEN_CHANGE, ChangeStatus, change_states_before
from marketplace.receiving.telling import tell_everybody

DELAY = timedelta(hours=24)
BATCH = 100
NUMBER = re.compile(r"[0-9A-Z]{4,19}")
HOLDER = re.compile(r"[A-Z0-9 .,&()/-]{3,80}")
SYSTEM = Actor.system("receiving")


class CannotChange(DomainError):
    """Codes: ``assisted`` (a helper may not), ``not_owner``, ``not_staff``, ``unknown_bank``, ``bad_number``,

    ``bad_holder``, ``same_account``, ``taken`` (another seller's account), ``change_open``, ``second_person``,
    ``own_cooperative``, ``no_reason``, ``moved`` (facts: status).
    """


@dataclass(frozen=True, slots=True)
class AccountWish:
    """The account as a person typed it; ``wished`` says what of it can be used."""

    bank_bin: str
    account_number: str
    holder: str


def tidy_wish(wish: AccountWish) -> AccountWish:
    """As banks write it: the number without spaces and dots, the holder in capitals without accents.

    Raises :class:`CannotChange` (unknown_bank, bad_number, bad_holder).
    """
    bank = find_bank(wish.bank_bin)
    if bank is None or not bank.takes_vietqr:
        raise CannotChange("unknown_bank")
    number = tidy_number(wish.account_number)
    if not number:
        raise CannotChange("bad_number")
    holder = fold(wish.holder).upper()
    if not HOLDER.fullmatch(holder):
        raise CannotChange("bad_holder")
    return AccountWish(bank.bin, number, holder)


def tidy_number(number: str) -> str:
    """The number of an account without spaces and dots, in capitals; "" when no bank has such a number."""
    tidy = re.sub(r"[\s.\-]", "", number).upper()
    return tidy if NUMBER.fullmatch(tidy) else ""


# --- one proposes -----------------------------------------------------------------------------------------------------
def propose_account(*, cooperative: Cooperative | None, wish: AccountWish, actor: Actor) -> AccountChange:
    """Ask for another account; every member is told at once. Raises :class:`CannotChange` and changes nothing.

    Only an owner may ask, in person; for the platform's own account (no cooperative) only staff.
    """
    _check_may_decide(cooperative, actor)
    tidy = tidy_wish(wish)
    try:
        with transaction.atomic():
            return _propose(cooperative, tidy, actor)
    except IntegrityError as clash:  # two owners at once
        raise CannotChange("change_open") from clash


def _propose(cooperative: Cooperative | None, wish: AccountWish, actor: Actor) -> AccountChange:
    if AccountChange.objects.filter(cooperative=cooperative, status__in=OPEN_CHANGE).exists():
        raise CannotChange("change_open")
    now_used = active_account(cooperative)
    if now_used and (now_used.bank_bin, now_used.account_number) == (wish.bank_bin, wish.account_number):
        raise CannotChange("same_account")
    _check_free(cooperative, wish.bank_bin, wish.account_number)
    bank = find_bank(wish.bank_bin)
    assert bank is not None and actor.user is not None
    change = AccountChange.objects.create(
        cooperative=cooperative,
        bank_bin=wish.bank_bin,
        bank_name=bank.short_name[:80],
        account_number=wish.account_number,
        holder=wish.holder,
        replaces=now_used,
        proposed_at=clock.now(),
        proposed_by=actor.user,
    )
    _note(change, actor, "proposed")
    return change


def active_account(cooperative: Cooperative | None) -> ReceivingAccount | None:
    """The account in use; of the platform when there is no cooperative."""
    return ReceivingAccount.objects.filter(cooperative=cooperative, active=True).order_by("-pk").first()


def _check_free(cooperative: Cooperative | None, bank_bin: str, number: str) -> None:
    """Two sellers on one account would get each other's money in the books, also after one of them left it."""
    same = ReceivingAccount.objects.filter(bank_bin=bank_bin, account_number=number)
    foreign = same.exclude(cooperative=cooperative) if cooperative else same.filter(cooperative__isnull=False)
    if foreign.exists():
        raise CannotChange("taken")


# --- another checks ---------------------------------------------------------------------------------------------------
@transaction.atomic
def approve_change(*, change: AccountChange, feed: str, actor: Actor) -> AccountChange:
    """A second person has compared holder and papers. In force a day later; a first account at once.

    ``feed``: how movements of the account reach us. Raises :class:`CannotChange` and changes nothing.
    """
    _check_second_person(change, actor)
    now = clock.now()
    is_first = not ReceivingAccount.objects.filter(cooperative=change.cooperative).exists()
    _move(
        change,
        ChangeStatus.APPROVED,
        feed=FeedCode(feed),
        approved_at=now,
        approved_by=actor.user,
        effective_from=now if is_first else now + DELAY,
    )
    _note(change, actor, "approved", quiet=is_first)
    if is_first:
        _bring_into_force(change.pk, now)
        change.refresh_from_db()
    return change


@transaction.atomic
def refuse_change(*, change: AccountChange, reason: str, actor: Actor) -> AccountChange:
    """Staff say no, also in the day of waiting; the members read why. Raises :class:`CannotChange`."""
    if actor.user is None or not actor.user.is_staff:
        raise CannotChange("not_staff")
    words = " ".join(reason.split())[:300]
    if not words:
        raise CannotChange("no_reason")
    _move(change, ChangeStatus.REFUSED, ended_at=clock.now(), ended_by=actor.user, reason=words)
    _note(change, actor, "refused")
    return change


@transaction.atomic
def call_off_change(*, change: AccountChange, actor: Actor) -> AccountChange:
    """Any owner, until it is in force. Raises :class:`CannotChange`."""
    _check_may_decide(change.cooperative, actor)
    _move(change, ChangeStatus.CANCELLED, ended_at=clock.now(), ended_by=actor.user)
    _note(change, actor, "cancelled")
    return change


# --- a day later ------------------------------------------------------------------------------------------------------
def bring_into_force_due(*, now: datetime) -> int:
    """The clock's part: every checked change whose day is over; returns how many. May run twice at once."""
    due = AccountChange.objects.filter(status=ChangeStatus.APPROVED, effective_from__lte=now)
    return sum(_bring_into_force(pk, now) for pk in due.order_by("pk").values_list("pk", flat=True)[:BATCH])


@transaction.atomic
def _bring_into_force(pk: int, now: datetime) -> bool:
    due = AccountChange.objects.select_for_update(of=("self",)).filter(
        pk=pk, status=ChangeStatus.APPROVED, effective_from__lte=now
    )
    change = due.select_related("cooperative").first()
    if change is None:
        return False
    try:
        _check_free(change.cooperative, change.bank_bin, change.account_number)
    except CannotChange:  # another seller's account meanwhile: nobody decides that but people
        with override("vi"):
            words = gettext("Another seller uses this account.")
        _move(change, ChangeStatus.REFUSED, ended_at=now, reason=words)
        _note(change, SYSTEM, "refused")
        return False
    ReceivingAccount.objects.filter(cooperative=change.cooperative, active=True).update(active=False)
    account = ReceivingAccount.objects.create(
        cooperative=change.cooperative,
        bank_bin=change.bank_bin,
        bank_name=change.bank_name,
        account_number=change.account_number,
        holder=change.holder,
        feed=change.feed,
        created_at=now,
    )
    _move(change, ChangeStatus.IN_FORCE, account=account, ended_at=now)
    _note(change, SYSTEM, "in_force")
    return True


# --- who and how ------------------------------------------------------------------------------------------------------
def _check_may_decide(cooperative: Cooperative | None, actor: Actor) -> None:
    """In person, never under a mandate."""
    if actor.mandate_code:
        raise CannotChange("assisted")
    if actor.user is None or not actor.user.is_active:
        raise CannotChange("not_owner")
    if cooperative is None:
        if not actor.user.is_staff:
            raise CannotChange("not_staff")
    elif not cooperative.memberships.active().filter(user=actor.user, role=Role.OWNER).exists():
        raise CannotChange("not_owner")


def _check_second_person(change: AccountChange, actor: Actor) -> None:
    if actor.user is None or not actor.user.is_staff or actor.mandate_code:
        raise CannotChange("not_staff")
    if actor.user.pk == change.proposed_by_id:
        raise CannotChange("second_person")
    if change.cooperative and change.cooperative.has_member(actor.user):
        raise CannotChange("own_cooperative")


def _move(change: AccountChange, to: ChangeStatus, **stamps: Any) -> None:
    """Guarded by the table of states; call inside a transaction. Raises :class:`CannotChange` (moved)."""
    allowed = AccountChange.objects.filter(pk=change.pk, status__in=change_states_before(to))
    done = allowed.update(status=to, **stamps)
    change.refresh_from_db()
    if not done:
        raise CannotChange("moved", status=change.status)


def _note(change: AccountChange, actor: Actor, word: str, *, quiet: bool = False) -> None:
    """Into the audit with the masked number, and to every member; ``quiet`` when a later word says the same."""
    record(
        actor=actor,
        action=f"receiving_account.{word}",
        subject=change,
        cooperative=change.cooperative,
        bank=change.bank_bin,
        ends_with=change.account_number[-4:],
    )
    if not quiet:
        tell_everybody(change, word=word)
