"""The facts of many cooperatives at once: so many queries, however many cooperatives there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Q
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from community.cooperatives.models import Cooperative, Membership
from community.onboarding.models import SellerApplication
from community.questions.models import Question
from marketplace.attention.lights import MANY_WRONG_PINS, Facts
from marketplace.claims.models import Claim
from marketplace.claims.states import OF_SELLER
from marketplace.listings.drafting import missing_screen
from marketplace.listings.finding import SOLD_ONLINE, stock_left
from marketplace.listings.models import Listing, ListingDraft
from marketplace.orders.models import Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.receiving.models import ReceivingAccount
from marketplace.shipping.models import PickUpPoint, ShippingZone
from traceability.balance.models import Check, Severity
from traceability.batches.models import Batch
from traceability.certificates.models import Certificate
from traceability.products.models import Pack, Product

Here = Sequence[int]
Found = dict[int, dict[str, Any]]
FOR_EVER = date.max


def facts_of(cooperatives: Iterable[Cooperative], *, now: datetime) -> dict[int, Facts]:
    """By cooperative's key. ``now`` is aware; days are those of Viet Nam."""
    all_of_them = list(cooperatives)
    here, today = [one.pk for one in all_of_them], timezone.localdate(now)
    found: Found = {one.pk: {"status": one.status} for one in all_of_them}
    if not here:
        return {}
    _applications(found, all_of_them)
    _papers(found, here)
    _orders(found, here, today)
    _lists(found, "claims", _claims(here))
    _lists(found, "questions", _questions(here))
    _lists(found, "drafts", _drafts(here))
    _goods(found, here, today)
    _work(found, here)
    _people(found, here)
    _start(found, here)
    return {pk: Facts(**told) for pk, told in found.items()}


def _lists(found: Found, name: str, pairs: Iterable[tuple[int, Any]]) -> None:
    gathered: dict[int, list[Any]] = defaultdict(list)
    for pk, value in pairs:
        gathered[pk].append(value)
    for pk, values in gathered.items():
        found[pk][name] = tuple(values)


def _applications(found: Found, cooperatives: Sequence[Cooperative]) -> None:
    """One that asked to sell and has written nothing yet has a draft all the same."""
    applied = [one.pk for one in cooperatives if one.status == Cooperative.Status.APPLIED]
    states = dict(SellerApplication.objects.filter(cooperative__in=applied).values_list("cooperative", "status"))
    for pk in applied:
        found[pk]["application"] = states.get(pk, SellerApplication.Status.DRAFT)


def _papers(found: Found, here: Here) -> None:
    """When the newest paper of each kind for each of the goods ends; what never ends is left out."""
    papers = Certificate.objects.filter(cooperative__in=here, checked_at__isnull=False, revoked_on=None)
    ends: dict[tuple[int, str, int | None], date] = {}
    for pk, scheme, last, goods in papers.values_list("cooperative", "scheme", "expires_on", "products"):
        key = (pk, scheme, goods)
        ends[key] = max(ends.get(key, date.min), last or FOR_EVER)
    told = {(pk, scheme, last) for (pk, scheme, _goods), last in ends.items() if last != FOR_EVER}
    _lists(found, "papers", ((pk, (str(Certificate.Scheme(scheme).label), last)) for pk, scheme, last in sorted(told)))


def _orders(found: Found, here: Here, today: date) -> None:
    parcels = Parcel.objects.waits_for_seller().filter(cooperative__in=here)
    rows = parcels.values_list("cooperative", "status", "on_delivery", "paid_at", "order__placed_at", "leaves_on")
    unanswered: list[tuple[int, datetime]] = []
    late: dict[int, int] = defaultdict(int)
    for pk, status, on_delivery, paid_at, placed_at, leaves_on in rows.order_by("pk"):
        if status == ParcelStatus.NEW:
            unanswered.append((pk, placed_at if on_delivery or paid_at is None else paid_at))
        elif leaves_on and leaves_on < today:
            late[pk] += 1
    _lists(found, "unanswered", unanswered)
    _tell(found, "late_to_send", late)


def _claims(here: Here) -> Iterable[tuple[int, datetime | None]]:
    waiting = Claim.objects.filter(parcel__cooperative__in=here, status__in=OF_SELLER)
    return waiting.values_list("parcel__cooperative", "due_at")


def _questions(here: Here) -> Iterable[tuple[int, date]]:
    passed_on = Question.objects.waiting().filter(cooperative__in=here)
    return ((pk, due) for pk, due in passed_on.values_list("cooperative", "due_on") if pk is not None)


def _drafts(here: Here) -> Iterable[tuple[int, tuple[str, datetime]]]:
    drafts = ListingDraft.objects.filter(cooperative__in=here, sent_at=None, listing=None)
    for draft in drafts.only("cooperative", "photo", "data", "updated_at"):
        yield draft.cooperative_id, (missing_screen(draft) or "", draft.updated_at)


def _goods(found: Found, here: Here, today: date) -> None:
    packs = Pack.objects.filter(
        product__cooperative__in=here,
        product__status=Product.Status.ACTIVE,
        product__sale_mode__in=SOLD_ONLINE,
        product__listing__live=True,
        status=Pack.Status.ACTIVE,
        offer__on_sale=True,
    ).select_related("product", "offer")
    sold = list(packs.order_by("product__name", "pk"))
    left = stock_left(sold, today=today)
    goods = {pack.product_id: pack.product for pack in sold}
    for pk in {product.cooperative_id for product in goods.values()}:
        found[pk]["sells"] = True
    rows = ((product.cooperative_id, product, left.get(key)) for key, product in goods.items())
    _lists(found, "scarce", ((pk, (one.shown_name, stock.packs if stock else 0)) for pk, one, stock in rows))


def _work(found: Found, here: Here) -> None:
    """A batch counts by its day; where none was said, by the day it was opened."""
    day = Coalesce("packed_on", "harvested_to_on", "produced_on", TruncDate("created_at"))
    last = Batch.objects.filter(cooperative__in=here).order_by().values_list("cooperative").annotate(last=Max(day))
    _tell(found, "last_batch_on", dict(last))
    checks = Check.objects.open().filter(batch__cooperative__in=here).order_by().values_list("batch__cooperative")
    stops, asks = Q(severity=Severity.BLOCK), Q(severity=Severity.REVIEW)
    counted = checks.annotate(
        stopped=Count("batch", filter=stops, distinct=True), asked=Count("batch", filter=asks, distinct=True)
    )
    for pk, stopped, asked in counted:
        found[pk] |= {"stopped": stopped, "unexplained": asked}


def _people(found: Found, here: Here) -> None:
    members = Membership.objects.active().filter(cooperative__in=here, user__is_active=True)
    locked, wrong = Q(user__locked_at__isnull=False), Q(user__locked_at=None, user__failed_pins__gte=MANY_WRONG_PINS)
    rows = (
        members.order_by()
        .values_list("cooperative")
        .annotate(locked=Count("pk", filter=locked), wrong=Count("pk", filter=wrong))
    )
    for pk, shut, close in rows:
        found[pk] |= {"locked": shut, "wrong_pins": close}


def _start(found: Found, here: Here) -> None:
    """In the order of the seller's own checklist."""
    accounts = ReceivingAccount.objects.filter(cooperative__in=here, active=True)
    zones = ShippingZone.objects.filter(cooperative__in=here).values_list("cooperative", flat=True)
    points = PickUpPoint.objects.filter(cooperative__in=here, is_open=True).values_list("cooperative", flat=True)
    goods = Listing.objects.filter(product__cooperative__in=here).values_list("product__cooperative", flat=True)
    there = {
        "account": set(accounts.values_list("cooperative", flat=True)),
        "delivery": set(zones) | set(points),
        "goods": set(goods),
    }
    for pk, told in found.items():
        told["missing_start"] = next((step for step, done in there.items() if pk not in done), "")


def _tell(found: Found, name: str, values: Mapping[int, Any]) -> None:
    for pk, value in values.items():
        found[pk][name] = value
