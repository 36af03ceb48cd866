"""Nothing in a file of vectors is left out in silence: as many cases are played as the file holds, whichever file
``VECTORS_DIR`` names."""

from __future__ import annotations

import importlib
import json
from typing import Any

import pytest

from tests.vectors import vector_path

PLAYED = {
    "money.json": "tests.marketplace.pricing.test_money",
    "vietqr_encode.json": "tests.marketplace.payments.test_vietqr",
    "vietqr_decode.json": "tests.marketplace.payments.test_vietqr",
    "memo_matching.json": "tests.marketplace.payments.test_memo_codes",
    "webhook_signatures.json": "tests.marketplace.payments.test_signatures",
    "scenarios.json": "tests.marketplace.payments.test_scenarios",
}


def _first(case: Any) -> Any:
    """Of a ``pytest.param`` or a tuple; anything else is no case of a file."""
    values = getattr(case, "values", case)
    return values[0] if isinstance(values, tuple) and values else None


def _cases(module: str) -> list[Any]:
    """Every case that a parametrized test of this module is given."""
    found: list[Any] = []
    for name, test in vars(importlib.import_module(module)).items():
        if name.startswith("test_"):
            for mark in getattr(test, "pytestmark", []):
                if mark.name == "parametrize":
                    found += [each if isinstance(each, dict) else _first(each) for each in mark.args[1]]
    return [each for each in found if isinstance(each, dict)]


@pytest.mark.parametrize(("file", "module"), PLAYED.items(), ids=PLAYED)
def test_every_case_of_a_file_is_played(file: str, module: str) -> None:
    vectors = json.loads(vector_path(f"payments/{file}").read_text(encoding="utf-8"))["vectors"]
    played = _cases(module)
    assert vectors
    assert [each for each in vectors if each not in played] == []
