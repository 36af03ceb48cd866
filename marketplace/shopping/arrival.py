"""The parcel on its way, as its buyer sees it under the secret link: its photo, and "I have it"."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from community.audit.actors import Actor
from community.photos.paper_files import PICTURE
from community.photos.views import paper_answer
from marketplace.orders.fulfilling import deliver_parcel
from marketplace.orders.moving import ParcelMoved
from marketplace.orders.states import BUYER, ParcelStatus
from marketplace.packing.models import ParcelPhoto
from marketplace.shopping.secret_link import back_to_order, find_order, secret


@require_safe
@secret
def parcel_photo(request: HttpRequest, token: str, code: str) -> FileResponse:
    photos = ParcelPhoto.objects.filter(parcel__order=find_order(token)).select_related("parcel")
    photo = get_object_or_404(photos, parcel__code=code.upper()[:12])
    return paper_answer(photo.file, content_type=PICTURE, name=photo.parcel.code)


@require_POST
@secret
def arrived(request: HttpRequest, token: str) -> HttpResponse:
    """Pressed twice, or after the seller said so: it has arrived all the same."""
    order = find_order(token)
    parcel = get_object_or_404(order.parcels, code=request.POST.get("parcel", "")[:12])
    try:
        if parcel.status == ParcelStatus.SHIPPED:
            deliver_parcel(parcel=parcel, actor=Actor.buyer(), by=BUYER)
    except ParcelMoved:
        pass
    else:
        messages.success(request, gettext("Thank you. The seller can see that it has arrived."))
    return back_to_order(token)
