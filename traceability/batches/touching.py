"""Says that a batch's public page must be drawn anew; the stored copy stops counting at once."""

from __future__ import annotations

from django.db.models import F, QuerySet

from traceability.batches.models import Batch


def touch_pages(batches: QuerySet[Batch]) -> int:
    """Raise ``page_version`` in the caller's transaction; how many batches were touched."""
    return batches.update(page_version=F("page_version") + 1)
