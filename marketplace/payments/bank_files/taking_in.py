"""A statement uploaded, looked at, and taken in: nothing moves money until a person has seen the preview.

Taking in is all or nothing: in one transaction every new row becomes a message in the inbox; each is then applied like
a feed's, in its own transaction, and tried again if it fails. Rows that a feed or a person told before are left out.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.sheets.reading import MOST_ROWS, Cell, UnreadableFile, read_sheet
from marketplace.payments.arriving.matching import find_memo_codes
from marketplace.payments.bank_files.columns import FIELDS, as_said, find_heading, guess, missing
from marketplace.payments.bank_files.lines import Line, read_lines
from marketplace.payments.facts import fold_reference
from marketplace.payments.feeds.reading import BANK_ZONE
from marketplace.payments.feeds.uploaded import Movement, as_event
from marketplace.payments.hearing.inbox import process_event
from marketplace.payments.models import Capture, InboxEvent, Statement, StatementFormat
from marketplace.payments.states import InboxStatus, SourceCode, StatementStatus
from marketplace.receiving.models import ReceivingAccount

SHOWN = 60
CHUNK = 500


class CannotTakeIn(DomainError):
    """Codes: ``known`` (by, at, pk), ``columns``, ``troubles`` (count), ``moved`` (by, at, status), ``nothing_new``."""


def upload_statement(*, account: ReceivingAccount, name: str, body: bytes, actor: Actor) -> Statement:
    """Keep the file and what its columns seem to be. Raises UnreadableFile or CannotTakeIn and keeps nothing.

    The file is read before the transaction begins: a long one would hold up every other writer.
    """
    rows = read_sheet(body)
    return _keep(account, name, body, rows, actor)


@transaction.atomic
def _keep(account: ReceivingAccount, name: str, body: bytes, rows: list[list[Cell]], actor: Actor) -> Statement:
    assert actor.user is not None
    digest = hashlib.sha256(body).hexdigest()
    known = Statement.objects.filter(account=account, sha256=digest).exclude(status=StatementStatus.DROPPED).first()
    if known is not None:
        raise CannotTakeIn("known", by=known.uploaded_by.name, at=known.uploaded_at, pk=known.pk)
    heading = find_heading(rows) or 0
    remembered = StatementFormat.objects.filter(bank_bin=account.bank_bin).first()
    columns = guess(rows[heading]) | (as_said(rows[heading], remembered.columns) if remembered else {})
    keep_file(digest, body)
    statement = Statement.objects.create(
        account=account,
        sha256=digest,
        name=name[:120],
        columns={"heading": heading, "fields": columns, **_top(rows, heading)},
        uploaded_by=actor.user,
        status=StatementStatus.UPLOADED,
        seen={"rows": len(rows) - heading - 1},
    )
    record(actor=actor, action="statement.uploaded", subject=statement, cooperative=account.cooperative, rows=len(rows))
    return statement


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
    """Make the preview: how many rows are new, known, outgoing or in trouble. Changes no money."""
    lines = lines_of(statement)
    new, known = _sort_out(statement.account, [line.movement for line in lines if line.movement is not None])
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
    }
    _move(statement, StatementStatus.READ, seen=seen)
    return statement


def confirm_statement(*, statement: Statement, actor: Actor) -> Statement:
    """Every new row into the inbox, or none. Who comes second reads who did it. Raises CannotTakeIn."""
    statement.refresh_from_db()
    if statement.status != StatementStatus.READ:
        raise CannotTakeIn("moved", **_who(statement))
    return _take_in(statement, lines_of(statement), actor)


@transaction.atomic
def _take_in(read: Statement, lines: list[Line], actor: Actor) -> Statement:
    """``lines`` were read outside, by the columns of ``read``."""
    statement = Statement.objects.select_for_update(of=("self",)).select_related("account").get(pk=read.pk)
    if statement.status != StatementStatus.READ or statement.columns != read.columns:
        raise CannotTakeIn("moved", **_who(statement))
    troubles = sum(bool(line.trouble) for line in lines)
    if troubles:
        raise CannotTakeIn("troubles", count=troubles)
    new, _known = _sort_out(statement.account, [line.movement for line in lines if line.movement is not None])
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
    _move(statement, StatementStatus.CONFIRMED, confirmed_at=clock.now(), confirmed_by=actor.user)
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
    StatementStatus.READING: (StatementStatus.UPLOADED, StatementStatus.READ, StatementStatus.READING),
    StatementStatus.READ: (StatementStatus.READING, StatementStatus.READ),
    StatementStatus.CONFIRMED: (StatementStatus.READ,),
    StatementStatus.DROPPED: (StatementStatus.UPLOADED, StatementStatus.READING, StatementStatus.READ),
}


def _move(statement: Statement, to: StatementStatus, **fields: Any) -> None:
    moved = Statement.objects.filter(pk=statement.pk, status__in=BEFORE[to]).update(status=to, **fields)
    statement.refresh_from_db()
    if not moved:
        raise CannotTakeIn("moved", **_who(statement))


def _who(statement: Statement) -> dict[str, Any]:
    by = statement.confirmed_by or statement.uploaded_by
    return {"by": by.name, "at": statement.confirmed_at or statement.uploaded_at, "status": statement.status}


def folder() -> Path:
    return Path(settings.DATA_DIR) / "statements"


def keep_file(digest: str, body: bytes) -> None:
    """Under its hash, readable by the site alone; the same bytes again are the same file."""
    folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    place = folder() / digest
    if not place.exists():
        fresh = place.with_suffix(".new")
        fresh.write_bytes(body)
        fresh.chmod(0o600)
        fresh.replace(place)


def rows_of(statement: Statement) -> list[list[Cell]]:
    """The kept file's rows; raises UnreadableFile when the file is gone or not what was uploaded."""
    try:
        body = (folder() / statement.sha256).read_bytes()
    except OSError:
        raise UnreadableFile("lost") from None
    if hashlib.sha256(body).hexdigest() != statement.sha256:
        raise UnreadableFile("no_sheet")
    return read_sheet(body)


def lines_of(statement: Statement) -> list[Line]:
    """The file as movements and troubles, by the chosen columns."""
    fields: dict[str, int] = statement.columns["fields"]
    day = clock.now().astimezone(BANK_ZONE).date()
    return read_lines(rows_of(statement), fields, first=int(statement.columns["heading"]), today=day)


def _top(rows: Sequence[Sequence[Cell]], heading: int) -> dict[str, Any]:
    """What the page shows of the file without reading it again: its headings, and the first rows under them."""
    shown = [["" if cell is None else str(cell)[:200] for cell in row] for row in rows[heading : heading + 4]]
    return {"names": shown[0], "sample": shown}


def _sort_out(account: ReceivingAccount, told: Sequence[Movement]) -> tuple[list[Movement], list[Movement]]:
    """New and known. Known: uploaded before, the same bank reference, or the same code, sum and day told as often."""
    if not told:
        return [], []
    days = [_day(each) for each in told]
    ours = Capture.objects.filter(account_key=account.account_number, booked_on__range=(min(days), max(days)))
    references = {(one.bank_reference, one.amount_dong, one.booked_on) for one in ours if one.bank_reference}
    codes = Counter(
        (tuple(find_memo_codes(one.memo)), one.amount_dong, one.booked_on)
        for one in ours
        if one.provider != SourceCode.STATEMENT
    )
    before = InboxEvent.objects.filter(provider=SourceCode.STATEMENT, account_key=account.account_number)
    uploaded = set(before.values_list("event_id", flat=True))
    new: list[Movement] = []
    known: list[Movement] = []
    for each in told:
        code = (tuple(find_memo_codes(each.memo)), each.amount_dong, _day(each))
        same = bool(code[0]) and codes[code] > 0
        if same:
            codes[code] -= 1
        reference = (fold_reference(each.bank_reference), each.amount_dong, _day(each))
        (known if same or each.txn_id in uploaded or reference in references else new).append(each)
    return new, known


def _day(movement: Movement) -> Any:
    return movement.booked_at.astimezone(BANK_ZONE).date()


def _shown(movement: Movement) -> list[Any]:
    """One line of the preview: day, sum, words, what code was found in them."""
    codes = find_memo_codes(movement.memo)
    return [f"{movement.booked_at:%d/%m/%Y}", movement.amount_dong, movement.memo[:120], ", ".join(codes)]
