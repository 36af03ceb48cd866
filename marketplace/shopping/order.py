"""The order's page, reached by its secret link: what to pay and how, where the goods are, which batch they come from.

Knowing the link is the only key, so the page is never indexed, never stored and never named to another site.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from csp.decorators import csp_update
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from community.audit.actors import Actor
from marketplace.orders.fulfilling import end_parcel
from marketplace.orders.models import Order, Parcel
from marketplace.orders.moving import ParcelMoved
from marketplace.orders.states import ParcelStatus
from marketplace.payments.models import Payment
from marketplace.payments.providers.base import ProviderFailed
from marketplace.payments.providers.stripe.sessions import CHECKOUT_PAGE
from marketplace.payments.providers.vietqr import vietqr_payload
from marketplace.payments.starting import CannotPay, start_payment
from marketplace.payments.states import ProviderCode
from marketplace.payments.summaries import payment_cards, payment_qr_svg
from marketplace.shopping.carrying import SeeOther
from marketplace.shopping.following import parcel_views, sentence_of
from traceability.labels.qr import qr_png as draw_png

PROVIDERS = (ProviderCode.VIETQR, ProviderCode.STRIPE, ProviderCode.SIMULATED)
BY_BUYER = "buyer"

View = Callable[..., HttpResponse]


def secret(view: View) -> View:
    """Headers of every page under the secret link."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


def find_order(token: str) -> Order:
    return get_object_or_404(Order.objects.select_related("commune__parent"), token=token)


@require_safe
@secret
def order_page(request: HttpRequest, token: str) -> HttpResponse:
    order = find_order(token)
    cards = payment_cards(order)
    parcels = parcel_views(order, cards)
    context = {
        "order": order,
        "parcels": parcels,
        "sentence": sentence_of(order, cards),
        "to_pay": [card for card in cards if card.is_open],
        "card_offered": next((card.card_offered for card in cards if card.card_offered), ""),
        "deadline": cards[0].deadline if cards else order.hold_expires_at,
        "can_cancel": any(parcel.can_cancel for parcel in parcels),
    }
    response = render(request, "shopping/order.html", context)
    if context["card_offered"] == ProviderCode.STRIPE:  # the answer to this page's form leads there
        return cast("HttpResponse", csp_update({"form-action": [CHECKOUT_PAGE]})(lambda _request: response)(request))
    return response


@require_POST
@secret
def pay(request: HttpRequest, token: str, provider: str) -> HttpResponse:
    """Ask for money another way; a provider's own page is where the answer leads."""
    order = find_order(token)
    if provider not in PROVIDERS:
        raise Http404
    parcel = None
    if provider == ProviderCode.VIETQR:
        parcel = get_object_or_404(order.parcels, code=request.POST.get("parcel", "")[:12])
    back = SeeOther(reverse("shopping:order", args=[token]))
    try:
        payment = start_payment(order=order, parcel=parcel, provider=provider, actor=Actor.buyer())
    except CannotPay as refused:
        messages.warning(request, _why_not(refused))
        return back
    except ProviderFailed:
        messages.error(request, gettext("The card service does not answer. Pay by bank transfer, or try again later."))
        return back
    return SeeOther(payment.redirect_url) if payment.redirect_url else back


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
    """One parcel, until it is packed. Money that has come is sent back by the payments room's clock."""
    order = find_order(token)
    parcel = get_object_or_404(order.parcels, code=request.POST.get("parcel", "")[:12])
    try:
        parcel = end_parcel(parcel=parcel, to=ParcelStatus.CANCELLED, reason=BY_BUYER, actor=Actor.buyer())
    except ParcelMoved as moved:
        messages.warning(request, _too_late(moved.facts["status"]))
    else:
        messages.success(request, _cancelled(parcel))
    return SeeOther(reverse("shopping:order", args=[token]))


def _transfer(token: str, payment_uuid: UUID) -> Payment:
    transfers = Payment.objects.filter(order=find_order(token), account__isnull=False, memo_code__isnull=False)
    return get_object_or_404(transfers.select_related("account"), uuid=payment_uuid)


def _why_not(refused: CannotPay) -> str:
    if refused.code == "partly_paid":
        return gettext("A part has already come by bank transfer. Please send the rest the same way.")
    if refused.code == "no_account":
        return gettext("%(cooperative)s cannot receive transfers yet. Please call them.") % refused.facts
    if refused.code == "provider_off":
        return gettext("This way of paying is not offered now.")
    return gettext("There is nothing left to pay.")


def _too_late(status: str) -> str:
    if status == ParcelStatus.CANCELLED:
        return gettext("This parcel is cancelled already.")
    return gettext("This parcel can no longer be cancelled: it is packed or finished. Please call the cooperative.")


def _cancelled(parcel: Parcel) -> str:
    said = gettext("Parcel %(code)s is cancelled.") % {"code": parcel.code}
    if parcel.paid_at is not None:
        said += " " + gettext("The cooperative sends your money back.")
    return said
