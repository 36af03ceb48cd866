"""Packing: for every line, from which batch. Proposed first expired first; scanned, typed or chosen otherwise."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community import clock
from community.cooperatives.current import MemberRequest, member_required
from community.errors import DomainError
from marketplace.orders.fulfilling import Pick, WrongPick, pack_parcel
from marketplace.orders.models import Parcel
from marketplace.orders.moving import ParcelMoved
from marketplace.orders.picking import LineToPack, lines_to_pack, picks_by_code, read_codes
from marketplace.orders.states import ParcelStatus
from marketplace.selling.door import parcel_or_404
from marketplace.selling.orders import someone_was_faster, stop
from marketplace.selling.sentences import sentence_of
from traceability.batches.posting import BatchNotOnSale, OutOfStock

AS_RESERVED = "reserved"
LOUD = {"other_product", "batch_blocked"}


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("pack")
def pack(request: MemberRequest, code: str) -> HttpResponseBase:
    parcel = parcel_or_404(request.cooperative, code)
    lines = lines_to_pack(parcel, today=clock.today())
    if request.method != "POST":
        if parcel.status != ParcelStatus.ACCEPTED:
            return redirect("selling:parcel", code=parcel.code)
        return _page(request, parcel, lines)
    try:
        pack_parcel(parcel=parcel, picks=_picks(request, lines), actor=request.actor)
    except ParcelMoved as fault:
        return someone_was_faster(request, parcel, fault, mine="packed_by_id")
    except WrongPick as fault:
        if fault.code in LOUD:
            return stop(request, parcel, fault)
        return _page(request, parcel, lines, fault=fault)
    except (OutOfStock, BatchNotOnSale) as fault:
        return _page(request, parcel, lines, fault=fault)
    messages.success(request, _("Packed. Write who carries it when it leaves."))
    return redirect("selling:parcel", code=parcel.code)


def _picks(request: MemberRequest, lines: list[LineToPack]) -> list[Pick]:
    """A typed code counts more than the choice above it: whoever typed one has the goods in hand."""
    picks: list[Pick] = []
    for each in lines:
        codes = read_codes(request.POST.get(f"codes-{each.line.pk}", ""))
        if codes:
            picks += picks_by_code(line=each.line, codes=codes, cooperative=request.cooperative)
        else:
            picks += _chosen(each, request.POST.get(f"batch-{each.line.pk}", ""))
    return picks


def _chosen(each: LineToPack, choice: str) -> list[Pick]:
    if choice == AS_RESERVED:
        return [Pick(each.line.pk, shelf.batch.pk, shelf.packs) for shelf in each.reserved]
    batches = [shelf.batch for shelf in (*each.whole, *each.reserved) if shelf.batch.public_code == choice]
    return [Pick(each.line.pk, batches[0].pk, each.line.quantity)] if batches else []


def _page(
    request: MemberRequest, parcel: Parcel, lines: list[LineToPack], *, fault: DomainError | None = None
) -> HttpResponse:
    facts = {
        "parcel": parcel,
        "rows": [_row(request, each) for each in lines],
        "fault": sentence_of(fault) if fault else "",
    }
    status = HTTPStatus.OK if fault is None else HTTPStatus.CONFLICT
    return render(request, "selling/pack.html", facts, status=status)


def _row(request: MemberRequest, each: LineToPack) -> dict[str, Any]:
    """A line with its choices. One reserved batch is simply the first choice; several are "as reserved"."""
    is_split = len(each.reserved) > 1
    chosen = request.POST.get(f"batch-{each.line.pk}") or (
        AS_RESERVED if is_split or not each.reserved else each.reserved[0].batch.public_code
    )
    own = {shelf.batch.pk for shelf in each.reserved}
    first = [] if is_split else list(each.reserved)
    return {
        "line": each.line,
        "is_split": is_split,
        "reserved": each.reserved,
        "choices": [*first, *(shelf for shelf in each.whole if is_split or shelf.batch.pk not in own)],
        "chosen": chosen,
        "typed": request.POST.get(f"codes-{each.line.pk}", ""),
    }
