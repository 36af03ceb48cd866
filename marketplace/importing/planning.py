"""What taking a checked sheet in would write, worked out before anybody is made to wait; changes nothing.

Ten thousand rows take half a minute to judge and to write as documents. That is done outside the transaction; inside
it :func:`mark_of` says in a moment whether what was judged is still so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet, Sum

from community import clock
from community.cooperatives.models import Cooperative
from marketplace.importing.models import SheetImport
from marketplace.importing.taking_in import CannotImport, verdicts
from marketplace.importing.verdicts import Verdict
from marketplace.listings.many import DraftGoods, PricedPack, ReadyGoods, ReadyPack, ready_goods, ready_packs
from marketplace.listings.models import Offer
from traceability.batches.models import Batch, Posting, PostingKind
from traceability.events.models import Event
from traceability.events.packing_many import PackedLot, ReadyLots, ready_lots
from traceability.products.models import LineStep, Pack, Product, ProductLine

LATE_REASON = "Nhập từ bảng tính"


@dataclass(frozen=True, slots=True)
class Plan:
    """Keys are places of rows. ``packs`` are those to be made, of new goods too; ``prices`` new ones by pack id."""

    goods: dict[int, ReadyGoods]
    packs: dict[int, ReadyPack]
    more_packs: Sequence[ReadyPack]
    prices: dict[int, int]
    price_rows: dict[int, int]
    lot_rows: Sequence[int]
    lots: ReadyLots


@dataclass(slots=True)
class _Sorted:
    """Rows by what they want."""

    goods: dict[int, Verdict] = field(default_factory=dict)
    packs: dict[int, Verdict] = field(default_factory=dict)
    prices: dict[int, int] = field(default_factory=dict)
    price_rows: dict[int, int] = field(default_factory=dict)
    lots: dict[int, Verdict] = field(default_factory=dict)


def plan_of(sheet: SheetImport) -> Plan:
    """Every row judged anew. Raises :class:`CannotImport` when one became wrong meanwhile, and what the rules of
    goods and lots refuse."""
    rows = _sorted_rows(sheet)
    goods, of_new = _goods(sheet.cooperative, rows)
    of_known = _packs_of_known(rows)
    packs = of_new | of_known
    lots = [_lot(one, packs) for one in rows.lots.values()]
    ready = ready_lots(cooperative=sheet.cooperative, lots=lots, late_reason=LATE_REASON)
    return Plan(goods, packs, list(of_known.values()), rows.prices, rows.price_rows, list(rows.lots), ready)


def mark_of(sheet: SheetImport) -> str:
    """A mark of all that judging reads: the same as before, so nothing that was judged has changed.

    A few queries of plain columns: a twentieth of a second for what ten thousand rows are about.
    """
    digest = hashlib.sha256(repr((sheet.asked_at, clock.today())).encode())
    for rows in _what_is_read(sheet.cooperative):
        digest.update(repr(list(rows)).encode())
    return digest.hexdigest()


def _what_is_read(cooperative: Cooperative) -> Iterator[QuerySet[Any, Any]]:
    """The columns that ``known.what_is_known`` asks for and judging looks at. What is sold meanwhile is not among
    them: only of drafts it matters whether something is there."""
    lots = Batch.objects.of_cooperative(cooperative).order_by("pk")
    packed = Posting.objects.filter(batch__cooperative=cooperative, kind=PostingKind.PACK, cancelled_by=None)
    packs = Pack.objects.filter(product__cooperative=cooperative).order_by("pk")
    offers = Offer.objects.filter(pack__product__cooperative=cooperative).order_by("pk")
    in_drafts = {"items__batch__cooperative": cooperative, "items__batch__status": Batch.Status.DRAFT}
    yield ProductLine.objects.order_by("pk").values_list("pk", "code", "name", "name_en")
    yield LineStep.objects.order_by("pk").values_list("line", "code", "kind", "name", "name_en", "position")
    goods = Product.objects.of_cooperative(cooperative).order_by("pk")
    yield goods.values_list("pk", "code", "name", "line", "status", "shelf_life_days")
    yield packs.values_list("pk", "product", "code", "name", "net_quantity_base", "base_unit", "gtin", "status")
    yield offers.values_list("pack", "price_dong")
    yield lots.values_list("pk", "product", "pack", "lot_code", "status", "packed_on")
    yield lots.filter(status=Batch.Status.DRAFT).values_list("pk", "on_hand_base")
    yield packed.order_by("batch").values_list("batch").annotate(sum=Sum("on_hand_delta"))
    yield Event.objects.in_force().filter(**in_drafts).order_by("pk", "items").values_list("pk", "items__batch")


def _sorted_rows(sheet: SheetImport) -> _Sorted:
    rows, bad = _Sorted(), 0
    for row, verdict in verdicts(sheet):
        bad += bool(verdict.faults)
        if verdict.goods is not None:
            rows.goods[row.place] = verdict
        if verdict.pack is not None:
            rows.packs[row.place] = verdict
        elif "price" in verdict.effects and verdict.known_pack and verdict.known_pack.pack and verdict.price_dong:
            rows.prices[verdict.known_pack.pack.pk] = verdict.price_dong
            rows.price_rows[row.place] = verdict.known_pack.pack.pk
        if verdict.lot is not None:
            rows.lots[row.place] = verdict
    if bad:
        raise CannotImport("has_faults", count=bad)
    return rows


def _goods(cooperative: Cooperative, rows: _Sorted) -> tuple[dict[int, ReadyGoods], dict[int, ReadyPack]]:
    """New goods, and their packs by the rows that want them."""
    of_goods: dict[int, list[int]] = {place: [] for place in rows.goods}
    for place, verdict in rows.packs.items():
        assert verdict.known is not None
        if verdict.known.product is None:
            of_goods[verdict.known.place or 0].append(place)
    wanted = []
    for place, verdict in rows.goods.items():
        assert verdict.goods is not None
        packs = tuple(_priced(rows.packs[one]) for one in of_goods[place])
        wanted.append(DraftGoods(verdict.goods, packs, verdict.summary, verdict.story))
    ready = dict(zip(rows.goods, ready_goods(cooperative=cooperative, wanted=wanted), strict=True))
    return ready, {
        row: pack for place, rows_of in of_goods.items() for row, pack in zip(rows_of, ready[place].packs, strict=True)
    }


def _packs_of_known(rows: _Sorted) -> dict[int, ReadyPack]:
    found = {}
    for place, verdict in rows.packs.items():
        if verdict.known is not None and verdict.known.product is not None:
            [found[place]] = ready_packs(verdict.known.product, [_priced(verdict)])
    return found


def _priced(verdict: Verdict) -> PricedPack:
    assert verdict.pack is not None and verdict.price_dong is not None
    return PricedPack(verdict.pack, verdict.price_dong)


def _lot(verdict: Verdict, packs: Mapping[int, ReadyPack]) -> PackedLot:
    known, lot = verdict.known_pack, verdict.lot
    assert known is not None and lot is not None
    pack = known.pack or packs[known.place or 0].pack
    return PackedLot(pack, lot.day, lot.packs, lot.lot_code, lot.known.batch if lot.known else None)
