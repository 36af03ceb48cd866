"""Two people close a ring together, each with half of it. First without the guard, then that one of them is refused."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import connection, transaction

from tests.traceability.genealogy.conftest import Farm, Graph, work
from traceability.batches.models import Batch
from traceability.batches.posting import OutOfStock
from traceability.events.models import Event
from traceability.events.transforming import transform_lots
from traceability.events.working import Output, Taken
from traceability.genealogy import linking
from traceability.genealogy.linking import CycleRefused, Flow, link
from traceability.genealogy.models import Edge
from traceability.genealogy.tracing import is_upstream

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site_ready")]


def together(*deeds: Callable[[], bool]) -> list[bool]:
    def run(deed: Callable[[], bool]) -> bool:
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return sorted(pool.map(run, deeds))


def has_ring(graph: Graph) -> bool:
    pairs = set(Edge.objects.values_list("parent_id", "child_id"))
    return any(is_upstream([child], [parent]) for parent, child in pairs)


@pytest.fixture
def half_rings(graph: Graph) -> tuple[tuple[int, int], tuple[int, int]]:
    """A → B and C → D are there; B → C and D → A are each harmless, and together a ring over four different lots."""
    graph.link("A", "B")
    graph.link("C", "D")
    return (graph["B"].pk, graph["C"].pk), (graph["D"].pk, graph["A"].pk)


def test_without_the_guard_two_close_a_ring(graph: Graph, half_rings: tuple[tuple[int, int], tuple[int, int]]) -> None:
    """Look, then write: both looked before either wrote, and no row did they have in common to lock."""
    both_have_looked = Barrier(2, timeout=60)
    events = [graph.event(), graph.event()]

    def look_and_write(event: Event, pair: tuple[int, int]) -> bool:
        parent, child = pair
        if is_upstream([child], [parent]):
            return False
        both_have_looked.wait()
        Edge.objects.create(parent_id=parent, child_id=child, event=event, parent_base=1)
        return True

    deeds = [lambda e=event, p=pair: look_and_write(e, p) for event, pair in zip(events, half_rings, strict=True)]
    assert together(*deeds) == [True, True]
    assert has_ring(graph)


def test_with_the_guard_one_of_the_two_is_refused(
    graph: Graph, half_rings: tuple[tuple[int, int], tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that looks second finds what the first has written, however long the first takes between the two."""
    both_have_looked = Barrier(2, timeout=3)
    really = linking._closes_a_ring

    def look_and_wait(inputs: set[int], outputs: set[int]) -> bool:
        answer = really(inputs, outputs)
        with suppress(BrokenBarrierError):  # nobody else may come this far meanwhile: the wait runs out
            both_have_looked.wait()
        return answer

    monkeypatch.setattr(linking, "_closes_a_ring", look_and_wait)
    events = [graph.event(), graph.event()]

    def write(event: Event, pair: tuple[int, int]) -> bool:
        parent, child = pair
        try:
            with transaction.atomic():
                link(event, [Flow(parent, 5)], [Flow(child, 5)])
        except CycleRefused:
            return False
        return True

    deeds = [lambda e=event, p=pair: write(e, p) for event, pair in zip(events, half_rings, strict=True)]
    assert together(*deeds) == [False, True]
    assert not has_ring(graph)
    assert Edge.objects.count() == 3


def test_ten_people_take_from_one_lot_that_holds_six_parts(farm: Farm) -> None:
    lot = farm.pick(6_000)
    ready = Barrier(10, timeout=60)

    def take() -> bool:
        ready.wait()
        try:
            transform_lots(
                taken=[Taken(Batch.objects.get(pk=lot.pk), 1_000)],
                outputs=[Output(200, plan=farm.half_made(lot_code=""))],
                work=work(1),
                actor=farm.cast.lan_acts,
            )
        except OutOfStock:
            return False
        return True

    assert together(*[take] * 10) == [False] * 4 + [True] * 6
    lot.refresh_from_db()
    assert (lot.on_hand_base, lot.shortfall_base) == (0, 0)
    assert Edge.objects.filter(parent=lot).count() == 6
