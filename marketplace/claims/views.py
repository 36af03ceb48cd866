"""What the faces of buyers, sellers and staff answer alike."""

from __future__ import annotations

from collections.abc import Callable

from django.http import FileResponse
from django.shortcuts import get_object_or_404

from community.photos.paper_files import PICTURE
from community.photos.views import paper_answer
from marketplace.claims.models import Claim, ClaimPhoto
from marketplace.claims.states import PhotoBy

Shown = list[tuple[str, ClaimPhoto]]
"""Each photo with the address at which this reader gets it."""


def photos_by(claim: Claim, address: Callable[[int], str]) -> tuple[Shown, Shown]:
    """The buyer's and the seller's; ``address`` makes one of a photo's key."""
    shown = [(address(photo.pk), photo) for photo in claim.photos.all()]
    buyers = [each for each in shown if each[1].by == PhotoBy.BUYER]
    return buyers, [each for each in shown if each[1].by == PhotoBy.SELLER]


def claim_photo_answer(claim: Claim, pk: int) -> FileResponse:
    """A photo of this claim, to who may see it: whoever calls has checked. 404 for one of another claim."""
    photo = get_object_or_404(ClaimPhoto, claim=claim, pk=pk)
    return paper_answer(photo.file, content_type=PICTURE, name=claim.code)
