"""What staff write down of the operator's own money: moved between own accounts, taken by a bank, paid as interest.

Above the limit of refunds a second person says yes before it counts, and before it is undone. With a line of the bank
that waits in suspense, that line leaves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from marketplace.ledger.accounts import Account
from marketplace.ledger.booking import Fact, book, lines_of
from marketplace.ledger.entries import Lines, reversed_lines
from marketplace.ledger.models import AccountKind
from marketplace.ledger.own_money import bank_charged, interest_paid, moved
from marketplace.payments.agreeing import Wanted, agreed, check_nothing_waits
from marketplace.payments.books.places import lies_on
from marketplace.payments.facts import fold_reference
from marketplace.payments.models import Capture, OwnMove, Proposal
from marketplace.payments.states import OwnMoveKind, OwnMoveStatus, ProposalAct, own_move_states_before
from marketplace.payments.treasury.bank_lines import back_into_suspense, leave_suspense, waits_whole
from marketplace.payments.treasury.own_places import own_places

SHORTEST_REFERENCE = 4
S = OwnMoveStatus


class CannotMove(DomainError):
    """Nothing was changed. Codes: ``not_positive``, ``no_reference``, ``not_yet`` (a day to come), ``place`` (not an

    account of the operator, or the same twice), ``known`` (facts: by, at), ``spoken_for`` (this line is somebody

    else's), ``second_person``, ``moved`` (facts: status, by).
    """


@dataclass(frozen=True, slots=True)
class MoveSlip:
    """What somebody read on a statement. ``out_of`` and ``into`` are codes of own accounts, "" where there is none;

    ``capture``: the same money, when a bank told of it already (then it fills ``into`` and the amount).
    """

    kind: OwnMoveKind
    amount_dong: int
    out_of: str
    into: str
    reference: str
    moved_on: date
    note: str = ""
    livemode: bool = True
    capture: Capture | None = None


def write_down(*, slip: MoveSlip, actor: Actor) -> OwnMove:
    """Book it, or, above the limit, let it wait for a second person. Raises :class:`CannotMove`."""
    reference = fold_reference(slip.reference)
    _check(slip, reference)
    try:
        return _write(slip, reference, actor)
    except IntegrityError:
        earlier = OwnMove.objects.filter(
            kind=slip.kind, reference=reference, out_of=slip.out_of, into=slip.into, status__in=[S.PROPOSED, S.BOOKED]
        ).first()
        raise CannotMove("known", **_who(earlier)) from None


@transaction.atomic
def approve_move(*, move: OwnMove, actor: Actor) -> OwnMove:
    """The second person says yes: it is booked. Raises :class:`CannotMove`."""
    locked = _lock(move)
    _check_another(locked.recorded_by, actor)
    _change(locked, S.BOOKED, actor, booked_at=clock.now(), approved_by=actor.user)
    _book(locked, actor)
    return locked


@transaction.atomic
def refuse_move(*, move: OwnMove, actor: Actor) -> OwnMove:
    """No, or written down by mistake: who wrote it may take it back too."""
    locked = _lock(move)
    _change(locked, S.REFUSED, actor, ended_at=clock.now(), ended_by=actor.user)
    return locked


@transaction.atomic
def undo_move(*, move: OwnMove, actor: Actor, proposal: Proposal | None = None) -> OwnMove | Proposal:
    """It was booked by mistake: the reverse is booked; a line of the bank waits in suspense again.

    Over the limit: the proposal that waits for a second person.
    """
    locked = _lock(move)
    if locked.status != S.BOOKED:
        raise CannotMove("moved", status=locked.status, **_who(locked))
    wanted = Wanted(ProposalAct.UNDO_MOVE, move_key(locked), locked.amount_dong, facts={"move": locked.pk})
    if waits := agreed(wanted=wanted, actor=actor, proposal=proposal):
        return waits
    now = clock.now()
    _change(locked, S.UNDONE, actor, ended_at=now, ended_by=actor.user)
    lines = reversed_lines(lines_of(f"own-move:{locked.pk}"))
    book(fact=_fact(locked, "own-move-undone", now), lines=lines)
    if locked.capture is not None:
        back_into_suspense(locked.capture, note="own money undone", actor=actor)
    return locked


def move_key(move: OwnMove) -> str:
    """What a proposal about it is known by."""
    return f"own-move:{move.pk}"


# --- inside -----------------------------------------------------------------------------------------------------------
def _check(slip: MoveSlip, reference: str) -> None:
    if type(slip.amount_dong) is not int or slip.amount_dong <= 0:
        raise CannotMove("not_positive")
    if len(reference) < SHORTEST_REFERENCE:
        raise CannotMove("no_reference")
    if slip.moved_on > clock.today():
        raise CannotMove("not_yet")
    places, ends = own_places(), (slip.out_of, slip.into)
    wanted = {
        OwnMoveKind.TRANSFER: all(ends),
        OwnMoveKind.BANK_CHARGE: bool(slip.out_of and not slip.into),
        OwnMoveKind.INTEREST: bool(slip.into and not slip.out_of),
    }[slip.kind]
    if not wanted or slip.out_of == slip.into or any(end and end not in places for end in ends):
        raise CannotMove("place")
    if slip.capture is not None and not _fits(slip.capture, slip):
        raise CannotMove("spoken_for")


def _fits(capture: Capture, slip: MoveSlip) -> bool:
    return (
        waits_whole(capture)
        and (capture.amount_dong, capture.livemode) == (slip.amount_dong, slip.livemode)
        and lies_on(capture).code == slip.into
    )


@transaction.atomic
def _write(slip: MoveSlip, reference: str, actor: Actor) -> OwnMove:
    alone = slip.amount_dong <= settings.REFUND_TWO_PEOPLE_OVER
    move = OwnMove.objects.create(
        kind=slip.kind,
        status=S.BOOKED if alone else S.PROPOSED,
        amount_dong=slip.amount_dong,
        out_of=slip.out_of,
        into=slip.into,
        reference=reference,
        moved_on=slip.moved_on,
        note=slip.note.strip()[:200],
        livemode=slip.livemode,
        capture=slip.capture,
        recorded_at=clock.now(),
        recorded_by=actor.user,
        booked_at=clock.now() if alone else None,
    )
    _note(move, actor)
    if alone:
        _book(move, actor)
    return move


def _book(move: OwnMove, actor: Actor) -> None:
    if move.capture is not None:
        capture = Capture.objects.select_for_update().get(pk=move.capture.pk)
        if not waits_whole(capture):
            raise CannotMove("spoken_for")
        check_nothing_waits(capture)
        leave_suspense(capture, note=f"own money {move.pk}", actor=actor)
    assert move.booked_at is not None
    book(fact=_fact(move, "own-move", move.booked_at), lines=_lines(move))


def _lines(move: OwnMove) -> Lines:
    dong = move.amount_dong
    if move.kind == OwnMoveKind.BANK_CHARGE:
        return bank_charged(dong=dong, out_of=_account(move.out_of))
    if move.kind == OwnMoveKind.INTEREST:
        return interest_paid(dong=dong, into=_account(move.into))
    return moved(dong=dong, out_of=_account(move.out_of), into=_account(move.into))


def _account(code: str) -> Account:
    return Account(code, AccountKind.ASSET)


def _fact(move: OwnMove, word: str, at: datetime) -> Fact:
    return Fact(key=f"{word}:{move.pk}", kind=word.replace("-", "_"), at=at, livemode=move.livemode)


def _lock(move: OwnMove) -> OwnMove:
    rows = OwnMove.objects.select_for_update(of=("self",)).select_related("recorded_by", "approved_by", "capture")
    return rows.get(pk=move.pk)


def _change(move: OwnMove, to: OwnMoveStatus, actor: Actor, **stamps: Any) -> None:
    if not OwnMove.objects.filter(pk=move.pk, status__in=own_move_states_before(to)).update(status=to, **stamps):
        move.refresh_from_db()
        raise CannotMove("moved", status=move.status, **_who(move))
    move.refresh_from_db()
    _note(move, actor)


def _check_another(earlier: User | None, actor: Actor) -> None:
    if actor.user is None or (earlier is not None and earlier.pk == actor.user.pk):
        raise CannotMove("second_person")


def _who(move: OwnMove | None) -> dict[str, object]:
    last = (move.ended_by or move.approved_by or move.recorded_by) if move is not None else None
    at = (move.ended_at or move.booked_at or move.recorded_at) if move is not None else None
    return {"by": last.name if last else "", "at": at}


def _note(move: OwnMove, actor: Actor) -> None:
    record(actor=actor, action=f"own_move.{move.status}", subject=move, kind=move.kind, amount_dong=move.amount_dong)
