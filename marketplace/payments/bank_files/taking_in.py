"""A statement uploaded, looked at, and taken in: nothing moves money until a person has seen the preview.

Taking in is all or nothing: in one transaction every new row becomes a message in the inbox; each is then applied like
a feed's, in its own transaction, and tried again if it fails. Rows that a feed or a person told before are left out.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import IntegrityError, transaction

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.sheets.reading import MOST_ROWS, Cell
from marketplace.ledger.accounts import clearing
from marketplace.payments.arriving.matching import find_memo_codes
from marketplace.payments.bank_files.columns import FIELDS, as_said, find_heading, guess, missing
from marketplace.payments.bank_files.keeping import keep_file, rows_of
from marketplace.payments.bank_files.lines import Line, closing_balance, read_lines
from marketplace.payments.bank_files.sorting import sort_out
from marketplace.payments.feeds.reading import BANK_ZONE
from marketplace.payments.feeds.uploaded import Movement, as_event
from marketplace.payments.hearing.inbox import process_event
from marketplace.payments.models import InboxEvent, Statement, StatementFormat
from marketplace.payments.states import InboxStatus, SourceCode, StatementStatus
from marketplace.payments.treasury.told_balances import tell_balance
from marketplace.receiving.models import ReceivingAccount

SHOWN = 60
CHUNK = 500


class CannotTakeIn(DomainError):
    """Codes: ``known`` (by, at, pk), ``columns``, ``troubles`` (count), ``moved`` (by, at, status), ``nothing_new``,

    ``other_preview`` (what was looked at is not what would be taken in).
    """


@transaction.atomic
def upload_statement(*, account: ReceivingAccount, name: str, body: bytes, actor: Actor) -> Statement:
    """Keep the file; nobody has read it yet. Raises CannotTakeIn and keeps nothing."""
    assert actor.user is not None
    digest = hashlib.sha256(body).hexdigest()
    _check_unknown(account, digest)
    keep_file(digest, body)
    try:
        with transaction.atomic():
            statement = Statement.objects.create(
                account=account,
                sha256=digest,
                name=name[:120],
                uploaded_by=actor.user,
                status=StatementStatus.READING,
            )
    except IntegrityError:  # somebody else uploaded it a moment ago
        _check_unknown(account, digest)
        raise
    record(actor=actor, action="statement.uploaded", subject=statement, cooperative=account.cooperative)
    return statement


def _check_unknown(account: ReceivingAccount, digest: str) -> None:
    known = Statement.objects.filter(account=account, sha256=digest).exclude(status=StatementStatus.DROPPED).first()
    if known is not None:
        raise CannotTakeIn("known", by=known.uploaded_by.name, at=known.uploaded_at, pk=known.pk)


@transaction.atomic
def choose_columns(*, statement: Statement, fields: Mapping[str, int], actor: Actor) -> Statement:
    """Which column holds what; remembered for the bank by the words of the headings. Raises CannotTakeIn."""
    chosen = {name: column for name, column in fields.items() if name in FIELDS}
    if missing(chosen) or len(set(chosen.values())) < len(chosen):
        raise CannotTakeIn("columns")
    cells: list[str] = statement.columns.get("names", [])
    if any(not 0 <= column < len(cells) for column in chosen.values()):
        raise CannotTakeIn("columns")
    _move(statement, StatementStatus.READING, columns=statement.columns | {"fields": chosen})
    words = {name: cells[column] for name, column in chosen.items() if cells[column]}
    StatementFormat.objects.update_or_create(bank_bin=statement.account.bank_bin, defaults={"columns": words})
    record(actor=actor, action="statement.columns_chosen", subject=statement, cooperative=statement.account.cooperative)
    return statement


def read_statement(*, statement: Statement) -> Statement:
    """Read the file for what it waits for: its columns, its preview, or to be taken in. For the worker: the file may be

    long, and is read outside every transaction. Done twice it changes nothing; what fails is kept in ``seen``.
    """
    statement.refresh_from_db()
    if statement.status != StatementStatus.READING:
        return statement
    columns, confirmed_by = statement.columns, statement.confirmed_by
    try:
        if "fields" not in columns:
            _find_columns(statement)
        elif statement.confirmed_by is None:
            _preview(statement)
        else:
            _take_in(statement, lines_of(statement), Actor.of(statement.confirmed_by))
    except DomainError as refused:
        if refused.code != "moved":
            _give_back(statement, columns, confirmed_by, refused)
    statement.refresh_from_db()
    return statement


def _give_back(statement: Statement, columns: dict[str, Any], by: User | None, refused: DomainError) -> None:
    """One step back, with what was wrong; a file that is no table is dropped, so that a better one may come."""
    before = StatementStatus.READ if by else StatementStatus.UPLOADED
    to = before if "fields" in columns else StatementStatus.DROPPED
    facts = {name: value for name, value in refused.facts.items() if isinstance(value, int)}
    seen = statement.seen | {"refused": refused.code, "facts": facts}
    asked = {"columns": columns, "confirmed_by": by}
    _move(statement, to, asked, seen=seen, confirmed_at=None, confirmed_by=None)


def _find_columns(statement: Statement) -> None:
    rows, account = rows_of(statement), statement.account
    heading = find_heading(rows) or 0
    remembered = StatementFormat.objects.filter(bank_bin=account.bank_bin).first()
    fields = guess(rows[heading]) | (as_said(rows[heading], remembered.columns) if remembered else {})
    columns = {"heading": heading, "fields": fields, **_top(rows, heading)}
    asked = {"columns": statement.columns}
    _move(statement, StatementStatus.UPLOADED, asked, columns=columns, seen={"rows": len(rows) - heading - 1})


def _preview(statement: Statement) -> None:
    """How many rows are new, known, outgoing or in trouble. Changes no money."""
    rows = rows_of(statement)
    lines = _lines(statement, rows)
    new, known = sort_out(statement.account, [line.movement for line in lines if line.movement is not None])
    troubles = [[line.number, line.trouble] for line in lines if line.trouble]
    seen = {
        "rows": len(lines),
        "new": len(new),
        "new_dong": sum(each.amount_dong for each in new),
        "known": len(known),
        "out": sum(line.out for line in lines),
        "troubles": troubles[:SHOWN],
        "trouble_count": len(troubles),
        "lines": [_shown(each) for each in new[:SHOWN]],
        "closing": closing_balance(rows, statement.columns["fields"], first=int(statement.columns["heading"])),
    }
    _move(statement, StatementStatus.READ, {"columns": statement.columns, "confirmed_by": None}, seen=seen)


def preview_key(statement: Statement) -> str:
    """Names the columns and the preview that a person looked at; hexadecimal."""
    shown = {name: value for name, value in statement.seen.items() if name not in ("refused", "facts")}
    return hashlib.sha256(json.dumps([statement.columns, shown], sort_keys=True).encode()).hexdigest()


@transaction.atomic
def confirm_statement(*, statement: Statement, looked_at: str, actor: Actor) -> Statement:
    """Yes to the preview ``looked_at`` (its :func:`preview_key`): the worker takes every new row in, or none. Who comes

    second reads who did it. Raises CannotTakeIn.
    """
    statement.refresh_from_db()
    if statement.status != StatementStatus.READ:
        raise CannotTakeIn("moved", **_who(statement))
    if looked_at != preview_key(statement):
        raise CannotTakeIn("other_preview")
    if statement.seen["trouble_count"]:
        raise CannotTakeIn("troubles", count=statement.seen["trouble_count"])
    if not statement.seen["new"]:
        raise CannotTakeIn("nothing_new")
    seen = {name: value for name, value in statement.seen.items() if name not in ("refused", "facts")}
    asked = {"columns": statement.columns, "seen": statement.seen}
    _move(statement, StatementStatus.READING, asked, seen=seen, confirmed_at=clock.now(), confirmed_by=actor.user)
    return statement


@transaction.atomic
def _take_in(read: Statement, lines: list[Line], actor: Actor) -> Statement:
    """``lines`` were read outside, by the columns of ``read``."""
    statement = Statement.objects.select_for_update(of=("self",)).select_related("account").get(pk=read.pk)
    if statement.status != StatementStatus.READING or statement.columns != read.columns:
        raise CannotTakeIn("moved", **_who(statement))
    troubles = sum(bool(line.trouble) for line in lines)
    if troubles:
        raise CannotTakeIn("troubles", count=troubles)
    new, _known = sort_out(statement.account, [line.movement for line in lines if line.movement is not None])
    if not new:
        raise CannotTakeIn("nothing_new")
    account = statement.account
    events = [as_event(each, account_key=account.account_number, livemode=account.livemode) for each in new]
    InboxEvent.objects.bulk_create(
        [
            InboxEvent(
                provider=SourceCode.STATEMENT,
                account_key=event.account_key,
                event_id=event.event_id,
                type=event.type,
                livemode=event.livemode,
                body=event.body,
            )
            for event in events
        ],
        batch_size=CHUNK,
        ignore_conflicts=True,  # the same row in another statement, a moment ago
    )
    _move(statement, StatementStatus.CONFIRMED)
    _tell_balance(statement, actor)
    record(actor=actor, action="statement.taken_in", subject=statement, cooperative=account.cooperative, rows=len(new))
    return statement


def apply_statement(*, statement: Statement) -> int:
    """Work off the rows that were taken in; what is left over the clock does. Returns how many were tried."""
    waiting = InboxEvent.objects.filter(
        provider=SourceCode.STATEMENT,
        account_key=statement.account.account_number,
        status__in=[InboxStatus.RECEIVED, InboxStatus.FAILED],
    )
    numbers = list(waiting.order_by("pk").values_list("pk", flat=True)[:MOST_ROWS])
    for number in numbers:
        process_event(event_id=number)
    return len(numbers)


@transaction.atomic
def drop_statement(*, statement: Statement, actor: Actor) -> Statement:
    """Not this file; it can be uploaded again. Raises CannotTakeIn once it was taken in."""
    _move(statement, StatementStatus.DROPPED)
    record(actor=actor, action="statement.dropped", subject=statement, cooperative=statement.account.cooperative)
    return statement


# --- inside -----------------------------------------------------------------------------------------------------------
BEFORE: dict[str, tuple[str, ...]] = {
    StatementStatus.UPLOADED: (StatementStatus.READING,),
    StatementStatus.READING: (StatementStatus.UPLOADED, StatementStatus.READ),
    StatementStatus.READ: (StatementStatus.READING,),
    StatementStatus.CONFIRMED: (StatementStatus.READING,),
    StatementStatus.DROPPED: (StatementStatus.UPLOADED, StatementStatus.READING, StatementStatus.READ),
}


def _move(statement: Statement, to: StatementStatus, asked: dict[str, Any] | None = None, **fields: Any) -> None:
    """``asked``: what else must still stand there, so that a slower reader does not write what it read before."""
    rows = Statement.objects.filter(pk=statement.pk, status__in=BEFORE[to], **asked or {})
    moved = rows.update(status=to, **fields)
    statement.refresh_from_db()
    if not moved:
        raise CannotTakeIn("moved", **_who(statement))


def _who(statement: Statement) -> dict[str, Any]:
    by = statement.confirmed_by or statement.uploaded_by
    return {"by": by.name, "at": statement.confirmed_at or statement.uploaded_at, "status": statement.status}


def lines_of(statement: Statement) -> list[Line]:
    """The file as movements and troubles, by the chosen columns."""
    return _lines(statement, rows_of(statement))


def _lines(statement: Statement, rows: list[list[Cell]]) -> list[Line]:
    day = clock.now().astimezone(BANK_ZONE).date()
    return read_lines(rows, statement.columns["fields"], first=int(statement.columns["heading"]), today=day)


def _tell_balance(statement: Statement, actor: Actor) -> None:
    """What the file says lies on the market's own account in the end."""
    account, closing = statement.account, statement.seen.get("closing")
    if account.cooperative_id is not None or not closing:
        return
    day, dong = date.fromisoformat(closing[0]), int(closing[1])
    at = min(datetime.combine(day, time.max, tzinfo=BANK_ZONE), clock.now())
    place = clearing(account.feed).code
    tell_balance(
        place=place, at=at, amount_dong=dong, livemode=account.livemode, actor=actor, source=SourceCode.STATEMENT
    )


def _top(rows: Sequence[Sequence[Cell]], heading: int) -> dict[str, Any]:
    """What the page shows of the file without reading it again: its headings, and the first rows under them."""
    shown = [["" if cell is None else str(cell)[:200] for cell in row] for row in rows[heading : heading + 4]]
    return {"names": shown[0], "sample": shown}


def _shown(movement: Movement) -> list[Any]:
    """One line of the preview: day, sum, words, what code was found in them."""
    codes = find_memo_codes(movement.memo)
    return [f"{movement.booked_at:%d/%m/%Y}", movement.amount_dong, movement.memo[:120], ", ".join(codes)]
