"""Places to collect at, days of dispatch and goods that must stay cold, on the desk."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from community.cooperatives.models import Cooperative
from community.door.current import MemberRequest, member_required
from marketplace.selling.door import posted
from marketplace.selling.shipping_forms import ColdForm, DispatchForm, PointForm
from marketplace.selling.shipping_sentences import shipping_sentence
from marketplace.shipping.arranging import (
    CannotArrange,
    close_point,
    save_point,
    set_cold_goods,
    set_dispatch_days,
)
from marketplace.shipping.models import DispatchDays, PickUpPoint


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def point_new(request: MemberRequest) -> HttpResponseBase:
    seller = request.cooperative
    begun = {"commune": seller.commune.full_name, "address_line": seller.address_line, "phone": seller.phone}
    begun["phone"] = begun["phone"].replace("+84", "0", 1)
    form = PointForm(posted(request), seller=seller, initial=begun)
    return _point_saved(request, form, None) or _point_page(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def point_page(request: MemberRequest, code: str) -> HttpResponseBase:
    point = point_or_404(request.cooperative, code)
    form = PointForm(posted(request), seller=request.cooperative, initial=PointForm.as_typed(point))
    return _point_saved(request, form, point) or _point_page(request, form, point)


@require_POST
@member_required("list")
def point_close(request: MemberRequest, code: str) -> HttpResponseBase:
    try:
        close_point(point=point_or_404(request.cooperative, code), actor=request.actor)
    except CannotArrange as fault:
        messages.error(request, shipping_sentence(fault))
    else:
        messages.success(request, _("Closed. Parcels that were ordered to be collected there still are."))
    return redirect("selling:shipping")


def point_or_404(seller: Cooperative, code: str) -> PickUpPoint:
    return get_object_or_404(PickUpPoint.objects.on_offer(), cooperative=seller, code=code.upper())


def _point_saved(request: MemberRequest, form: PointForm, point: PickUpPoint | None) -> HttpResponseBase | None:
    if not form.is_bound or not form.is_valid():
        return None
    try:
        save_point(cooperative=request.cooperative, facts=form.facts, point=point, actor=request.actor)
    except CannotArrange as fault:
        form.add_error(None, shipping_sentence(fault))
        return None
    messages.success(request, _("Saved. Buyers can choose it when they order."))
    return redirect("selling:shipping")


def _point_page(request: MemberRequest, form: PointForm, point: PickUpPoint | None) -> HttpResponse:
    return _page(request, "selling/shipping_point.html", form, point=point)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def days_page(request: MemberRequest) -> HttpResponseBase:
    days = DispatchDays.objects.filter(cooperative=request.cooperative).first()
    form = DispatchForm(posted(request), initial=DispatchForm.as_typed(days))
    if form.is_bound and form.is_valid():
        set_dispatch_days(cooperative=request.cooperative, actor=request.actor, **form.cleaned_data)
        messages.success(request, _("Saved. Buyers now read on which day a parcel leaves and when it comes."))
        return redirect("selling:shipping")
    return _page(request, "selling/shipping_days.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
@member_required("list")
def cold_page(request: MemberRequest) -> HttpResponseBase:
    form = ColdForm(posted(request), seller=request.cooperative)
    if form.is_bound and form.is_valid():
        chosen = [product.pk for product in form.cleaned_data["products"]]
        set_cold_goods(cooperative=request.cooperative, products=chosen, actor=request.actor)
        messages.success(request, _("Saved."))
        return redirect("selling:shipping")
    return _page(request, "selling/shipping_cold.html", form)


def _page(request: MemberRequest, template: str, form: Form, **more: object) -> HttpResponse:
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(request, template, {"form": form, **more}, status=status)
