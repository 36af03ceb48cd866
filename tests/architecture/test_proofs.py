"""The tables of proofs name files and tests that are there."""

from __future__ import annotations

import re

import pytest

from tests.architecture.sources import ROOT

SHORT = {"P/": "tests/marketplace/payments/", "M/": "tests/marketplace/"}
TABLES = sorted((ROOT / "docs/proofs").glob("*.md"))


def full(path: str) -> str:
    return next((path.replace(short, long, 1) for short, long in SHORT.items() if path.startswith(short)), path)


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.name)
def test_every_proof_that_is_named_is_there(table) -> None:
    text, found = "", []
    for word in re.findall(r"`([^`\n]+)`", table.read_text(encoding="utf-8")):
        if word.endswith(".py") and " " not in word:
            path = ROOT / full(word)
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            found.append((word, bool(text)))
        elif word.startswith("test_"):
            found.append((word, f"def {word}(" in text))
    assert len(found) > 10 and [word for word, there in found if not there] == []
