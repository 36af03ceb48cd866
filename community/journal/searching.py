"""Finding acts by person, cooperative, paper, act, code and day. Pages go by the entry: page 900 costs what 1 does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Model, Q

from community.accounts.models import User
from community.audit.models import AuditEntry, AuditQuerySet
from community.audit.sentences import actions_saying, sentence_of, subject_names
from community.cooperatives.models import Cooperative
from community.text.dates import midnight
from community.text.phones import InvalidPhone, parse_phone

PAGE = 50
MOST_NAMED = 20
LONGEST_KEY = 18  # digits that a database takes
"""So many people or cooperatives may be meant by one word of a search."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Empty means: any. ``person``: part of a name, or a telephone; ``seller``: part of a name, or a code;

    ``act``: words of the sentence; ``by_helpers``: only what somebody did for a cooperative by a paper; ``person_id``:
    who did it, by number.
    """

    person: str = ""
    seller: str = ""
    paper: str = ""
    act: str = ""
    code: str = ""
    first: date | None = None
    last: date | None = None
    by_helpers: bool = False
    person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One act as it is shown."""

    entry: AuditEntry
    words: str
    about: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """``before``: where the next page begins; None on the last."""

    lines: list[Line]
    before: int | None


def found(wanted: Wanted) -> AuditQuerySet:
    """Newest first."""
    rows = AuditEntry.objects.filter(_who(wanted))
    if wanted.person_id is not None:
        rows = rows.filter(actor=wanted.person_id)
    if wanted.paper:
        rows = rows.filter(mandate_code=wanted.paper.strip().upper())
    elif wanted.by_helpers:
        rows = rows.exclude(mandate_code="")
    if wanted.act:
        rows = rows.filter(action__in=actions_saying(wanted.act))
    if wanted.code:
        rows = rows.filter(subject_code=wanted.code.strip().upper())
    if wanted.first:
        rows = rows.filter(at__gte=midnight(wanted.first))
    if wanted.last:
        rows = rows.filter(at__lt=midnight(wanted.last + timedelta(days=1)))
    return rows.order_by("-pk")


def of_cooperative(cooperative: Cooperative, *, by_helpers: bool = False) -> AuditQuerySet:
    """Everything that was done in and for one cooperative, newest first."""
    rows = AuditEntry.objects.filter(cooperative=cooperative)
    return (rows.exclude(mandate_code="") if by_helpers else rows).order_by("-pk")


def before_of(typed: str) -> int | None:
    """Where a page of the journal begins, as it stands in its address; None for anything else."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= LONGEST_KEY else None


def leaf(rows: AuditQuerySet, *, before: int | None = None, size: int = PAGE, who: WhoMay | None = None) -> Leaf:
    """One page in words. At most 1 query and 1 for each kind of thing on it."""
    if before is not None:
        rows = rows.filter(pk__lt=before)
    entries = list(rows.select_related("actor", "cooperative")[: size + 1])
    shown = entries[:size]
    return Leaf(in_words(shown, who=who), shown[-1].pk if len(entries) > size else None)


WhoMay = Callable[[AuditEntry], str]


def in_words(entries: Sequence[AuditEntry], *, who: WhoMay | None = None) -> list[Line]:
    """``who`` gives other words than the name, or "" for the name."""
    names = subject_names(entries)
    return [Line(one, sentence_of(one, who=who(one) if who else ""), names[one.pk]) for one in entries]


# --- beside a thing ---------------------------------------------------------------------------------------------------
_under: dict[str, Callable[[Model], Sequence[Model]]] = {}


def look_under(label: str, parts: Callable[[Model], Sequence[Model]]) -> None:
    """What was done with the ``parts`` is told beside the thing too: an order's parcels beside the order."""
    _under[label] = parts


def history_of(thing: Model, *, most: int = 30) -> list[Line]:
    """The last acts about one thing; about a person also those of the person; of a cooperative all."""
    if isinstance(thing, Cooperative):
        rows = AuditEntry.objects.filter(cooperative=thing)
    else:
        label = thing._meta.label_lower
        things = [thing, *(_under[label](thing) if label in _under else ())]
        about = Q()
        for one in things:
            about |= Q(subject_type=one._meta.label_lower, subject_id=one.pk)
        rows = AuditEntry.objects.filter(about | Q(actor=thing) if isinstance(thing, User) else about)
    return in_words(list(rows.select_related("actor", "cooperative").order_by("-pk")[:most]))


# --- inside -----------------------------------------------------------------------------------------------------------
def _who(wanted: Wanted) -> Q:
    asked = Q()
    if name := wanted.person.strip():
        people = User.objects.filter(Q(name__icontains=name) | Q(phone=_phone(name)))
        asked &= Q(actor__in=list(people.order_by("pk").values_list("pk", flat=True)[:MOST_NAMED]))
    if seller := wanted.seller.strip():
        sellers = Cooperative.objects.filter(Q(name__icontains=seller) | Q(code=seller.upper()))
        asked &= Q(cooperative__in=list(sellers.order_by("pk").values_list("pk", flat=True)[:MOST_NAMED]))
    return asked


def _phone(text: str) -> str:
    try:
        return parse_phone(text)
    except InvalidPhone:
        return "-"
