"""A sheet is uploaded, read and checked, mended on the page, and taken in: all of it in one transaction, or nothing."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.sheets.reading import MOST_BYTES, MOST_ROWS, Row, UnreadableFile, stream_rows
from marketplace.importing.columns import FIELDS, LOOK_AT, guess, is_heading, letter, text_of, unused
from marketplace.importing.judging import judge
from marketplace.importing.known import Known, what_is_known
from marketplace.importing.models import AT_WORK, ImportRow, ImportStatus, SheetImport
from marketplace.importing.verdicts import Verdict

CHUNK = 500
MOST_AT_WORK = 3


class CannotImport(DomainError):
    """Codes: too_large, empty_file, too_many (at work), moved (by, at, status), has_faults (count), nothing_new,
    too_late, used (used), no_table and those of ``UnreadableFile``."""


def upload_sheet(*, cooperative: Cooperative, name: str, body: bytes, actor: Actor) -> SheetImport:
    """Keep the file until the worker has read it. Raises :class:`CannotImport`."""
    if not body:
        raise CannotImport("empty_file")
    if len(body) > MOST_BYTES:
        raise CannotImport("too_large")
    assert actor.user is not None
    digest = hashlib.sha256(body).hexdigest()
    sheet = SheetImport(cooperative=cooperative, author=actor.user, name=name[:120], sha256=digest)
    try:
        with transaction.atomic():
            _hold_place(cooperative)
            sheet.save(force_insert=True)
            record(actor=actor, action="sheet_import.uploaded", subject=sheet, cooperative=cooperative)
            _keep(sheet, body)
    except BaseException:
        place_of(sheet).unlink(missing_ok=True)
        raise
    return sheet


def _hold_place(cooperative: Cooperative) -> None:
    """One cooperative does not fill the queue of all, nor the disk."""
    Cooperative.objects.select_for_update(of=("self",)).get(pk=cooperative.pk)
    if SheetImport.objects.filter(cooperative=cooperative, status__in=AT_WORK).count() >= MOST_AT_WORK:
        raise CannotImport("too_many")


def read_upload(*, sheet: SheetImport) -> None:
    """Rows into the table, then checked. The worker's; may run twice. What cannot be read says why on the page."""
    if sheet.status != ImportStatus.READING:
        return
    try:
        body = place_of(sheet).read_bytes()
    except OSError:
        cannot_read(sheet, "lost", {})
        return
    try:
        _store_rows(sheet, body)
        check_rows(sheet)
        _is_checked(sheet)
    except (UnreadableFile, CannotImport) as fault:
        cannot_read(sheet, fault.code, fault.facts)
    place_of(sheet).unlink(missing_ok=True)
    sheet.refresh_from_db()


def check_rows(sheet: SheetImport) -> None:
    """Judge every row anew, against what is there now, and keep the verdicts.

    In short transactions of a few hundred rows: nobody else waits for it, and nothing is taken in by it.
    """
    known = what_is_known(sheet.cooperative)
    counts: Counter[str] = Counter()
    for rows in _chunks(sheet):
        for row, verdict in _judged(rows, known):
            row.faults, row.effects, row.is_bad = (
                [list(one) for one in verdict.faults],
                verdict.effects,
                bool(verdict.faults),
            )
            counts.update({"rows": 1, "bad": int(row.is_bad), "same": int(not (row.is_bad or row.effects))})
            counts.update([] if row.is_bad else row.effects)
        ImportRow.objects.bulk_update(rows, ["faults", "effects", "is_bad"])
    sheet.seen = {key: counts[key] for key in ("rows", "bad", "same", "goods", "pack", "price", "lot")}
    SheetImport.objects.filter(pk=sheet.pk).update(seen=sheet.seen)


def _judged(rows: list[ImportRow], known: Known) -> Iterator[tuple[ImportRow, Verdict]]:
    for row in rows:
        yield row, judge(row.values, place=row.place, known=known)


def verdicts(sheet: SheetImport) -> Iterator[tuple[ImportRow, Verdict]]:
    """Every row with what it would do now, in order; a chunk of rows in memory at a time."""
    known = what_is_known(sheet.cooperative)
    for rows in _chunks(sheet):
        yield from _judged(rows, known)


def _chunks(sheet: SheetImport) -> Iterator[list[ImportRow]]:
    last = -1
    while rows := list(ImportRow.objects.filter(sheet_import=sheet, place__gt=last).order_by("place")[:CHUNK]):
        yield rows
        last = rows[-1].place


@transaction.atomic
def mend_row(*, row: ImportRow, values: Mapping[str, str], actor: Actor) -> SheetImport:
    """Other texts for one row. The rows are judged anew by the worker. Raises :class:`CannotImport` (moved)."""
    sheet = SheetImport.objects.select_for_update(of=("self",)).get(pk=row.sheet_import_id)
    move(sheet, (ImportStatus.CHECKED,), ImportStatus.READING, actor)
    fresh = {name: value.strip() for name, value in values.items() if name in FIELDS}
    ImportRow.objects.filter(pk=row.pk).update(values={**row.values, **fresh})
    record(actor=actor, action="sheet_import.row_mended", subject=sheet, cooperative=sheet.cooperative, row=row.number)
    return sheet


@transaction.atomic
def leave_row_out(*, row: ImportRow, actor: Actor) -> SheetImport:
    """This row is not to be taken in. Raises :class:`CannotImport` (moved)."""
    sheet = SheetImport.objects.select_for_update(of=("self",)).get(pk=row.sheet_import_id)
    move(sheet, (ImportStatus.CHECKED,), ImportStatus.READING, actor)
    number = row.number
    ImportRow.objects.filter(pk=row.pk).delete()
    record(actor=actor, action="sheet_import.row_left_out", subject=sheet, cooperative=sheet.cooperative, row=number)
    return sheet


def check_again(*, sheet: SheetImport) -> None:
    """After a row was mended. The worker's."""
    fresh = SheetImport.objects.select_related("cooperative").get(pk=sheet.pk)
    if fresh.status == ImportStatus.READING and fresh.columns:
        check_rows(fresh)
        _is_checked(fresh)
        place_of(fresh).unlink(missing_ok=True)  # a worker stopped between the last row and this


def _is_checked(sheet: SheetImport) -> None:
    """Unless it was dropped meanwhile: then its rows go."""
    waits = SheetImport.objects.filter(pk=sheet.pk, status=ImportStatus.READING)
    if not waits.update(status=ImportStatus.CHECKED):
        ImportRow.objects.filter(sheet_import=sheet, sheet_import__status=ImportStatus.DROPPED).delete()


@transaction.atomic
def drop_import(*, sheet: SheetImport, actor: Actor) -> None:
    """Not this file. Its rows go. Raises :class:`CannotImport` once it was taken in, or while that is being done."""
    stuck = (ImportStatus.APPLYING,) if sheet.is_stuck else ()
    before = (ImportStatus.CHECKED, ImportStatus.UNREADABLE, ImportStatus.READING, *stuck)
    move(sheet, before, ImportStatus.DROPPED, actor)
    ImportRow.objects.filter(sheet_import=sheet).delete()
    place_of(sheet).unlink(missing_ok=True)
    record(actor=actor, action="sheet_import.dropped", subject=sheet, cooperative=sheet.cooperative)


def move(sheet: SheetImport, before: tuple[str, ...], to: str, actor: Actor) -> None:
    """Guarded: who comes second reads who was faster. Raises :class:`CannotImport` (moved)."""
    asks: dict[str, Any] = {}
    if to in AT_WORK:
        asks = {"asked_at": clock.now(), "asked_by": actor.user, "mandate_code": actor.mandate_code}
    moved = SheetImport.objects.filter(pk=sheet.pk, status__in=before).update(status=to, refused={}, **asks)
    sheet.refresh_from_db()
    if not moved:
        by = sheet.asked_by or sheet.author
        raise CannotImport("moved", by=by.name, at=sheet.asked_at, status=sheet.status)


BACK: dict[str, str] = {ImportStatus.APPLYING: ImportStatus.CHECKED, ImportStatus.UNDOING: ImportStatus.APPLIED}


def give_back(sheet: SheetImport, **why: Any) -> bool:
    """What was asked for is not done; it stands as before, and the page says why. False when it does not wait."""
    before = BACK.get(sheet.status)
    waits = SheetImport.objects.filter(pk=sheet.pk, status=sheet.status)
    return before is not None and bool(waits.update(status=before, refused=why))


def _store_rows(sheet: SheetImport, body: bytes) -> None:
    ImportRow.objects.filter(sheet_import=sheet).delete()
    columns: dict[str, dict[str, str]] = {}
    left: dict[str, list[str]] = {}
    rows = _table_rows(sheet, stream_rows(body), columns, left)
    count = 0
    while some := list(islice(rows, CHUNK)):
        count += len(some)
        if count > MOST_ROWS:
            raise UnreadableFile("too_many_rows", most=MOST_ROWS)
        ImportRow.objects.bulk_create(some)
    if not columns:
        raise CannotImport("no_table")
    if not count:
        raise UnreadableFile("empty")
    sheet.columns = {"sheets": columns, "unused": left}
    SheetImport.objects.filter(pk=sheet.pk).update(columns=sheet.columns)


def _table_rows(
    sheet: SheetImport, rows: Iterator[Row], columns: dict[str, dict[str, str]], left: dict[str, list[str]]
) -> Iterator[ImportRow]:
    """Rows under a heading. A row without a name is of the goods above it: cells merged over several packs."""
    found: dict[str, int] = {}
    here, above, place, looked = None, "", 0, 0
    for row in rows:
        if row.sheet != here:
            here, found, above, looked = row.sheet, {}, "", 0
        if not found:
            looked += 1
            guessed = guess(row.cells) if looked <= LOOK_AT else {}
            if is_heading(guessed):
                found = guessed
                columns[row.sheet] = {name: letter(column) for name, column in found.items()}
                left[row.sheet] = unused(row.cells, found)
            continue
        values = {
            name: text for name, column in found.items()
            if column < len(row.cells) and (text := text_of(row.cells[column], name))
        }  # fmt: skip
        if not values:
            continue
        if "product" in values:
            above = values["product"]
        elif above and not ({"product_code", "pack_code"} & set(values)):
            values["product"] = above
        yield ImportRow(sheet_import=sheet, place=place, sheet=row.sheet[:60], number=row.number, values=values)
        place += 1


def cannot_read(sheet: SheetImport, code: str, facts: Mapping[str, Any]) -> None:
    """Neither the file nor the rows that were read before the fault are kept."""
    SheetImport.objects.filter(pk=sheet.pk, status=ImportStatus.READING).update(
        status=ImportStatus.UNREADABLE, refused={"code": code, **facts}
    )
    ImportRow.objects.filter(sheet_import=sheet, sheet_import__status=ImportStatus.UNREADABLE).delete()
    place_of(sheet).unlink(missing_ok=True)
    sheet.refresh_from_db()


def place_of(sheet: SheetImport) -> Path:
    return Path(settings.DATA_DIR) / "imports" / sheet.code


def _keep(sheet: SheetImport, body: bytes) -> None:
    place = place_of(sheet)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.write_bytes(body)
    place.chmod(0o600)
