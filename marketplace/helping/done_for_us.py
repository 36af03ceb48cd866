"""What the seller reads of its helpers: each act in words with the way to look and to undo, and the visits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from community.audit.models import AuditEntry
from community.audit.sentences import did_of, subject_names
from community.door.current import IN_PERSON, MemberRequest, member_required
from community.visits.acts import ABOUT_HELP, PARTS
from community.visits.models import Visit, VisitPhoto
from marketplace.helping.visits import batch_of, send_photo
from marketplace.listings.models import Listing, Offer
from traceability.batches.models import Batch

PER_PAGE = 40
UNDOES = frozenset(
    {
        "sheet_import.applied",
        "hand_sale.written",
        "step.recorded",
        "listing.started",
        "listing.sent_for_review",
        "offer.price_changed",
    }
)
"""Acts whose own page has a way back: undo the sheet or the sale, correct or withdraw the step, stop selling."""

Codes = dict[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Done:
    """One act: what, about which thing, where to look; ``can_undo``: the page it leads to has a way back."""

    entry: AuditEntry
    did: str
    subject: str
    url: str

    @property
    def can_undo(self) -> bool:
        return bool(self.url) and self.entry.action in UNDOES


@require_safe
@member_required("view", scopes=IN_PERSON)
def done_for_us(request: MemberRequest) -> HttpResponse:
    """Newest first."""
    entries = AuditEntry.objects.filter(cooperative=request.cooperative).exclude(mandate_code="")
    entries = entries.exclude(action__in=PARTS)
    for beginning in ABOUT_HELP:
        entries = entries.exclude(action__startswith=beginning)
    page = Paginator(entries.select_related("actor", "cooperative"), PER_PAGE).get_page(request.GET.get("page"))
    acts = _done(list(page.object_list))
    return render(request, "helping/done_for_us.html", {"page": page, "acts": acts})


@require_safe
@member_required("view", scopes=IN_PERSON)
def visits_of_us(request: MemberRequest) -> HttpResponse:
    """Without the notes that are the team's own."""
    visits = Visit.objects.filter(cooperative=request.cooperative).select_related("visitor", "team", "carrier")
    page = Paginator(visits.prefetch_related("photos"), 10).get_page(request.GET.get("page"))
    rows = [(visit, batch_of(visit)) for visit in page.object_list]
    return render(request, "helping/visits_of_us.html", {"page": page, "rows": rows, "days": settings.VISIT_DAYS})


@require_safe
@member_required("view", scopes=IN_PERSON)
def visit_photo_of_us(request: MemberRequest, number: int) -> HttpResponseBase:
    return send_photo(get_object_or_404(VisitPhoto, pk=number, visit__cooperative=request.cooperative))


def _done(entries: Sequence[AuditEntry]) -> list[Done]:
    """One query for each kind of thing on the page."""
    names, urls = subject_names(entries), _urls(entries)
    return [Done(one, did_of(one), names[one.pk], urls.get(one.pk, "")) for one in entries]


def _urls(entries: Sequence[AuditEntry]) -> dict[int, str]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        if entry.subject_type in _FOUND and entry.subject_id is not None:
            wanted[entry.subject_type].add(entry.subject_id)
    found = {kind: _FOUND[kind][1](keys) for kind, keys in wanted.items()}
    urls = {}
    for entry in entries:
        if entry.subject_type in _FOUND:
            told = found.get(entry.subject_type, {}).get(entry.subject_id or 0)
            name = _FOUND[entry.subject_type][0]
        else:
            name, told = _BY_CODE.get(entry.subject_type, ""), (entry.subject_code,) if entry.subject_code else None
        if name and told:
            urls[entry.pk] = reverse(name, args=told)
    return urls


def _listings(keys: set[int]) -> Codes:
    return {pk: (code,) for pk, code in Listing.objects.filter(pk__in=keys).values_list("pk", "product__code")}


def _batches(keys: set[int]) -> Codes:
    return {pk: (code,) for pk, code in Batch.objects.filter(pk__in=keys).values_list("pk", "public_code")}


def _offers(keys: set[int]) -> Codes:
    return {pk: (code,) for pk, code in Offer.objects.filter(pk__in=keys).values_list("pk", "pack__code")}


_FOUND: dict[str, tuple[str, Callable[[set[int]], Codes]]] = {
    "marketplace.listing": ("selling:listing", _listings),
    "traceability.batch": ("fieldwork:batch", _batches),
    "marketplace.offer": ("selling:price", _offers),
}
_BY_CODE = {
    "marketplace.parcel": "selling:parcel",
    "marketplace.handsale": "selling:hand_sale",
    "marketplace.sheetimport": "selling:sheet",
    "marketplace.claim": "selling:claim",
    "marketplace.listingdraft": "selling:draft_resume",
    "traceability.pack": "selling:price",
    "traceability.product": "selling:listing",
}
