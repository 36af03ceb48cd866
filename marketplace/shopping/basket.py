"""The basket's page and its three acts. Each act answers with 303, and the page then says what has happened."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from community.places.finding import provinces
from community.places.models import AdminUnit
from marketplace.basket.filling import (
    MOST_PACKS,
    BadQuantity,
    NotForSale,
    accept_prices,
    add_to_basket,
    parse_quantity,
    remove_from_basket,
    sellable_pack,
    set_quantity,
    set_voucher,
)
from marketplace.basket.quoting import Quote, quote_basket
from marketplace.shopping.carrying import SeeOther, basket_to_fill, carried_basket, hand_over
from marketplace.shopping.pictures import name_of, pictured
from marketplace.shopping.places import where_to
from marketplace.shopping.product import live_listing, show_product
from marketplace.shopping.same_site import from_this_site
from traceability.products.models import Pack


@dataclass(frozen=True, slots=True)
class WrongQuantity:
    """A quantity that is none: of which pack, and what was typed."""

    pack_code: str
    typed: str
    error: str


@require_safe
@never_cache
def basket_page(request: HttpRequest) -> HttpResponse:
    return _show(request, province_code=request.GET.get("province", ""))


def _show(
    request: HttpRequest, *, province_code: str, wrong: WrongQuantity | None = None, status: int = 200
) -> HttpResponse:
    basket = carried_basket(request)
    province, commune = where_to(request, province_code)
    quote = quote_basket(basket, province=province, commune=commune) if basket else Quote((), province)
    context = {
        "quote": quote,
        "parcels": pictured(quote),
        "provinces": provinces() if quote.parcels else [],
        "province": province,
        "removed": _removed(request),
        "wrong": wrong,
        "most": MOST_PACKS,
    }
    response = render(request, "shopping/basket.html", context, status=status)
    if basket is None:
        return response
    # The page has now shown old and new prices side by side: from here on the new ones count.
    accept_prices(basket)
    return hand_over(response, basket)


@require_POST
@from_this_site
def add(request: HttpRequest) -> HttpResponse:
    """From a product page, or the undo of a removal."""
    typed = request.POST.get("quantity", "1")
    try:
        pack = sellable_pack(request.POST.get("pack", ""))
    except NotForSale:
        messages.error(request, gettext("This is not sold online now. Nothing was put in your basket."))
        return SeeOther(_address(request))
    try:
        quantity = parse_quantity(typed)
        basket = basket_to_fill(request)
        add_to_basket(basket=basket, pack=pack, quantity=quantity)
    except BadQuantity:
        listing = live_listing(pk=pack.product.listing.pk)
        return show_product(request, listing, picked=pack.code, typed=typed[:20], error=quantity_error(), status=422)
    messages.success(
        request,
        gettext("In your basket: %(count)s × %(name)s.") % {"count": quantity, "name": name_of(pack)},
    )
    return hand_over(SeeOther(_address(request)), basket)


@require_POST
def change(request: HttpRequest) -> HttpResponse:
    """Another number of packs, or none: ``remove`` is the button that takes the line out."""
    basket = carried_basket(request)
    pack_code = request.POST.get("pack", "")[:12]
    line = basket.lines.select_related("pack").filter(pack__code=pack_code).first() if basket else None
    if basket is None or line is None:
        messages.warning(request, gettext("This is no longer in your basket."))
        return SeeOther(_address(request))
    if "remove" in request.POST:
        remove_from_basket(basket=basket, pack_code=pack_code)
        return hand_over(SeeOther(_address(request, bo=pack_code, sl=str(line.quantity))), basket)
    typed = request.POST.get("quantity", "")
    try:
        quantity = parse_quantity(typed)
        set_quantity(basket=basket, pack_code=pack_code, quantity=quantity)
    except BadQuantity:
        wrong = WrongQuantity(pack_code, typed[:20], quantity_error())
        return _show(request, province_code=request.POST.get("province", ""), wrong=wrong, status=422)
    said = ngettext("Now %(count)s pack of %(name)s.", "Now %(count)s packs of %(name)s.", quantity)
    messages.success(request, said % {"count": quantity, "name": name_of(line.pack)})
    return hand_over(SeeOther(_address(request)), basket)


@require_POST
def voucher(request: HttpRequest) -> HttpResponse:
    """Keep a code with the basket, or take it out; whether it counts stands on the page."""
    basket = carried_basket(request)
    if basket is None:
        return SeeOther(_address(request))
    code = set_voucher(basket=basket, code="" if "remove" in request.POST else request.POST.get("code", "")[:60])
    if not code:
        messages.info(request, gettext("No discount code is used."))
    return hand_over(SeeOther(_address(request) + "#ma-giam"), basket)


def quantity_error() -> str:
    return gettext("The number of packs must be a whole number from 1 to %(most)s.") % {"most": MOST_PACKS}


def chosen_province(code: str) -> AdminUnit | None:
    return AdminUnit.objects.current().provinces().filter(code=code[:5]).first() if code else None


def _address(request: HttpRequest, **query: str) -> str:
    """The basket's page, with the province the buyer had chosen there."""
    province = request.POST.get("province", "")[:5]
    query |= {"province": province} if province else {}
    return reverse("shopping:basket") + (f"?{urlencode(query)}" if query else "")


def _removed(request: HttpRequest) -> dict[str, str | int] | None:
    """What the last act took out, for the undo button. Comes by the address: it promises nothing and is checked."""
    code, quantity = request.GET.get("bo", "")[:12], request.GET.get("sl", "")
    if not code or not quantity.isdecimal() or len(quantity) > 3:
        return None
    pack = Pack.objects.select_related("product__listing").filter(code=code).first()
    if pack is None or not hasattr(pack.product, "listing"):
        return None
    return {"code": code, "quantity": int(quantity), "name": name_of(pack)}
