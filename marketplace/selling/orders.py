"""Orders on the desk: what to do today, and one big button for each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.audit.actors import Actor
from community.cooperatives.current import choose_cooperative
from community.door.current import IN_PERSON, MemberRequest, member_required
from marketplace.invoices.models import InvoiceRequest
from marketplace.orders.fulfilling import (
    WrongPick,
    accept_parcel,
    end_parcel,
    unpack_parcel,
)
from marketplace.orders.models import Parcel
from marketplace.orders.moving import ParcelMoved
from marketplace.orders.states import DEAD_PARCELS, NEEDS_BUYER, ParcelStatus
from marketplace.payments.ending.lowering import ask_for_what_goes
from marketplace.payments.models import Refund
from marketplace.payments.states import RefundStatus
from marketplace.rates.freezing import TaxMode
from marketplace.selling.door import cooperative_with_parcel, may_accept, parcel_or_404, posted
from marketplace.selling.order_forms import RejectForm
from marketplace.selling.owed import owed_on
from marketplace.selling.progress import progress_of
from marketplace.selling.sentences import moved_sentence, sentence_of
from marketplace.selling.shrinking import shrinking_of
from marketplace.statements.words import percent

ANYBODY = "anybody"


@dataclass(frozen=True, slots=True)
class Share:
    """Of one order: the tax withheld, and what is left for the cooperative after it and the commission."""

    tax_dong: int
    own_dong: int


@require_safe
@member_required("view", scopes={"orders", "pack"})
def parcel_page(request: MemberRequest, code: str) -> HttpResponseBase:
    """A message's link also opens for somebody who works for two cooperatives and is at the other one now."""
    if (elsewhere := cooperative_with_parcel(request.user, code)) not in (None, request.cooperative):
        choose_cooperative(request, elsewhere)
        return redirect("selling:parcel", code=code)
    return show_parcel(request, parcel_or_404(request.cooperative, code))


def show_parcel(
    request: MemberRequest, parcel: Parcel, *, status: HTTPStatus = HTTPStatus.OK, **more: object
) -> HttpResponse:
    goes_back = list(parcel.refunds.exclude(status=RefundStatus.CANCELLED).order_by("pk"))
    facts = {
        "parcel": parcel,
        "goes_back": goes_back,
        "lines": parcel.lines.select_related("pack__product__line", "pack__product__photo").prefetch_related(
            "allocations__batch", "changes"
        ),
        **shrinking_of(parcel),
        "wish": InvoiceRequest.objects.filter(parcel=parcel).first(),
        "may_accept": may_accept(request),
        "may_pack": request.membership.may("pack"),
        "may_money": request.membership.may("money"),
        "shows_buyer": parcel.status in NEEDS_BUYER,
        "steps": progress_of(parcel),
        "owed": owed_on(parcel),
        "share": share_of(parcel, goes_back),
        "rate": percent(parcel.commission_bps),
        **more,
    }
    return render(request, "selling/parcel.html", facts, status=status)


def share_of(parcel: Parcel, goes_back: Sequence[Refund]) -> Share | None:
    """What of the money is the cooperative's; None before it came and once some of it goes back.

    From then on the statement has the sums, since fees shrink with what goes back.
    """
    if parcel.paid_at is None or parcel.status in DEAD_PARCELS or goes_back or parcel.back_dong:
        return None
    tax = parcel.vat_dong + parcel.pit_dong if parcel.tax_mode == TaxMode.WITHHOLD else 0
    return Share(tax_dong=tax, own_dong=parcel.total_dong - parcel.commission_dong - tax)


def moved(
    request: MemberRequest, code: str, act: Callable[..., Parcel], *, said: str, mine: str = "", then: str = "parcel"
) -> HttpResponseBase:
    """One press that moves a parcel: do it, say so, go on; or tell who was faster."""
    parcel = parcel_or_404(request.cooperative, code)
    try:
        act(parcel=parcel, actor=request.actor)
    except ParcelMoved as fault:
        return someone_was_faster(request, parcel, fault, mine=mine)
    messages.success(request, said)
    return redirect(f"selling:{then}", code=parcel.code)


@require_POST
@member_required("pack", scopes={"orders"})
def accept(request: MemberRequest, code: str) -> HttpResponseBase:
    return moved(request, code, accept_parcel, said=_("Accepted. The buyer can see it."), mine="accepted_by_id")


def someone_was_faster(
    request: MemberRequest, parcel: Parcel, fault: ParcelMoved, *, mine: str = ""
) -> HttpResponseBase:
    """Who did it and when. One's own second press is no conflict: it is simply done."""
    now = Parcel.objects.get(pk=parcel.pk)
    is_done = fault.facts["status"] == fault.facts["wanted"]
    if mine and is_done and (mine == ANYBODY or getattr(now, mine) == request.user.pk):
        return redirect("selling:parcel", code=parcel.code)
    facts = {"parcel": now, "sentence": moved_sentence(fault)}
    return render(request, "selling/moved.html", facts, status=HTTPStatus.CONFLICT)


def stop(request: MemberRequest, parcel: Parcel, fault: WrongPick) -> HttpResponse:
    """Full-screen red: these goods must not leave."""
    facts = {
        "parcel": Parcel.objects.get(pk=parcel.pk),
        "sentence": sentence_of(fault),
        "batch": fault.facts.get("batch", ""),
        "title": fault.facts.get("title", ""),
    }
    return render(request, "selling/stop.html", facts, status=HTTPStatus.CONFLICT)


@require_POST
@member_required("pack")
def unpack(request: MemberRequest, code: str) -> HttpResponseBase:
    return moved(request, code, _open_again, said=_("Opened again. Pack it from another batch."), then="pack")


def _open_again(*, parcel: Parcel, actor: Actor) -> Parcel:
    """What was weighed counts no longer: the code asks for what it costs then."""
    parcel = unpack_parcel(parcel=parcel, actor=actor)
    ask_for_what_goes(parcel=parcel, actor=actor)
    return parcel


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("pack", scopes=IN_PERSON)
def reject(request: MemberRequest, code: str) -> HttpResponseBase:
    parcel = parcel_or_404(request.cooperative, code)
    form = RejectForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            parcel = end_parcel(parcel=parcel, to=ParcelStatus.REJECTED, reason=form.reason(), actor=request.actor)
        except ParcelMoved as fault:
            return someone_was_faster(request, parcel, fault)
        is_paid = parcel.paid_at is not None
        messages.success(
            request, _("Refused. The buyer gets the money back.") if is_paid else _("Refused. Nothing was paid yet.")
        )
        return redirect("selling:parcel", code=parcel.code)
    status = HTTPStatus.BAD_REQUEST if form.is_bound else HTTPStatus.OK
    return render(request, "selling/reject.html", {"parcel": parcel, "form": form}, status=status)
