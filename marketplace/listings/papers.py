"""The papers of one good as its seller sees them: what buyers read today, what waits, what ends soon; and the words
that staff's answers and coming ends are told in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, override

from community import clock
from community.audit.actors import Actor
from community.cooperatives.models import Cooperative
from community.outbox.queueing import queue_message
from community.text.dates import show_date
from marketplace.listings.models import Listing
from traceability.balance.submitting import add_scan, ask_cover, confirm_cover, refuse_cover
from traceability.certificates.models import Certificate, CertificateScan, CoverRequest
from traceability.products.models import Product

ENDS_SOON = timedelta(days=30)
CONFIRMED = gettext_lazy("%(paper)s is confirmed: buyers of “%(title)s” see it now. %(link)s")
ENDS = gettext_lazy("%(paper)s ends on %(day)s. Buyers do not see it from then on. New paper? Here: %(link)s")
REFUSED = gettext_lazy("%(paper)s is not shown with “%(title)s”: %(words)s. Mend it here: %(link)s")


class PaperState(StrEnum):
    SHOWN = "shown"
    ENDS_SOON = "ends_soon"  # shown, for at most 30 days more
    WAITING = "waiting"
    REFUSED = "refused"
    EXPIRED = "expired"
    REVOKED = "revoked"
    NOT_YET = "not_yet"  # issued for a later day
    UNCHECKED = "unchecked"  # staff took back that it counts


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """``request`` while the seller's word waits or after it was refused (its words say why)."""

    paper: Certificate
    state: PaperState
    request: CoverRequest | None = None

    @property
    def days_left(self) -> int:
        """Until the last day it is valid; only asked of papers that end."""
        assert self.paper.expires_on is not None
        return (self.paper.expires_on - clock.today()).days


def papers_of(product: Product) -> list[ShownPaper]:
    """Those it has, then those that wait or were refused, newest word first. Three queries."""
    today = clock.today()
    covering = list(Certificate.objects.filter(products=product))
    shown = [ShownPaper(paper, state_of(paper, today)) for paper in covering]
    covered = {paper.pk for paper in covering if paper.checked_at}
    said: dict[int, ShownPaper] = {}
    requests = CoverRequest.objects.filter(product=product, status__in=("waiting", "refused"))
    for request in requests.select_related("certificate", "decided_by").order_by("-asked_at", "-pk"):
        if request.certificate_id not in covered and request.certificate_id not in said:
            state = PaperState.WAITING if request.status == "waiting" else PaperState.REFUSED
            said[request.certificate_id] = ShownPaper(request.certificate, state, request)
    return [*(one for one in shown if one.paper.pk not in said), *said.values()]


def state_of(paper: Certificate, today: date) -> PaperState:
    if paper.revoked_on is not None and paper.revoked_on <= today:
        return PaperState.REVOKED
    if paper.expires_on is not None and paper.expires_on < today:
        return PaperState.EXPIRED
    if paper.checked_at is None:
        return PaperState.UNCHECKED
    if paper.issued_on > today:
        return PaperState.NOT_YET
    ends_soon = paper.expires_on is not None and paper.expires_on <= today + ENDS_SOON
    return PaperState.ENDS_SOON if ends_soon else PaperState.SHOWN


def papers_to_choose(cooperative: Cooperative) -> list[Certificate]:
    """Those a cooperative may name for goods: not over, not revoked; also those staff has not looked at yet."""
    today = clock.today()
    return [
        paper
        for paper in Certificate.objects.of_cooperative(cooperative).order_by("scheme", "-issued_on", "pk")
        if (paper.expires_on is None or paper.expires_on >= today)
        and (paper.revoked_on is None or paper.revoked_on > today)
    ]


def may_send_better_scan(paper: Certificate) -> bool:
    """While staff has not judged it, and where it was refused for some goods. Prefetch ``cover_requests``."""
    states = {request.status for request in paper.cover_requests.all()}
    return paper.checked_at is None or bool(states & {"waiting", "refused"})


def send_better_scan(*, certificate: Certificate, upload: File[bytes], actor: Actor) -> CertificateScan:
    """Staff looks at the newest; goods it was refused for are asked about once more. Call it outside a transaction.

    Raises ``CannotSubmit``, ``BadPaper``, ``BadPhoto`` and keeps nothing.
    """
    scan = add_scan(certificate=certificate, upload=upload, actor=actor)
    refused = Product.objects.filter(cover_requests__certificate=certificate, cover_requests__status="refused")
    for product in refused.exclude(certificates=certificate).distinct():
        ask_cover(certificate=certificate, product=product, actor=actor)
    return scan


@transaction.atomic
def accept_paper(*, request: CoverRequest, actor: Actor) -> CoverRequest:
    """Staff: it is genuine and covers these goods. The seller is told. Raises CoverMoved."""
    decided = confirm_cover(request=request, actor=actor)
    _tell(decided, "paper_confirmed", CONFIRMED)
    return decided


@transaction.atomic
def refuse_paper(*, request: CoverRequest, words: str, actor: Actor) -> CoverRequest:
    """Staff: not so, and why. Raises CoverMoved."""
    decided = refuse_cover(request=request, words=words, actor=actor)
    _tell(decided, "paper_refused", REFUSED)
    return decided


def _tell(request: CoverRequest, kind: str, pattern: object) -> None:
    listing = Listing.objects.select_related("product__cooperative").get(product=request.product_id)
    with override("vi"):
        text = str(pattern) % {
            "paper": name_of_paper(request.certificate),
            "title": listing.title,
            "words": request.words.rstrip(". "),
            "link": papers_link(listing.product),
        }
    phone = listing.product.cooperative.message_phone
    queue_message(kind=kind, key=str(request.pk), to=phone, language="vi", text=text, about=request.certificate)


def remind_of_ends(*, today: date) -> int:
    """A message for each paper that ends within 30 days, once for each of its ends; how many papers these are now.
    Whoever has no telephone reads it on the desk."""
    ending = Certificate.objects.valid_on(today).filter(expires_on__lte=today + ENDS_SOON)
    told = 0
    for paper in ending.exclude(cooperative__status="ceased").select_related("cooperative"):
        told += 1
        if not (phone := paper.cooperative.message_phone):
            continue
        with override("vi"):
            text = gettext(
                "%(paper)s ends on %(day)s. Buyers do not see it from then on. New paper? Here: %(link)s"
            ) % {
                "paper": name_of_paper(paper),
                "day": show_date(paper.expires_on, "vi"),  # type: ignore[arg-type]
                "link": settings.SITE_URL.rstrip("/") + reverse("selling:papers"),
            }
        key = f"{paper.pk}:{paper.expires_on}"
        with transaction.atomic():
            queue_message(kind="paper_ends_soon", key=key, to=phone, language="vi", text=text, about=paper)
    return told


def name_of_paper(paper: Certificate) -> str:
    """ "OCOP 4 sao, số 123/QĐ-UBND"."""
    kind = str(paper.get_scheme_display())
    if paper.stars:
        kind = gettext("OCOP %(stars)s stars") % {"stars": paper.stars}
    return gettext("%(kind)s, No. %(number)s") % {"kind": kind, "number": paper.number}


def papers_link(product: Product) -> str:
    with override("vi"):
        return settings.SITE_URL.rstrip("/") + reverse("selling:goods_papers", args=[product.code])
