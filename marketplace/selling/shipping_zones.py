"""One zone on the desk: written down, changed, taken away."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from community.cooperatives.models import Cooperative
from community.door.current import IN_PERSON, MemberRequest, member_required
from marketplace.selling.door import posted
from marketplace.selling.shipping_forms import ZoneForm
from marketplace.selling.shipping_sentences import shipping_sentence
from marketplace.shipping.models import ShippingZone
from marketplace.shipping.zoning import FAR, CannotZone, is_last_way, remove_zone, save_zone


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def zone_new(request: MemberRequest) -> HttpResponseBase:
    """``?xa=1``: begins with "my own commune, I bring it myself"."""
    begun = ZoneForm.as_typed_new(FAR) | (_own_commune(request.cooperative) if "xa" in request.GET else {})
    form = ZoneForm(posted(request), seller=request.cooperative, initial=begun)
    return _saved(request, form, None) or _page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def zone_page(request: MemberRequest, code: str) -> HttpResponseBase:
    zone = zone_or_404(request.cooperative, code)
    form = ZoneForm(posted(request), seller=request.cooperative, initial=ZoneForm.as_typed(zone))
    return _saved(request, form, zone) or _page(request, form, zone)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list", scopes=IN_PERSON)
def zone_remove(request: MemberRequest, code: str) -> HttpResponseBase:
    """Asks first, and says what it means when it is the last one."""
    zone = zone_or_404(request.cooperative, code)
    if request.method == "POST":
        try:
            remove_zone(zone=zone, actor=request.actor)
        except CannotZone as fault:
            messages.error(request, shipping_sentence(fault))
        else:
            messages.success(request, _("The zone is gone. Orders that are here already stay as they are."))
        return redirect("selling:shipping")
    return render(request, "selling/shipping_zone_remove.html", {"zone": zone, "is_last": is_last_way(zone)})


def zone_or_404(seller: Cooperative, code: str) -> ShippingZone:
    return get_object_or_404(ShippingZone, cooperative=seller, code=code.upper())


def _own_commune(seller: Cooperative) -> dict[str, Any]:
    return {
        "name": _("We bring it ourselves"),
        "where": "named",
        "communes": seller.commune.full_name,
        "first_dong": "0",
        "step_dong": "0",
        "days_min": 0,
        "days_max": 1,
        "carries_chilled": True,
    }


def _saved(request: MemberRequest, form: ZoneForm, zone: ShippingZone | None) -> HttpResponseBase | None:
    """None when there is nothing to save, or when it could not be: then the form says why."""
    if not form.is_bound or not form.is_valid():
        return None
    try:
        save_zone(
            cooperative=request.cooperative, figures=form.figures, places=form.places, zone=zone, actor=request.actor
        )
    except CannotZone as fault:
        form.add_error(None, shipping_sentence(fault))
        return None
    messages.success(request, _("Saved. It counts for orders from now on; those that are here stay as they are."))
    return redirect("selling:shipping")


def _page(request: MemberRequest, form: ZoneForm, zone: ShippingZone | None) -> HttpResponse:
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, "selling/shipping_zone.html", {"form": form, "zone": zone}, status=status)
