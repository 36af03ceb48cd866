"""The first screen of the desk: three doors, each with what waits behind it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from community import clock
from community.cooperatives.current import MemberRequest, member_required
from community.cooperatives.models import Cooperative
from marketplace.invoices.models import InvoiceRequest, InvoiceStatus
from marketplace.listings.models import Listing, ListingDraft
from marketplace.listings.standing import Review, standings
from marketplace.orders.models import Parcel
from marketplace.orders.states import ParcelStatus
from traceability.batches.models import Batch


@dataclass(frozen=True, slots=True)
class Waiting:
    """What one tile says: how many things need a hand, and which, in words."""

    count: int
    words: str


@require_safe
@member_required("view")
def home(request: MemberRequest) -> HttpResponse:
    facts = {
        "today": clock.today(),
        "orders": waiting_orders(request.cooperative),
        "goods": waiting_goods(request.cooperative),
        "work": waiting_work(request.cooperative),
        "may_list": request.membership.may("list"),
        "may_record": request.membership.may("record"),
        "may_connect": request.membership.may("team"),
        "may_money": request.membership.may("money"),
        "invoices": waiting_invoices(request.cooperative) if request.membership.may("money") else 0,
        "has_several": request.user.memberships.active().count() > 1,
    }
    return render(request, "selling/home.html", facts)


def waiting_orders(cooperative: Cooperative) -> Waiting:
    states = Counter(Parcel.objects.of_cooperative(cooperative).to_do().values_list("status", flat=True))
    new, accepted, packed = (states[each] for each in (ParcelStatus.NEW, ParcelStatus.ACCEPTED, ParcelStatus.PACKED))
    words = [
        ngettext("%(count)s order to accept", "%(count)s orders to accept", new) % {"count": new} if new else "",
        ngettext("%(count)s to pack", "%(count)s to pack", accepted) % {"count": accepted} if accepted else "",
        ngettext("%(count)s to send", "%(count)s to send", packed) % {"count": packed} if packed else "",
    ]
    return Waiting(new + accepted + packed, ", ".join(filter(None, words)) or _("Nothing to do now"))


def waiting_invoices(cooperative: Cooperative) -> int:
    asked = InvoiceRequest.objects.filter(parcel__cooperative=cooperative, status=InvoiceStatus.ASKED)
    return asked.filter(parcel__paid_at__isnull=False).count()


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
    open_batches = Batch.objects.of_cooperative(cooperative).filter(status=Batch.Status.DRAFT).count()
    told = ngettext("%(count)s batch in the making", "%(count)s batches in the making", open_batches)
    return Waiting(0, told % {"count": open_batches} if open_batches else _("Begin a new batch"))
