"""The first screen of the desk: three doors with what waits behind each, the next steps, and the quiet rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from community import clock
from community.cooperatives.models import Cooperative
from community.door.current import MemberRequest, is_open_to, member_required
from marketplace.listings.models import Listing, ListingDraft
from marketplace.listings.standing import Review, standings
from marketplace.orders.models import Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.selling.home_links import groups_for
from marketplace.selling.home_steps import NextStep, next_steps
from traceability.balance.models import Check, Severity
from traceability.batches.models import Batch

MOST_STEPS = 4


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one tile says: how many things need a hand of this member, and which, in words."""

    count: int
    words: str


@require_safe
@member_required("view", drafts=True)
def home(request: MemberRequest) -> HttpResponse:
    may, cooperative = request.membership.may, request.cooperative
    parcels = parcels_to_do(cooperative)
    goods = waiting_goods(cooperative)
    facts = {
        "today": clock.today(),
        "orders": waiting_orders(parcels),
        "goods": goods,
        "work": waiting_work(cooperative) if may("record") else None,
        "may_pack": may("pack"),
        "may_list": may("list"),
        "steps": list(islice(_open_steps(request, parcels, goods.count), MOST_STEPS)),
        "groups": groups_for(request),
        "sees_orders": is_open_to(request, reverse("selling:orders")),
        "sees_goods": is_open_to(request, reverse("selling:listings")),
    }
    return render(request, "selling/home.html", facts)


def _open_steps(request: MemberRequest, parcels: list[Parcel], to_correct: int) -> Iterator[NextStep]:
    return (step for step in next_steps(request, parcels, to_correct) if is_open_to(request, step.url))


def parcels_to_do(cooperative: Cooperative) -> list[Parcel]:
    """Oldest first; only what a tile and the steps tell of."""
    mine = Parcel.objects.of_cooperative(cooperative).waits_for_seller()
    return list(mine.only("code", "status").order_by("pk"))


def waiting_orders(parcels: list[Parcel]) -> Waiting:
    states = Counter(parcel.status for parcel in parcels)
    new, accepted, packed = (states[each] for each in (ParcelStatus.NEW, ParcelStatus.ACCEPTED, ParcelStatus.PACKED))
    words = [
        ngettext("%(count)s order to accept", "%(count)s orders to accept", new) % {"count": new} if new else "",
        ngettext("%(count)s to pack", "%(count)s to pack", accepted) % {"count": accepted} if accepted else "",
        ngettext("%(count)s to send", "%(count)s to send", packed) % {"count": packed} if packed else "",
    ]
    return Waiting(new + accepted + packed, ", ".join(filter(None, words)) or _("Nothing to do now"))


def waiting_goods(cooperative: Cooperative) -> Waiting:
    found = standings(list(Listing.objects.of_cooperative(cooperative))).values()
    live = sum(one.live for one in found)
    waits = sum(one.review == Review.WAITING for one in found)
    changes = sum(one.review == Review.CHANGES for one in found)
    drafts = ListingDraft.objects.filter(cooperative=cooperative, sent_at=None).count()
    words = [
        ngettext("%(count)s to correct", "%(count)s to correct", changes) % {"count": changes} if changes else "",
        ngettext("%(count)s on sale", "%(count)s on sale", live) % {"count": live} if live else "",
        ngettext("%(count)s in review", "%(count)s in review", waits) % {"count": waits} if waits else "",
        ngettext("%(count)s not finished", "%(count)s not finished", drafts) % {"count": drafts} if drafts else "",
    ]
    return Waiting(changes, ", ".join(filter(None, words)) or _("Put the first goods on sale"))


def waiting_work(cooperative: Cooperative) -> Waiting:
    """Red are only lots that the balance has stopped: they sell again when somebody puts their records right."""
    open_batches = Batch.objects.of_cooperative(cooperative).filter(status=Batch.Status.DRAFT).count()
    stopped = Check.objects.open().filter(batch__cooperative=cooperative, severity=Severity.BLOCK)
    blocked = stopped.values("batch").distinct().count()
    told = ngettext("%(count)s batch in the making", "%(count)s batches in the making", open_batches)
    words = [
        ngettext("%(count)s batch stopped", "%(count)s batches stopped", blocked) % {"count": blocked}
        if blocked
        else "",
        told % {"count": open_batches} if open_batches else "",
    ]
    return Waiting(blocked, ", ".join(filter(None, words)) or _("Begin a new batch"))
