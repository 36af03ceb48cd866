"""Style sheets, scripts and drawings stay light; nothing is fetched from elsewhere."""

from __future__ import annotations

import gzip
import re

import pytest
from django.conf import settings

STATIC = settings.BASE_DIR / "static"
KB = 1024


@pytest.mark.parametrize(("sheet", "most"), [("site.css", 10 * KB), ("desk.css", 3 * KB), ("passport.css", 3 * KB)])
def test_style_sheets_keep_their_budget(sheet, most):
    assert len(gzip.compress((STATIC / "css" / sheet).read_bytes())) <= most


def test_no_style_sheet_asks_for_another_file_but_the_one_with_six_drawings():
    """It comes only where the six groups stand, and instead of six pictures."""
    asked = set()
    for sheet in (STATIC / "css").glob("*.css"):
        said = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S)
        assert "@import" not in said, sheet.name
        asked |= {(sheet.name, address) for address in re.findall(r"url\(([^)]*)\)", said)}
    assert asked == {("site.css", "../img/groups.webp")}
    assert (STATIC / "img/groups.webp").stat().st_size <= 16 * KB


def test_every_drawing_is_light():
    heavy = {file.name: file.stat().st_size for file in (STATIC / "img/art/webp").glob("*.webp")}
    assert {name: size for name, size in heavy.items() if size > 25 * KB} == {}
    assert len(heavy) > 100


def test_the_share_picture_is_light():
    assert (STATIC / "img/share.jpg").stat().st_size <= 50 * KB


def test_every_icon_a_template_asks_for_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "img/icons.svg").read_text()))
    asked = {
        name
        for template in (settings.BASE_DIR / "templates").rglob("*.html")
        for name in re.findall(r'{%\s*icon "([\w-]+)"', template.read_text())
    }
    assert asked <= sprite


def test_no_template_has_inline_style_or_script():
    """The shop's Content-Security-Policy would drop them without a word."""
    wrong = []
    for template in (settings.BASE_DIR / "templates").rglob("*.html"):
        text = template.read_text()
        if "passport" in template.parts or "wagtailadmin" in template.parts:
            continue
        if re.search(r'\sstyle="|\son(click|load|change|submit)="|<style|<script(?![^>]*\ssrc=)(?![^>]*json)', text):
            wrong.append(str(template))
    assert wrong == []
