"""The order's page, reached by its secret link: what to pay and how, where the goods are, which batch they come from.

Knowing the link is the only key, so the page is never indexed, never stored and never named to another site.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from community import clock
from community.audit.actors import Actor
from community.rules.agreeing import accepted_by_order
from marketplace.orders.fulfilling import end_parcel
from marketplace.orders.models import Order, Parcel
from marketplace.orders.moving import ParcelMoved
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.on_delivery import CannotPayOnDelivery, pay_on_delivery
from marketplace.payments.asking.starting import CannotPay, start_order_payments, start_payment
from marketplace.payments.ending.lowering import ask_for_what_waits
from marketplace.payments.interface import ProviderFailed
from marketplace.payments.models import Payment
from marketplace.payments.providers.stripe.sessions import CHECKOUT_PAGE
from marketplace.payments.providers.vietqr import vietqr_payload
from marketplace.payments.refunds.naming import claim_transfer
from marketplace.payments.refunds.refunding import request_if_possible
from marketplace.payments.showing.summaries import (
    ENDED,
    ON_DELIVERY,
    PAID,
    PaymentCard,
    order_money,
    payment_qr_svg,
)
from marketplace.payments.states import ProviderCode
from marketplace.shopping.carrying import SeeOther
from marketplace.shopping.following import (
    afterwards_of,
    ended_dong,
    is_over,
    less_dong,
    may_ask_invoice,
    parcel_views,
    sentence_of,
    told_of,
)
from marketplace.shopping.on_delivery import why_not_later
from marketplace.shopping.secret_link import back_to_order, find_order, secret
from marketplace.shopping.shortages import asked_sentence
from traceability.labels.qr import qr_png as draw_png

PROVIDERS = (ProviderCode.VIETQR, ProviderCode.STRIPE, ProviderCode.SIMULATED)
BY_BUYER = "buyer"

LOOKS = 12
"""How often the page looks again by itself after "I have transferred": every 15 seconds, three minutes in all."""


@require_safe
@secret
def order_page(request: HttpRequest, token: str) -> HttpResponse:
    """``?xem=8``: look again by itself so many times, as long as money is waited for."""
    order = find_order(token)
    money = order_money(order)
    parcels = parcel_views(order, money.cards)
    ended = 0 if is_over(parcels) else ended_dong(parcels)
    context = {
        "order": order,
        "parcels": parcels,
        "money": money,
        "whole": money.whole,
        "sentence": asked_sentence(parcels) or sentence_of(order, money),
        "afterwards": afterwards_of(money),
        "to_pay": money.to_pay,
        "told": told_of(money.problems, money.refunds),
        "card_offered": next((card.card_offered for card in money.cards if card.card_offered), ""),
        "by_card_dong": _by_card_dong(money.cards),
        "ended_dong": ended,
        "less_dong": less_dong(parcels),
        "total_dong": order.total_dong - ended - less_dong(parcels),
        "now": clock.now(),
        "deadline": money.deadline,
        "minutes_left": max(0, int((money.deadline - clock.now()).total_seconds() // 60)),
        "can_cancel": any(parcel.can_cancel for parcel in parcels),
        "is_over": is_over(parcels),
        "may_ask_invoice": may_ask_invoice(parcels),
        "look_again": _looks_left(request) if money.to_pay else 0,
        "looks": LOOKS,
        "accepted": accepted_by_order(order.code),
    }
    response = render(request, "shopping/order.html", context)
    if context["card_offered"] == ProviderCode.STRIPE:  # the answer to this page's form leads there
        return cast("HttpResponse", csp_update({"form-action": [CHECKOUT_PAGE]})(lambda _request: response)(request))
    return response


def _by_card_dong(cards: Sequence[PaymentCard]) -> int:
    """What a card pays: all that goods are held for, else what is on its way unpaid."""
    held = sum(card.remaining_dong for card in cards if card.state not in (PAID, ENDED, ON_DELIVERY))
    return held or sum(card.remaining_dong for card in cards if card.state == ON_DELIVERY)


def _looks_left(request: HttpRequest) -> int:
    asked = request.GET.get("xem", "")
    return min(int(asked), LOOKS) if asked.isascii() and asked.isdecimal() and len(asked) <= 2 else 0


@require_POST
@secret
def pay(request: HttpRequest, token: str, provider: str) -> HttpResponse:
    """Ask for money another way; a provider's own page is where the answer leads."""
    order = find_order(token)
    if provider not in PROVIDERS:
        raise Http404
    back = back_to_order(token)
    try:
        if provider == ProviderCode.VIETQR:
            _ask_by_transfer(order, request.POST.get("parcel", "")[:12])
            return back
        payment = start_payment(order=order, parcel=None, provider=provider, actor=Actor.buyer())
    except CannotPay as refused:
        messages.warning(request, _why_not(refused))
        return back
    except ProviderFailed:
        messages.error(request, gettext("The card service does not answer. Pay by bank transfer, or try again later."))
        return back
    return SeeOther(payment.redirect_url) if payment.redirect_url else back


def _ask_by_transfer(order: Order, parcel_code: str) -> None:
    """For one parcel, or (without a code) for everything that waits. Raises CannotPay when nothing can be asked."""
    if parcel_code:
        parcel = get_object_or_404(order.parcels, code=parcel_code)
        start_payment(order=order, parcel=parcel, provider=ProviderCode.VIETQR, actor=Actor.buyer())
    elif not start_order_payments(order=order, actor=Actor.buyer()):
        raise CannotPay("nothing_to_pay", order=order.code)


@require_POST
@secret
def later(request: HttpRequest, token: str) -> HttpResponse:
    """Not now: the parcel is sent, and its money is transferred when it arrives."""
    parcel = get_object_or_404(find_order(token).parcels, code=request.POST.get("parcel", "")[:12])
    try:
        pay_on_delivery(parcel=parcel, actor=Actor.buyer())
    except CannotPayOnDelivery as refused:
        messages.warning(request, why_not_later(refused))
    except CannotPay as refused:
        messages.warning(request, _why_not(refused))
    return back_to_order(token)


@require_POST
@secret
def claim(request: HttpRequest, token: str) -> HttpResponse:
    """ "I have transferred": noted, never believed; the page then looks again by itself for a while."""
    try:
        transfer = _transfer(token, UUID(request.POST.get("payment", "")))
    except ValueError as broken:
        raise Http404 from broken
    claim_transfer(payment=transfer, actor=Actor.buyer())
    return back_to_order(token, f"?xem={LOOKS}#ma-{transfer.memo_code}")


@require_safe
@secret
def qr_svg(request: HttpRequest, token: str, payment: UUID) -> HttpResponse:
    return HttpResponse(payment_qr_svg(_transfer(token, payment)), content_type="image/svg+xml")


@require_safe
@secret
def qr_png(request: HttpRequest, token: str, payment: UUID) -> HttpResponse:
    """The same code as a picture to keep: banking apps on this very phone read it from the gallery."""
    transfer = _transfer(token, payment)
    picture = HttpResponse(draw_png(vietqr_payload(transfer)), content_type="image/png")
    picture["Content-Disposition"] = f'attachment; filename="VietQR-{transfer.memo_code}.png"'
    return picture


@require_POST
@secret
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """One parcel, until it is packed. Money that has come goes back by itself; here only sooner than by the clock."""
    order = find_order(token)
    parcel = get_object_or_404(order.parcels, code=request.POST.get("parcel", "")[:12])
    try:
        parcel = end_parcel(parcel=parcel, to=ParcelStatus.CANCELLED, reason=BY_BUYER, actor=Actor.buyer())
    except ParcelMoved as moved:
        messages.warning(request, _too_late(moved.facts["status"]))
    else:
        goes_back = parcel.paid_at is not None and request_if_possible(parcel)
        messages.success(request, _cancelled(parcel, goes_back=goes_back))
        if parcel.paid_at is None:
            ask_for_what_waits(order=order, actor=Actor.buyer())
    return back_to_order(token)


def _transfer(token: str, payment_uuid: UUID) -> Payment:
    transfers = Payment.objects.filter(order=find_order(token), account__isnull=False, memo_code__isnull=False)
    return get_object_or_404(transfers.select_related("account"), uuid=payment_uuid)


def _why_not(refused: CannotPay) -> str:
    if refused.code == "partly_paid":
        return gettext("A part has already come by bank transfer. Please send the rest the same way.")
    if refused.code == "too_late_for_card":
        return gettext("There is too little time left to pay by card. Please pay by bank transfer.")
    if refused.code == "no_account":
        if not refused.facts["cooperative"]:
            return gettext("Transfers cannot be received at the moment. Please call us.")
        return gettext("%(cooperative)s cannot receive transfers yet. Please call them.") % refused.facts
    if refused.code == "provider_off":
        return gettext("This way of paying is not offered now.")
    return gettext("There is nothing left to pay.")


def _too_late(status: str) -> str:
    if status == ParcelStatus.CANCELLED:
        return gettext("This parcel is cancelled already.")
    return gettext("This parcel can no longer be cancelled: it is packed or finished. Please call the cooperative.")


def _cancelled(parcel: Parcel, *, goes_back: bool) -> str:
    said = gettext("Parcel %(code)s is cancelled.") % {"code": parcel.code}
    if goes_back:
        said += " " + gettext("Your money comes back: tell us the account below.")
    return said
