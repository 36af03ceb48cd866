"""What is read from JSON is what was written, or it is refused; nothing in between."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceability.epcis.json_text import LARGEST_EXACT, read_json
from traceability.epcis.problems import BadEvent


@given(st.integers(-LARGEST_EXACT, LARGEST_EXACT))
def test_every_exact_integer_is_read_as_it_is(number: int) -> None:
    assert read_json(json.dumps({"a": [number]})) == {"a": [number]}


@given(st.floats(-LARGEST_EXACT, LARGEST_EXACT))
def test_every_fraction_is_read_as_it_is(number: float) -> None:
    assert read_json(json.dumps({"a": number}))["a"] == number


@given(st.integers(LARGEST_EXACT + 1).flatmap(lambda number: st.sampled_from([number, -number])))
def test_an_integer_that_a_double_does_not_hold_is_refused(number: int) -> None:
    with pytest.raises(BadEvent):
        read_json(json.dumps({"a": number}))


@pytest.mark.parametrize("number", ["1e-99999999999999999999", "-1e-99999999999999999999", "1e99999999999999999999"])
def test_an_exponent_beyond_every_number_is_refused_with_its_place(number: str) -> None:
    with pytest.raises(BadEvent) as refused:
        read_json(f'{{"a": {{"b": {number}}}}}')
    assert [problem.pointer for problem in refused.value.problems] == ["/a/b"]
