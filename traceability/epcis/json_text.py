"""Reading JSON from outside, strictly: what two readers could understand differently is refused, with its place.

A key given twice, NaN, a number that a double does not hold, NUL and lone surrogates: each of them would be stored as
something else than was sent, or hashed differently by somebody else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from traceability.epcis.problems import BadEvent, Problem, pointer_to

LARGEST = 10_000_000
DEEPEST = 20
LARGEST_EXACT = 2**53 - 1  # RFC 7493: beyond it readers that use doubles lose digits
LONGEST_NUMBER = 64

_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
_SURROGATE = re.compile("[\ud800-\udfff]")
# The one key whose last value counts: GS1's own example AssociationEvent-h names its event twice.
_MAY_REPEAT = frozenset({"eventID"})


class _Unfit:
    """Stands in the parsed value where something is wrong, until the walk has found its place."""

    def __init__(self, message: str) -> None:
        self.message = message


def read_json(text: str | bytes) -> dict[str, Any]:
    """A JSON object from outside. Raises BadEvent(not_json | too_large | too_deep) with the pointer of every fault."""
    if len(text) > LARGEST:
        raise BadEvent("too_large", problems=(Problem("", f"larger than {LARGEST} bytes"),))
    reader = _Reader()
    try:
        words = text.decode("utf-8") if isinstance(text, bytes) else text
        value = reader.read(words)
    except RecursionError as fault:
        raise BadEvent("too_deep", problems=(Problem("", "nested too deep to read"),)) from fault
    except ValueError as fault:
        raise BadEvent("not_json", problems=(Problem("", str(fault)[:300]),)) from fault
    if not isinstance(value, dict):
        raise BadEvent("not_json", problems=(Problem("", "is not a JSON object"),))
    if is_deeper(value, DEEPEST):
        raise BadEvent("too_deep", problems=(Problem("", f"nested deeper than {DEEPEST}"),))
    if reader.found_unfit or _SUSPECT.search(words) or (isinstance(text, str) and _SURROGATE.search(words)):
        problems = tuple(_faults(value))
        if problems:
            raise BadEvent("not_json", problems=problems)
    return value


class _Reader:
    """Python's reader with hooks that mark what is unfit; the hooks see no path, hence the walk afterwards."""

    def __init__(self) -> None:
        self.found_unfit = False

    def read(self, text: str) -> Any:
        return json.loads(
            text,
            parse_constant=lambda name: self._unfit(f"{name} is no JSON number"),
            parse_int=self._integer,
            parse_float=self._fraction,
            object_pairs_hook=self._object,
        )

    def _unfit(self, message: str) -> _Unfit:
        self.found_unfit = True
        return _Unfit(message)

    def _integer(self, digits: str) -> int | _Unfit:
        if len(digits) > LONGEST_NUMBER or abs(number := int(digits)) > LARGEST_EXACT:
            return self._unfit("is a number too large for JSON")
        return number

    def _fraction(self, digits: str) -> float | _Unfit:
        number = float(digits)
        if len(digits) > LONGEST_NUMBER or not abs(number) <= LARGEST_EXACT:
            return self._unfit("is a number too large for JSON")
        try:
            is_kept = Decimal(repr(number)) == Decimal(digits)
        except ArithmeticError:  # an exponent that even Decimal does not hold
            is_kept = False
        return number if is_kept else self._unfit("has more digits than a JSON number keeps")

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) != len(pairs):
            seen: set[str] = set()
            for name, _ in pairs:
                if name in seen and name not in _MAY_REPEAT:
                    made[name] = self._unfit("is given twice")
                seen.add(name)
        return made


def is_deeper(value: Mapping[str, Any], levels: int) -> bool:
    """True if dicts and lists go deeper than ``levels``; walks without recursion, so that hostile depth cannot hurt."""
    layer: list[Any] = [value]
    for _ in range(levels + 1):
        layer = [
            child
            for part in layer
            for child in (part if isinstance(part, list) else part.values())
            if isinstance(child, (dict, list))
        ]
        if not layer:
            return False
    return True


def _faults(value: object, at: str = "") -> Iterator[Problem]:
    """Every unfit thing in ``value``, whose depth is bounded already."""
    if isinstance(value, _Unfit):
        yield Problem(at, value.message)
    elif isinstance(value, str):
        if message := _text_fault(value):
            yield Problem(at, message)
    elif isinstance(value, dict):
        for name, part in value.items():
            if message := _text_fault(name):
                yield Problem(at, f"has a key that {message}")
            else:
                yield from _faults(part, at + pointer_to(name))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _faults(part, at + pointer_to(place))


def _text_fault(text: str) -> str:
    if "\0" in text:
        return "contains NUL"
    return "contains half a surrogate pair" if _SURROGATE.search(text) else ""
