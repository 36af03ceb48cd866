"""The quick way of writing canonical JSON writes the same bytes as RFC 8785's reference, or leaves it to that."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from traceability.epcis.canonical import NotCanonical, canonical_json, canonical_text

TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs",)))
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | TEXT
    | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(PLAIN, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner), max_leaves=20)


@given(VALUES)
def test_the_same_bytes(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)
    assert canonical_text(json.loads(json.dumps(value)), is_read=True).encode() == rfc8785.dumps(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5.0, "5"),
        ({"a": [1.0, 2.5]}, '{"a":[1,2.5]}'),
        (1e16, "10000000000000000"),
        (1e21, "1e+21"),
        (0.00001, "0.00001"),
        (-0.0, "0"),
        ([9007199254740991.0], "[9007199254740991]"),
        ({"a": -1e16, "b": "1.0,"}, '{"a":-10000000000000000,"b":"1.0,"}'),
        ({"\U0001f600": 1, "\ufb33": 2}, '{"\U0001f600":1,"\ufb33":2}'),
    ],
)
def test_where_python_would_write_otherwise(value: Any, text: str) -> None:
    assert canonical_json(value).decode() == text


@pytest.mark.parametrize(
    "value", [2**53, -(2**60), [2**53], {"a": 2**70}, {1: 2}, {None: 1}, math.inf, {"a": "\ud800"}]
)
def test_no_canonical_form(value: Any) -> None:
    with pytest.raises(NotCanonical):
        canonical_json(value)
