"""Which pack a GTIN names, today or formerly: a printed number never stops working."""

from __future__ import annotations

from traceability.products.models import GtinRecord, Pack


def pack_id_of_gtin(gtin: str) -> int | None:
    """The pack that has this GTIN (14 digits), or had it before it was corrected."""
    current = Pack.objects.filter(gtin=gtin).values_list("pk", flat=True).first()
    return current or GtinRecord.objects.filter(gtin=gtin).values_list("pack_id", flat=True).first()


def former_gtins(pack_id: int) -> list[str]:
    """Numbers the pack no longer carries, oldest first."""
    records = GtinRecord.objects.filter(pack_id=pack_id, until__isnull=False).order_by("until", "pk")
    return list(records.values_list("gtin", flat=True))


def is_gtin_taken(gtin: str, *, by_other_than: int | None = None) -> bool:
    """True if other goods carry this GTIN or ever did: a number is never given twice."""
    holder = pack_id_of_gtin(gtin)
    return holder is not None and holder != by_other_than
