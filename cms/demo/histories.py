"""The demo's batches, each with its story told step by step, in the time it would have happened."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils import timezone

from cms.demo.pictures import Illustrator
from cms.demo.plan import DemoGood
from cms.demo.sellers import Seller
from community import clock
from traceability.batches.models import Batch
from traceability.batches.opening import open_batch
from traceability.batches.publishing import publish_batch
from traceability.events.recording import StepReport, is_measured, record_step
from traceability.products.models import LineStep, Pack

# Days from one step to the next, by its code, else by its kind.
DAYS_AFTER = {
    "plot": 12,
    "grow": 95,
    "flower": 60,
    "care": 80,
    "chick": 2,
    "raise": 100,
    "ferment": 20,
    "rest": 14,
    "age": 30,
    "apiary": 45,
    "test": 6,
}
# What a step waits for is in its own answer ("age: 7 months"): the dates of the story must agree with it.
DAYS_IN = {"days": Decimal(1), "months": Decimal(30)}
DAYS_AFTER_KIND = {"origin": 5, "input": 2, "transform": 1, "check": 1, "pack": 1, "store": 1, "ship": 1}
LATE_EVERY, MISSING_EVERY, PHOTO_EVERY = 9, 11, 2


def tell_batches(good: DemoGood, pack: Pack, seller: Seller, *, illustrator: Illustrator) -> list[Batch]:
    """An older batch and a newer one, both published; a third still in the making for some."""
    steps = list(pack.product.line.steps.all()) if pack.product.line else []
    batches = [
        _tell(good, pack, seller, steps, packed_on=day, number=number, illustrator=illustrator)
        for number, day in enumerate(_packing_days(good))
    ]
    if good.number % 6 == 1:
        _begin(good, pack, seller, steps, illustrator=illustrator)
    return batches


def _packing_days(good: DemoGood) -> list[date]:
    """Recent enough to be on sale where nature allows: fruit out of season was packed when its season ended."""
    today = timezone.localdate()
    chance = good.chance("days")
    if good.line == "fresh_fruit" and today.month not in good.season_months:
        months_ago = min((today.month - month) % 12 for month in good.season_months)
        last = today - timedelta(days=30 * months_ago)
        return [last - timedelta(days=16), last - timedelta(days=6)]
    life = good.shelf_life_days or 400
    recent = today - timedelta(days=chance.randint(1, max(1, min(24, life // 3))))
    least = max(2, min(45, life // 4))
    return [recent - timedelta(days=chance.randint(least, max(least, min(90, life // 2)))), recent]


def _tell(
    good: DemoGood,
    pack: Pack,
    seller: Seller,
    steps: list[LineStep],
    *,
    packed_on: date,
    number: int,
    illustrator: Illustrator,
) -> Batch:
    chance = good.chance(f"batch{number}")
    times = _times(steps, packed_on, chance)
    with clock.at(min(times.values())):
        batch = open_batch(pack=pack, day=packed_on, actor=seller.actor, plot=seller.plot)
    for place, step in enumerate(steps):
        if not step.mandatory and (place + good.number + number) % MISSING_EVERY == 0:
            continue
        _record(good, batch, step, times[step.code], seller, chance=chance, illustrator=illustrator)
    with clock.at(max(times.values()) + timedelta(hours=3)):
        batch.refresh_from_db()
        return publish_batch(batch=batch, actor=seller.actor)


def _begin(good: DemoGood, pack: Pack, seller: Seller, steps: list[LineStep], *, illustrator: Illustrator) -> Batch:
    """Two steps into a new batch: what Lan goes on with."""
    chance = good.chance("begun")
    start = timezone.localtime().replace(hour=7, minute=10, second=0, microsecond=0) - timedelta(days=4)
    with clock.at(start):
        batch = open_batch(pack=pack, day=start.date(), actor=seller.actor, plot=seller.plot)
    for days, step in enumerate(steps[:2]):
        moment = start + timedelta(days=days)
        _record(good, batch, step, moment, seller, chance=chance, illustrator=illustrator)
    return batch


def days_after(step: LineStep) -> int:
    """From this step to the next: as long as it says it waited, else what is usual."""
    for asked in step.parameters:
        if asked["key"] in DAYS_IN and is_measured(asked):
            return max(1, round(waited(asked) * DAYS_IN[asked["key"]]))
    return DAYS_AFTER.get(step.code, DAYS_AFTER_KIND[step.kind])


def waited(asked: dict[str, Any]) -> Decimal:
    """Two fifths into the typical range, in whole units: 10–30 days → 18, 3–12 months → 7."""
    low, high = Decimal(str(asked["typical_min"] or 0)), Decimal(str(asked["typical_max"] or 0))
    return max(Decimal(1), (low + (high - low) * 2 / 5).quantize(Decimal(1)))


def _times(steps: list[LineStep], packed_on: date, chance: Random) -> dict[str, datetime]:
    """When each step happened, counted back from packing and on from it."""
    place = next(index for index, step in enumerate(steps) if step.kind == "pack")
    days = {steps[place].code: packed_on}
    day = packed_on
    for step in reversed(steps[:place]):
        day -= timedelta(days=days_after(step))
        days[step.code] = day
    for offset, step in enumerate(steps[place + 1 :], start=1):
        days[step.code] = min(packed_on + timedelta(days=offset), timezone.localdate() - timedelta(days=1))
    return {
        code: timezone.make_aware(datetime.combine(when, time(chance.randint(6, 16), chance.choice((0, 10, 20, 40)))))
        for code, when in days.items()
    }


def _record(
    good: DemoGood,
    batch: Batch,
    step: LineStep,
    happened_at: datetime,
    seller: Seller,
    *,
    chance: Random,
    illustrator: Illustrator,
) -> None:
    number = batch.pk + step.position
    wait = (
        timedelta(days=chance.randint(2, 4)) if number % LATE_EVERY == 0 else timedelta(minutes=chance.randint(5, 90))
    )
    recorded_at = min(happened_at + wait, timezone.now())
    photos = ()
    if number % PHOTO_EVERY == 0 or step.kind == "pack":
        photos = (illustrator.step(line=good.line, step=step.code, kind=step.kind, title=step.name),)
    report = StepReport(
        stage=step.code,
        event_time=happened_at,
        parameters={asked["key"]: _value(asked, good, chance) for asked in step.parameters},
        photos=photos,
        packs=_packs(good, chance) if step.kind == "pack" else None,
    )
    with clock.at(recorded_at):
        record_step(
            batch=batch,
            report=report,
            client_uuid=uuid5(NAMESPACE_URL, f"demo:{batch.public_code}:{step.code}"),
            recorded_at=recorded_at,
            actor=seller.actor,
        )


def _packs(good: DemoGood, chance: Random) -> int:
    if good.base_unit == "piece":
        return chance.randint(12, 60)
    return chance.randint(40, 160) if good.price_dong >= 200_000 else chance.randint(120, 640)


def _value(asked: dict[str, Any], good: DemoGood, chance: Random) -> str:
    """A value inside the typical range, with no more decimals than the range has."""
    if asked["key"] == "net" and asked["unit"] in {"kg", "g", "ml"}:
        factor = 1000 if asked["unit"] == "kg" else 1
        return str((Decimal(good.net_base) / factor).normalize()).replace(".", ",") if good.net_base > 1 else ""
    if not is_measured(asked):
        return "đạt" if "/" in asked["unit"] else ""
    if asked["key"] in DAYS_IN:
        return str(waited(asked))
    low, high = Decimal(str(asked["typical_min"] or 0)), Decimal(str(asked["typical_max"] or 0))
    decimals = max(0, -int(low.normalize().as_tuple().exponent), -int(high.normalize().as_tuple().exponent))
    value = low + (high - low) * Decimal(chance.randint(20, 80)) / 100
    return str(value.quantize(Decimal(1).scaleb(-decimals))).replace(".", ",")
