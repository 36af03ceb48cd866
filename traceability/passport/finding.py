"""From a scanned address to a batch: by GTIN and lot, by our own code, or one level up, by GTIN alone."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from traceability.batches.models import Batch
from traceability.gs1.digital_link import BadDigitalLink
from traceability.gs1.parsing import parse_digital_link
from traceability.gs1.public_codes import is_public_code, normalise_public_code
from traceability.products.models import Pack


@dataclass(frozen=True, slots=True)
class Scanned:
    """The keys of a GS1 Digital Link that lead to our pages."""

    gtin: str
    lot: str | None


def read_link(path: str) -> Scanned:
    """Keys of a percent-encoded path as sent; one slash at its end is forgiven.

    Raises ``BadDigitalLink``, also for keys other than a GTIN.
    """
    link = parse_digital_link("https://id.invalid" + path.removesuffix("/"))
    if link.gtin is None:
        raise BadDigitalLink("other_key")
    return Scanned(gtin=link.gtin, lot=link.lot)


def public_batches() -> QuerySet[Batch]:
    """Batches with a public page, with all that the page's head needs. A draft does not exist here."""
    return Batch.objects.published().select_related(
        "cooperative__commune__parent", "product__line", "product__photo", "pack", "plot__commune"
    )


def batch_by_lot(*, gtin: str, lot: str) -> Batch | None:
    return public_batches().filter(pack__gtin=gtin, lot_code=lot).first()


def batch_by_code(code: str) -> Batch | None:
    """By the ten characters under the QR code, as typed: blanks, hyphens, small letters, O for 0 are forgiven."""
    tidy = normalise_public_code(code)
    return public_batches().filter(public_code=tidy).first() if is_public_code(tidy) else None


def pack_by_gtin(gtin: str) -> Pack | None:
    return Pack.objects.select_related("product__cooperative__commune__parent").filter(gtin=gtin).first()
