"""Delivery on the desk: what it costs to where, at a glance, with a box to try it out; the first fees in three taps."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from community import clock
from community.cooperatives.models import Cooperative
from community.door.current import MemberRequest, member_required
from community.places.models import AdminUnit
from marketplace.selling.shipping_forms import TryForm
from marketplace.selling.shipping_sentences import shipping_sentence
from marketplace.shipping.costing import Delivery, Load, NoWay, delivery
from marketplace.shipping.models import DispatchDays, PickUpPoint, ShippingZone
from marketplace.shipping.promising import Promise, promise, rule_of
from marketplace.shipping.words import refusal_words, weekday_words
from marketplace.shipping.zoning import SUGGESTIONS, CannotZone, begin_with
from traceability.products.models import Product


@dataclass(frozen=True, slots=True)
class Tried:
    """The answer of the try-out box: the way with its fee, or why there is none."""

    place: AdminUnit
    way: Delivery | None
    grams: int
    why_not: str
    promise: Promise | None


@require_safe
@member_required("list")
def shipping_page(request: MemberRequest) -> HttpResponse:
    seller = Cooperative.objects.select_related("dispatch_days", "commune__parent").get(pk=request.cooperative.pk)
    zones = list(ShippingZone.objects.filter(cooperative=seller).prefetch_related("places__unit__parent"))
    trying = TryForm(request.GET if "to" in request.GET else None)
    days: DispatchDays | None = getattr(seller, "dispatch_days", None)
    facts = {
        "seller": seller,
        "zones": zones,
        "points": PickUpPoint.objects.filter(cooperative=seller).on_offer(),
        "days": days,
        "weekdays": weekday_words(days),
        "cold": Product.objects.of_cooperative(seller).active().filter(needs_cold=True),
        "cold_stays": not any(zone.carries_chilled for zone in zones),
        "trying": trying,
        "tried": try_out(seller, trying) if trying.is_bound and trying.is_valid() else None,
    }
    return render(request, "selling/shipping.html", facts)


def try_out(seller: Cooperative, form: TryForm) -> Tried:
    """As a buyer would be told, by the same function."""
    place, grams, cold = form.cleaned_data["to"], form.cleaned_data["kg"], form.cleaned_data["cold"]
    way = delivery(cooperative=seller, place=place, load=Load(grams, needs_cold=cold))
    if isinstance(way, NoWay):
        why = refusal_words(way, seller=seller.name, grams=grams, cold=[_("Cold goods")])
        return Tried(place, None, grams, why, None)
    rule = rule_of(seller)
    told = promise(rule, paid_at=clock.now(), days_min=way.days_min, days_max=way.days_max) if rule else None
    return Tried(place, way, grams, "", told)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def begin_page(request: MemberRequest, name: str) -> HttpResponseBase:
    """The usual fees, looked at and taken. Everything can be changed afterwards."""
    if name not in SUGGESTIONS:
        raise Http404
    if request.method == "POST":
        try:
            begin_with(cooperative=request.cooperative, suggestions=SUGGESTIONS[name], actor=request.actor)
        except CannotZone as fault:
            messages.error(request, shipping_sentence(fault))
        else:
            messages.success(request, _("Done: buyers now see what delivery costs."))
        return redirect("selling:shipping")
    zones = [ShippingZone(**each.columns()) for each in SUGGESTIONS[name]]
    facts = {"zones": zones, "name": name, "province": request.cooperative.commune.parent}
    return render(request, "selling/shipping_begin.html", facts)
