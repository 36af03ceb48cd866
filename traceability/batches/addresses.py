"""The address of a batch: what its QR code holds, its EPCIS class and the place of its public page."""

from __future__ import annotations

from django.conf import settings

from traceability.batches.models import Batch
from traceability.gs1.building import batch_uri as build_batch_uri


def batch_path(batch: Batch) -> str:
    """``/01/{GTIN-14}/10/{LOT}`` for goods with a GTIN, else ``/t/{public code}``."""
    gtin = batch.pack.gtin if batch.pack else None
    return build_batch_uri("", gtin=gtin, lot=batch.lot_code, public_code=batch.public_code)


def batch_uri(batch: Batch) -> str:
    """The printed identity, under ID_BASE_URL: it is for ever, so the setting is apart from SITE_URL."""
    return printed_uri(batch_path(batch))


def printed_uri(path: str) -> str:
    """The identity whose page is at ``path``."""
    return settings.ID_BASE_URL.rstrip("/") + path
