"""Outlines of plots: read from a GeoJSON or KML file or from typed corners, checked, measured, compared. No database.

A position is (longitude, latitude) in degrees, WGS 84. Areas are taken on the ellipsoid: in Lambert's cylindrical
equal-area projection (Snyder, Map Projections, USGS 1987, eq. 3-12 and 10-13/14), where the shoelace formula is exact
but for the bend of the edges, far below a square metre for a field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atanh, cos, radians, sin, sqrt
from typing import Any
from xml.etree import ElementTree

from defusedxml.ElementTree import fromstring

from community.errors import DomainError

Position = tuple[float, float]
Ring = Sequence[Position]

WEST, EAST, SOUTH, NORTH = 102.0, 118.0, 7.0, 23.5  # Viet Nam with its islands
MOST_CORNERS = 1000
LEAST_M2, MOST_M2 = 10, 20_000_000  # 20 km²: larger than any cooperative's field
LONGEST_TEXT = 1_000_000
LARGEST = 1e9  # no number of a map, in degrees or metres
EQUATOR_M, FLATTENING = 6_378_137.0, 1 / 298.257223563  # WGS 84
_E2 = FLATTENING * (2 - FLATTENING)
_E = sqrt(_E2)
DIGITS = 7  # about a centimetre

_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")


class BadOutline(DomainError):
    """Codes: unreadable, no_polygon, several_polygons, with_hole, too_few_corners, too_many_corners (fact: most),
    outside_vietnam, crosses_itself, too_small, too_large, bad_corner (fact: line)."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A closed ring, its first corner again at the end; ``area_m2`` rounded to whole square metres."""

    ring: tuple[Position, ...]
    area_m2: int

    @property
    def box(self) -> tuple[float, float, float, float]:
        """west, south, east, north"""
        longitudes, latitudes = [lon for lon, _ in self.ring], [lat for _, lat in self.ring]
        return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def read_outline(text: str) -> Outline:
    """GeoJSON, KML, or one corner a line, latitude and longitude in either order. Raises :class:`BadOutline`."""
    plain = text.strip().lstrip("\ufeff")
    if not plain or len(plain) > LONGEST_TEXT:
        raise BadOutline("unreadable")
    if plain.startswith(("{", "[")):
        corners = _from_geojson(plain)
    elif plain.startswith("<"):
        corners = _from_kml(plain)
    else:
        corners = list(_from_lines(plain))
    return make_outline(corners)


def make_outline(corners: Sequence[Position]) -> Outline:
    """Corners in order, closed or not. Raises :class:`BadOutline`."""
    ring = [(round(lon, DIGITS), round(lat, DIGITS)) for lon, lat in corners]
    ring = [corner for place, corner in enumerate(ring) if place == 0 or corner != ring[place - 1]]
    if len(ring) > 1 and ring[0] == ring[-1]:
        ring.pop()
    if len(set(ring)) < 3:
        raise BadOutline("too_few_corners")
    if len(ring) > MOST_CORNERS:
        raise BadOutline("too_many_corners", most=MOST_CORNERS)
    if not all(WEST <= lon <= EAST and SOUTH <= lat <= NORTH for lon, lat in ring):
        raise BadOutline("outside_vietnam")
    ring.append(ring[0])
    if not _polygon(ring).is_valid:
        raise BadOutline("crosses_itself")
    area = round(_shoelace(ring))
    if area < LEAST_M2:
        raise BadOutline("too_small")
    if area > MOST_M2:
        raise BadOutline("too_large")
    return Outline(tuple(ring), area)


def shared_m2(one: Sequence[Position], other: Sequence[Position]) -> int:
    """Ground inside both rings, in whole square metres."""
    common: float = _polygon(one).intersection(_polygon(other)).area
    return round(common)


def together_m2(rings: Sequence[Ring]) -> int:
    """Ground inside any of the rings, each metre once, in whole square metres."""
    from shapely import union_all  # noqa: PLC0415 (see _polygon)

    whole: float = union_all([_polygon(ring) for ring in rings]).area
    return round(whole)


def metres_outside(ring: Sequence[Position], position: Position) -> int:
    """How far a position is from the plot: 0 inside it."""
    from shapely import Point, Polygon  # noqa: PLC0415 (see _polygon)

    lon, lat = position
    # In the equal-area plane a degree north is shorter than a degree east by the cosine twice: stretch it back.
    stretch = 1 / cos(radians(lat))
    east, north = _plane((lon, lat))
    flat = [((x - east) / stretch, (y - north) * stretch) for x, y in map(_plane, ring)]
    return round(Polygon(flat).distance(Point(0, 0)))


def _polygon(ring: Sequence[Position]) -> Any:
    """In square metres. Shapely is loaded only here: most requests never look at an outline."""
    from shapely import Polygon  # noqa: PLC0415

    return Polygon([_plane(corner) for corner in ring])


def _plane(position: Position) -> Position:
    """Metres in the equal-area plane."""
    lon, lat = position
    sine = sin(radians(lat))
    q = (1 - _E2) * (sine / (1 - _E2 * sine * sine) + atanh(_E * sine) / _E)
    return EQUATOR_M * radians(lon), EQUATOR_M * q / 2


def _shoelace(ring: Sequence[Position]) -> float:
    flat = [_plane(corner) for corner in ring]
    start_x, start_y = flat[0]
    flat = [(x - start_x, y - start_y) for x, y in flat]  # near zero, so that no digits are lost
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise(flat))) / 2


def _from_lines(text: str) -> Iterator[Position]:
    """ "9.512345, 105.912345"; "9,512345; 105,912345"; either order: in Viet Nam a latitude is below 24."""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        plain = line.replace(",", ".") if ";" in line else line
        told = _NUMBER.findall(plain)
        found = [float(each) for each in told]
        # A third number is a height; but "9, 105,9" has only two, and one comma too many.
        if len(found) not in (2, 3) or (len(found) == 3 and not all("." in each for each in told[:2])):
            raise BadOutline("bad_corner", line=number)
        first, second = found[:2]
        yield (first, second) if first > second else (second, first)


def _from_geojson(text: str) -> list[Position]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise BadOutline("unreadable") from fault
    rings = list(_polygons(said))
    if isinstance(said, list) and not rings:
        rings = [[said]]
    if not rings:
        raise BadOutline("no_polygon")
    if len(rings) > 1:
        raise BadOutline("several_polygons")
    if len(rings[0]) > 1:
        raise BadOutline("with_hole")
    return _positions(rings[0][0] if rings[0] else [])


def _polygons(said: Any) -> Iterator[list[Any]]:
    """The coordinates of every polygon, whatever it is wrapped in (RFC 7946)."""
    if not isinstance(said, dict):
        return
    kind, coordinates = said.get("type"), said.get("coordinates")
    if kind == "Polygon" and isinstance(coordinates, list):
        yield coordinates
    elif kind == "MultiPolygon" and isinstance(coordinates, list):
        yield from (one for one in coordinates if isinstance(one, list))
    elif kind == "Feature":
        yield from _polygons(said.get("geometry"))
    elif kind in ("FeatureCollection", "GeometryCollection"):
        inside = said.get("features") or said.get("geometries")
        for one in inside if isinstance(inside, list) else []:
            yield from _polygons(one)


def _positions(said: Any) -> list[Position]:
    found: list[Position] = []
    for one in said if isinstance(said, list) else []:
        is_pair = isinstance(one, list) and len(one) in (2, 3)
        if not is_pair or not all(isinstance(each, int | float) and abs(each) < LARGEST for each in one):
            raise BadOutline("unreadable")
        found.append((float(one[0]), float(one[1])))
    return found


def _from_kml(text: str) -> list[Position]:
    try:
        root = fromstring(text, forbid_dtd=True)  # no file of a map has entities
    except (ElementTree.ParseError, ValueError) as fault:
        raise BadOutline("unreadable") from fault
    polygons = [one for one in root.iter() if _is(one, "Polygon")]
    if not polygons:
        raise BadOutline("no_polygon")
    if len(polygons) > 1:
        raise BadOutline("several_polygons")
    if any(_is(one, "innerBoundaryIs") for one in polygons[0].iter()):
        raise BadOutline("with_hole")
    told = next((one.text or "" for one in polygons[0].iter() if _is(one, "coordinates")), "")
    try:
        pairs = [[float(each) for each in corner.split(",")] for corner in told.split()]
    except ValueError as fault:
        raise BadOutline("unreadable") from fault
    return _positions(pairs)


def _is(element: ElementTree.Element, name: str) -> bool:
    return element.tag.rpartition("}")[2] == name
