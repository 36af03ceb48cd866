"""Not enough goods on the desk: how many are there, line by line; then the buyer is asked, not simply refused.

The counts travel in the address, so Back works and nothing is lost; only the last press writes.
"""

from __future__ import annotations

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from community.door.current import MemberRequest, member_required
from marketplace.orders.changes.asking import (
    MAY_ASK,
    CannotAsk,
    QuestionOver,
    ask_buyer,
    back_dong,
    may_ask_again,
    shortages_in,
    withdraw_question,
)
from marketplace.orders.changes.models import Shortage
from marketplace.orders.models import OrderLine, Parcel
from marketplace.orders.moving import ParcelMoved
from marketplace.payments.ending.lowering import ask_for_what_goes
from marketplace.selling.door import parcel_or_404
from marketplace.selling.orders import someone_was_faster

MOST_DIGITS = 7
TROUBLES = {
    "bad_count": gettext_lazy("The order has %(most)s of them. Type a number from 0 to %(most)s."),
    "nothing_missing": gettext_lazy("Everything is there. Accept the order."),
    "nothing_left": gettext_lazy("Nothing of it is there. Say why it cannot be sent."),
    "asked_enough": gettext_lazy(
        "The buyer was asked three times already. Please call the buyer, or refuse the order."
    ),
}
OVER = {
    Shortage.Status.TAKEN: gettext_lazy("The buyer was faster: what is there is taken."),
    Shortage.Status.CANCELLED: gettext_lazy("The buyer was faster: the parcel is cancelled."),
    Shortage.Status.LAPSED: gettext_lazy("The buyer did not answer in time: the parcel is cancelled."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("pack", scopes={"orders"})
def not_enough(request: MemberRequest, code: str) -> HttpResponseBase:
    """One line a screen, then all once more before the buyer is asked. ``?d12=3``: three of line 12 are there."""
    parcel = parcel_or_404(request.cooperative, code)
    lines = list(parcel.lines.select_related("pack__product").prefetch_related("changes").order_by("pk"))
    lines = [line for line in lines if line.packs_to_send]
    told = request.POST if request.method == "POST" else request.GET
    there = {line.pk: count for line in lines if (count := _count(told.get(f"d{line.pk}", ""))) is not None}
    if request.method != "POST" and (parcel.status not in MAY_ASK or parcel.asked_at):
        return redirect("selling:parcel", code=parcel.code)
    if request.method != "POST" and not may_ask_again(parcel):
        return _answer(request, parcel, CannotAsk("asked_enough"))
    wrong = next((line for line in lines if f"d{line.pk}" in told and not _fits(line, there)), None)
    ahead = wrong or next((line for line in lines if line.pk not in there), None)
    if ahead is not None:
        typed = told.get(f"d{ahead.pk}", "")[:MOST_DIGITS]
        return _question(request, parcel, lines, ahead, there, typed=typed if wrong else None)
    if request.method == "POST":
        return _ask(request, parcel, there)
    return _look(request, parcel, lines, there)


def _fits(line: OrderLine, there: dict[int, int]) -> bool:
    return 0 <= there.get(line.pk, -1) <= line.packs_to_send


def _count(typed: str) -> int | None:
    """A whole number typed with a thumb, else None."""
    plain = typed.strip()
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) <= MOST_DIGITS else None


def _question(
    request: MemberRequest,
    parcel: Parcel,
    lines: list[OrderLine],
    line: OrderLine,
    there: dict[int, int],
    *,
    typed: str | None,
) -> HttpResponse:
    """``typed``: what did not fit, or None when it was not asked yet."""
    fault = str(TROUBLES["bad_count"]) % {"most": line.packs_to_send} if typed is not None else ""
    facts = {
        "parcel": parcel,
        "line": line,
        "number": lines.index(line) + 1,
        "of": len(lines),
        "kept": {f"d{pk}": count for pk, count in there.items() if pk != line.pk},
        "fault": fault,
        "typed": typed or "",
    }
    status = HTTPStatus.BAD_REQUEST if fault else HTTPStatus.OK
    return render(request, "selling/not_enough.html", facts, status=status)


def _look(request: MemberRequest, parcel: Parcel, lines: list[OrderLine], there: dict[int, int]) -> HttpResponseBase:
    try:
        short = shortages_in(lines, there)
    except CannotAsk as fault:
        return _answer(request, parcel, fault)
    facts = {
        "parcel": parcel,
        "short": [(line, short[line.pk]) for line in lines if line.pk in short],
        "whole": [line for line in lines if line.pk not in short],
        "kept": {f"d{pk}": count for pk, count in there.items()},
        "back_dong": back_dong(parcel, lines, short),
        "hours": settings.SHORTAGE_ANSWER_HOURS,
    }
    return render(request, "selling/not_enough_sure.html", facts)


def _ask(request: MemberRequest, parcel: Parcel, there: dict[int, int]) -> HttpResponseBase:
    try:
        ask_buyer(parcel=parcel, there=there, actor=request.actor)
    except CannotAsk as fault:
        return _answer(request, parcel, fault)
    except ParcelMoved as fault:
        own = Shortage.objects.filter(parcel=parcel, status=Shortage.Status.OPEN, asked_by=request.user)
        if fault.facts["asked"] and own.exists():  # one's own second press is simply done
            return redirect("selling:parcel", code=parcel.code)
        return someone_was_faster(request, parcel, fault)
    ask_for_what_goes(parcel=parcel, actor=request.actor)
    messages.success(request, _("The buyer is asked. You get a message with the answer."))
    return redirect("selling:parcel", code=parcel.code)


def _answer(request: MemberRequest, parcel: Parcel, fault: CannotAsk) -> HttpResponseBase:
    messages.info(request, str(TROUBLES[fault.code]) % fault.facts)
    return redirect("selling:reject" if fault.code == "nothing_left" else "selling:parcel", code=parcel.code)


@require_POST
@member_required("pack", scopes={"orders"})
def take_back(request: MemberRequest, code: str) -> HttpResponseBase:
    """The goods were found after all: the buyer need not answer."""
    parcel = parcel_or_404(request.cooperative, code)
    try:
        withdraw_question(parcel=parcel, actor=request.actor)
    except QuestionOver as over:
        status = over.facts["status"]
        said = OVER.get(Shortage.Status(status)) if status else None
        messages.info(request, str(said or _("The buyer is not asked any more.")))
    else:
        messages.success(request, _("The question is taken back. The order waits for you again."))
    return redirect("selling:parcel", code=parcel.code)
