from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cast import Cast
from tests.harness.lot_graphs import make_event, make_lot
from traceability.batches.models import Batch
from traceability.events.models import Event
from traceability.genealogy.linking import Flow, link
from traceability.genealogy.models import Edge
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


Deed = Callable[[], None]
