"""What a product page can prove: papers valid today, and the beginning of the story of the batch on sale."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b

from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext

from community.cooperatives.models import Cooperative
from community.photos.models import Photo
from community.text.dates import show_date
from marketplace.catalogue.keeping import kept_in, pages
from traceability.balance.claims import MASS_SCHEMES
from traceability.balance.withholding import withheld_schemes
from traceability.batches.models import Batch
from traceability.certificates.models import Certificate
from traceability.events.reading import StepStory, steps_of
from traceability.products.models import Product, in_language

STEPS_SHOWN = 4
KEPT_SECONDS = 600
"""What is kept under the version of a lot's page is of now; but a picture may have got its smaller sizes since."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """As components/stamp.html shows it."""

    fact: str
    says: str
    who: str = "third"
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class HistoryStep:
    """In the active language."""

    name: str
    happened_on: date | None
    note: str
    photo: Photo | None


@dataclass(frozen=True, slots=True)
class ShortHistory:
    """The last recorded steps of a batch, newest at the end, and how many there are in all."""

    steps: Sequence[HistoryStep]
    recorded: int
    missing: int


def stamps_of(product: Product, lots: Collection[Batch]) -> list[Stamp]:
    """Certificates of a product valid today, stars first. One of growing only when all the ``lots`` on sale may show
    it: a buyer would take it for theirs."""
    today = timezone.localdate()
    papers = _ordered(Certificate.objects.valid_on(today).filter(products=product))
    if any(paper.scheme in MASS_SCHEMES for paper in papers):
        withheld = _withheld(lots, today)
        papers = [paper for paper in papers if paper.scheme not in withheld]
    return [_stamp(paper) for paper in papers]


def _withheld(lots: Collection[Batch], today: date) -> frozenset[str]:
    """Kept under the versions of the lots' pages: what changes which papers a lot may show has its page drawn anew."""
    versions = sorted((lot.public_code, lot.page_version) for lot in lots)
    key = f"listings.withheld.{blake2b(repr((today, versions)).encode(), digest_size=16).hexdigest()}"
    return kept_in(pages, key, KEPT_SECONDS, lambda: withheld_schemes(lots))


def stamps_to_be(papers: Iterable[Certificate]) -> list[Stamp]:
    """What papers will show once staff has accepted them: those whose dates hold today."""
    today = timezone.localdate()
    return [_stamp(paper) for paper in _ordered(paper for paper in papers if paper.holds_on(today))]


def stamps_of_seller(cooperative: Cooperative) -> list[Stamp]:
    """Each kind of paper of a cooperative once, the best and latest."""
    papers = Certificate.objects.valid_on(timezone.localdate()).of_cooperative(cooperative)
    first: dict[str, Certificate] = {}
    for paper in _ordered(papers):
        first.setdefault(paper.scheme, paper)
    return [_stamp(paper) for paper in first.values()]


def history_of(batch: Batch) -> ShortHistory:
    """Kept as the batch's page tells it now; no query then."""
    key = f"listings.history.{batch.public_code}.{batch.page_version}.{get_language()}"
    return kept_in(pages, key, KEPT_SECONDS, lambda: _told(steps_of(batch)))


def _told(steps: Sequence[StepStory]) -> ShortHistory:
    recorded = [step for step in steps if step.counts]
    last = tuple(
        HistoryStep(step.name, step.happened_on, step.note, step.photos[0] if step.photos else None)
        for step in recorded[-STEPS_SHOWN:]
    )
    return ShortHistory(last, len(recorded), sum(step.is_missing for step in steps))


def _ordered(papers: Iterable[Certificate]) -> list[Certificate]:
    return sorted(papers, key=lambda paper: (paper.scheme != "ocop", -(paper.stars or 0), -paper.issued_on.toordinal()))


def _stamp(paper: Certificate) -> Stamp:
    fact = str(paper.get_scheme_display())
    if paper.scheme == Certificate.Scheme.OCOP:
        fact = ngettext("OCOP %(stars)s star", "OCOP %(stars)s stars", paper.stars or 0) % {"stars": paper.stars}
    return Stamp(fact=fact, says=" · ".join(_says(paper)), scheme=paper.scheme)


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
