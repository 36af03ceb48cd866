"""Placing the order on one page that works without JavaScript.

The province decides the communes and the delivery fees. Its button posts the page to itself and keeps what was typed;
with JavaScript the same pieces come as a fragment.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community.audit.actors import Actor
from community.places.models import AdminUnit
from community.text.money import show_dong
from marketplace.basket.filling import accept_prices
from marketplace.basket.models import Basket
from marketplace.basket.quoting import Quote, quote_basket
from marketplace.orders.models import Order
from marketplace.orders.placing import BasketChanged
from marketplace.orders.reserving import SoldOut
from marketplace.payments.asking.ordering import order_and_ask
from marketplace.shopping.basket import chosen_province
from marketplace.shopping.carrying import SeeOther, carried_basket, hand_over
from marketplace.shopping.catalogue import language
from marketplace.shopping.forms import FORM_TOKEN, CheckoutForm
from marketplace.shopping.pictures import pictured

CHANGED = 409
UNCLEAR = 422


def new_form_token() -> str:
    return secrets.token_urlsafe(24)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def checkout(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _posted(request)
    basket = carried_basket(request)
    if basket is None or not basket.lines.exists():
        return SeeOther(reverse("shopping:basket"))
    province = chosen_province(request.GET.get("province", ""))
    quote = quote_basket(basket, province=province)
    form = CheckoutForm(
        province=province,
        for_adults=quote.for_adults,
        initial={"form_token": new_form_token(), "province": province.code if province else None},
    )
    return _page(request, form, quote, basket=basket)


@require_safe
@never_cache
def place_fragment(request: HttpRequest) -> HttpResponse:
    """Communes and sums for a province, for the script of the checkout page."""
    province = chosen_province(request.GET.get("province", ""))
    basket = carried_basket(request)
    quote = quote_basket(basket, province=province) if basket else Quote((), province)
    form = CheckoutForm(province=province)
    return render(request, "shopping/checkout_places.html", {"form": form, "quote": quote})


def _posted(request: HttpRequest) -> HttpResponse:
    # A second press finds an empty basket and an order that exists: it gets the order.
    if (earlier := Order.objects.filter(form_token=request.POST.get("form_token", "")[:40]).first()) is not None:
        return SeeOther(reverse("shopping:order", args=[earlier.token]))
    basket = carried_basket(request)
    if basket is None or not basket.lines.exists():
        return SeeOther(reverse("shopping:basket"))
    province = chosen_province(request.POST.get("province", ""))
    quote = quote_basket(basket, province=province)
    if "choose_province" in request.POST:
        typed = CheckoutForm(province=province, for_adults=quote.for_adults, initial=request.POST.dict())
        return _page(request, typed, quote, basket=basket)
    form = checked_form(request, province=province, for_adults=quote.for_adults)
    if not form.is_valid():
        return _page(request, form, quote, basket=basket, status=UNCLEAR)
    return _place(request, form, basket=basket, province=province)


def checked_form(request: HttpRequest, *, province: AdminUnit | None, for_adults: bool) -> CheckoutForm:
    """The posted form; one without a usable token is too old, says so and gets a new one."""
    if FORM_TOKEN.fullmatch(request.POST.get("form_token", "")):
        return CheckoutForm(request.POST, province=province, for_adults=for_adults)
    renewed = request.POST.copy()
    renewed["form_token"] = new_form_token()
    form = CheckoutForm(renewed, province=province, for_adults=for_adults)
    form.add_error(None, gettext("This page was too old. Look at it once more and press the button again."))
    return form


def _place(request: HttpRequest, form: CheckoutForm, *, basket: Basket, province: AdminUnit | None) -> HttpResponse:
    shown = request.POST.get("shown_total", "")
    try:
        order = order_and_ask(
            basket=basket,
            form_token=form.cleaned_data["form_token"],
            shown_total_dong=int(shown) if shown.isdecimal() and len(shown) <= 15 else 0,
            buyer=form.buyer(),
            language=language(),
            actor=Actor.buyer(),
            invoice=form.wish,
        )
    except (BasketChanged, SoldOut) as changed:
        quote = quote_basket(basket, province=province)
        return _page(request, form, quote, basket=basket, status=CHANGED, changed=_sentence(changed))
    return hand_over(SeeOther(reverse("shopping:order", args=[order.token])), basket)


def _sentence(changed: BasketChanged | SoldOut) -> str:
    """What is different from what the buyer saw, in words."""
    facts: dict[str, Any] = changed.facts
    if changed.code == "sold_out":
        return gettext("Somebody was faster: of %(title)s only %(left)s is left. Nothing was ordered.") % facts
    if changed.code == "no_delivery":
        names = ", ".join(facts["cooperatives"])
        return gettext("%(names)s does not send to this province. Nothing was ordered.") % {"names": names}
    if changed.code == "total_changed":
        sums = {"old": show_dong(facts["shown"]), "new": show_dong(facts["now"])}
        if not facts["shown"]:
            return gettext("With delivery it comes to %(new)s. Look at it and press the button again.") % sums
        return gettext("The sum has changed: %(old)s before, %(new)s now. Nothing was ordered yet.") % sums
    if changed.code == "price_changed":
        return gettext("A price has changed since you last looked. Nothing was ordered yet.")
    if changed.code == "adults_only":
        return gettext("Drinks with alcohol are sold to people of 18 and older only. Nothing was ordered.")
    if changed.code == "empty":
        return gettext("Your basket is empty.")
    return gettext("Something in your basket cannot be bought as it stands. Nothing was ordered.")


def _page(
    request: HttpRequest, form: CheckoutForm, quote: Quote, *, basket: Basket, status: int = 200, changed: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "quote": quote,
        "changed": changed,
        "parcels": pictured(quote),
        "can_order": not quote.troubles,
    }
    response = render(request, "shopping/checkout.html", context, status=status)
    accept_prices(basket)
    return response
