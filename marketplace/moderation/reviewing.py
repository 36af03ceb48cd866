"""The moderators' desk: what waits, since when, who is looking; what changed side by side; one answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community import clock
from community.audit.recording import record
from community.errors import DomainError
from community.photos.views import paper_answer
from community.staff_rights import actor_with
from marketplace.listings.changes import changes_of, photos_of, price_history
from marketplace.listings.deciding import RIGHT, decide_listing, looker, looks_at, open_look, waiting
from marketplace.listings.flags import flags_of
from marketplace.listings.models import Listing
from marketplace.listings.papers import accept_paper, refuse_paper
from marketplace.listings.review import ListingReviewState
from marketplace.moderation.desks import Desk
from marketplace.moderation.flag_words import Warned, sentence_of_flag
from marketplace.moderation.review_words import refusal
from traceability.certificates.models import CertificateScan, CoverRequest

PAPERS = "traceability.change_certificate"
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Queued:
    """One line of the queue. ``state`` is None when only papers wait."""

    listing: Listing
    title: str
    since: Any
    state: ListingReviewState | None
    looking: str
    papers: int


class ReviewDesk(Desk):
    icon = "check"
    menu_label = gettext_lazy("To review")
    menu_name = "listing_reviews"
    menu_order = 145
    add_to_admin_menu = True
    right = RIGHT

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", index, name="index"),
            path("giay/<str:code>/", scan, name="scan"),
            path("<str:code>/", one, name="one"),
            path("<str:code>/dang-xem/", look, name="look"),
            path("<str:code>/giay/<int:pk>/", paper, name="paper"),
        ]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The oldest first. ``q`` is a part of the seller's name, ``new=1`` only what was never on sale."""
    actor_with(request.user, RIGHT)
    rows = _queue()
    if wanted := request.GET.get("q", "").strip():
        rows = [row for row in rows if wanted.lower() in row.listing.product.cooperative.name.lower()]
    if request.GET.get("new"):
        rows = [row for row in rows if not row.listing.live]
    facts = {"rows": rows[:SHOWN], "count": len(rows), "wanted": wanted, "only_new": bool(request.GET.get("new"))}
    return render(request, "moderation/listing_queue.html", facts)


def _queue() -> list[Queued]:
    """Listings and papers that wait, in a fixed number of queries."""
    states = {int(state.workflow_state.object_id): state for state in waiting()}
    asked: dict[int, list[CoverRequest]] = {}
    for request in CoverRequest.objects.filter(status=CoverRequest.Status.WAITING, product__listing__isnull=False):
        asked.setdefault(request.product_id, []).append(request)
    named = Q(pk__in=list(states)) | Q(product__in=list(asked))
    listings = Listing.objects.filter(named).select_related("product__cooperative")
    now, rows = clock.now(), []
    for listing in listings:
        state, papers = states.get(listing.pk), asked.get(listing.product_id, [])
        since = [one.asked_at for one in papers] + ([state.started_at] if state else [])
        looking = looker(state, now=now) if state else ""
        title = str(state.revision.object_str) if state else listing.title
        rows.append(Queued(listing, title, min(since), state, looking, len(papers)))
    return sorted(rows, key=lambda row: row.since)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, code: str) -> HttpResponse:
    """What changed, what to look at first, and the answer. ``preview=1``: the page as buyers will see it."""
    actor = actor_with(request.user, RIGHT)
    listing = _listing_or_404(code)
    looks = looks_at(listing)
    status = HTTPStatus.OK
    if request.method == "POST":
        state = next((each for each in looks if str(each.pk) == request.POST.get("state")), None)
        if state is None:
            raise Http404
        try:
            decide_listing(
                state=state, verdict=request.POST.get("act", ""), words=request.POST.get("words", ""), actor=actor
            )
        except DomainError as fault:
            messages.error(request, refusal(fault))
            status = HTTPStatus.CONFLICT
            listing, looks = _listing_or_404(code), looks_at(_listing_or_404(code))
        else:
            messages.success(request, _("Done. The seller gets a message."))
            return redirect("listing_reviews:index")
    if request.GET.get("preview"):
        draft = listing.get_latest_revision_as_object()
        return render(request, "moderation/listing_preview.html", {"object": draft})
    return render(request, "moderation/listing_review.html", _facts(request, listing, looks), status=status)


def _listing_or_404(code: str) -> Listing:
    listings = Listing.objects.select_related("product__cooperative__commune__parent", "latest_revision")
    found: Listing = get_object_or_404(listings, product__code=code.upper())
    return found


def _facts(request: HttpRequest, listing: Listing, looks: Sequence[ListingReviewState]) -> dict[str, Any]:
    draft = listing.get_latest_revision_as_object()
    product = listing.product
    state = next((each for each in looks if each.status == ListingReviewState.STATUS_IN_PROGRESS), None)
    packs = list(product.packs.select_related("offer").filter(offer__isnull=False))
    history = price_history(packs)
    flags = flags_of(draft, photos_of(draft))
    return {
        "listing": listing,
        "draft": draft,
        "product": product,
        "seller": product.cooperative,
        "state": state,
        "looking": looker(state, now=clock.now()) if state and state.looked_by_id != request.user.pk else "",
        "changes": changes_of(listing if listing.live else None, draft),
        "warned": [Warned(flag.kind, sentence_of_flag(flag), flag.facts.get("slug", "")) for flag in flags],
        "packs": [(pack, history.get(pack.pk, [])) for pack in packs],
        "papers": product.cover_requests.filter(status="waiting")
        .select_related("certificate")
        .prefetch_related("certificate__scans"),
        "may_judge": request.user.has_perm(PAPERS),
        "looks": [each for each in looks if each.verdict],
        "typed": request.POST.get("words", ""),
    }


@require_POST
def look(request: HttpRequest, code: str) -> HttpResponse:
    """Open it and let the others know."""
    actor = actor_with(request.user, RIGHT)
    listing = _listing_or_404(code)
    state = next((each for each in looks_at(listing) if not each.verdict), None)
    if state is not None:
        open_look(state=state, actor=actor)
    return redirect("listing_reviews:one", code=listing.product.code)


@require_POST
def paper(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Does this paper cover these goods? ``act``: confirm | refuse (with ``words``)."""
    actor = actor_with(request.user, PAPERS)
    asked = get_object_or_404(
        CoverRequest.objects.select_related("certificate", "product__cooperative"), pk=pk, product__code=code.upper()
    )
    if asked.product.cooperative.has_member(actor.user):
        raise PermissionDenied
    try:
        if request.POST.get("act") == "confirm":
            accept_paper(request=asked, actor=actor)
        else:
            refuse_paper(request=asked, words=request.POST.get("words", ""), actor=actor)
    except DomainError as fault:
        messages.error(request, refusal(fault))
    else:
        messages.success(request, _("Done. The seller gets a message."))
    return redirect("listing_reviews:one", code=asked.product.code)


@require_safe
def scan(request: HttpRequest, code: str) -> FileResponse:
    """The paper as it was sent; who looked is written down."""
    actor = actor_with(request.user, PAPERS)
    found = get_object_or_404(CertificateScan.objects.select_related("certificate__cooperative"), code=code.upper())
    certificate = found.certificate
    record(
        actor=actor,
        action="certificate.scan_looked_at",
        subject=certificate,
        cooperative=certificate.cooperative,
        scan=found.code,
    )
    return paper_answer(found.file, content_type=found.content_type, name=f"{certificate.scheme}-{found.code}")
