"""What a lot was made of, and what was made of it: up and down the graph of edges.

The database finds the set of ids alone (recursive CTE, ``UNION``): that stops at diamonds, would stop at a cycle, and
is answered from one index. Amounts are joined afterwards, depth is a second pass here; never arrays of paths, whose
number doubles with every diamond. The nearest come first, so that a cut answer is the nearest part.
"""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection

MOST_LOTS = 5_000
MOST_LINKS = 20_000  # two lots may be tied by any number of events
EVERYTHING = 2**31 - 1


class Direction(StrEnum):
    BACK = "back"  # to what it was made of
    FORWARD = "forward"  # to what was made of it


@dataclass(frozen=True, slots=True)
class Link:
    """``parent_base`` (in the parent's base unit) of lot ``parent`` went into lot ``child`` in event ``event``."""

    parent: int
    child: int
    event: int
    parent_base: int


@dataclass(frozen=True, slots=True)
class Trace:
    """``depth``: lot id → steps from the nearest root (roots are 0), nearest first. ``truncated``: there is more."""

    roots: tuple[int, ...]
    direction: Direction
    depth: dict[int, int]
    links: tuple[Link, ...]
    truncated: bool = False

    @property
    def ids(self) -> tuple[int, ...]:
        """All lots found, the roots among them."""
        return tuple(self.depth)

    @property
    def event_ids(self) -> frozenset[int]:
        """The events that tied these lots together; an event with several outputs belongs to only one by itself."""
        return frozenset(link.event for link in self.links)

    @property
    def generations(self) -> int:
        return max(self.depth.values(), default=0)


# (from, to): the column one comes from and the one that leads on.
_COLUMNS = {Direction.BACK: ("child_id", "parent_id"), Direction.FORWARD: ("parent_id", "child_id")}


def trace(
    batch_ids: Collection[int],
    direction: Direction = Direction.BACK,
    limit: int = MOST_LOTS,
    depth: int | None = None,
    most_links: int = EVERYTHING,
) -> Trace:
    """At most ``limit`` lots around ``batch_ids`` (themselves included), ``depth`` steps far, tied by at most
    ``most_links`` links, the oldest first. Two queries.

    Whatever is cut off is said by ``truncated``; no link leads to a lot that is not in the answer.
    """
    return traces(batch_ids, [direction], limit=limit, depth=depth, most_links=most_links)[0]


def traces(
    batch_ids: Collection[int],
    directions: Sequence[Direction],
    *,
    limit: int = MOST_LOTS,
    depth: int | None = None,
    most_links: int = EVERYTHING,
) -> list[Trace]:
    """As :func:`trace`, for each of ``directions``. Two queries in all."""
    roots = tuple(dict.fromkeys(batch_ids))
    found = _reach(roots, directions, limit=limit + 1)
    links = _links([lots[:limit] for lots in found], most=most_links)
    return [_trace(roots, *each, limit, depth, most_links) for each in zip(directions, found, links, strict=True)]


def _trace(
    roots: tuple[int, ...],
    direction: Direction,
    found: Sequence[int],
    links: Sequence[Link],
    limit: int,
    depth: int | None,
    most_links: int,
) -> Trace:
    far = _depths(roots, links, direction)
    if depth is not None:
        far = {lot: steps for lot, steps in far.items() if steps <= depth}
    truncated = len(found) > limit or len(far) < len(found) or len(links) == most_links
    return Trace(roots, direction, far, tuple(_within(links, far)), truncated=truncated)


def ancestor_ids(batch_id: int, limit: int = MOST_LOTS) -> frozenset[int]:
    """Every lot that ``batch_id`` was made of, however far back, without itself. One query."""
    return frozenset(_reach((batch_id,), [Direction.BACK], limit=limit)[0]) - {batch_id}


def descendant_ids(batch_ids: Collection[int], limit: int = EVERYTHING) -> frozenset[int]:
    """Every lot that something of ``batch_ids`` went into, without themselves. One query."""
    return frozenset(_reach(tuple(batch_ids), [Direction.FORWARD], limit=limit)[0]) - frozenset(batch_ids)


def is_upstream(candidates: Collection[int], of: Collection[int]) -> bool:
    """Whether one of ``candidates`` is an ancestor of one of ``of``, or the same lot."""
    return not set(candidates).isdisjoint(_reach(tuple(of), [Direction.BACK], limit=EVERYTHING)[0])


def _reach(roots: Collection[int], directions: Sequence[Direction], *, limit: int) -> list[list[int]]:
    """Ids within reach in each direction, roots first and then breadth first, at most ``limit`` each."""
    walks = ", ".join(
        f"""walk{number}(id) AS (
            SELECT id FROM traceability_batch WHERE id IN ({_listed()})
            UNION
            SELECT edge.{onward} FROM walk{number} JOIN traceability_edge AS edge ON edge.{start} = walk{number}.id
        )"""  # nosec B608: our own column names and marks
        for number, (start, onward) in enumerate(_COLUMNS[direction] for direction in directions)
    )
    nearest = _one_after_another("SELECT id FROM walk{number} LIMIT %s", len(directions))
    listed = _list_parameter(roots)
    found: list[list[int]] = [[] for _ in directions]
    with connection.cursor() as cursor:
        cursor.execute(f"WITH RECURSIVE {walks} {nearest}", [*[listed] * len(directions), *[limit] * len(directions)])
        for number, lot in cursor.fetchall():
            found[number].append(lot)
    return found


def _links(each: Sequence[Collection[int]], *, most: int) -> list[list[Link]]:
    """Between the lots of each set, the oldest first, at most ``most`` for each."""
    between = f"""
        SELECT parent_id, child_id, event_id, parent_base FROM traceability_edge
        WHERE child_id IN ({_listed()}) AND parent_id IN ({_listed()})
        ORDER BY event_id, parent_id, child_id LIMIT %s
    """  # nosec B608: only marks
    values = [value for lots in each for value in (*[_list_parameter(lots)] * 2, most)]
    found: list[list[Link]] = [[] for _ in each]
    with connection.cursor() as cursor:
        cursor.execute(_one_after_another(between, len(each)), values)
        for number, *link in cursor.fetchall():
            found[number].append(Link(*link))
    return found


def _one_after_another(sql: str, times: int) -> str:
    """``times`` times the same question in one, each row with the number of its question before it."""
    part = "SELECT %d, part.* FROM (%s) AS part"
    return " UNION ALL ".join(part % (number, sql.format(number=number)) for number in range(times))  # nosec B608


def _listed() -> str:
    """A set of ids as one parameter: thousands of placeholders would be planned anew for every length."""
    return "SELECT unnest(%s::bigint[])" if connection.vendor == "postgresql" else "SELECT value FROM json_each(%s)"


def _list_parameter(lots: Collection[int]) -> list[int] | str:
    return list(lots) if connection.vendor == "postgresql" else json.dumps(list(lots))


def _depths(roots: Iterable[int], links: Iterable[Link], direction: Direction) -> dict[int, int]:
    onward: dict[int, list[int]] = defaultdict(list)
    for link in links:
        start, end = (link.child, link.parent) if direction is Direction.BACK else (link.parent, link.child)
        onward[start].append(end)
    depths = dict.fromkeys(roots, 0)
    waiting = deque(depths)
    while waiting:
        lot = waiting.popleft()
        for further in onward.get(lot, ()):
            if further not in depths:
                depths[further] = depths[lot] + 1
                waiting.append(further)
    return depths


def _within(links: Iterable[Link], lots: Collection[int]) -> list[Link]:
    return [link for link in links if link.parent in lots and link.child in lots]
