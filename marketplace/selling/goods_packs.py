"""Another pack of goods that are on the market, or another size of one: the goods are known, so it holds at once."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.door.current import MemberRequest, member_required
from marketplace.listings.many import PricedPack, add_packs
from marketplace.listings.models import Listing
from marketplace.listings.offering import NewPack
from marketplace.listings.packs import CONTAINER_BY_LINE, container_of
from marketplace.listings.resizing import is_used, resize_pack
from marketplace.listings.shelves import shown_unit_price
from marketplace.listings.writing import BadListing
from marketplace.selling.door import listing_or_404, pack_or_404, posted
from marketplace.selling.goods_forms import NewPackForm, PackSizeForm
from marketplace.selling.sentences import sentence_of
from traceability.products.models import Pack


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def new_pack(request: MemberRequest, code: str) -> HttpResponseBase:
    """Typed, read back, confirmed. The same pack twice is refused: two presses make one."""
    listing = listing_or_404(request.cooperative, code)
    form = NewPackForm(request.POST if request.method == "POST" else None, initial=_like_before(listing))
    wanted = None
    if request.method == "POST" and form.is_valid():
        wanted = _wanted(form)
        if any(pack.name == wanted.pack.name for pack in listing.product.packs.all()):
            form.add_error("amount", _("These goods have this pack already."))
            wanted = None
        elif "sure" in request.POST:
            try:
                add_packs(cooperative=request.cooperative, wanted=[(listing.product, [wanted])], actor=request.actor)
            except BadListing as fault:
                form.add_error("gtin", sentence_of(fault))
                wanted = None
            else:
                messages.success(request, _("The pack is there. It sells as soon as a batch of it is published."))
                return redirect("selling:listing", code=listing.product.code)
    return _show(request, listing, form, wanted)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def resize(request: MemberRequest, code: str) -> HttpResponseBase:
    """How much is in the pack; then its price, because that was for the old size."""
    pack = pack_or_404(request.cooperative, code)
    form = PackSizeForm(posted(request), initial=_size_of(pack))
    if request.method == "POST" and form.is_valid():
        said = form.pack
        weight = form.cleaned_data["ship_weight_g"] or said.ship_weight_g
        to = NewPack(said.name, said.net_quantity_base, said.base_unit, weight, said.name_en)
        try:
            fresh = resize_pack(pack=pack, to=to, actor=request.actor)
        except BadListing:
            form.add_error("amount", _("These goods have this pack already."))
        else:
            messages.success(request, _told_of(pack, fresh))
            return redirect("selling:price", code=fresh.code)
    facts = {"pack": pack, "form": form, "is_used": is_used(pack)}
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "selling/pack_size.html", facts, status=status)


def _told_of(before: Pack, fresh: Pack) -> str:
    if fresh.name == before.name:
        return _("The weight with its wrapping is saved.")
    if before.gtin:
        return _("The new size is there, without the barcode: that one is of the old size. Now look at its price.")
    return _("The new size is there. Now look at its price.")


def _size_of(pack: Pack) -> dict[str, str]:
    """The container is read from the name, where we gave it one."""
    base, unit = pack.net_quantity_base, pack.base_unit
    big = {"g": "kg", "ml": "litre"}.get(unit) if base % 1000 == 0 else None
    amount, shown = (base // 1000, big) if big else (base, unit)
    return {"container": container_of(pack.name), "amount": str(amount), "unit": shown}


def _like_before(listing: Listing) -> dict[str, str]:
    """In the unit and the container that most goods of its kind come in."""
    line = listing.product.line.code if listing.product.line else ""
    last = listing.product.packs.order_by("-pk").first()
    return {"container": CONTAINER_BY_LINE.get(line, "bag"), "unit": last.base_unit if last else "g"}


def _wanted(form: NewPackForm) -> PricedPack:
    said, told = form.pack, form.cleaned_data
    pack = NewPack(
        name=said.name,
        name_en=said.name_en,
        net_quantity_base=said.net_quantity_base,
        base_unit=said.base_unit,
        ship_weight_g=told["ship_weight_g"] or said.ship_weight_g,
        gtin=told["gtin"] or None,
    )
    return PricedPack(pack, told["price"])


def _show(request: MemberRequest, listing: Listing, form: NewPackForm, wanted: PricedPack | None) -> HttpResponse:
    facts = {"listing": listing, "form": form, "wanted": wanted}
    if wanted is not None:
        pack = wanted.pack
        facts["unit_price"] = shown_unit_price(wanted.price_dong, pack.net_quantity_base, pack.base_unit)
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "selling/pack_new.html", facts, status=status)
