"""The map of the 34 provinces as outlines to draw, and how far apart they lie on it.

``data/vn34.svg`` is @svg-maps/vietnam (CC BY 4.0, modified): the foot of every page shows that credit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from math import hypot
from xml.etree import ElementTree

from community.places.importing import DATA

KILOMETRES_PER_UNIT = 2.12
"""Of the drawing's units, from Hà Nội and Hồ Chí Minh City 1,160 km apart: for an order of nearness, not for a road."""

_SVG = "{http://www.w3.org/2000/svg}"
_STEP = re.compile(r"-?\d+")
_LEVELS = 4


@dataclass(frozen=True, slots=True)
class Outline:
    """A province on the map. ``middle``: of its largest part (islands far out do not pull it to sea)."""

    code: str
    path: str
    middle: tuple[float, float]


@dataclass(frozen=True, slots=True)
class MapProvince:
    """What ``components/province_map.html`` draws of one. ``level``: 0 (nothing there) to 4 (most), for its colour."""

    code: str
    name: str
    path: str
    url: str
    count: int
    level: int


@dataclass(frozen=True, slots=True)
class ProvinceMap:
    width: int
    height: int
    provinces: tuple[MapProvince, ...]


@cache
def outlines() -> dict[str, Outline]:
    """By province code ("92"). Read once."""
    return {code: Outline(code, path, _middle(path)) for code, path in _drawing()[2].items()}


def map_of(
    names: Mapping[str, str], counts: Mapping[str, int], address: Callable[[str], str], *, here: str = ""
) -> ProvinceMap:
    """The map with ``names`` and ``counts`` by province code; ``address(code)`` is where a press leads.

    A province without anything has no address. ``here``: the chosen one is drawn last, so that its edge is whole.
    """
    width, height, _paths = _drawing()
    most = max(counts.values(), default=0)
    drawn = []
    for code, outline in outlines().items():
        count = counts.get(code, 0)
        url = address(code) if count else ""
        drawn.append(MapProvince(code, names.get(code, ""), outline.path, url, count, _level(count, most)))
    return ProvinceMap(width, height, tuple(sorted(drawn, key=lambda one: one.code == here)))


def kilometres(one: str, other: str) -> int | None:
    """Roughly, as the crow flies, between the middles of two provinces; None when the map knows one of them not."""
    first, second = outlines().get(one), outlines().get(other)
    if first is None or second is None:
        return None
    (x1, y1), (x2, y2) = first.middle, second.middle
    return round(hypot(x1 - x2, y1 - y2) * KILOMETRES_PER_UNIT)


@cache
def nearest_provinces(code: str) -> tuple[str, ...]:
    """All codes of the map, itself first, then by distance; () for a code that is not on it."""
    if code not in outlines():
        return ()
    return tuple(sorted(outlines(), key=lambda other: (other != code, kilometres(code, other) or 0, other)))


def _level(count: int, most: int) -> int:
    """By share of the largest: 1 for any at all, ``_LEVELS`` for the most."""
    return 0 if not count else max(1, -(-count * _LEVELS // most))


@cache
def _drawing() -> tuple[int, int, dict[str, str]]:
    """(width, height, path by province code)"""
    root = ElementTree.parse(DATA / "vn34.svg").getroot()  # nosec B314  # our own file
    _x, _y, width, height = (int(each) for each in root.attrib["viewBox"].split())
    return width, height, {each.attrib["id"][1:]: each.attrib["d"] for each in root.iter(f"{_SVG}path")}


def _middle(path: str) -> tuple[float, float]:
    """The centre of gravity of the largest ring. Paths of our file are ``Mx,yldx,dy dx,dy…z`` and nothing else."""
    return max((_centre(ring) for ring in path.split("z") if ring), key=lambda found: found[0])[1]


def _centre(ring: str) -> tuple[float, tuple[float, float]]:
    """(area, centre of gravity)"""
    steps = [int(each) for each in _STEP.findall(ring)]
    points, x, y = [], 0, 0
    for dx, dy in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + dx, y + dy
        points.append((x, y))
    twice = gx = gy = 0.0
    for (x1, y1), (x2, y2) in zip(points, points[1:] + points[:1], strict=True):
        cross = x1 * y2 - x2 * y1
        twice, gx, gy = twice + cross, gx + (x1 + x2) * cross, gy + (y1 + y2) * cross
    if not twice:
        return 0.0, (float(points[0][0]), float(points[0][1]))
    return abs(twice) / 2, (gx / (3 * twice), gy / (3 * twice))
