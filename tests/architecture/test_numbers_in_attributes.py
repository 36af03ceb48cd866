"""Numbers that a browser sends or reckons with are written without thousands: ``value="1.000"`` is no key of a row,
and ``max="2.000"`` of a number field is two. Templates group every bare number (USE_THOUSAND_SEPARATOR)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

TEMPLATES = sorted(Path("templates").rglob("*.html"))
BARE_KEY = re.compile(r"\{\{ [\w.]*\bpk \}\}")


def test_no_template_writes_a_key_of_a_row_with_thousands() -> None:
    found = [f"{path}: {hit}" for path in TEMPLATES for hit in BARE_KEY.findall(path.read_text())]
    assert not found, 'write {{ one.pk|stringformat:"s" }}'


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_shelf_of_two_thousand_packs_lets_one_choose_more_than_two(language: str) -> None:
    with translation.override(language):
        told = get_template("components/stepper.html").template.render(
            Context({"name": "n", "id": "n", "label": "", "value": 1200, "max": 2000})
        )
    assert 'value="1200"' in told and 'max="2000"' in told


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_in_a_pack_reaches_the_script_that_reckons_the_price_of_a_kilogram(language: str) -> None:
    price = {"id_for_label": "gia", "label": "", "errors": [], "help_text": ""}
    with translation.override(language):
        told = get_template("selling/price_field.html").template.render(
            Context({"form": {"price": price}, "net": 5000, "unit": "g"})
        )
    assert 'data-net="5000"' in told
