"""Starting a batch: a draft nobody sees until it is published, or until something made of it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from traceability.batches.models import Batch
from traceability.gs1.lot_codes import check_lot_code, new_lot_code
from traceability.plots.models import Plot
from traceability.products.models import BaseUnit, Pack, Product

LONGEST_MATERIAL = 120


class LotTaken(DomainError):
    """This product already has a batch of that lot code; facts: lot."""


class BadLot(DomainError):
    """Codes: material_needed, material_too_long (fact: most), unknown_unit, foreign_plot, not_a_raw_kind."""


@dataclass(frozen=True, slots=True)
class LotPlan:
    """Goods before they are packed: what it is in words ("lá chè tươi"), counted in ``base_unit`` (g, ml, piece)."""

    product: Product
    material: str
    base_unit: str
    material_en: str = ""
    kind: str = Batch.Kind.RAW
    plot: Plot | None = None
    lot_code: str = ""
    harvested_from_on: date | None = None
    harvested_to_on: date | None = None


def proposed_lot_code(*, pack: Pack, day: date) -> str:
    """The next free lot of the day for this product: L261105-A, then -B …"""
    return _next_lot_code(pack.product, day)


def open_batch(*, pack: Pack, day: date, actor: Actor, lot_code: str = "", plot: Plot | None = None) -> Batch:
    """Open a batch of packed goods begun on ``day``. An empty ``lot_code`` takes the next free one.

    Raises ``BadLotCode`` or :class:`LotTaken`. Best-before follows from the product's shelf life when packing is
    recorded.
    """
    return _open(pack.product, day, lot_code, actor, pack=pack, plot=plot, base_unit=pack.base_unit)


def open_lot(*, plan: LotPlan, day: date, actor: Actor) -> Batch:
    """Open a lot of raw or half-made goods on ``day``. It has a public code and an address like any batch.

    Raises :class:`BadLot`, ``BadLotCode`` or :class:`LotTaken`.
    """
    material = plan.material.strip()
    if plan.kind not in {Batch.Kind.RAW, Batch.Kind.INTERMEDIATE}:
        raise BadLot("not_a_raw_kind")
    if not material:
        raise BadLot("material_needed")
    if max(len(material), len(plan.material_en.strip())) > LONGEST_MATERIAL:
        raise BadLot("material_too_long", most=LONGEST_MATERIAL)
    if plan.base_unit not in BaseUnit.values:
        raise BadLot("unknown_unit")
    if plan.plot is not None and plan.plot.cooperative_id != plan.product.cooperative_id:
        raise BadLot("foreign_plot")
    return _open(
        plan.product,
        day,
        plan.lot_code,
        actor,
        kind=plan.kind,
        material=material,
        material_en=plan.material_en.strip(),
        plot=plan.plot,
        base_unit=plan.base_unit,
        harvested_from_on=plan.harvested_from_on,
        harvested_to_on=plan.harvested_to_on,
    )


def best_before(*, packed_on: date, shelf_life_days: int | None) -> date | None:
    return packed_on + timedelta(days=shelf_life_days) if shelf_life_days else None


def _open(product: Product, day: date, lot_code: str, actor: Actor, **facts: Any) -> Batch:
    typed = lot_code.strip().upper()
    lot = check_lot_code(typed) if typed else _next_lot_code(product, day)
    try:
        with transaction.atomic():
            batch = Batch.objects.create(
                cooperative=product.cooperative,
                product=product,
                lot_code=lot,
                produced_on=day,
                is_demo=product.cooperative.is_demo,
                **facts,
            )
            record(actor=actor, action="batch.opened", subject=batch, cooperative=batch.cooperative, lot=lot)
            return batch
    except IntegrityError as clash:
        raise LotTaken("lot_taken", lot=lot) from clash


def _next_lot_code(product: Product, day: date) -> str:
    taken = Batch.objects.filter(product=product, lot_code__startswith=f"L{day:%y%m%d}")
    return new_lot_code(day, set(taken.values_list("lot_code", flat=True)))
