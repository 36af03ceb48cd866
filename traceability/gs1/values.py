"""Judging the values of AIs: one value by its components, and all values of a link together."""

from __future__ import annotations

from collections.abc import Sequence

from traceability.gs1.dictionary import Component, Entry, entry_for, matches
from traceability.gs1.digital_link import BadDigitalLink, Element
from traceability.gs1.linters import CHARACTERS, LINTERS, NOT_JUDGED, BadValue


def check_value(entry: Entry, value: str) -> None:
    """Raise BadDigitalLink unless ``value`` fits the components of ``entry`` from left to right."""
    if "\0" in value:
        raise BadDigitalLink("nul", ai=entry.ai)
    rest = value
    for component in entry.components:
        if component.optional and not rest:
            break
        part, rest = rest[: component.longest], rest[component.longest :]
        if len(part) < component.shortest:
            raise BadDigitalLink("too_short", ai=entry.ai)
        _check_part(entry, component, part)
    if rest:
        raise BadDigitalLink("too_long", ai=entry.ai)


def check_companions(elements: Sequence[Element]) -> None:
    """Raise BadDigitalLink if an AI lacks a companion it requires or meets one it excludes."""
    present = [element.ai for element in elements]
    for ai in present:
        entry = entry_for(ai)
        if entry is None:
            raise BadDigitalLink("unknown_ai", ai=ai)
        for excluded in entry.excludes:
            if any(matches(excluded, other) for other in present if other != ai):
                raise BadDigitalLink("excluded_companion", ai=ai, excluded=excluded)
        for alternatives in entry.requires:
            if not any(_all_present(group, present) for group in alternatives):
                raise BadDigitalLink("missing_companion", ai=ai, required=alternatives)


def _check_part(entry: Entry, component: Component, part: str) -> None:
    try:
        CHARACTERS[component.kind](part)
        for name in component.linters:
            if name not in NOT_JUDGED:
                LINTERS[name](part)
    except BadValue as fault:
        raise BadDigitalLink("bad_value", ai=entry.ai, fault=fault.code) from fault


def _all_present(group: Sequence[str], present: Sequence[str]) -> bool:
    return all(any(matches(pattern, ai) for ai in present) for pattern in group)
