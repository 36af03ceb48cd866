"""What helpers did today, told to the seller in one message a mandate and day, with the way to look and to undo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, override

from community.audit.models import AuditEntry
from community.mandates.models import Mandate
from community.outbox.models import OutboxMessage
from community.outbox.queueing import queue_message
from community.text.dates import VIETNAM, show_date
from community.visits.acts import counted_words

KIND = "help_summary"
EVENING = time(19)
"""When a day of help is over, in Viet Nam: what is done later is told the next evening."""
LOOKS_BACK = 3
"""Days: a worker that stood still tells what it missed."""


def send_summaries(*, now: datetime) -> int:
    """Of the evenings that are over. How many were queued; those that are there already stay as they are."""
    return sum(_tell(mandate, day, counts, now=now) for day in _days(now) for mandate, counts in _untold(day))


def window_of(day: date) -> tuple[datetime, datetime]:
    """The acts that the message of this day tells of: from the evening before to this one."""
    end = datetime.combine(day, EVENING, tzinfo=VIETNAM)
    return end - timedelta(days=1), end


def _days(now: datetime) -> list[date]:
    today = timezone.localdate(now, VIETNAM)
    days = [today - timedelta(days=back) for back in range(LOOKS_BACK)]
    return [day for day in reversed(days) if window_of(day)[1] <= now]


def _untold(day: date) -> Iterator[tuple[Mandate, dict[str, int]]]:
    """Two queries for all mandates of the day, and one for those that still have to be told of."""
    start, end = window_of(day)
    acts = AuditEntry.objects.filter(at__gte=start, at__lt=end, cooperative__isnull=False).exclude(mandate_code="")
    counted: dict[str, dict[str, int]] = defaultdict(dict)
    for code, action, count in acts.order_by().values_list("mandate_code", "action").annotate(count=Count("pk")):
        counted[code][action] = count
    keys = {_key(code, day): code for code in counted}
    told = set(OutboxMessage.objects.filter(kind=KIND, key__in=list(keys)).values_list("key", flat=True))
    waits = [code for key, code in keys.items() if key not in told]
    for mandate in Mandate.objects.filter(code__in=waits).select_related("cooperative", "helper").order_by("pk"):
        yield mandate, counted[mandate.code]


def _key(code: str, day: date) -> str:
    return f"{code}:{day.isoformat()}"


def _tell(mandate: Mandate, day: date, counts: dict[str, int], *, now: datetime) -> bool:
    """False when nothing counts, or the seller has no telephone: then its page tells."""
    to = mandate.cooperative.message_phone
    with override("vi"):
        done = counted_words(counts)
        if not done or not to:
            return False
        link = settings.SITE_URL.rstrip("/") + reverse("helping:done_for_us")
        said = {"name": mandate.helper.name, "done": done, "link": link, "day": show_date(day)}
        words = gettext("Today %(name)s, acting for you: %(done)s. Look or undo: %(link)s")
        if day != timezone.localdate(now, VIETNAM):
            words = gettext("On %(day)s %(name)s, acting for you: %(done)s. Look or undo: %(link)s")
    queue_message(
        kind=KIND, key=_key(mandate.code, day), to=to, text=words % said, language="vi", about=mandate.cooperative
    )
    return True
