"""An outline is read from what people have, refused with a reason, and measured on the ellipsoid."""

from __future__ import annotations

import json
from math import cos, radians, sin, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.plots.outlines import (
    BadOutline,
    make_outline,
    metres_outside,
    read_outline,
    shared_m2,
)

SQUARE = [(105.90, 9.50), (105.91, 9.50), (105.91, 9.51), (105.90, 9.51)]
RING = [list(corner) for corner in [*SQUARE, SQUARE[0]]]
POLYGON = {"type": "Polygon", "coordinates": [RING]}
KML = (
    '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><Polygon><outerBoundaryIs><LinearRing>'
    "<coordinates>105.90,9.50,3 105.91,9.50,3\n105.91,9.51,3 105.90,9.51,3 105.90,9.50,3</coordinates>"
    "</LinearRing></outerBoundaryIs></Polygon></Placemark></kml>"
)


def degrees_in_metres(latitude: float) -> tuple[float, float]:
    """A degree east and a degree north at a latitude of WGS 84, from the radii of curvature: another way than ours."""
    e2 = (1 / 298.257223563) * (2 - 1 / 298.257223563)
    w = 1 - e2 * sin(radians(latitude)) ** 2
    normal, meridian = 6_378_137 / sqrt(w), 6_378_137 * (1 - e2) / w**1.5
    return radians(1) * normal * cos(radians(latitude)), radians(1) * meridian


@given(st.floats(8.6, 23.3), st.floats(102.2, 109.4), st.integers(20, 4000))
def test_the_area_of_a_square_is_its_sides_on_the_ellipsoid(latitude: float, longitude: float, side_m: int) -> None:
    east, north = degrees_in_metres(latitude)
    across, up = side_m / east, side_m / north
    corners = [(longitude, latitude - up / 2), (longitude + across, latitude - up / 2)]
    corners += [(longitude + across, latitude + up / 2), (longitude, latitude + up / 2)]
    assert make_outline(corners).area_m2 == pytest.approx(side_m**2, rel=1e-3, abs=2)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(POLYGON),
        json.dumps({"type": "Feature", "geometry": POLYGON, "properties": {}}),
        "\ufeff" + json.dumps({"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": POLYGON}]}),
        json.dumps(RING),
        KML,
        "9.50, 105.90\n9.50, 105.91\n\n9.51 105.91\n9.51\t105.90",
        "105.90 9.50\r\n105.91 9.50\r\n105.91 9.51\r\n105.90 9.51",
        "9,50; 105,90\n9,50; 105,91\n9,51; 105,91\n9,51; 105,90",
    ],
)
def test_files_and_typed_corners_mean_the_same_plot(text: str) -> None:
    outline = read_outline(text)
    assert outline.ring[0] == outline.ring[-1] and set(outline.ring) == set(SQUARE)
    assert outline.area_m2 == 1_214_452


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "unreadable"),
        ("{", "unreadable"),
        ("[" * 20_000, "unreadable"),
        ('{"type": "Point", "coordinates": [105.9, 9.5]}', "no_polygon"),
        (json.dumps({"type": "MultiPolygon", "coordinates": [[RING], [RING]]}), "several_polygons"),
        (json.dumps({"type": "Polygon", "coordinates": [RING, RING]}), "with_hole"),
        ('{"type": "Polygon", "coordinates": [[[NaN, 9.5], [105.9, 9.6], [105.8, 9.5]]]}', "unreadable"),
        ("<kml><Placemark/></kml>", "no_polygon"),
        ("<kml>", "unreadable"),
        ('<!DOCTYPE k [<!ENTITY a "b">]><kml/>', "unreadable"),
        ("9.5, 105.9\n9.5, 105.91", "too_few_corners"),
        ("9.5, 105.9\n9.5, 105.91\n9.5, 105.9\n9.5, 105.9", "too_few_corners"),
        ("48.8, 2.3\n48.9, 2.3\n48.9, 2.4", "outside_vietnam"),
        ("9.50, 105.90\n9.51, 105.91\n9.51, 105.90\n9.50, 105.91", "crosses_itself"),
        ("9.5, 105.9\n9.50001, 105.9\n9.5, 105.90001", "too_small"),
        ("9, 105\n10, 105\n10, 106", "too_large"),
        ("9.5, 105.9\nnhà ông Ba\n9.5, 105.91", "bad_corner"),
        ("\n".join(f"{9 + i / 1e5:.5f}, {105.9 + (i % 2) / 1e3}" for i in range(1_100)), "too_many_corners"),
    ],
)
def test_what_is_no_plot_is_refused_with_a_reason(text: str, code: str) -> None:
    with pytest.raises(BadOutline) as refused:
        read_outline(text)
    assert refused.value.code == code


def test_shared_ground_and_distance_are_metres_on_the_ground() -> None:
    half = make_outline([(lon + 0.005, lat) for lon, lat in SQUARE])
    whole = make_outline(SQUARE)
    assert shared_m2(whole.ring, half.ring) == pytest.approx(whole.area_m2 / 2, rel=1e-4)
    assert shared_m2(whole.ring, make_outline([(lon + 0.05, lat) for lon, lat in SQUARE]).ring) == 0
    east, north = degrees_in_metres(9.505)
    assert metres_outside(whole.ring, (105.905, 9.505)) == 0
    assert metres_outside(whole.ring, (105.92, 9.505)) == pytest.approx(0.01 * east, abs=2)
    assert metres_outside(whole.ring, (105.905, 9.52)) == pytest.approx(0.01 * north, abs=2)


@pytest.mark.parametrize("number", ["9" * 400, "-" + "9" * 400, "1e400", "NaN", "Infinity"])
def test_a_number_of_no_map_is_unreadable(number: str) -> None:
    text = '{"type":"Polygon","coordinates":[[[105.9,9.5],[105.91,9.5],[X,9.51],[105.9,9.5]]]}'.replace("X", number)
    with pytest.raises(BadOutline, match="unreadable"):
        read_outline(text)


@pytest.mark.parametrize("line", ["9, 105,9", "9,5 105.9", "9.5 105,9"])
def test_a_corner_with_a_decimal_comma_is_never_cut_in_two(line: str) -> None:
    with pytest.raises(BadOutline, match="bad_corner"):
        read_outline(f"9.5, 105.9\n9.5, 105.91\n{line}")
