"""Days in sheets: date cells, words as people and banks here write them, and bare counts of days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from community.sheets.reading import Cell
from community.text.dates import VIETNAM

_DATES = (
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%d-%m-%Y %H:%M:%S", "%d-%m-%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d",
    "%d.%m.%Y", "%d/%m/%y", "%H:%M:%S %d/%m/%Y", "%H:%M %d/%m/%Y",
)  # fmt: skip
SERIAL_ZERO = date(1899, 12, 30)
FIRST_SERIAL, LAST_SERIAL = 36_526, 73_050  # the days of 2000 to 2099


def read_day(cell: Cell) -> datetime | None:
    """A date cell, words as Vietnamese banks write them, or a workbook's bare count of days since 30/12/1899.

    A day alone is its noon, in Viet Nam's time.
    """
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=VIETNAM) if cell.time() != time(0) else _noon(cell.date())
    if isinstance(cell, date):
        return _noon(cell)
    if isinstance(cell, (int, float)) and not isinstance(cell, bool) and FIRST_SERIAL <= cell <= LAST_SERIAL:
        days, part = divmod(cell, 1)
        seconds = round(part * 86_400)
        told = datetime.combine(SERIAL_ZERO + timedelta(days=int(days)), time(0), VIETNAM)
        return told + timedelta(seconds=seconds) if seconds else _noon(told.date())
    words = " ".join(str(cell).split()) if isinstance(cell, str) else ""
    for form in _DATES:
        try:
            told = datetime.strptime(words, form)
        except ValueError:
            continue
        return told.replace(tzinfo=VIETNAM) if "%H" in form else _noon(told.date())
    return None


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), VIETNAM)
