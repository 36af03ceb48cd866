"""The simulated card page: pay, be declined, pass the bank's extra question; later, refunds and disputes.

There is no field for a card's number: nobody is to learn to type one here.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from community.text.money import show_dong
from marketplace.orders.links import order_link
from marketplace.payments.asking.starting import owed_by_card
from marketplace.payments.models import Payment
from marketplace.payments.states import DisputeStatus, PaymentStatus, ProviderCode, RefundStatus
from marketplace.simulation.carding import OTHER_DONG, REPETITIONS, play
from marketplace.simulation.delivering import NUMBERS, new_number
from marketplace.simulation.sentences import tell_delivery
from marketplace.simulation.speaking import language_of, simulated, ways


class PlayForm(forms.Form):
    """Which button, and the number that makes a reload the same play."""

    number = forms.IntegerField(validators=[MinValueValidator(1)], max_value=NUMBERS, widget=forms.HiddenInput)
    action = forms.SlugField(max_length=20)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@simulated
def card(request: HttpRequest, payment: UUID) -> HttpResponse:
    """GET shows what is asked; POST plays one thing and shows how the shop answered."""
    asked = get_object_or_404(
        Payment.objects.filter(provider=ProviderCode.SIMULATED).select_related("order"), uuid=payment
    )
    with translation.override(language_of(request, asked.order)):
        return _play(request, asked) if request.method == "POST" else _show(request, asked)


def _show(request: HttpRequest, payment: Payment, *, status: int = 200) -> HttpResponse:
    return render(request, "simulation/card.html", _scene(payment), status=status)


def _play(request: HttpRequest, payment: Payment) -> HttpResponse:
    form = PlayForm(request.POST)
    if not form.is_valid():
        return _show(request, payment, status=422)
    if _is_closed(payment):
        return _show(request, payment, status=409)
    action = form.cleaned_data["action"]
    if action == "challenge":
        return render(request, "simulation/card_question.html", _scene(payment))
    deliveries = play(action=action, payment=payment, number=form.cleaned_data["number"])
    payment.refresh_from_db()
    answers = [tell_delivery(one) for one in deliveries]
    return render(request, "simulation/card_answered.html", _scene(payment) | {"answers": answers})


def _is_closed(payment: Payment) -> bool:
    """As at a card company: a page that was called off takes no money; late money can be played."""
    return payment.status == PaymentStatus.CANCELLED


def _scene(payment: Payment) -> dict[str, Any]:
    refunds = payment.refunds.filter(status=RefundStatus.SUBMITTED)
    dispute = payment.disputes.first()
    paid = payment.status == PaymentStatus.CONFIRMED
    return {
        "payment": payment,
        "number": new_number(),
        "paid": paid,
        "closed": _is_closed(payment),
        "owed_dong": owed_by_card(payment.order),
        "waiting_refunds": list(refunds.order_by("pk")) if paid else [],
        "contested": dispute is not None,
        "disputed": dispute is not None and dispute.status == DisputeStatus.OPEN,
        "taken_back": dispute is not None and dispute.withdrawn_at is not None,
        "order_url": order_link(payment.order),
        "other": show_dong(OTHER_DONG),
        "repetitions": REPETITIONS,
        **ways(reverse("simulation:card", args=[payment.uuid]), {}),
    }
