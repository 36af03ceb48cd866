"""What holds for every graph: back and forward mirror each other, and no sequence of links ever closes a ring."""

from __future__ import annotations

from random import Random

import pytest

from tests.traceability.genealogy.conftest import Graph
from traceability.genealogy.linking import CycleRefused, Flow, link
from traceability.genealogy.models import Edge
from traceability.genealogy.tracing import Direction, trace

pytestmark = pytest.mark.django_db
LOTS, LINKS = 9, 16


def reached(start: int, pairs: set[tuple[int, int]]) -> set[int]:
    """The oracle: walk forward over plain pairs."""
    found, ahead = {start}, [start]
    while ahead:
        lot = ahead.pop()
        further = {child for parent, child in pairs if parent == lot} - found
        found |= further
        ahead += further
    return found


@pytest.mark.parametrize("seed", range(6))
def test_back_and_forward_mirror_each_other_and_no_ring_is_ever_closed(graph: Graph, seed: int) -> None:
    chance = Random(seed)
    lots = [graph[f"L{number}"].pk for number in range(LOTS)]
    pairs: set[tuple[int, int]] = set()
    refused = 0
    for _ in range(LINKS):
        parent, child = chance.sample(lots, 2)
        closes = parent in reached(child, pairs)
        try:
            link(graph.event(), [Flow(parent, chance.randrange(1, 9))], [Flow(child, 5)])
        except CycleRefused:
            refused += 1
            assert closes
        else:
            assert not closes
            pairs.add((parent, child))
    assert refused and Edge.objects.count() == LINKS - refused
    forward = {lot: set(trace([lot], Direction.FORWARD).ids) for lot in lots}
    back = {lot: set(trace([lot], Direction.BACK).ids) for lot in lots}
    assert forward == {lot: reached(lot, pairs) for lot in lots}
    assert all((one in back[other]) == (other in forward[one]) for one in lots for other in lots)
