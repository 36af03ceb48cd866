"""The photo of a parcel for the staff; who looked is written down, because the label names the buyer."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from community.audit.recording import record
from community.photos.paper_files import PICTURE
from community.photos.views import paper_answer
from community.staff_rights import actor_with
from marketplace.orders.models import Parcel
from marketplace.packing.models import ParcelPhoto

RIGHT = "marketplace.view_parcel"


def photo_url(parcel: Parcel) -> str:
    """ "" when none was taken."""
    has_photo = ParcelPhoto.objects.filter(parcel=parcel).exists()
    return reverse("parcel_photo", args=[parcel.pk]) if has_photo else ""


@require_safe
def parcel_photo(request: HttpRequest, pk: int) -> FileResponse:
    actor = actor_with(request.user, RIGHT)
    photo = get_object_or_404(ParcelPhoto.objects.select_related("parcel__cooperative"), parcel=pk)
    record(actor=actor, action="parcel.photo_looked_at", subject=photo.parcel, cooperative=photo.parcel.cooperative)
    return paper_answer(photo.file, content_type=PICTURE, name=photo.parcel.code)


urlpatterns = [path("kien-hang/<int:pk>/anh/", parcel_photo, name="parcel_photo")]
