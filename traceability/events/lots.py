"""Which of our lots an event names: by GTIN and lot, whatever the domain in front, or by our own public code."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import Q

from traceability.batches.models import Batch
from traceability.epcis.incoming import Item
from traceability.gs1.public_codes import is_public_code
from traceability.products.models import Pack

_CODE = re.compile(r"/t/([0-9A-Z]{10})/?$")


@dataclass(slots=True)
class Lots:
    """What was found for the items of one capture; ask it, it never asks the database again."""

    by_lot: dict[tuple[str, str], Batch] = field(default_factory=dict)
    by_code: dict[str, Batch] = field(default_factory=dict)
    owner_of_gtin: dict[str, int] = field(default_factory=dict)

    def batch_of(self, item: Item) -> Batch | None:
        lot = item.lot
        if lot is not None:
            return self.by_lot.get(lot)
        code = _code_of(item)
        return self.by_code.get(code) if code else None

    def owner_of(self, item: Item) -> int | None:
        """The cooperative whose number or code the identifier carries, also where it has no such lot."""
        if batch := self.batch_of(item):
            return batch.cooperative_id
        lot = item.lot
        return self.owner_of_gtin.get(lot[0]) if lot else None


def find_lots(items: Iterable[Item]) -> Lots:
    """Two queries, or none where no identifier can be one of ours."""
    wanted: set[tuple[str, str]] = set()
    codes: set[str] = set()
    for item in items:
        if lot := item.lot:
            wanted.add(lot)
        elif code := _code_of(item):
            codes.add(code)
    found = Lots()
    packs = _packs({gtin for gtin, _ in wanted}) if wanted else {}
    found.owner_of_gtin = {gtin: owner for gtin, (_, owner) in packs.items()}
    ours = Q(public_code__in=codes)
    lots = {lot for gtin, lot in wanted if gtin in packs and lot}
    if lots:
        ours |= Q(pack__in={pack for pack, _ in packs.values()}, lot_code__in=lots)
    if not (codes or lots):
        return found
    batches = list(Batch.objects.filter(ours).select_related("pack"))
    found.by_code = {batch.public_code: batch for batch in batches}
    by_pack = {(batch.pack_id, batch.lot_code): batch for batch in batches}
    for gtin, lot in wanted:
        if gtin in packs and (batch := by_pack.get((packs[gtin][0], lot))):
            found.by_lot[gtin, lot] = batch
    return found


def _packs(gtins: set[str]) -> dict[str, tuple[int, int]]:
    """GTIN → (pack, cooperative); a number that a pack carried once is still its own."""
    rows = Pack.objects.filter(Q(gtin__in=gtins) | Q(gtin_records__gtin__in=gtins)).values_list(
        "pk", "product__cooperative_id", "gtin", "gtin_records__gtin"
    )
    found: dict[str, tuple[int, int]] = {}
    for pack, owner, current, former in rows:
        for gtin in (current, former):
            if gtin in gtins:
                found[gtin] = (pack, owner)
    return found


def _code_of(item: Item) -> str | None:
    if not item.given.startswith((settings.ID_BASE_URL, settings.SITE_URL)):
        return None
    match = _CODE.search(item.given)
    return match[1] if match and is_public_code(match[1]) else None
