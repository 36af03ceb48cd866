"""Dates as people here write them, and the reading of what they type. Times are local to Vietnam (no summer time)."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from community.errors import DomainError

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_WEEKDAYS_VI = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_WEEKDAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS_KM = ("ចន្ទ", "អង្គារ", "ពុធ", "ព្រហស្បតិ៍", "សុក្រ", "សៅរ៍", "អាទិត្យ")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([/.\- ])([0-9]{1,2})\2([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


class InvalidDate(DomainError):
    """`not_a_date`."""


def show_date(day: date, language: str = "vi") -> str:
    """5 Nov 2026 → "05/11/2026" (vi, km), "5 Nov 2026" (en, where 05/11 would be read as May)."""
    day = _local_day(day)
    if language == "en":
        return f"{day.day} {_MONTHS_EN[day.month - 1]} {day.year}"
    return f"{day:%d/%m/%Y}"


def show_weekday_date(day: date, language: str = "vi") -> str:
    """27 Nov 2026 → "thứ Sáu 27/11" (vi), "Fri 27 Nov" (en), "សុក្រ 27/11" (km)."""
    day = _local_day(day)
    if language == "en":
        return f"{_WEEKDAYS_EN[day.weekday()]} {day.day} {_MONTHS_EN[day.month - 1]}"
    weekdays = _WEEKDAYS_KM if language == "km" else _WEEKDAYS_VI
    return f"{weekdays[day.weekday()]} {day:%d/%m}"


def show_datetime(moment: datetime, language: str = "vi") -> str:
    """ "09:14 05/11/2026" (vi, km), "5 Nov 2026, 09:14" (en), in Vietnam's time. Naive moments are taken as local."""
    local = moment.astimezone(VIETNAM) if moment.tzinfo else moment
    day = show_date(local.date(), language)
    return f"{day}, {local:%H:%M}" if language == "en" else f"{local:%H:%M} {day}"


def midnight(day: date) -> datetime:
    """The moment a day begins in Viet Nam."""
    return datetime.combine(day, time.min, tzinfo=VIETNAM)


def parse_date(text: str) -> date:
    """ "5/11/2026", "05-11-2026", "05.11.2026" (day first, always) or "2026-11-05". Raises InvalidDate."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if found := _DAY_FIRST.fullmatch(plain):
        year, month, day = found[4], found[3], found[1]
    elif found := _ISO.fullmatch(plain):
        year, month, day = found[1], found[2], found[3]
    else:
        raise InvalidDate("not_a_date")
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise InvalidDate("not_a_date") from error


def _local_day(day: date) -> date:
    """A `datetime` counts as the day it is in Vietnam, not in UTC: seven hours decide a best-before date."""
    if isinstance(day, datetime):
        return (day.astimezone(VIETNAM) if day.tzinfo else day).date()
    return day
