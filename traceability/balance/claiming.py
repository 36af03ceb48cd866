"""Claims of real batches: which certificates their sources had, what is carried, what may be shown, what is claimed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from traceability.balance.claims import MASS_SCHEMES, NEVER_BY_MASS_BALANCE, Carried, Said, Source, carry_claims
from traceability.balance.claims import check_claims as check_said
from traceability.balance.facts import Finding, Harvest
from traceability.balance.gathering import Gathered, Row, gather, in_force
from traceability.balance.models import Check, ClaimMass, ClaimModel
from traceability.balance.near import hold_near
from traceability.balance.uniqueness import check_certificate
from traceability.batches.models import Batch, PostingKind
from traceability.batches.touching import touch_pages
from traceability.batches.watching import moved
from traceability.certificates.models import Certificate

GROWN = frozenset({PostingKind.HARVEST, PostingKind.PACK})  # bought goods and goods of nowhere carry no claim


class BadClaim(DomainError):
    """Codes: not_a_claim (the scheme is no claim on mass), not_yours, nothing_claimed."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a batch may say under one scheme. ``eligible``: show it. ``why`` not: blended, locked, frozen, nothing.

    ``percent`` is for the words "mass balance x %" when ``model`` is MB, else 100 or what is carried.
    """

    scheme: str
    model: str
    mass_base: int
    total_base: int
    eligible: bool
    why: str = ""
    certificate_ids: tuple[int, ...] = ()

    @property
    def percent(self) -> int:
        return self.mass_base * 100 // self.total_base if self.total_base else 0


def claims_of(batch: Batch) -> tuple[Claim, ...]:
    """The claims that any source of ``batch`` carries, for its page. About ten queries; three without certificates."""
    if not _certificates_exist(batch):
        return ()
    gathered = gather([batch.pk])
    papers = _papers(gathered)
    carried = _carried(gathered, papers).get(batch.pk, Carried())
    said = {one.certificate.scheme: one for one in _said([batch.pk])}
    stopped = _stopped(batch, gathered)
    schemes = [scheme for scheme in MASS_SCHEMES if carried.masses.get(scheme) or scheme in said]
    return tuple(_claim(scheme, carried, said.get(scheme), stopped, papers) for scheme in schemes)


def carried_whole(batch_ids: Collection[int]) -> frozenset[str]:
    """The schemes that every one of these lots may show, none of them locked or in doubt. About nine queries."""
    gathered = gather(batch_ids)
    shut = any(batch.locked_at is not None for batch in gathered.batches.values())
    if shut or Check.objects.freezing().filter(batch_id__in=gathered.ancestry.ids).exists():
        return frozenset()
    carried = _carried(gathered, _papers(gathered))
    return frozenset(
        scheme
        for scheme in MASS_SCHEMES
        if all(carried.get(batch_id, Carried()).is_whole(scheme) for batch_id in gathered.ids)
    )


def _certificates_exist(batch: Batch) -> bool:
    return Certificate.objects.filter(cooperative_id=batch.cooperative_id, scheme__in=MASS_SCHEMES).exists()


def _claim(scheme: str, carried: Carried, said: ClaimMass | None, stopped: str, papers: list[_Paper]) -> Claim:
    mass = min(carried.masses.get(scheme, 0), carried.total)
    by_balance = said is not None and said.model == ClaimModel.MB and scheme not in NEVER_BY_MASS_BALANCE
    if by_balance and said is not None:
        mass = min(mass, said.mass_base)
    whole = carried.is_whole(scheme)
    why = stopped or ("" if whole or (by_balance and mass) else "blended" if mass else "nothing")
    return Claim(
        scheme=scheme,
        model=ClaimModel.MB if by_balance and not whole else ClaimModel.SG,
        mass_base=mass,
        total_base=carried.total,
        eligible=not why,
        why=why,
        certificate_ids=tuple(paper.certificate.pk for paper in papers if paper.certificate.scheme == scheme),
    )


def _stopped(batch: Batch, gathered: Gathered) -> str:
    if batch.locked_at is not None:
        return "locked"
    return "frozen" if Check.objects.freezing().filter(batch_id__in=gathered.ancestry.ids).exists() else ""


@dataclass(frozen=True, slots=True)
class _Paper:
    certificate: Certificate
    product_ids: frozenset[int]
    plot_ids: frozenset[int]

    def covers(self, row: Row, day: date) -> bool:
        """Valid on the day of harvest, for this product and this plot. What grew on no plot that is named grew beyond
        every cap and waiting time: no paper covers it, harvested or packed at once."""
        if row.lot.plot_id is None:
            return False
        in_scope = row.lot.product_id in self.product_ids and (not self.plot_ids or row.lot.plot_id in self.plot_ids)
        return in_scope and self.certificate.valid_on(day)


def _papers(gathered: Gathered) -> list[_Paper]:
    """Certificates of the products of all sources. Three queries at most."""
    products = {row.lot.product_id for rows in gathered.rows.values() for row in rows}
    papers = Certificate.objects.filter(scheme__in=MASS_SCHEMES, products__in=products, checked_at__isnull=False)
    return [
        _Paper(
            paper,
            frozenset(product.pk for product in paper.products.all()),
            frozenset(plot.pk for plot in paper.plots.all()),
        )
        for paper in papers.distinct().order_by("pk").prefetch_related("products", "plots")
    ]


def _carried(gathered: Gathered, papers: list[_Paper]) -> dict[int, Carried]:
    sources = [
        Source(
            lot_id=batch_id,
            base=row.delta,
            schemes=frozenset(
                paper.certificate.scheme
                for paper in papers
                if row.kind in GROWN and paper.covers(row, timezone.localdate(row.at))
            ),
            plot_id=row.lot.plot_id,
        )
        for batch_id in gathered.ancestry.ids
        for row in gathered.from_outside(batch_id)
    ]
    return carry_claims(sources, gathered.makings)


def _said(batch_ids: list[int] | tuple[int, ...]) -> list[ClaimMass]:
    return list(ClaimMass.objects.filter(batch_id__in=batch_ids).select_related("certificate"))


def claim_findings(gathered: Gathered) -> dict[int, list[Finding]]:
    """MB-5 for what is claimed of these batches, MB-6 for certificates with a maximum."""
    found: dict[int, list[Finding]] = defaultdict(list)
    said = _said(gathered.ids)
    if said:
        carried = _carried(gathered, _papers(gathered))
        by_batch: dict[int, list[Said]] = defaultdict(list)
        for one in said:
            paper = one.certificate
            by_batch[one.batch_id].append(Said(paper.scheme, paper.number, one.mass_base, one.model))
        for batch_id, claims in by_batch.items():
            found[batch_id] += check_said(claims, carried.get(batch_id, Carried()))
    for batch_id, findings in _over_maximum(gathered).items():
        found[batch_id] += findings
    return found


def _over_maximum(gathered: Gathered) -> dict[int, list[Finding]]:
    products = {batch.product_id for batch in gathered.batches.values()}
    found: dict[int, list[Finding]] = defaultdict(list)
    limited = Certificate.objects.filter(products__in=products, max_quantity_base__isnull=False).distinct()
    for paper in limited:
        most = paper.max_quantity_base or 0
        over = check_certificate(_uses(paper), number=paper.number, most=most)
        for batch_id, findings in over.items():
            if batch_id in gathered.batches:
                found[batch_id] += findings
    return found


def _uses(paper: Certificate) -> list[Harvest]:
    """What was grown under a certificate: harvests, and packs of lots that no lot of ours went into."""
    plots = set(paper.plots.values_list("pk", flat=True))
    rows = (
        in_force()
        .filter(kind__in=GROWN, batch__product__certificates=paper, batch__edges_up__isnull=True)
        .values_list("batch_id", "at", "id", "quantity_base", "batch__plot_id")
    )
    return [
        Harvest(batch_id, at, seq, timezone.localdate(at), base)
        for batch_id, at, seq, base, plot_id in rows
        if (not plots or plot_id in plots) and paper.valid_on(timezone.localdate(at))
    ]


@transaction.atomic
def claim(*, batch: Batch, certificate: Certificate, mass_base: int, model: str, actor: Actor) -> ClaimMass:
    """Say how much of a lot is claimed under a certificate. Too much is stored and locks the lot (MB-5)."""
    if certificate.scheme not in MASS_SCHEMES:
        raise BadClaim("not_a_claim", scheme=certificate.scheme)
    if certificate.cooperative_id != batch.cooperative_id:
        raise BadClaim("not_yours")
    if mass_base <= 0:
        raise BadClaim("nothing_claimed")
    hold_near([batch.pk])
    said, _new = ClaimMass.objects.update_or_create(
        batch=batch,
        certificate=certificate,
        defaults={
            "mass_base": mass_base,
            "model": ClaimModel(model),
            "claimed_at": clock.now(),
            "claimed_by": actor.user,
        },
    )
    record(
        actor=actor,
        action="claim.made",
        subject=batch,
        cooperative=batch.cooperative,
        certificate=certificate.number,
        mass_base=mass_base,
        model=model,
    )
    touch_pages(Batch.objects.filter(pk=batch.pk))
    moved([batch.pk])
    return said


@transaction.atomic
def withdraw_claim(*, claimed: ClaimMass, actor: Actor) -> None:
    """The cooperative claims nothing of this lot under this certificate any more; twice is once."""
    batch, certificate = claimed.batch, claimed.certificate
    hold_near([batch.pk])
    gone, _kinds = ClaimMass.objects.filter(pk=claimed.pk).delete()
    if not gone:
        return
    record(
        actor=actor,
        action="claim.withdrawn",
        subject=batch,
        cooperative=batch.cooperative,
        certificate=certificate.number,
        mass_base=claimed.mass_base,
        model=claimed.model,
    )
    touch_pages(Batch.objects.filter(pk=batch.pk))
    moved([batch.pk])


def used_under(certificate: Certificate) -> int:
    """How much was grown under a certificate so far, in base units: what its maximum is held against. Two queries."""
    return sum(use.base for use in _uses(certificate))


def carried_by(batch: Batch) -> dict[str, int]:
    """By scheme, the most that may be claimed of a lot."""
    gathered = gather([batch.pk])
    carried = _carried(gathered, _papers(gathered)).get(batch.pk, Carried())
    return {scheme: min(mass, carried.total) for scheme, mass in carried.masses.items()}
