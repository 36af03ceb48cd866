"""Until when something has to be done, as people say it: "trước 14 giờ ngày mai"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language, gettext

from community import clock
from community.text.dates import show_weekday_date


@dataclass(frozen=True, slots=True)
class Deadline:
    """``words`` are a whole sentence; ``is_late``: it is over."""

    words: str
    is_late: bool


def answer_deadline(until: datetime) -> Deadline:
    """Of an order that waits to be accepted."""
    if until <= clock.now():
        return Deadline(gettext("Late: answer now"), is_late=True)
    return Deadline(gettext("Answer before %(when)s") % {"when": moment_words(until)}, is_late=False)


def moment_words(moment: datetime) -> str:
    """ "14 giờ hôm nay", "9 giờ 30 ngày mai", "14 giờ thứ Sáu 27/11"."""
    local = timezone.localtime(moment)
    told = {"time": _time(local), "day": show_weekday_date(local.date(), _language())}
    days = (local.date() - clock.today()) // timedelta(days=1)
    if days == 0:
        return gettext("%(time)s today") % {"time": told["time"]}
    if days == 1:
        return gettext("%(time)s tomorrow") % {"time": told["time"]}
    return gettext("%(time)s on %(day)s") % told


def _time(local: datetime) -> str:
    if _language() == "en":
        return f"{local.hour}:{local.minute:02d}"
    return f"{local.hour} giờ {local.minute:02d}" if local.minute else f"{local.hour} giờ"


def _language() -> str:
    return (get_language() or "vi")[:2]
