from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.harness.lot_graphs import make_event, make_lot
from traceability.batches.models import Batch
from traceability.batches.opening import LotPlan
from traceability.events.harvesting import record_harvest
from traceability.events.models import Event
from traceability.events.transforming import transform_lots
from traceability.events.working import Done, Output, Taken, Work
from traceability.genealogy.linking import Flow, link
from traceability.genealogy.models import Edge
from traceability.plots.models import Plot
from traceability.products.importing import import_product_lines
from traceability.products.models import Pack, Product, ProductLine


@pytest.fixture
def tea(cast: Cast) -> Product:
    import_product_lines()
    return Product.objects.create(
        cooperative=cast.huong_que,
        line=ProductLine.objects.get(code="tea"),
        name="Chè shan tuyết",
        name_en="Shan tea",
        shelf_life_days=540,
    )


@pytest.fixture
def tin(tea: Product) -> Pack:
    """A pack of 100 g."""
    return Pack.objects.create(
        product=tea, name="hộp 100 g", name_en="100 g tin", net_quantity_base=100, base_unit="g", ship_weight_g=150
    )


class Graph:
    """Lots by name: ``graph.link("A B", "C")`` makes one event with 1 kg of each."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.lots: dict[str, Batch] = {}
        self._number = 0

    def __getitem__(self, name: str) -> Batch:
        if name not in self.lots:
            self.lots[name] = make_lot(self.product, len(self.lots) + 1)
            self.lots[name].save()
        return self.lots[name]

    def ids(self, names: str) -> set[int]:
        return {self[name].pk for name in names.split()}

    def event(self) -> Event:
        self._number += 1
        event = make_event(self.product.cooperative, self._number)
        event.save()
        return event

    def link(self, inputs: str, outputs: str, *, amount: int = 1000) -> list[Edge]:
        return link(self.event(), *(self._flows(names, amount) for names in (inputs, outputs)))

    def _flows(self, names: str, amount: int) -> list[Flow]:
        return [Flow(self[name].pk, amount) for name in names.split()]


@pytest.fixture
def graph(tea: Product) -> Graph:
    return Graph(tea)


MORNING = timezone.make_aware(datetime(2026, 11, 5, 7))


def work(hours: float = 0, *, uuid: UUID | None = None, **facts: object) -> Work:
    """Something done so many hours after the morning of 5 November."""
    at = MORNING + timedelta(hours=hours)
    return Work(**{"event_time": at, "recorded_at": at, "client_uuid": uuid or uuid4()} | facts)


class Farm:
    """Lots made by the verbs of the site: ``farm.pick(60_000)``, ``farm.make([(lot, 60_000)], 12_000)``."""

    def __init__(self, product: Product, cast: Cast) -> None:
        self.product, self.cast = product, cast

    def plot(self, name: str) -> Plot:
        return Plot.objects.get_or_create(
            cooperative=self.product.cooperative, name=name, defaults={"commune": self.cast.tran_de}
        )[0]

    def raw(self, plot: str = "", **facts: object) -> LotPlan:
        where = self.plot(plot) if plot else None
        return LotPlan(**{"product": self.product, "material": "búp chè tươi", "base_unit": "g", "plot": where} | facts)

    def half_made(self, **facts: object) -> LotPlan:
        return self.raw(**{"kind": "intermediate", "material": "chè khô"} | facts)

    def pick(self, grams: int, *, plot: str = "", hours: float = 0) -> Batch:
        output = Output(grams, plan=self.raw(plot))
        return record_harvest(output=output, work=work(hours), actor=self.cast.lan_acts).batch

    def make(self, taken: list[tuple[Batch, int]], *grams: int, hours: float = 1, **facts: object) -> Done:
        return transform_lots(
            taken=[Taken(lot, amount) for lot, amount in taken],
            outputs=[Output(amount, plan=self.half_made()) for amount in grams],
            work=work(hours),
            actor=self.cast.lan_acts,
            **facts,
        )


@pytest.fixture
def farm(tea: Product, cast: Cast) -> Farm:
    return Farm(tea, cast)
