"""Packing: every pack is scanned or its code typed; or the batches kept for the order are taken with one tap."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community import clock
from community.door.current import MemberRequest, member_required
from community.errors import DomainError
from marketplace.orders.fulfilling import Pick, WrongPick
from marketplace.orders.models import Parcel
from marketplace.orders.moving import ParcelMoved
from marketplace.orders.picking import LineToPack, lines_to_pack
from marketplace.orders.states import ParcelStatus
from marketplace.packing.scanning import Tally, close_parcel, scan_pack, scanned_picks, tallies_of, unscan
from marketplace.selling.door import parcel_or_404
from marketplace.selling.orders import someone_was_faster, stop
from marketplace.selling.sentences import sentence_of
from traceability.batches.posting import BatchNotOnSale, OutOfStock

AS_RESERVED = "reserved"
KEPT, SCANNED = "kept", "scanned"  # how one packs; else by the list
LOUD = {"other_product", "foreign_batch", "batch_blocked"}
LONGEST_CODE = 300
CAMERA = "camera=(self), geolocation=(self), microphone=()"

View = Callable[..., HttpResponseBase]


def may_use_camera(view: View) -> View:
    """Every other page of the site asks the browser for no camera (config/policies)."""

    @wraps(view)
    def allowed(*args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response["Permissions-Policy"] = CAMERA
        return response

    return allowed


@require_http_methods(["GET", "HEAD", "POST"])
@may_use_camera
@member_required("pack")
def pack(request: MemberRequest, code: str) -> HttpResponseBase:
    parcel = parcel_or_404(request.cooperative, code)
    lines = lines_to_pack(parcel, today=clock.today())
    if request.method != "POST":
        if parcel.status != ParcelStatus.ACCEPTED:
            return redirect("selling:parcel", code=parcel.code)
        return _page(request, parcel, lines)
    try:
        close_parcel(parcel=parcel, picks=_picks(request, parcel, lines), actor=request.actor)
    except ParcelMoved as fault:
        return someone_was_faster(request, parcel, fault, mine="packed_by_id")
    except (WrongPick, OutOfStock, BatchNotOnSale) as fault:
        return _refused(request, parcel, fault)
    messages.success(request, _("Packed. Write who carries it when it leaves."))
    return redirect("selling:parcel", code=parcel.code)


@require_POST
@may_use_camera
@member_required("pack")
def scan(request: MemberRequest, code: str) -> HttpResponseBase:
    """One code: counted, or told why not. The script asks for the page itself, everybody else is sent back to it."""
    parcel = parcel_or_404(request.cooperative, code)
    if parcel.status != ParcelStatus.ACCEPTED:
        return redirect("selling:parcel", code=parcel.code)
    typed = request.POST.get("code", "").strip()[:LONGEST_CODE]
    rest = request.POST.get("rest") == "1"
    try:
        batch = scan_pack(parcel=parcel, typed=typed, key=_key(request), actor=request.actor, whole_rest=rest)
    except (WrongPick, OutOfStock) as fault:
        return _refused(request, parcel, fault)
    if request.POST.get("by") == "script":
        return _page(request, parcel, lines_to_pack(parcel, today=clock.today()), counted=batch.lot_code)
    return redirect("selling:pack", code=parcel.code)


@require_POST
@member_required("pack")
def scan_back(request: MemberRequest, code: str) -> HttpResponseBase:
    """Take the last scan of a line back, or all of them."""
    parcel = parcel_or_404(request.cooperative, code)
    line = request.POST.get("line", "")
    is_line = line.isascii() and line.isdecimal() and len(line) < 19
    unscan(parcel=parcel, actor=request.actor, line_id=int(line) if is_line else None)
    return redirect("selling:pack", code=parcel.code)


def _key(request: MemberRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


def _refused(request: MemberRequest, parcel: Parcel, fault: DomainError) -> HttpResponse:
    if isinstance(fault, WrongPick) and fault.code in LOUD:
        return stop(request, parcel, fault)
    return _page(request, parcel, lines_to_pack(parcel, today=clock.today()), fault=fault)


def _picks(request: MemberRequest, parcel: Parcel, lines: list[LineToPack]) -> list[Pick]:
    how = request.POST.get("how", "")
    if how == SCANNED:
        return scanned_picks(parcel, request.user)
    if how == KEPT:
        return [pick for each in lines for pick in _reserved(each)]
    return [pick for each in lines for pick in _chosen(each, request.POST.get(f"batch-{each.line.pk}", ""))]


def _reserved(each: LineToPack) -> list[Pick]:
    return [Pick(each.line.pk, shelf.batch.pk, shelf.packs) for shelf in each.reserved]


def _chosen(each: LineToPack, choice: str) -> list[Pick]:
    if choice == AS_RESERVED:
        return _reserved(each)
    batches = [shelf.batch for shelf in (*each.whole, *each.reserved) if shelf.batch.public_code == choice]
    return [Pick(each.line.pk, batches[0].pk, each.line.packs_to_send)] if batches else []


def _page(
    request: MemberRequest,
    parcel: Parcel,
    lines: list[LineToPack],
    *,
    fault: DomainError | None = None,
    counted: str = "",
) -> HttpResponse:
    tallies = tallies_of(parcel, request.user)
    facts = {
        "parcel": parcel,
        "rows": [_row(request, each, tally) for each, tally in zip(lines, tallies, strict=True)],
        "key": uuid4(),
        "counted": counted,
        "has_scans": any(tally.counted for tally in tallies),
        "is_whole": all(tally.missing == 0 for tally in tallies),
        "fault": sentence_of(fault) if fault else "",
        "typed": request.POST.get("code", "").strip()[:LONGEST_CODE] if fault else "",
        "by_list": bool(fault) and request.POST.get("how") == "list",
    }
    status = HTTPStatus.OK if fault is None else HTTPStatus.CONFLICT
    return render(request, "selling/pack.html", facts, status=status)


def _row(request: MemberRequest, each: LineToPack, tally: Tally) -> dict[str, Any]:
    """A line with its choices. One reserved batch is simply the first choice; several are "as reserved"."""
    is_split = len(each.reserved) > 1
    chosen = request.POST.get(f"batch-{each.line.pk}") or (
        AS_RESERVED if is_split or not each.reserved else each.reserved[0].batch.public_code
    )
    own = {shelf.batch.pk for shelf in each.reserved}
    first = [] if is_split else list(each.reserved)
    return {
        "line": each.line,
        "tally": tally,
        "rest_key": uuid4(),
        "is_split": is_split,
        "reserved": each.reserved,
        "choices": [*first, *(shelf for shelf in each.whole if is_split or shelf.batch.pk not in own)],
        "chosen": chosen,
    }
