"""The map of the provinces: all 34 are on it, presses lead somewhere, and what is near is near."""

from __future__ import annotations

import json

import pytest
from django.template.loader import render_to_string

from community.places.importing import DATA
from community.places.mapping import kilometres, map_of, nearest_provinces, outlines

CODES = {one["code"]: one["name"] for one in json.loads((DATA / "provinces.json").read_text())["provinces"]}


def test_every_province_has_an_outline_and_nothing_else_does() -> None:
    assert set(outlines()) == set(CODES)


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [("01", "79", 1000, 1250), ("48", "79", 450, 650), ("92", "86", 30, 110), ("01", "01", 0, 0)],
)
def test_distances_are_about_right(one: str, other: str, least: int, most: int) -> None:
    found = kilometres(one, other)
    assert found is not None and least <= found <= most
    assert found == kilometres(other, one)


def test_a_place_that_is_not_on_the_map_has_no_distance() -> None:
    assert kilometres("01", "00") is None
    assert nearest_provinces("00") == ()


def test_the_nearest_province_is_itself_then_its_neighbours() -> None:
    near = nearest_provinces("92")
    assert near[0] == "92" and len(near) == len(CODES)
    assert {"86", "91", "82", "96"} & set(near[1:4])  # Vĩnh Long, An Giang, Đồng Tháp, Cà Mau
    assert near[-1] in {"04", "11", "12", "20", "08"}  # the far north


def test_only_provinces_with_goods_can_be_pressed_and_the_chosen_one_is_marked() -> None:
    drawn = map_of(CODES, {"92": 8, "01": 2}, lambda code: f"/san-pham/?province={code}", here="01")
    assert [(one.code, one.level, one.url) for one in drawn.provinces if one.url] == [
        ("92", 4, "/san-pham/?province=92"),
        ("01", 1, "/san-pham/?province=01"),
    ]
    html = render_to_string("components/province_map.html", {"map": drawn, "here": "01"})
    assert html.count("<a ") == 2 and html.count("<path") == len(CODES) and 'class="l1 here"' in html
    assert html.count('tabindex="-1"') == 2 and 'aria-hidden="true"' in html


def test_the_map_is_light() -> None:
    assert (DATA / "vn34.svg").stat().st_size <= 13_000
