"""The parcel leaves: who carries it, its photo; that it arrived, and what of this may be put right (decision 0109)."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from community.door.current import MemberRequest, member_required
from community.errors import DomainError
from community.photos.paper_files import PICTURE
from community.photos.taking_in import BadPhoto
from community.photos.views import paper_answer
from marketplace.orders.fulfilling import WrongPick, deliver_parcel, ship_parcel
from marketplace.orders.handing_over import TooLate, change_carrier, undo_delivered
from marketplace.orders.models import Parcel
from marketplace.orders.moving import ParcelMoved
from marketplace.orders.states import NEEDS_BUYER, ParcelStatus
from marketplace.packing.models import ParcelPhoto
from marketplace.packing.photographing import NoPhotoNow, keep_photo
from marketplace.selling.door import parcel_or_404, posted
from marketplace.selling.order_forms import PhotoForm, ShipForm, carrier_as_typed
from marketplace.selling.orders import ANYBODY, moved, someone_was_faster, stop
from marketplace.selling.packing import may_use_camera
from marketplace.selling.sentences import sentence_of

OPEN = (ParcelStatus.PACKED, ParcelStatus.SHIPPED)


@require_http_methods(["GET", "HEAD", "POST"])
@may_use_camera
@member_required("pack")
def ship(request: MemberRequest, code: str) -> HttpResponseBase:
    """Who carries a packed parcel; of one that has left, what was written wrong. A photo is kept whatever fails."""
    parcel = parcel_or_404(request.cooperative, code)
    if request.method != "POST":
        if parcel.status not in OPEN:
            return redirect("selling:parcel", code=parcel.code)
        told = carrier_as_typed(parcel.courier, parcel.courier_code) if parcel.courier else None
        return _page(request, parcel, ShipForm(initial=told))
    photo_fault = _keep_photo(request, parcel)
    form = ShipForm(posted(request))
    if photo_fault or not form.is_valid():
        return _page(request, parcel, form, photo_fault=photo_fault, status=HTTPStatus.BAD_REQUEST)
    return _hand_over(request, parcel, form)


def _hand_over(request: MemberRequest, parcel: Parcel, form: ShipForm) -> HttpResponseBase:
    try:
        if request.POST.get("again") == "1":
            change_carrier(parcel=parcel, actor=request.actor, **form.told())
            messages.success(request, _("Changed. The buyer reads it on the order page."))
        else:
            ship_parcel(parcel=parcel, actor=request.actor, **form.told())
            messages.success(request, _("Sent. The buyer gets a message with the batch."))
    except ParcelMoved as fault:
        return someone_was_faster(request, parcel, fault, mine="shipped_by_id")
    except WrongPick as fault:
        return stop(request, parcel, fault)
    except TooLate as fault:
        messages.warning(request, sentence_of(fault))
    return redirect("selling:parcel", code=parcel.code)


def _keep_photo(request: MemberRequest, parcel: Parcel) -> str:
    """What is wrong with it; "" when it is kept or none was sent."""
    upload = request.FILES.get("photo")
    if not isinstance(upload, UploadedFile):
        return ""
    try:
        keep_photo(parcel=parcel, upload=upload, actor=request.actor)
    except (BadPhoto, NoPhotoNow) as fault:
        return sentence_of(fault)
    return ""


def _page(
    request: MemberRequest, parcel: Parcel, form: ShipForm, *, photo_fault: str = "", status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    facts = {
        "parcel": parcel,
        "form": form,
        "photo_field": PhotoForm()["photo"],
        "photo_fault": photo_fault,
        "photo": ParcelPhoto.objects.filter(parcel=parcel).first(),
        "again": parcel.status == ParcelStatus.SHIPPED,
    }
    return render(request, "selling/ship.html", facts, status=status)


@require_safe
@member_required("pack")
def parcel_photo(request: MemberRequest, code: str) -> FileResponse:
    """As long as one who packs may read the buyer's address, which stands on the label."""
    parcel = parcel_or_404(request.cooperative, code)
    if parcel.status not in NEEDS_BUYER:
        raise Http404
    photo = get_object_or_404(ParcelPhoto, parcel=parcel)
    return paper_answer(photo.file, content_type=PICTURE, name=parcel.code)


@require_POST
@member_required("pack")
def deliver(request: MemberRequest, code: str) -> HttpResponseBase:
    """Nobody's name is kept with it, so a second press is simply done, whoever pressed first."""
    return moved(request, code, deliver_parcel, said=_("Delivered. Well done."), mine=ANYBODY)


@require_POST
@member_required("pack")
def deliver_undo(request: MemberRequest, code: str) -> HttpResponseBase:
    parcel = parcel_or_404(request.cooperative, code)
    try:
        undo_delivered(parcel=parcel, actor=request.actor)
    except DomainError:
        messages.warning(request, _("This can no longer be taken back."))
    else:
        messages.success(request, _("Taken back: it is on its way again."))
    return redirect("selling:parcel", code=parcel.code)
