"""Everything the page of a batch says, gathered once and in the reader's language. Reads; never writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from community import clock
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.certificates.models import Certificate
from traceability.events.reading import steps_of
from traceability.passport.buy_box import BuyBox, buy_box
from traceability.passport.telling import Shot, ToldStep, shot_of, told
from traceability.products.models import in_language


class Verdict(StrEnum):
    """What the first line says, and its colour."""

    FINE = "fine"
    EXPIRED = "expired"
    ON_HOLD = "on_hold"
    RECALLED = "recalled"
    CLOSED = "closed"


PAPERS_ON_TOP = 2
SCHEMES = list(Certificate.Scheme.values)  # in the order people know them best: stars first


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate as the page shows it: valid today or not, and valid when this batch was made or not."""

    certificate: Certificate
    issuer: str
    is_valid_today: bool
    covers_batch: bool


@dataclass(frozen=True, slots=True)
class Passport:
    batch: Batch
    uri: str
    verdict: Verdict
    checked_on: date
    picture: Shot | None
    papers: tuple[Paper, ...]
    steps: tuple[ToldStep, ...]
    packs_made: int
    packed_base: int
    buy: BuyBox | None

    @property
    def first_papers(self) -> tuple[Paper, ...]:
        """What fits on the first screen."""
        return self.papers[:PAPERS_ON_TOP]

    @property
    def more_papers(self) -> tuple[Paper, ...]:
        return self.papers[PAPERS_ON_TOP:]

    @property
    def records(self) -> list[ToldStep]:
        return [step for step in self.steps if not step.story.is_missing]

    @property
    def recorded(self) -> int:
        return len(self.records)

    @property
    def missing(self) -> int:
        return len(self.steps) - self.recorded


def passport_of(batch: Batch, *, language: str) -> Passport:
    """Facts for the page of a public batch. A fixed number of queries, whatever the number of steps.

    ``batch`` should come from :func:`traceability.passport.finding.public_batches`.
    """
    today = clock.today()
    steps = told(batch, steps_of(batch))
    verdict = verdict_of(batch, today)
    packed_base = sum(step.story.quantity_base or 0 for step in steps if step.story.kind == "pack")
    return Passport(
        batch=batch,
        uri=batch_uri(batch),
        verdict=verdict,
        checked_on=today,
        picture=shot_of(batch.product.photo) if batch.product.photo else None,
        papers=tuple(_papers(batch, today)),
        steps=steps,
        packs_made=packed_base // batch.pack.net_quantity_base if batch.pack else 0,
        packed_base=packed_base,
        buy=buy_box(batch, language=language) if verdict in (Verdict.FINE, Verdict.EXPIRED, Verdict.CLOSED) else None,
    )


def verdict_of(batch: Batch, today: date) -> Verdict:
    """A recall outweighs everything; an expired batch is not "fine" even when nobody recalled it."""
    if batch.status == Batch.Status.RECALLED:
        return Verdict.RECALLED
    if batch.status == Batch.Status.ON_HOLD:
        return Verdict.ON_HOLD
    if batch.is_expired(today):
        return Verdict.EXPIRED
    return Verdict.CLOSED if batch.status == Batch.Status.CLOSED else Verdict.FINE


def _papers(batch: Batch, today: date) -> list[Paper]:
    made_on = batch.packed_on or batch.produced_on or today
    checked = batch.product.certificates.filter(checked_at__isnull=False).order_by("scheme", "-issued_on")
    papers = [
        Paper(
            certificate=certificate,
            issuer=in_language(certificate.issuer, certificate.issuer_en),
            is_valid_today=certificate.valid_on(today),
            covers_batch=certificate.valid_on(made_on),
        )
        for certificate in checked
    ]
    # A newer paper of the same scheme replaces the one that ran out; the first of a scheme is its newest.
    valid_schemes = {paper.certificate.scheme for paper in papers if paper.is_valid_today}
    shown = [paper for paper in papers if paper.is_valid_today or paper.certificate.scheme not in valid_schemes]
    return sorted(shown, key=lambda paper: (not paper.is_valid_today, SCHEMES.index(paper.certificate.scheme)))
