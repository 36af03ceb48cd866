"""The address of a batch: what its QR code holds, its EPCIS class and the place of its public page."""

from __future__ import annotations

from django.conf import settings

from traceability.batches.models import Batch


def batch_path(batch: Batch) -> str:
    """``/01/{GTIN-14}/10/{LOT}`` for goods with a GTIN, else ``/t/{public code}``.

    Lot codes we issue match ``[A-Z0-9][A-Z0-9-]{2,19}`` (a CHECK constraint), so nothing needs escaping.
    """
    if batch.pack and batch.pack.gtin:
        return f"/01/{batch.pack.gtin}/10/{batch.lot_code}"
    return f"/t/{batch.public_code}"


def batch_uri(batch: Batch) -> str:
    """The printed identity; ID_BASE_URL is for ever, so it is a setting of its own."""
    return settings.ID_BASE_URL.rstrip("/") + batch_path(batch)
