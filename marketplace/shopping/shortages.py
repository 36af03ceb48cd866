"""The buyer's answer when not all of a parcel is there: take what there is, or cancel."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from community.audit.actors import Actor
from community.text.money import show_dong
from marketplace.orders.changes.asking import QuestionOver, take_what_is_there
from marketplace.orders.changes.closing import BY_BUYER
from marketplace.orders.changes.models import Shortage
from marketplace.orders.fulfilling import end_parcel
from marketplace.orders.models import Parcel
from marketplace.orders.moving import ParcelMoved
from marketplace.orders.states import ParcelStatus
from marketplace.payments.ending.lowering import ask_for_what_goes
from marketplace.payments.refunds.of_changes import request_change
from marketplace.payments.refunds.refunding import CannotRefund, request_if_possible
from marketplace.shopping.following import ParcelView
from marketplace.shopping.secret_link import back_to_order, find_order, secret

log = logging.getLogger(__name__)


@require_POST
@secret
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """To the question that was shown: a newer one, with other numbers, is not answered by an old page."""
    parcel = get_object_or_404(find_order(token).parcels, code=request.POST.get("parcel", "")[:12])
    shown = request.POST.get("question", "")
    known = int(shown) if shown.isascii() and shown.isdecimal() and len(shown) <= 18 else 0
    question = parcel.shortages.filter(status=Shortage.Status.OPEN, pk=known).first()
    said = request.POST.get("answer")
    if question is None:
        messages.info(request, _over(parcel))
    elif said == "take":
        _take(request, parcel, question)
    elif said == "cancel":
        _cancel(request, parcel)
    else:
        messages.warning(request, gettext("Choose one of the two."))
    return back_to_order(token, f"#{parcel.code}")


def asked_sentence(parcels: Sequence[ParcelView]) -> str:
    """The headline while a question waits; else nothing."""
    asking = [view for view in parcels if view.question is not None]
    if not asking:
        return ""
    return gettext("%(seller)s has not all of it: please decide") % {"seller": asking[0].parcel.seller_name}


def _take(request: HttpRequest, parcel: Parcel, question: Shortage) -> None:
    try:
        parcel = take_what_is_there(parcel=parcel, actor=Actor.buyer(), only=question)
    except QuestionOver:
        messages.info(request, _over(parcel))
        return
    change = parcel.changes.last()
    assert change is not None
    if parcel.owes_on_delivery:
        ask_for_what_goes(parcel=parcel, actor=Actor.buyer())
        said = gettext("Thank you. The rest is sent, and %(sum)s is to be paid for it.")
        messages.success(request, said % {"sum": show_dong(parcel.due_dong)})
        return
    said = gettext("Thank you. The rest is sent, and %(sum)s comes back.")
    messages.success(request, said % {"sum": show_dong(change.back_dong)})
    try:
        request_change(change=change)
    except CannotRefund as refused:  # the clock tries again; the answer stands
        log.warning("no refund for change %s: %s", change.pk, refused.code)


def _cancel(request: HttpRequest, parcel: Parcel) -> None:
    try:
        parcel = end_parcel(parcel=parcel, to=ParcelStatus.CANCELLED, reason=BY_BUYER, actor=Actor.buyer())
    except ParcelMoved:
        messages.info(request, _over(parcel))
        return
    if parcel.paid_at is None:
        said = gettext("Parcel %(code)s is cancelled. Do not pay for it any more.")
    else:
        said = gettext("Parcel %(code)s is cancelled. Its money comes back.")
    messages.success(request, said % {"code": parcel.code})
    request_if_possible(parcel)


def _over(parcel: Parcel) -> str:
    last = parcel.shortages.order_by("pk").last()
    return {
        Shortage.Status.TAKEN: gettext("You have answered already: what there is will be sent."),
        Shortage.Status.CANCELLED: gettext("This parcel is cancelled already."),
        Shortage.Status.LAPSED: gettext("The time to answer is over: the parcel is cancelled."),
        Shortage.Status.WITHDRAWN: gettext("The goods were found after all. You need not answer."),
    }.get(Shortage.Status(last.status) if last else Shortage.Status.ENDED, gettext("There is nothing to answer now."))
