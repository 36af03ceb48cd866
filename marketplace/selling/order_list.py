"""Today's orders: grouped by what to do, the oldest first, and what was done before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, F, IntegerField, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from community import clock
from community.door.current import MemberRequest, member_required
from marketplace.orders.models import Parcel, ParcelQuerySet, came_to_seller, newest_first
from marketplace.orders.reminding import accept_until
from marketplace.orders.states import NEEDS_BUYER, ParcelStatus
from marketplace.selling.deadlines import Deadline, answer_deadline
from marketplace.selling.door import may_accept
from marketplace.selling.refunds import refunds_to_send

PER_PAGE = 30
S = ParcelStatus
ACCEPT, PACK, SEND, ASKED = range(4)
RANK = Case(
    When(asked_at__isnull=False, then=Value(ASKED)),
    When(status=S.NEW, then=Value(ACCEPT)),
    When(status=S.ACCEPTED, then=Value(PACK)),
    default=Value(SEND),
    output_field=IntegerField(),
)
CAME = Case(When(on_delivery=True, then=F("order__placed_at")), default=F("paid_at"))
GROUPS: dict[int, tuple[str, Promise]] = {
    ACCEPT: ("nhan", _("To accept")),
    PACK: ("goi", _("To pack")),
    SEND: ("gui", _("To send")),
    ASKED: ("hoi", _("The buyer is asked")),
}
# What ``?xem=`` may be, beside nothing (what is to be done): the states shown, and their name.
TO_DO = ""
DONE: dict[str, tuple[tuple[ParcelStatus, ...], Promise]] = {
    "dang-gui": ((S.SHIPPED,), _("On the way")),
    "xong": ((S.DELIVERED, S.COMPLETED), _("Done")),
    "khong-gui": ((S.REJECTED, S.CANCELLED, S.RETURNED), _("Not sent")),
}


@dataclass(frozen=True, slots=True)
class Row:
    """An order in the list; ``group`` says what to do with it, ``until`` by when."""

    parcel: Parcel
    group: int
    until: Deadline | None


@dataclass(frozen=True, slots=True)
class Group:
    """``count`` is of all pages, ``rows`` of this one; ``name`` marks the place on the page."""

    name: str
    title: str
    count: int
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Tab:
    """A filter: ``value`` in the address, how many there are."""

    value: str
    title: str
    count: int


@require_safe
@member_required("view", scopes={"orders", "pack"})
def orders_page(request: MemberRequest) -> HttpResponse:
    """``?xem=``: what is to be done, or (dang-gui, xong, khong-gui) what was."""
    own = Parcel.objects.of_cooperative(request.cooperative).filter(came_to_seller())
    seen = request.GET.get("xem", TO_DO)
    seen = seen if seen in DONE else TO_DO
    counts = _counted(own, "status")
    shown = own.filter(status__in=DONE[seen][0]).order_by(*newest_first(), "-pk") if seen else _to_do(own)
    page = Paginator(_for_rows(shown), PER_PAGE).get_page(request.GET.get("page"))
    may_money = request.membership.may("money")
    facts = {
        "tabs": _tabs(counts),
        "seen": seen,
        "title": DONE[seen][1] if seen else "",
        "groups": _groups(list(page.object_list), own) if not seen else [],
        "page": page,
        "may_accept": may_accept(request),
        "may_pack": request.membership.may("pack"),
        "may_money": may_money,
        "refunds": refunds_to_send(request.cooperative) if may_money else 0,
        "needs_buyer": NEEDS_BUYER,
        "today": clock.today(),
    }
    return render(request, "selling/orders.html", facts)


def _to_do(own: ParcelQuerySet) -> ParcelQuerySet:
    return own.to_do().annotate(rank=RANK, came=CAME).order_by("rank", "came", "pk")


def _for_rows(parcels: ParcelQuerySet) -> QuerySet[Parcel]:
    return parcels.select_related("order__commune__parent").prefetch_related("lines__changes", "changes")


def _counted(parcels: QuerySet[Parcel], by: str) -> Counter[Any]:
    return Counter(dict(parcels.order_by().values_list(by).annotate(count=Count("pk"))))


def _tabs(counts: Counter[str]) -> list[Tab]:
    to_do = sum(counts[state] for state in (S.NEW, S.ACCEPTED, S.PACKED))
    done = [Tab(value, str(title), sum(counts[state] for state in states)) for value, (states, title) in DONE.items()]
    return [Tab(TO_DO, str(_("To do")), to_do), *done]


def _groups(parcels: Sequence[Parcel], own: ParcelQuerySet) -> list[Group]:
    counts = _counted(own.to_do().annotate(rank=RANK), "rank")
    rows = [_row(parcel) for parcel in parcels]
    groups = [
        Group(name, str(title), counts[rank], [row for row in rows if row.group == rank])
        for rank, (name, title) in GROUPS.items()
    ]
    return [group for group in groups if group.rows]


def _row(parcel: Parcel) -> Row:
    group: int = parcel.rank  # type: ignore[attr-defined]
    until = accept_until(parcel) if group == ACCEPT else None
    return Row(parcel, group, answer_deadline(until) if until else None)
