"""Every pair of text and ground in the style sheets can be read, in the light and the dark scheme (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import re

import pytest
from django.conf import settings

CSS = settings.BASE_DIR / "static" / "css"
READABLE, VISIBLE = 4.5, 3.0
GROUNDS = ("paper", "card")
ON_GROUNDS = ("ink", "soft", "leaf", "lotus", "gold", "brick")
TEXT_PAIRS = [
    *((text, ground) for text in ON_GROUNDS for ground in GROUNDS),
    *(("ink", f"{name}-soft") for name in ("leaf", "lotus", "gold", "brick", "sky", "stone")),
    *((name, f"{name}-soft") for name in ("leaf", "lotus", "gold", "brick", "sky", "stone")),
    *(("soft", f"{name}-soft") for name in ("leaf", "lotus", "gold", "stone")),
    *(("on-fill", f"{name}-fill") for name in ("leaf", "lotus", "gold", "brick")),
    ("on-fill", "leaf-deep"),
    ("on-fill", "foot"),
]
MARK_PAIRS = [("star", "card"), ("star", "paper"), ("edge", "card"), ("edge", "paper"), ("leaf", "card")]


def tokens(sheet: str, scheme: str) -> dict[str, str]:
    text = (CSS / sheet).read_text()
    light, dark = re.findall(r":root\{(.*?)\}", text, re.S)[:2]
    found = dict(re.findall(r"--([\w-]+):(#[0-9A-Fa-f]{6})", light))
    if scheme == "dark":
        found |= dict(re.findall(r"--([\w-]+):(#[0-9A-Fa-f]{6})", dark))
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_measure_knows_black_on_white():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_on_its_ground(scheme):
    colours = tokens("site.css", scheme)
    weak = {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in TEXT_PAIRS
        if contrast(colours[pair[0]], colours[pair[1]]) < READABLE
    }
    assert not weak


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_stars_and_field_borders_can_be_seen(scheme):
    colours = tokens("site.css", scheme)
    weak = {pair for pair in MARK_PAIRS if contrast(colours[pair[0]], colours[pair[1]]) < VISIBLE}
    assert not weak


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_passport_wears_the_same_colours(scheme):
    site, passport = tokens("site.css", scheme), tokens("passport.css", scheme)
    assert {name: site[name] for name in passport} == passport
