"""How much of a lot comes from each of the lots it was made of: shares by weight. Pure.

A lot is made of its parents in proportion to what each gave; shares multiply along a way and add up over several ways.
This is reckoned lot by lot from the target up (each lot once, after all that were made of it), never way by way: sixty
generations of diamonds are sixty steps here and 10¹⁸ ways. Fractions, so the sum is exactly 1.

Units: within one lot, amounts in the same unit are compared as they are. Where units meet, 1 ml counts as 1 g and a
piece as its declared weight; where that is unknown nothing is said (:class:`Unweighable`), rather than something false.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from community.errors import DomainError


class Unweighable(DomainError):
    """Pieces of unknown weight were mixed with something weighed. Fact: child (batch id)."""


Own = Mapping[int, Fraction | int]


@dataclass(frozen=True, slots=True)
class Portion:
    """``parent`` gave ``weight`` (> 0, in whatever unit is the same for all portions of ``child``)."""

    parent: int
    child: int
    weight: Fraction | int


@dataclass(frozen=True, slots=True)
class Given:
    """``amount`` base units of ``unit`` (g, ml, piece); ``piece_g``: grams of one piece, where that is known."""

    parent: int
    child: int
    amount: int
    unit: str
    piece_g: Fraction | None = None


def portions_of(given: Iterable[Given]) -> list[Portion]:
    """Amounts made comparable within each lot. Raises :class:`Unweighable`."""
    by_child: dict[int, list[Given]] = defaultdict(list)
    for each in given:
        by_child[each.child].append(each)
    return [
        Portion(each.parent, child, _weight(each, is_mixed=len({one.unit for one in whole}) > 1))
        for child, whole in by_child.items()
        for each in whole
    ]


def _weight(given: Given, *, is_mixed: bool) -> Fraction | int:
    if not is_mixed or given.unit != "piece":
        return given.amount
    if given.piece_g is None:
        raise Unweighable("unweighable", child=given.child)
    return given.amount * given.piece_g


def shares_of(target: int, portions: Iterable[Portion], own: Own | None = None) -> dict[int, Fraction]:
    """The share of every ancestor in ``target`` (itself: 1). What has no parents of its own adds up to exactly 1.

    ``own``: what a lot that has parents also got from its own harvest or purchase, in the unit of its portions; that
    part ends there, see :func:`origins_of`. Raises ValueError for a cycle.
    """
    parents = _by_child(portions)
    shares: dict[int, Fraction] = defaultdict(Fraction)
    shares[target] = Fraction(1)
    for child in _children_first(target, parents):
        whole = sum(portion.weight for portion in parents[child]) + (own or {}).get(child, 0)
        unit = shares[child] / whole
        for portion in parents[child]:
            shares[portion.parent] += unit * portion.weight
    return dict(shares)


def origins_of(target: int, portions: Sequence[Portion], own: Own | None = None) -> dict[int, Fraction]:
    """Where ``target`` comes from in the end: shares of the lots that began, adding up to exactly 1."""
    parents = _by_child(portions)
    found: dict[int, Fraction] = {}
    for lot, share in shares_of(target, portions, own).items():
        began = (own or {}).get(lot, 0)
        if lot not in parents:
            found[lot] = share
        elif began:
            found[lot] = share * began / (began + sum(portion.weight for portion in parents[lot]))
    return found


def percentages(shares: Mapping[int, Fraction], *, whole: int = 100) -> dict[int, int]:
    """Whole per cent (``whole=1000``: tenths) that add up to what the shares add up to; largest remainders first."""
    floors = {lot: int(share * whole) for lot, share in shares.items()}
    missing = round(sum(shares.values()) * whole) - sum(floors.values())
    for lot in sorted(shares, key=lambda lot: (floors[lot] - shares[lot] * whole, lot))[:missing]:
        floors[lot] += 1
    return floors


def _by_child(portions: Iterable[Portion]) -> dict[int, list[Portion]]:
    found: dict[int, list[Portion]] = defaultdict(list)
    for portion in portions:
        found[portion.child].append(portion)
    return found


def _children_first(target: int, parents: Mapping[int, Sequence[Portion]]) -> list[int]:
    """Lots with parents, each after all lots of this story that were made of it (Kahn's order, from the target up)."""
    waiting_for: dict[int, int] = defaultdict(int)
    seen, ahead = {target}, [target]
    while ahead:
        for portion in parents.get(ahead.pop(), ()):
            waiting_for[portion.parent] += 1
            if portion.parent not in seen:
                seen.add(portion.parent)
                ahead.append(portion.parent)
    ready, order = ([] if waiting_for[target] else [target]), []
    while ready:
        child = ready.pop()
        order.append(child)
        for portion in parents.get(child, ()):
            waiting_for[portion.parent] -= 1
            if not waiting_for[portion.parent]:
                ready.append(portion.parent)
    if len(order) < len(seen):
        raise ValueError("the graph has a cycle")
    return [lot for lot in order if lot in parents]
