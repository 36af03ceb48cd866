"""Starting a batch: a draft nobody sees until it is published."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import IntegrityError, transaction

from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from traceability.batches.models import Batch
from traceability.gs1.lot_codes import check_lot_code, new_lot_code
from traceability.plots.models import Plot
from traceability.products.models import Pack


class LotTaken(DomainError):
    """This product already has a batch of that lot code; facts: lot."""


def proposed_lot_code(*, pack: Pack, day: date) -> str:
    """The next free lot of the day for this product: L261105-A, then -B …"""
    taken = set(
        Batch.objects.filter(product=pack.product, lot_code__startswith=f"L{day:%y%m%d}").values_list(
            "lot_code", flat=True
        )
    )
    return new_lot_code(day, taken)


def open_batch(*, pack: Pack, day: date, actor: Actor, lot_code: str = "", plot: Plot | None = None) -> Batch:
    """Open a batch of packed goods begun on ``day``. An empty ``lot_code`` takes the next free one.

    Raises ``BadLotCode`` or :class:`LotTaken`. Best-before follows from the product's shelf life when packing is
    recorded.
    """
    lot = check_lot_code(lot_code.strip().upper()) if lot_code.strip() else proposed_lot_code(pack=pack, day=day)
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                cooperative=pack.product.cooperative,
                product=pack.product,
                pack=pack,
                plot=plot,
                lot_code=lot,
                produced_on=day,
                base_unit=pack.base_unit,
                is_demo=pack.product.cooperative.is_demo,
            )
            record(actor=actor, action="batch.opened", subject=batch, cooperative=batch.cooperative, lot=lot)
            return batch
    except IntegrityError as clash:
        raise LotTaken("lot_taken", lot=lot) from clash


def best_before(*, packed_on: date, shelf_life_days: int | None) -> date | None:
    return packed_on + timedelta(days=shelf_life_days) if shelf_life_days else None
