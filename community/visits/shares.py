"""How much sellers do alone: acts of members without a helper, of all acts by people. Rising is the aim (0178)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth

from community.audit.models import AuditEntry
from community.cooperatives.models import Membership
from community.text.dates import VIETNAM
from community.visits.acts import ABOUT_HELP, PARTS

LEARNT = timedelta(days=90)


@dataclass(slots=True)
class Counts:
    """Acts by people of one seller (or of many) in one time."""

    alone: int = 0
    helped: int = 0

    @property
    def all(self) -> int:
        return self.alone + self.helped

    @property
    def percent(self) -> int | None:
        """Whole percent done alone; None when nothing was done."""
        return self.alone * 100 // self.all if self.all else None

    def add(self, other: Counts) -> None:
        self.alone += other.alone
        self.helped += other.helped


@dataclass(slots=True)
class Share:
    """One seller: by month (its first day), and since it should know how. ``since``: that day, None without help."""

    months: dict[date, Counts] = field(default_factory=dict)
    since: date | None = None
    after: Counts = field(default_factory=Counts)

    @property
    def whole(self) -> Counts:
        total = Counts()
        for counts in self.months.values():
            total.add(counts)
        return total


def shares_of(cooperatives: Iterable[int], *, since: date) -> dict[int, Share]:
    """By seller, from the first of ``since``'s month on. Whole months count as "after" when they begin 90 days or more
    after the first help ever. Two queries; machines, staff and buyers do not count."""
    here = list(cooperatives)
    first = datetime(since.year, since.month, 1, tzinfo=VIETNAM)
    found = {pk: Share() for pk in here}
    for pk, began in _first_help(here):
        found[pk].since = began.astimezone(VIETNAM).date() + LEARNT
    months: dict[int, dict[date, Counts]] = defaultdict(dict)
    for pk, month, alone, helped in _rows(here, first):
        if alone or helped:
            months[pk][month.date()] = Counts(alone, helped)
    for pk, share in found.items():
        share.months = months[pk]
        for month, counts in share.months.items():
            if share.since is not None and month >= share.since:
                share.after.add(counts)
    return found


def total_of(shares: Iterable[Share]) -> Share:
    """All of a team's sellers together. ``after``: of those that were helped long enough."""
    total = Share()
    for share in shares:
        for month, counts in share.months.items():
            total.months.setdefault(month, Counts()).add(counts)
        total.after.add(share.after)
    return total


def _acts(here: list[int]) -> QuerySet[AuditEntry]:
    about_help = Q()
    for beginning in ABOUT_HELP:
        about_help |= Q(action__startswith=beginning)
    acts = AuditEntry.objects.filter(cooperative__in=here, actor__isnull=False, actor__is_staff=False)
    return acts.exclude(action__in=PARTS).exclude(about_help).exclude(action__endswith="looked_at").order_by()


def _first_help(here: list[int]) -> Iterable[tuple[int, datetime]]:
    helped = _acts(here).exclude(mandate_code="")
    return helped.values_list("cooperative").annotate(began=Min("at"))


def _rows(here: list[int], first: datetime) -> Iterable[tuple[int, datetime, int, int]]:
    """A helper who writes something about a seller without a mandate is no member: not counted."""
    member = Membership.objects.filter(user=OuterRef("actor"), cooperative=OuterRef("cooperative"))
    acts = _acts(here).filter(at__gte=first).annotate(is_member=Exists(member))
    by_month = acts.annotate(month=TruncMonth("at", tzinfo=VIETNAM)).values_list("cooperative", "month")
    return by_month.annotate(
        alone=Count("pk", filter=Q(mandate_code="", is_member=True)), helped=Count("pk", filter=~Q(mandate_code=""))
    )
