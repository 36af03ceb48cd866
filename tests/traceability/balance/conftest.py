"""A tea cooperative: a plot of 0.8 ha, fresh leaf, dried tea, packs of 100 g. Times are in the tea's first season."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone, translation

from community import clock
from tests.cast import Cast, sign_in
from tests.traceability.balance.makings import LEAF, TEA, made_part
from traceability.balance.facts import Making
from traceability.balance.treating import Sprayed, note_treatment
from traceability.batches.models import Batch, PostingKind
from traceability.batches.opening import LotPlan, open_batch, open_lot
from traceability.batches.posting import Movement, post_recorded
from traceability.batches.watching import moved
from traceability.certificates.models import Certificate
from traceability.events.harvesting import record_harvest
from traceability.events.transforming import transform_lots
from traceability.events.working import Done, Output, Taken, Work
from traceability.plots.models import Plot, Treatment
from traceability.products.importing import import_product_lines
from traceability.products.models import LineStep, Pack, Product, ProductLine

NOW = timezone.make_aware(datetime(2026, 6, 20, 12))
HARVEST_DAY = timezone.make_aware(datetime(2026, 4, 10, 6))


@pytest.fixture
def now() -> Iterator[datetime]:
    with clock.at(NOW):
        yield NOW


@dataclass
class Garden:
    """Verbs of the field diary in short, so that a test reads like the story it tells."""

    cast: Cast
    product: Product
    pack: Pack
    plot: Plot

    def step(self, code: str) -> LineStep:
        return LineStep.objects.get(line=self.product.line, code=code)

    def work(self, at: datetime, step: str | None = None) -> Work:
        return Work(at, at, uuid4(), step=self.step(step) if step else None)

    def plan(self, material: str, **more: Any) -> LotPlan:
        return LotPlan(product=self.product, material=material, base_unit="g", **more)

    def harvest(self, base: int, *, at: datetime = HARVEST_DAY, plot: Plot | None = None) -> Batch:
        plan = self.plan("lá chè tươi", plot=plot or self.plot)
        done = record_harvest(output=Output(base, plan=plan), work=self.work(at, "pluck"), actor=self.cast.lan_acts)
        return done.batch

    def bought(self, base: int, *, at: datetime = HARVEST_DAY, material: str = "lá chè tươi") -> Batch:
        lot = open_lot(plan=self.plan(material), day=at.date(), actor=self.cast.lan_acts)
        self.record(lot, PostingKind.BUY, base, at=at)
        return lot

    def dry(self, lot: Batch, taken: int, given: int, *, hours: int = 10) -> Batch:
        return self.make([(lot, taken)], [given], step="dry", hours=hours)[0]

    def make(
        self, taken: list[tuple[Batch, int]], given: list[int], *, step: str | None, hours: int = 10, loss: int = 0
    ) -> tuple[Batch, ...]:
        plan = self.plan("chè khô", kind=Batch.Kind.INTERMEDIATE)
        done: Done = transform_lots(
            taken=[Taken(lot, base) for lot, base in taken],
            outputs=[Output(base, plan=plan) for base in given],
            work=self.work(HARVEST_DAY + timedelta(hours=hours), step),
            actor=self.cast.lan_acts,
            loss_base=loss,
        )
        return done.batches

    def packs_of(self, lot: Batch, taken: int, packs: int, *, hours: int = 20) -> Batch:
        done = transform_lots(
            taken=[Taken(lot, taken)],
            outputs=[Output(packs * self.pack.net_quantity_base, pack=self.pack)],
            work=self.work(HARVEST_DAY + timedelta(hours=hours), "pack"),
            actor=self.cast.lan_acts,
        )
        return done.batch

    def open(self) -> Batch:
        return open_batch(pack=self.pack, day=date(2026, 4, 12), actor=self.cast.lan_acts)

    def record(self, lot: Batch, kind: PostingKind, base: int, *, at: datetime, **more: Any) -> None:
        """A record as the phone brings it, perhaps days late."""
        post_recorded(batch_id=lot.pk, movement=Movement(kind, base, at=at, **more))
        moved([lot.pk])

    def spray(self, on: date, days: int | None, *, plot: Plot | None = None, key: UUID | None = None) -> Treatment:
        said = Sprayed("Abamectin", on, days)
        return note_treatment(plot=plot or self.plot, said=said, key=key or uuid4(), actor=self.cast.lan_acts)

    def certificate(self, scheme: str = "vietgap", **facts: Any) -> Certificate:
        fields: dict[str, Any] = {
            "cooperative": self.cast.huong_que,
            "scheme": scheme,
            "number": f"{scheme}-1",
            "issuer": "Trung tâm chứng nhận",
            "issued_on": date(2026, 1, 1),
            "expires_on": date(2026, 12, 31),
            "checked_at": NOW,
        }
        paper = Certificate.objects.create(**fields | facts)
        paper.products.add(self.product)
        paper.plots.add(self.plot)
        return paper


@pytest.fixture
def garden(cast: Cast, now: datetime) -> Garden:
    import_product_lines()
    product = Product.objects.create(
        cooperative=cast.huong_que, line=ProductLine.objects.get(code="tea"), name="Chè Shan tuyết", shelf_life_days=365
    )
    pack = Pack.objects.create(
        product=product, name="gói 100 g", net_quantity_base=100, base_unit="g", ship_weight_g=110
    )
    plot = Plot.objects.create(cooperative=cast.huong_que, name="Đồi Chè", commune=cast.tran_de, area_m2=8_000)
    return Garden(cast, product, pack, plot)


@pytest.fixture
def drying() -> Making:
    """7 t of leaf become 1.4 t of tea in ten hours."""
    return Making(
        1, "dry", HARVEST_DAY + timedelta(hours=10), (made_part(LEAF, 7_000_000),), (made_part(TEA, 1_400_000),)
    )


@pytest.fixture
def phone(client: Client, cast: Cast, site_ready: None) -> Iterator[Client]:
    yield sign_in(client, cast.lan)
    translation.activate("vi")
