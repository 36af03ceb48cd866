"""Composes the demo's illustrations: drawings on a calm tinted ground, one picture per product, step or story.

Pure: the same names, tint, size and seed give the same picture. The pages mark such pictures "Hình minh họa".
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFilter

from community.photos.art import drawing_path

Colour = tuple[int, int, int]

# Sky above, ground below, hill: light and low in contrast, so that the drawing speaks.
TINTS: dict[str, tuple[Colour, Colour, Colour]] = {
    "leaf": ((240, 247, 233), (208, 228, 196), (184, 212, 172)),
    "gold": ((254, 247, 229), (248, 225, 176), (240, 209, 146)),
    "lotus": ((253, 242, 247), (246, 211, 225), (236, 189, 209)),
    "sky": ((240, 247, 252), (205, 225, 241), (179, 208, 231)),
    "clay": ((250, 243, 234), (233, 213, 190), (220, 192, 161)),
}
# Where each drawing goes, by how many there are: centre x, foot y, height (parts of the picture's height and width).
Spot = tuple[float, float, float]
SPOTS: dict[int, tuple[Spot, ...]] = {
    1: ((0.50, 0.86, 0.68),),
    2: ((0.42, 0.83, 0.66), (0.70, 0.90, 0.42)),
    3: ((0.50, 0.77, 0.60), (0.23, 0.89, 0.42), (0.77, 0.90, 0.42)),
    4: ((0.50, 0.74, 0.54), (0.21, 0.82, 0.38), (0.79, 0.83, 0.38), (0.52, 0.93, 0.34)),
}


@lru_cache(maxsize=64)
def _drawing(name: str) -> Image.Image:
    """The drawing without its empty margins, so that a foot stands on the ground."""
    with Image.open(drawing_path(name)) as opened:
        picture = opened.convert("RGBA")
    return picture.crop(picture.getchannel("A").point(lambda alpha: 255 if alpha > 8 else 0).getbbox())


def _blend(first: Colour, second: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(first, second, strict=True))
    return red, green, blue


def _gradient(size: tuple[int, int], above: Colour, below: Colour) -> Image.Image:
    strip = Image.new("RGB", (1, size[1]))
    strip.putdata([_blend(above, below, y / size[1]) for y in range(size[1])])
    return strip.resize(size)


def _hill_line(width: int, height: float, chance: random.Random) -> list[tuple[float, float]]:
    phase, waves = chance.uniform(0, math.tau), chance.uniform(0.7, 1.3)
    return [
        (x, height + math.sin(phase + waves * math.tau * x / width) * height * 0.05) for x in range(0, width + 8, 8)
    ]


@lru_cache(maxsize=32)
def _ground(size: tuple[int, int], tint: str, variant: int) -> Image.Image:
    """Sky, a pale sun, a far hill, a near field with rows that meet at the horizon. Made once for each variant."""
    width, height = size
    sky, field, hill = TINTS[tint]
    chance = random.Random(f"{tint}{variant}")
    picture = _gradient(size, sky, _blend(sky, field, 0.7))
    glow = Image.new("L", size, 0)
    sun_x, sun_y, radius = width * (0.14 if variant % 2 else 0.86), height * 0.22, height * 0.085
    ImageDraw.Draw(glow).ellipse((sun_x - radius, sun_y - radius, sun_x + radius, sun_y + radius), fill=150)
    picture.paste((255, 255, 255), mask=glow.filter(ImageFilter.GaussianBlur(height / 55)))
    layer = ImageDraw.Draw(picture)
    far = _hill_line(width, height * 0.56, chance)
    layer.polygon([*far, (width, height), (0, height)], fill=_blend(sky, field, 0.85))
    near = [*_hill_line(width, height * 0.68, chance), (width, height), (0, height)]
    layer.polygon(near, fill=field)
    picture.paste(hill, mask=_field_rows(size, near, width * chance.uniform(0.42, 0.58)))
    return picture.filter(ImageFilter.GaussianBlur(width / 900))


def _field_rows(size: tuple[int, int], near: Sequence[tuple[float, float]], middle: float) -> Image.Image:
    """A mask of lines that fan out from the horizon at x = `middle`, only where the near field is."""
    width, height = size
    rows, inside = Image.new("L", size, 0), Image.new("L", size, 255)
    pen = ImageDraw.Draw(rows)
    for step in range(-16, 17):
        start, foot = middle + step * width * 0.02, middle + step * width * 0.13
        pen.line((start, height * 0.62, foot, height * 1.02), fill=110, width=max(2, width // 240))
    ImageDraw.Draw(inside).polygon(list(near), fill=0)
    rows.paste(0, mask=inside)
    return rows.filter(ImageFilter.GaussianBlur(width / 600))


def _place(picture: Image.Image, name: str, spot: Spot, chance: random.Random) -> None:
    """Draws one thing with the soft shadow it throws on the ground."""
    width, height = picture.size
    drawing = _drawing(name)
    scale = min(height * spot[2] / drawing.height, width * 0.72 * spot[2] / drawing.width)
    thing = drawing.resize(
        (max(1, round(drawing.width * scale)), max(1, round(drawing.height * scale))), Image.Resampling.LANCZOS
    )
    thing = thing.rotate(chance.uniform(-3, 3), Image.Resampling.BICUBIC, expand=True)
    left, foot = round(width * spot[0] - thing.width / 2), round(height * spot[1])
    reach = max(4, round(thing.height * 0.07))
    shadow = Image.new("L", (thing.width, reach * 4), 0)
    ImageDraw.Draw(shadow).ellipse((thing.width * 0.08, reach, thing.width * 0.92, reach * 3), fill=105)
    picture.paste(
        (58, 46, 30), (left, foot - round(reach * 2.3)), shadow.filter(ImageFilter.GaussianBlur(reach * 0.45))
    )
    picture.paste(thing, (left, foot - thing.height), thing)


def compose_illustration(
    art_names: Sequence[str], tint: str, size: tuple[int, int] = (1200, 900), seed: int | str = 0
) -> bytes:
    """A JPEG of one to four drawings (the first is the largest and farthest back) on the ground of a `tint`.

    KeyError for an unknown tint or number of drawings, FileNotFoundError for an unknown drawing.
    """
    chance = random.Random(f"{seed}|{'+'.join(art_names)}")
    spots = SPOTS[len(art_names)]
    picture = _ground(size, tint, chance.randrange(4)).copy()
    mirrored = len(art_names) == 2 and chance.random() < 0.4
    for name, (x, y, share) in zip(art_names, spots, strict=True):
        _place(picture, name, (1 - x if mirrored else x, y, share), chance)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=84, progressive=True)
    return out.getvalue()
