"""Placing the order on one page that works without JavaScript.

The province decides the communes and the delivery fees. Its button posts the page to itself and keeps what was typed;
with JavaScript the same pieces come as a fragment.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from community.audit.actors import Actor
from community.places.finding import communes_of
from community.rules.agreeing import current_rules
from community.rules.models import RulesVersion
from community.text.money import show_dong
from marketplace.basket.filling import accept_prices
from marketplace.basket.models import Basket
from marketplace.basket.quoting import Quote, quote_basket
from marketplace.orders.models import Order
from marketplace.orders.placing import BasketChanged
from marketplace.orders.reserving import SoldOut
from marketplace.payments.asking.on_delivery import CannotPayOnDelivery
from marketplace.payments.asking.ordering import order_and_ask
from marketplace.shopping.basket import chosen_province
from marketplace.shopping.carrying import SeeOther, carried_basket, hand_over
from marketplace.shopping.catalogue import language
from marketplace.shopping.forms import FORM_TOKEN, CheckoutForm, picked_ways
from marketplace.shopping.on_delivery import ON_DELIVERY, why_not_later
from marketplace.shopping.pictures import pictured
from marketplace.shopping.places import where_to

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
    province, commune = where_to(request, request.GET.get("province", ""))
    quote = quote_basket(basket, province=province, commune=commune)
    first = {"province": province.code if province else None, "commune": commune.code if commune else None}
    form = CheckoutForm(quote=quote, initial=first | {"form_token": new_form_token()})
    return _page(request, form, quote, basket=basket)


@require_safe
@never_cache
def place_fragment(request: HttpRequest) -> HttpResponse:
    """Communes and sums for a place and the chosen ways, for the script of the checkout page."""
    basket = carried_basket(request)
    nothing = Quote((), chosen_province(request.GET.get("province", "")))
    quote = quote_as_asked(basket, request.GET) if basket else nothing
    form = CheckoutForm(quote=quote, initial={"commune": quote.commune.code if quote.commune else None})
    return render(request, "shopping/checkout_places.html", {"form": form, "quote": quote})


def quote_as_asked(basket: Basket, asked: QueryDict) -> Quote:
    """For the province, the commune in it and the places to collect at that the page names."""
    province = chosen_province(asked.get("province", ""))
    commune = communes_of(province).filter(code=asked.get("commune", "")[:5]).first() if province else None
    return quote_basket(basket, province=province, commune=commune, pick_ups=picked_ways(asked.dict()))


def _posted(request: HttpRequest) -> HttpResponse:
    # A second press finds an empty basket and an order that exists: it gets the order.
    if (earlier := Order.objects.filter(form_token=request.POST.get("form_token", "")[:40]).first()) is not None:
        return SeeOther(reverse("shopping:order", args=[earlier.token]))
    basket = carried_basket(request)
    if basket is None or not basket.lines.exists():
        return SeeOther(reverse("shopping:basket"))
    quote = quote_as_asked(basket, request.POST)
    if "choose_province" in request.POST:
        typed = CheckoutForm(quote=quote, initial=request.POST.dict())
        return _page(request, typed, quote, basket=basket)
    form = checked_form(request, quote)
    if not form.is_valid():
        return _page(request, form, quote, basket=basket, status=UNCLEAR)
    return _place(request, form, basket=basket)


def checked_form(request: HttpRequest, quote: Quote) -> CheckoutForm:
    """The posted form; one without a usable token is too old, says so and gets a new one."""
    if FORM_TOKEN.fullmatch(request.POST.get("form_token", "")):
        return CheckoutForm(request.POST, quote=quote)
    renewed = request.POST.copy()
    renewed["form_token"] = new_form_token()
    form = CheckoutForm(renewed, quote=quote)
    form.add_error(None, gettext("This page was too old. Look at it once more and press the button again."))
    return form


def _place(request: HttpRequest, form: CheckoutForm, *, basket: Basket) -> HttpResponse:
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
            on_delivery=form.cleaned_data.get("pay") == ON_DELIVERY,
        )
    except CannotPayOnDelivery as refused:
        form.add_error("pay", why_not_later(refused))
        return _page(request, form, quote_as_asked(basket, request.POST), basket=basket, status=CHANGED)
    except (BasketChanged, SoldOut) as changed:
        quote = quote_as_asked(basket, request.POST)
        return _page(request, form, quote, basket=basket, status=CHANGED, changed=_sentence(changed))
    return hand_over(SeeOther(reverse("shopping:order", args=[order.token])), basket)


def _sentence(changed: BasketChanged | SoldOut) -> str:
    """What is different from what the buyer saw, in words."""
    facts: dict[str, Any] = changed.facts
    if changed.code == "sold_out":
        return gettext("Somebody was faster: of %(title)s only %(left)s is left. Nothing was ordered.") % facts
    if changed.code == "no_delivery":
        names = ", ".join(facts["cooperatives"])
        return gettext("The parcel of %(names)s cannot go there. Nothing was ordered.") % {"names": names}
    if changed.code == "total_changed":
        sums = {"old": show_dong(facts["shown"]), "new": show_dong(facts["now"])}
        if not facts["shown"]:
            return gettext("With delivery it comes to %(new)s. Look at it and press the button again.") % sums
        return gettext("The sum has changed: %(old)s before, %(new)s now. Nothing was ordered yet.") % sums
    if changed.code == "price_changed":
        return gettext("A price has changed since you last looked. Nothing was ordered yet.")
    if changed.code == "voucher_used_up":
        return gettext("Somebody was faster: the code %(word)s is used up. Nothing was ordered.") % facts
    if changed.code == "voucher_phone":
        return (
            gettext("With this phone number the code %(word)s was used already. Take it out of the basket to go on.")
            % facts
        )
    if changed.code == "terms_changed":
        return gettext("The terms have changed. Read them below, then press once more. Nothing was ordered yet.")
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
        "terms": current_rules(RulesVersion.Kind.TERMS),
        "quote": quote,
        "changed": changed,
        "parcels": pictured(quote),
        "can_order": not quote.troubles,
    }
    response = render(request, "shopping/checkout.html", context, status=status)
    accept_prices(basket)
    return response
