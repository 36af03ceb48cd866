"""Pages live under a strict Content-Security-Policy: what it forbids must not be written at all."""

from __future__ import annotations

import re

import pytest

from tests.architecture.sources import project_files, shown

TEMPLATES = [file for file in project_files() if file.suffix == ".html" and "templates" in file.parts]
FORBIDDEN = {
    "inline style": re.compile(r"<[^>{%]*\sstyle\s*=", re.IGNORECASE),
    "inline handler": re.compile(r"<[a-z][^>{%]*\son[a-z]+\s*=", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*application/(?:ld\+)?json)", re.IGNORECASE),
    "style block": re.compile(r"<style\b", re.IGNORECASE),
    "javascript: address": re.compile(r"(?:href|action)\s*=\s*[\"']\s*javascript:", re.IGNORECASE),
    # A card's number is typed on Stripe's page and nowhere else: this keeps card data, and its rules, out of the house.
    "card field": re.compile(
        r"<(?:input|select|textarea)\b[^>]*(?:autocomplete\s*=\s*[\"']?cc-|"
        r"(?:name|id)\s*=\s*[\"']?(?:card|cc|pan|cvc|cvv|csc)[\w-]*)",
        re.IGNORECASE,
    ),
    "another host": re.compile(
        r"<(?:script|link|img|iframe)[^>]*(?:src|href)\s*=\s*[\"'](?:https?:)?//", re.IGNORECASE
    ),
}
# The passport's one critical block is allowed by its hash (design: no second request before the first screen).
ALLOWED = {"style block": "passport"}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_templates_contain_nothing_the_policy_forbids(what: str) -> None:
    found = []
    for file in TEMPLATES:
        if ALLOWED.get(what, "\0") in file.parts:
            continue
        text = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        found += [f"{shown(file)}:{text[: hit.start()].count(chr(10)) + 1}" for hit in FORBIDDEN[what].finditer(text)]
    assert not found, found


CARD_IN_A_FORM = re.compile(
    r"^\s*(?:card_?number|cvc|cvv2?|pan|expiry)\s*=\s*forms\.|[\"']cc-(?:number|csc|exp)", re.MULTILINE
)


def test_no_form_asks_for_a_card() -> None:
    files = [file for file in project_files() if file.suffix == ".py" and "tests" not in file.parts]
    assert not [shown(file) for file in files if CARD_IN_A_FORM.search(file.read_text(encoding="utf-8"))]


def test_every_form_that_posts_carries_its_token() -> None:
    """Or says that its view asks the browser instead (``shopping/same_site.py``): tests there prove that it does."""
    missing = []
    for file in TEMPLATES:
        forms = re.findall(r"<form\b.*?</form>", file.read_text(encoding="utf-8"), flags=re.DOTALL | re.IGNORECASE)
        posting = [form for form in forms if re.search(r"method\s*=\s*[\"']?post", form, re.IGNORECASE)]
        missing += [shown(file) for form in posting if "csrf_token" not in form and "data-no-token" not in form]
    assert not missing, missing
