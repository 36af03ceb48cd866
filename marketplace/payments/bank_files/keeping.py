"""The bytes of uploaded statements, under DATA_DIR/statements, readable by the site alone."""

from __future__ import annotations

import hashlib
from pathlib import Path

from django.conf import settings

from community.sheets.reading import Cell, UnreadableFile, read_sheet
from marketplace.payments.models import Statement


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


def forget_file(digest: str) -> None:
    """The bytes go; that there was a file of this hash stays in the table."""
    (folder() / digest).unlink(missing_ok=True)


def rows_of(statement: Statement) -> list[list[Cell]]:
    """The kept file's rows; raises UnreadableFile when the file is gone or not what was uploaded."""
    try:
        body = (folder() / statement.sha256).read_bytes()
    except OSError:
        raise UnreadableFile("lost") from None
    if hashlib.sha256(body).hexdigest() != statement.sha256:
        raise UnreadableFile("no_sheet")
    return read_sheet(body)
