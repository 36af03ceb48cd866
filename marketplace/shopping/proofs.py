"""What a product page can prove: papers valid today, and the beginning of the story of the batch on sale."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from community.cooperatives.models import Cooperative
from community.text.dates import show_date
from traceability.balance.claims import MASS_SCHEMES
from traceability.balance.withholding import withheld_schemes
from traceability.batches.models import Batch
from traceability.certificates.models import Certificate
from traceability.events.reading import StepStory, steps_of
from traceability.products.models import Product, in_language

STEPS_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Stamp:
    """As components/stamp.html shows it."""

    fact: str
    says: str
    who: str = "third"


@dataclass(frozen=True, slots=True)
class ShortHistory:
    """The last recorded steps of a batch, newest at the end, and how many there are in all."""

    steps: Sequence[StepStory]
    recorded: int
    missing: int


def stamps_of(product: Product) -> list[Stamp]:
    """Certificates of a product valid today, stars first. One of growing only when all the lots on sale may show it:
    a buyer would take it for theirs."""
    today = timezone.localdate()
    papers = _ordered(Certificate.objects.valid_on(today).filter(products=product))
    if any(paper.scheme in MASS_SCHEMES for paper in papers):
        withheld = withheld_schemes(Batch.objects.on_sale(today).filter(product=product, available_base__gt=0))
        papers = [paper for paper in papers if paper.scheme not in withheld]
    return [_stamp(paper) for paper in papers]


def stamps_of_seller(cooperative: Cooperative) -> list[Stamp]:
    """Each kind of paper of a cooperative once, the best and latest."""
    papers = Certificate.objects.valid_on(timezone.localdate()).of_cooperative(cooperative)
    first: dict[str, Certificate] = {}
    for paper in _ordered(papers):
        first.setdefault(paper.scheme, paper)
    return [_stamp(paper) for paper in first.values()]


def history_of(batch: Batch) -> ShortHistory:
    steps = steps_of(batch)
    recorded = [step for step in steps if step.counts]
    return ShortHistory(recorded[-STEPS_SHOWN:], len(recorded), sum(step.is_missing for step in steps))


def _ordered(papers: Iterable[Certificate]) -> list[Certificate]:
    return sorted(papers, key=lambda paper: (paper.scheme != "ocop", -(paper.stars or 0), -paper.issued_on.toordinal()))


def _stamp(paper: Certificate) -> Stamp:
    fact = str(paper.get_scheme_display())
    if paper.scheme == Certificate.Scheme.OCOP:
        fact = ngettext("OCOP %(stars)s star", "OCOP %(stars)s stars", paper.stars or 0) % {"stars": paper.stars}
    return Stamp(fact=fact, says=" · ".join(_says(paper)))


def _says(paper: Certificate) -> list[str]:
    said = [
        gettext("Third party: %(issuer)s") % {"issuer": in_language(paper.issuer, paper.issuer_en)},
        gettext("No. %(number)s") % {"number": paper.number},
    ]
    if paper.expires_on:
        said.append(gettext("valid to %(day)s") % {"day": _day(paper.expires_on)})
    else:
        said.append(gettext("of %(day)s") % {"day": _day(paper.issued_on)})
    return said


def _day(day: date) -> str:
    return show_date(day, (get_language() or "vi")[:2])
