"""Papers that a cooperative brings itself, and the goods it says they cover; staff's answer makes them count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.core.files.base import ContentFile, File
from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.photos.paper_files import CleanPaper, clean_paper
from community.text.folding import as_written
from traceability.balance.certifying import judge_certificate, record_certificate
from traceability.certificates.models import Certificate, CertificateScan, CoverRequest
from traceability.genealogy.linking import hold
from traceability.products.models import Product

MOST_SCANS = 10
"""Of one paper, ever: their files are kept."""
MOST_UNCHECKED = 20
"""Papers of one cooperative that nobody has looked at yet."""


class CannotSubmit(DomainError):
    """`too_many_papers` (fact `most`), `same_paper` (the cooperative has one of this kind and number), `expired`,
    `ends_early`, `stars` (OCOP papers have 3 to 5, others none), `not_yours`."""


class CoverMoved(DomainError):
    """`cover_moved`: answered or taken back meanwhile; facts `status`, `by`, `at`. `no_words`: a refusal says why."""


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """As the paper says it. For OCOP the number is that of the decision. ``stars`` for OCOP only."""

    scheme: str
    number: str
    issuer: str
    issued_on: date
    expires_on: date | None = None
    stars: int | None = None


def submit_certificate(
    *, cooperative: Cooperative, facts: PaperFacts, upload: File[bytes], actor: Actor
) -> Certificate:
    """A new paper with its scan; it counts for nobody before staff has looked. Call it outside a transaction.

    Raises CannotSubmit, BadPaper, BadPhoto and keeps nothing.
    """
    _check(cooperative, facts)
    clean = clean_paper(upload)
    with transaction.atomic():
        Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative.pk)  # two presses queue here
        _check(cooperative, facts)
        paper = Certificate.objects.create(
            cooperative=cooperative,
            scheme=facts.scheme,
            number=facts.number,
            issuer=facts.issuer,
            stars=facts.stars,
            issued_on=facts.issued_on,
            expires_on=facts.expires_on,
        )
        scan = _keep(paper, clean, actor)
        record_certificate(certificate=paper, actor=actor)
        record(
            actor=actor,
            action="certificate.submitted",
            subject=paper,
            cooperative=cooperative,
            scheme=paper.scheme,
            sha256=scan.sha256,
        )
    return paper


def _check(cooperative: Cooperative, facts: PaperFacts) -> None:
    is_ocop = facts.scheme == Certificate.Scheme.OCOP
    if is_ocop != (facts.stars is not None) or (is_ocop and facts.stars not in (3, 4, 5)):
        raise CannotSubmit("stars")
    if facts.expires_on is not None and facts.expires_on < facts.issued_on:
        raise CannotSubmit("ends_early")
    if facts.expires_on is not None and facts.expires_on < clock.today():
        raise CannotSubmit("expired")
    own = Certificate.objects.of_cooperative(cooperative)
    numbers = own.filter(scheme=facts.scheme).values_list("number", flat=True)
    if as_written(facts.number) in map(as_written, numbers):
        raise CannotSubmit("same_paper")
    if own.filter(checked_at=None).count() >= MOST_UNCHECKED:
        raise CannotSubmit("too_many_papers", most=MOST_UNCHECKED)


def add_scan(*, certificate: Certificate, upload: File[bytes], actor: Actor) -> CertificateScan:
    """A better picture of the same paper. Call it outside a transaction. Raises CannotSubmit, BadPaper, BadPhoto."""
    clean = clean_paper(upload)
    with transaction.atomic():
        paper = Certificate.objects.select_for_update(no_key=True).get(pk=certificate.pk)
        if paper.scans.count() >= MOST_SCANS:
            raise CannotSubmit("too_many_papers", most=MOST_SCANS)
        scan = _keep(paper, clean, actor)
        facts = {"sha256": scan.sha256}
        record(actor=actor, action="certificate.scan_added", subject=paper, cooperative=paper.cooperative, **facts)
    return scan


def _keep(paper: Certificate, clean: CleanPaper, actor: Actor) -> CertificateScan:
    if actor.user is None:
        raise ValueError("a scan is brought by somebody")
    scan = CertificateScan(
        certificate=paper,
        content_type=clean.content_type,
        size=len(clean.content),
        sha256=clean.sha256,
        uploaded_by=actor.user,
        uploaded_at=clock.now(),
    )
    scan.file.save("paper", ContentFile(clean.content), save=False)
    scan.save()
    return scan


@transaction.atomic
def ask_cover(*, certificate: Certificate, product: Product, actor: Actor) -> CoverRequest | None:
    """The seller says that the paper covers these goods. None when staff said so already; twice is once."""
    if certificate.cooperative_id != product.cooperative_id:
        raise CannotSubmit("not_yours")
    if certificate.checked_at is not None and certificate.products.filter(pk=product.pk).exists():
        return None
    told = {"asked_by": actor.user, "asked_at": clock.now()}
    request, fresh = CoverRequest.objects.get_or_create(
        certificate=certificate, product=product, status=CoverRequest.Status.WAITING, defaults=told
    )
    if fresh:
        record(
            actor=actor,
            action="certificate.cover_asked",
            subject=certificate,
            cooperative=product.cooperative,
            product=product.code,
        )
    return request


@transaction.atomic
def take_back_cover(*, request: CoverRequest, actor: Actor) -> None:
    """Before staff has answered; afterwards nothing changes."""
    waiting = CoverRequest.objects.filter(pk=request.pk, status=CoverRequest.Status.WAITING)
    if waiting.update(status=CoverRequest.Status.WITHDRAWN, decided_at=clock.now(), decided_by=actor.user):
        _audit(request, "certificate.cover_taken_back", actor)


@transaction.atomic
def confirm_cover(*, request: CoverRequest, actor: Actor) -> CoverRequest:
    """Staff compared paper and goods: from now on it is shown while it is valid. Raises CoverMoved."""
    hold()  # before any other row; whoever confirms another of its goods waits here
    paper = Certificate.objects.get(pk=request.certificate_id)
    covered = {one.pk: one for one in (*paper.products.all(), request.product)}
    judge_certificate(
        certificate=paper, counts=True, revoked_on=paper.revoked_on, products=list(covered.values()), actor=actor
    )
    _decide(request, CoverRequest.Status.CONFIRMED, "", actor)
    _audit(request, "certificate.cover_confirmed", actor)
    return request


@transaction.atomic
def refuse_cover(*, request: CoverRequest, words: str, actor: Actor) -> CoverRequest:
    """It is not shown with these goods; the seller reads why. Raises CoverMoved."""
    if not words.strip():
        raise CoverMoved("no_words")
    _decide(request, CoverRequest.Status.REFUSED, words.strip()[:400], actor)
    _audit(request, "certificate.cover_refused", actor)
    return request


def _decide(request: CoverRequest, status: str, words: str, actor: Actor) -> None:
    waiting = CoverRequest.objects.filter(pk=request.pk, status=CoverRequest.Status.WAITING)
    told = {"decided_at": clock.now(), "decided_by": actor.user, "words": words}
    changed = waiting.update(status=status, **told)
    request.refresh_from_db()
    if not changed:
        by = request.decided_by.name if request.decided_by else ""
        raise CoverMoved("cover_moved", status=request.status, by=by, at=request.decided_at)


def _audit(request: CoverRequest, action: str, actor: Actor) -> None:
    record(
        actor=actor,
        action=action,
        subject=request.certificate,
        cooperative=request.product.cooperative,
        product=request.product.code,
    )
