"""Up and down the graph of lots: every lot once, the nearest first, and what was cut is said."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.traceability.genealogy.conftest import Graph
from traceability.genealogy.tracing import Direction, ancestor_ids, descendant_ids, trace

pytestmark = pytest.mark.django_db


def test_both_ways_with_depth_and_amounts(graph: Graph) -> None:
    graph.link("A1 A2", "M")
    graph.link("M", "D1 D2")
    back = trace([graph["D1"].pk])
    assert {graph_name(graph, lot): steps for lot, steps in back.depth.items()} == {"D1": 0, "M": 1, "A1": 2, "A2": 2}
    assert [(link.parent, link.child, link.parent_base) for link in back.links] == [
        (graph["A1"].pk, graph["M"].pk, 1000),
        (graph["A2"].pk, graph["M"].pk, 1000),
        (graph["M"].pk, graph["D1"].pk, 500),
    ]
    ahead = trace([graph["A2"].pk], Direction.FORWARD)
    assert set(ahead.ids) == graph.ids("A2 M D1 D2")
    assert not back.truncated and not ahead.truncated


def test_a_diamond_is_walked_once(graph: Graph) -> None:
    graph.link("A", "B C")
    graph.link("B C", "D")
    assert sorted(trace([graph["D"].pk]).ids) == sorted(graph.ids("A B C D"))
    assert trace([graph["D"].pk]).generations == 2


def test_sixty_generations_of_a_solera_are_sixty_lots_not_a_trillion_paths(graph: Graph) -> None:
    """Each lot is made of the two before it: by paths this would be 2.5 × 10¹² rows."""
    for place in range(2, 62):
        graph.link(f"L{place - 2} L{place - 1}", f"L{place}")
    with CaptureQueriesContext(connection) as asked:
        found = trace([graph["L61"].pk])
    assert len(asked) == 2
    assert len(found.ids) == 62 and len(found.links) == 120
    assert found.generations == 31  # the shortest way goes by twos


def test_what_is_cut_off_is_said_and_no_link_hangs_in_the_air(graph: Graph) -> None:
    graph.link("A1 A2 A3 A4 A5", "M")
    found = trace([graph["M"].pk], limit=4)
    assert found.truncated and len(found.ids) == 4 and graph["M"].pk in found.ids
    assert {lot for link in found.links for lot in (link.parent, link.child)} == set(found.ids)
    assert not trace([graph["M"].pk], limit=6).truncated


def test_one_step_back_and_one_step_forward(graph: Graph) -> None:
    """G05: what every business must know by law, its direct suppliers and direct customers."""
    graph.link("A", "B")
    graph.link("B", "C")
    graph.link("C", "D")
    one_back = trace([graph["C"].pk], Direction.BACK, depth=1)
    one_ahead = trace([graph["C"].pk], Direction.FORWARD, depth=1)
    assert (set(one_back.ids), one_back.truncated) == (graph.ids("B C"), True)
    assert (set(one_ahead.ids), one_ahead.truncated) == (graph.ids("C D"), False)


def test_a_lot_from_elsewhere_changes_nothing(graph: Graph) -> None:
    graph.link("A", "B")
    before = trace([graph["B"].pk])
    graph.link("X", "Y")
    assert trace([graph["B"].pk]) == before


def test_the_cost_does_not_grow_with_the_story(graph: Graph) -> None:
    for place in range(30):
        graph.link(f"P{place}", f"P{place + 1}")
    for start in ("P1", "P30"):
        with CaptureQueriesContext(connection) as asked:
            trace([graph[start].pk])
        assert len(asked) == 2


def test_sets_for_other_rooms(graph: Graph) -> None:
    graph.link("A", "B")
    graph.link("B", "C D")
    assert ancestor_ids(graph["C"].pk) == graph.ids("A B")
    assert descendant_ids([graph["A"].pk]) == graph.ids("B C D")
    assert ancestor_ids(graph["A"].pk) == frozenset()


def graph_name(graph: Graph, lot: int) -> str:
    return next(name for name, batch in graph.lots.items() if batch.pk == lot)


def test_links_are_cut_too_and_it_is_said(graph: Graph) -> None:
    """Two lots may be tied by any number of events."""
    for _ in range(5):
        graph.link("A", "B")
    whole = trace([graph["B"].pk], most_links=6)
    assert (len(whole.links), whole.truncated) == (5, False)
    cut = trace([graph["B"].pk], most_links=3)
    assert (len(cut.links), cut.truncated) == (3, True)
    assert [link.event for link in cut.links] == sorted(link.event for link in whole.links)[:3]


def test_links_to_lots_that_were_cut_off_are_not_read(graph: Graph) -> None:
    """A tank that hundreds were poured into costs no more than what is shown of it."""
    for number in range(20):
        graph.link(f"T{number}", "TANK")
    graph.link("TANK", "P")
    found = trace([graph["P"].pk], limit=5, most_links=5)
    assert (len(found.ids), len(found.links), found.truncated) == (5, 4, True)
