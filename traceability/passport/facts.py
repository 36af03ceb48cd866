"""Everything the page of a batch says, gathered once and in the reader's language. Reads; never writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from community import clock
from community.consents.showing import remember
from traceability.balance.withholding import papers_of, withheld_from
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch
from traceability.certificates.models import Certificate
from traceability.events.models import Event
from traceability.events.reading import expected_steps, tell
from traceability.events.upstream import told_events, upstream_of
from traceability.passport.blending import Blend, blend_of
from traceability.passport.buy_box import BuyBox, buy_box
from traceability.passport.linking import links_of
from traceability.passport.proof import Proof, State, proof_of
from traceability.passport.sensing import Sensed, sensed_by
from traceability.passport.telling import OF_PRODUCT, Shot, Surroundings, ToldStep, shots_of, told
from traceability.products.models import in_language


class Verdict(StrEnum):
    """What the first line says, and its colour."""

    FINE = "fine"
    EXPIRED = "expired"
    ON_HOLD = "on_hold"
    LOCKED = "locked"
    MISMATCH = "mismatch"
    RECALLED = "recalled"
    CLOSED = "closed"


PAPERS_ON_TOP = 2
SCHEMES = list(Certificate.Scheme.values)  # in the order people know them best: stars first
STILL_OFFERED = (Verdict.FINE, Verdict.EXPIRED, Verdict.CLOSED)  # of the same goods, not of this batch


@dataclass(frozen=True, slots=True)
class Paper:
    """A certificate as the page shows it: valid today or not, and valid for this batch or not. ``withheld``: why the
    batch may not say it, "" when it may."""

    certificate: Certificate
    issuer: str
    is_valid_today: bool
    covers_batch: bool
    withheld: str = ""


@dataclass(frozen=True)
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
    proof: Proof
    blend: Blend
    lots: Mapping[int, Batch]
    sensed: tuple[Sensed, ...] = ()

    @property
    def links(self) -> dict[str, str]:
        return links_of(self.batch)

    @property
    def first_papers(self) -> tuple[Paper, ...]:
        """What fits on the first screen."""
        return self.papers[:PAPERS_ON_TOP]

    @property
    def more_papers(self) -> tuple[Paper, ...]:
        return self.papers[PAPERS_ON_TOP:]

    @cached_property
    def records(self) -> list[ToldStep]:
        """Every record, also those declared wrong."""
        return [step for step in self.steps if not step.story.is_missing]

    @property
    def recorded(self) -> int:
        """How many records count."""
        return sum(step.story.counts for step in self.steps)

    @property
    def missing(self) -> int:
        return sum(step.story.is_missing for step in self.steps)

    @cached_property
    def corrections(self) -> int:
        return sum(step.story.is_withdrawn for step in self.steps)

    @property
    def photos(self) -> int:
        return sum(len(step.story.evidence) for step in self.records)

    @property
    def broken_papers(self) -> list[Certificate]:
        """Those that say something else than the log."""
        return [paper.certificate for paper in self.papers if paper.certificate.pk in self.proof.broken_papers]

    @property
    def said_by(self) -> list[str]:
        """The classes of trust that occur, the strongest last."""
        found = {str(step.story.who_says) for step in self.records}
        return [who for who in ("self", "third_party", "device") if who in found]


def passport_of(batch: Batch, *, language: str) -> Passport:
    """Facts for the page of a public batch: five queries for a batch made of no other lot, whatever its steps.

    ``batch`` should come from :func:`traceability.passport.finding.public_batches`.
    """
    if hasattr(batch, "phone_withheld"):
        remember(batch.cooperative, withheld=batch.phone_withheld)
    today = clock.today()
    upstream = upstream_of(batch)
    blend = blend_of(upstream)
    events = told_events(upstream)
    stories = tell(events, expected_steps(batch))
    shots = shots_of(batch.product.photo, {event.pk for event in events})
    steps = told(Surroundings(batch, upstream.lots, shots), stories)
    papers = tuple(_papers(batch, today))
    proof = proof_of(events, papers=[paper.certificate for paper in papers], product=batch.product.code)
    for event in events:
        event.log_entry = proof.entries.get(event.pk)  # type: ignore[attr-defined]
        event.is_broken = event.pk in proof.broken  # type: ignore[attr-defined]
    verdict = verdict_of(batch, today, state=proof.state)
    packed = [step.story for step in steps if step.story.counts and step.story.kind == "pack" and step.lot is None]
    packed_base = sum(story.quantity_base or 0 for story in packed)
    return Passport(
        batch=batch,
        uri=batch_uri(batch),
        verdict=verdict,
        checked_on=today,
        picture=next(iter(shots.get(OF_PRODUCT, ())), None),
        papers=papers,
        steps=steps,
        packs_made=packed_base // batch.pack.net_quantity_base if batch.pack else 0,
        packed_base=packed_base,
        buy=buy_box(batch, language=language) if verdict in STILL_OFFERED else None,
        proof=proof,
        blend=blend,
        lots=upstream.lots,
        sensed=sensed_by(_in_force(events)),
    )


def _in_force(events: list[Event]) -> list[Event]:
    return [event for event in events if getattr(event, "declared_pk", None) is None]


def verdict_of(batch: Batch, today: date, *, state: State = State.VERIFIED) -> Verdict:
    """A recall outweighs everything; records that do not fit the log outweigh what they say; an expired batch is not
    "fine" even when nobody recalled it."""
    if batch.status == Batch.Status.RECALLED:
        return Verdict.RECALLED
    if state is State.MISMATCH:
        return Verdict.MISMATCH
    if batch.status == Batch.Status.ON_HOLD:
        return Verdict.ON_HOLD
    if batch.locked_at is not None:
        return Verdict.LOCKED
    if batch.is_expired(today):
        return Verdict.EXPIRED
    return Verdict.CLOSED if batch.status == Batch.Status.CLOSED else Verdict.FINE


def _papers(batch: Batch, today: date) -> list[Paper]:
    made_on = batch.packed_on or batch.produced_on or batch.harvested_from_on or today
    checked = list(papers_of(batch).order_by("scheme", "-issued_on"))
    withheld = withheld_from(batch, checked)
    papers = [
        Paper(
            certificate=certificate,
            issuer=in_language(certificate.issuer, certificate.issuer_en),
            is_valid_today=certificate.valid_on(today),
            covers_batch=certificate.valid_on(made_on) and certificate.pk not in withheld,
            withheld=str(withheld.get(certificate.pk, "")),
        )
        for certificate in checked
    ]
    # A newer paper of the same scheme replaces the one that ran out; the first of a scheme is its newest.
    valid_schemes = {paper.certificate.scheme for paper in papers if paper.is_valid_today}
    shown = [paper for paper in papers if paper.is_valid_today or paper.certificate.scheme not in valid_schemes]
    return sorted(shown, key=_first_what_counts)


def _first_what_counts(paper: Paper) -> tuple[bool, bool, int]:
    return not paper.is_valid_today, bool(paper.withheld), SCHEMES.index(paper.certificate.scheme)
