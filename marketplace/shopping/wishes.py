""" "Tell me when it is back": asked on a page of its own, taken back under the message's secret address."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from community.audit.actors import Actor
from community.limiting import is_within
from marketplace.listings.models import Listing
from marketplace.shopping.carrying import SeeOther
from marketplace.shopping.catalogue import language
from marketplace.shopping.contact_field import ContactField
from marketplace.wishes.models import StockWish
from marketplace.wishes.wishing import CannotWish, can_be_wished, take_back, wish_for
from traceability.products.models import Pack

WISHES_PER_HOUR = 10


class WishForm(forms.Form):
    """``packs``: those that are not to be had now."""

    pack = forms.ChoiceField(label=_("Which pack?"), widget=forms.RadioSelect)
    contact = ContactField(label=_("Phone number or e-mail"))
    agrees = forms.BooleanField(
        label=_("Yes, send me one message when it is back"),
        help_text=_("For this only. After the message, or after half a year, the number is deleted."),
        error_messages={"required": _("Without your yes we may not keep the number.")},
    )

    def __init__(self, *args: Any, packs: list[Pack], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pack"].choices = [(pack.code, pack.shown_name) for pack in packs]  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@never_cache
def wish(request: HttpRequest, slug: str) -> HttpResponse:
    listings = Listing.objects.live().select_related("product__cooperative").prefetch_related("product__packs")
    listing = get_object_or_404(listings, slug=slug)
    packs = [pack for pack in listing.product.packs.all() if can_be_wished(pack)]
    if not packs:
        messages.info(request, gettext("It can be bought now, or is not sold online."))
        return redirect("shopping:product", slug=slug)
    picked = next((pack.code for pack in packs if pack.code == request.GET.get("pack")), packs[0].code)
    form = WishForm(request.POST if request.method == "POST" else None, packs=packs, initial={"pack": picked})
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    if form.is_bound and form.is_valid():
        if is_within(request, action="stock-wish", most=WISHES_PER_HOUR):
            return _wish(request, form, packs, listing)
        form.add_error(None, gettext("That was often. Please wait a while."))
        status = HTTPStatus.TOO_MANY_REQUESTS
    facts = {"listing": listing, "form": form, "menu_here": "list"}
    return render(request, "shopping/wish.html", facts, status=status)


def _wish(request: HttpRequest, form: WishForm, packs: list[Pack], listing: Listing) -> HttpResponse:
    """Everybody is told the same, also where the contact waits already: whoever types a neighbour's number must not

    learn of the wish, and the address that ends it is in the message alone.
    """
    told = form.cleaned_data
    pack = next(pack for pack in packs if pack.code == told["pack"])
    try:
        wish_for(pack=pack, contact=told["contact"], language=language(), actor=Actor.buyer())
    except CannotWish as refused:
        if refused.code != "too_many":  # there again meanwhile: the page shows it
            return redirect("shopping:product", slug=listing.slug)
        form.add_error("contact", gettext("This address waits for %(most)s things already.") % refused.facts)
        facts = {"listing": listing, "form": form, "menu_here": "list"}
        return render(request, "shopping/wish.html", facts, status=HTTPStatus.CONFLICT)
    messages.success(request, gettext("You get one message as soon as it is back."))
    return SeeOther(reverse("shopping:product", args=[listing.slug]))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def wish_end(request: HttpRequest, token: str) -> HttpResponse:
    """What was wished, and the button that ends it. An address that leads to nothing says that nothing is kept."""
    if request.method == "POST":
        take_back(token=token[:32], actor=Actor.buyer())
        messages.success(request, gettext("Your number was deleted. You get no message."))
        return SeeOther(request.path)
    made = StockWish.objects.select_related("pack__product__listing").filter(token=token[:32]).first()
    return render(request, "shopping/wish_end.html", {"wish": made})
