"""The library as it is asked: words and numbers, issuer, subject, year, standing; every question is an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from cms.library.models import OfficialPaper
from community.text.folding import fold_for_search

LONGEST = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed and chosen; "" for nothing. A value that cannot be narrows nothing."""

    q: str = ""
    kind: str = ""
    issuer: str = ""
    subject: str = ""
    year: str = ""

    @classmethod
    def of(cls, query: QueryDict) -> Asked:
        told = {name: query.get(name, "").replace("\0", "").strip()[:LONGEST] for name in cls.__slots__}
        if told["kind"] not in OfficialPaper.Kind.values:
            told["kind"] = ""
        if not (told["year"].isascii() and told["year"].isdigit() and len(told["year"]) == 4 and int(told["year"])):
            told["year"] = ""
        return cls(**told)

    @property
    def narrows(self) -> bool:
        return any((self.q, self.kind, self.issuer, self.subject, self.year))


def papers(asked: Asked) -> QuerySet[OfficialPaper]:
    """The newest first."""
    found = OfficialPaper.objects.select_related("file", "replaced_by")
    for word in fold_for_search(asked.q).split():
        found = found.filter(words__contains=f" {word}")
    exact: dict[str, Any] = {
        name: getattr(asked, name) for name in ("kind", "issuer", "subject") if getattr(asked, name)
    }
    if asked.year:
        exact["issued_on__year"] = int(asked.year)
    return found.filter(**exact).order_by("-issued_on", "-pk")


def choices() -> dict[str, list[str]]:
    """Issuers, subjects and years there are, for the selects; few, whatever the library holds."""
    rows = OfficialPaper.objects.order_by()
    return {
        "issuers": sorted(rows.values_list("issuer", flat=True).distinct()),
        "subjects": sorted(rows.exclude(subject="").values_list("subject", flat=True).distinct()),
        "years": [str(day.year) for day in rows.dates("issued_on", "year", order="DESC")],
    }
