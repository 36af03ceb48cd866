"""The door to a batch, in and out: only one's own cooperative's; another's does not exist here."""

from __future__ import annotations

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse

from community.cooperatives.models import Cooperative
from traceability.batches.models import Batch
from traceability.gs1.public_codes import normalise_public_code


def batch_or_404(cooperative: Cooperative, public_code: str) -> Batch:
    batches = Batch.objects.of_cooperative(cooperative).select_related(
        "product__line", "product__cooperative", "pack", "plot", "cooperative"
    )
    return get_object_or_404(batches, public_code=normalise_public_code(public_code))


class SeeOther(HttpResponseRedirect):
    """After a POST: fetch this page (with GET, whatever the browser's age)."""

    status_code = 303


def to_batch(batch: Batch) -> SeeOther:
    return SeeOther(reverse("fieldwork:batch", args=[batch.public_code]))
