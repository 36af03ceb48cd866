"""Days on which carriers and sellers in Viet Nam rest: the public holidays of the Labour Code (Art. 112).

Days of the lunar year stand as a table: what is not in it is a working day, and a promise only gets a little too early.
"""

from __future__ import annotations

from datetime import date, timedelta

FIXED = frozenset({(1, 1), (4, 30), (5, 1), (9, 2)})
"""New Year, Reunification, Labour, National Day, as (month, day)."""
TET = (
    date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13), date(2030, 2, 2),
)  # fmt: skip
"""The first day of the lunar year, by Vietnam's time."""
HUNG_KINGS = frozenset({date(2026, 4, 26), date(2027, 4, 16), date(2028, 4, 4), date(2029, 4, 23), date(2030, 4, 12)})
"""The tenth day of the third lunar month."""
TET_DAYS = frozenset(first + timedelta(days=days) for first in TET for days in range(-1, 4))
"""The last day of the old year and the first four of the new."""


def is_public_holiday(day: date) -> bool:
    return (day.month, day.day) in FIXED or day in TET_DAYS or day in HUNG_KINGS
