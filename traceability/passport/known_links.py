"""The levels of a scanned thing, with what the floor above knows: where its goods are sold."""

from __future__ import annotations

from traceability.batches.models import Batch
from traceability.gs1.percent import encode_path
from traceability.passport.buy_box import buy_box
from traceability.passport.finding import Scanned, public_batches, public_packs
from traceability.products.models import Pack
from traceability.resolver.levels import LANGUAGES, goods_level, lot_level, serial_level
from traceability.resolver.links import Level


def levels_of_batch(batch: Batch, path: str, keys: Scanned | None) -> tuple[Level, ...]:
    """Serial, lot and goods, the finest first; ``path`` is the identity that was asked for.

    ``keys`` is None for a batch found by its own code, which has no level above.
    """
    shops = shops_of(batch)
    if keys is None:
        return (lot_level(batch, path, shops=shops),)
    lot_path = f"/01/{keys.gtin}/10/{encode_path(batch.lot_code)}"
    serial = (serial_level(batch, keys.serial, path),) if keys.serial else ()
    pack = public_packs().filter(pk=batch.pack_id).first() if batch.pack_id else None
    above = levels_of_goods(pack, keys.gtin, shops=shops) if pack else ()
    return (*serial, lot_level(batch, lot_path, shops=shops), *above)


def levels_of_goods(
    pack: Pack, gtin: str, *, unknown_lot: str = "", shops: dict[str, str] | None = None
) -> tuple[Level, ...]:
    """``gtin`` as it was asked for: the number of today or one from before."""
    if shops is None:
        latest = public_batches().filter(pack=pack).order_by("-packed_on", "-pk").first()
        shops = shops_of(latest) if latest else {}
    return (goods_level(pack, f"/01/{gtin}", shops=shops, unknown_lot=unknown_lot),)


def shops_of(batch: Batch) -> dict[str, str]:
    """Path of the page where the goods of ``batch`` are sold, by language; empty when they are not."""
    boxes = {language: buy_box(batch, language=language) for language in LANGUAGES}
    return {language: box.url for language, box in boxes.items() if box}
