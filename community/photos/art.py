"""Which drawings stand for which product, step or scene: reads `static/img/art/ART.toml` once."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings


@dataclass(frozen=True)
class Art:
    """What `compose_illustration` needs: names of drawings (the first is the large one) and a tint."""

    names: tuple[str, ...]
    tint: str


DEFAULT = Art(("package",), "gold")


def art_folder() -> Path:
    return Path(settings.BASE_DIR) / "static" / "img" / "art"


def drawing_path(name: str) -> Path:
    """The transparent 512 px drawing called `name`; FileNotFoundError when there is none."""
    path = art_folder() / "webp" / f"{name}.webp"
    if not path.is_file():
        raise FileNotFoundError(f"No drawing is called {name!r} in {path.parent}")
    return path


@cache
def _table() -> dict[str, Any]:
    with (art_folder() / "ART.toml").open("rb") as file:
        return tomllib.load(file)


def _art(row: dict[str, Any] | None) -> Art:
    return Art(tuple(row["art"]), row["tint"]) if row else DEFAULT


def product_art(sku: str) -> Art:
    """Of a demo product; a plain box for an unknown `sku`."""
    return _art(_table()["products"].get(sku))


def step_art(line_code: str, step_code: str, kind: str = "") -> Art:
    """Of a step of a product line; falls back to its kind (origin, input, transform, check, pack, store, ship)."""
    table = _table()
    return _art(table["steps"].get(line_code, {}).get(step_code) or table["kinds"].get(kind))


def scene_art(name: str) -> Art:
    """Of a story or guide: lotus-field, rice-field, honey-forest, … (section `scenes`)."""
    return _art(_table()["scenes"].get(name))


def line_drawing(line_code: str) -> str:
    """The one drawing of a product line, for tiles and choices."""
    return str(_table()["lines"].get(line_code, "package"))


def group_drawing(group: int | str) -> str:
    """The one drawing of an OCOP group (1 to 6)."""
    return str(_table()["groups"].get(str(group), "package"))
