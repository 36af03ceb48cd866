from __future__ import annotations

import io

import pytest
from PIL import Image

from community.photos.art import _table as table
from community.photos.art import drawing_path, group_drawing, line_drawing, product_art, scene_art, step_art
from community.photos.illustrating import SPOTS, TINTS, compose_illustration


def every_row():
    found = table()
    rows = [*found["products"].values(), *found["kinds"].values(), *found["scenes"].values()]
    return rows + [row for line in found["steps"].values() for row in line.values()]


def test_every_row_of_the_table_can_be_composed():
    for row in every_row():
        assert row["tint"] in TINTS
        assert len(row["art"]) in SPOTS
        for name in row["art"]:
            assert drawing_path(name).is_file()


def test_every_line_and_group_has_its_drawing():
    for line in table()["lines"]:
        assert drawing_path(line_drawing(line)).is_file()
    assert len({group_drawing(group) for group in range(1, 7)}) == 6


def test_every_step_of_every_line_has_its_own_picture():
    assert sum(len(steps) for steps in table()["steps"].values()) == 115
    assert set(table()["steps"]) == set(table()["lines"])


def test_the_same_names_and_seed_give_the_same_picture():
    art = product_art("ST-001")
    first, second, other = (compose_illustration(art.names, art.tint, (400, 300), seed=seed) for seed in (1, 1, 2))
    assert first == second != other
    with Image.open(io.BytesIO(first)) as picture:
        assert (picture.format, picture.size) == ("JPEG", (400, 300))


def test_an_unknown_step_gets_the_picture_of_its_kind():
    assert step_art("rice", "no-such-step", "pack") == step_art("", "", "pack")
    assert step_art("rice", "dry", "check") != step_art("", "", "check")
    assert product_art("no-such-sku").names == ("package",)
    assert scene_art("village").names[0] == "hut"


def test_an_unknown_drawing_is_refused_by_name():
    with pytest.raises(FileNotFoundError, match="no-such-drawing"):
        compose_illustration(["no-such-drawing"], "gold")


def test_no_name_leaves_the_folder():
    with pytest.raises(FileNotFoundError):
        drawing_path("../../../../config/settings")
