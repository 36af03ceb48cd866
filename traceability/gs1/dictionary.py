"""The GS1 Barcode Syntax Dictionary, read into typed entries.

The dictionary (``data/gs1-syntax-dictionary.txt``, Apache-2.0, © GS1 AISBL; notice kept in the file) says for every
Application Identifier (AI) which characters and lengths its value has, which linters look at it, which other AIs it
needs or excludes, and whether it may stand in the path or the query of a Digital Link. Nothing of that
is repeated in code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

DICTIONARY_FILE = Path(__file__).parent / "data" / "gs1-syntax-dictionary.txt"

_COMPONENT = re.compile(r"(?P<kind>[NXYZ])(?P<upto>\.\.)?(?P<size>\d+)")


@dataclass(frozen=True)
class Component:
    """One part of a value: its characters, its length in characters, and the linters that judge it."""

    kind: str  # N digits, X CSET 82, Y CSET 39, Z base64url
    shortest: int
    longest: int
    optional: bool
    linters: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """What the dictionary says about one AI.

    ``requires`` is a conjunction: each member is a set of alternatives, each alternative a group of AIs (patterns with
    ``n`` for any digit) that must all be present. ``qualifiers`` is None for an AI that is no primary key, else the
    alternative ordered sequences of optional qualifiers.
    """

    ai: str
    predefined_length: bool
    may_be_attribute: bool
    components: tuple[Component, ...]
    requires: tuple[tuple[tuple[str, ...], ...], ...]
    excludes: tuple[str, ...]
    qualifiers: tuple[tuple[str, ...], ...] | None
    title: str

    @property
    def is_primary_key(self) -> bool:
        return self.qualifiers is not None


def matches(pattern: str, ai: str) -> bool:
    """True if ``ai`` is the AI or AI pattern (``310n``) the dictionary names."""
    return len(pattern) == len(ai) and all(p in ("n", a) for p, a in zip(pattern, ai, strict=True))


@cache
def entries() -> dict[str, Entry]:
    """All entries by AI, ranges written out."""
    found: dict[str, Entry] = {}
    for line in DICTIONARY_FILE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            for entry in _read_line(line):
                found[entry.ai] = entry
    return found


def entry_for(ai: str) -> Entry | None:
    """The entry of ``ai``, or None if the dictionary does not know it."""
    return entries().get(ai)


@cache
def path_sequences() -> frozenset[tuple[str, ...]]:
    """Every order of AIs that may stand in a Digital Link path: a key, then any of its qualifiers in their order."""
    return frozenset(
        (entry.ai, *chosen)
        for entry in entries().values()
        for sequence in entry.qualifiers or ()
        for size in range(len(sequence) + 1)
        for chosen in combinations(sequence, size)
    )


def _read_line(line: str) -> list[Entry]:
    content, _, title = line.partition("#")
    names, *words = content.split()
    flags = ""
    if words and not _COMPONENT.match(words[0].lstrip("[")):
        flags = words.pop(0)
    specification = [word for word in words if "=" not in word and _COMPONENT.match(word.lstrip("["))]
    rules = [word for word in words if word not in specification]
    return [
        Entry(
            ai=ai,
            predefined_length="*" in flags,
            may_be_attribute="?" in flags,
            components=tuple(_read_component(word) for word in specification),
            requires=tuple(_read_groups(rule[4:]) for rule in rules if rule.startswith("req=")),
            excludes=tuple(ai for rule in rules if rule.startswith("ex=") for ai in rule[3:].split(",")),
            qualifiers=_read_key(rules),
            title=title.strip(),
        )
        for ai in _write_out(names)
    ]


def _read_component(word: str) -> Component:
    plain = word.replace("[", "").replace("]", "")
    shape, *linters = plain.split(",")
    match = _COMPONENT.fullmatch(shape)
    if match is None:
        raise ValueError(f"not a component of the syntax dictionary: {word!r}")
    size = int(match["size"])
    return Component(match["kind"], 1 if match["upto"] else size, size, word.startswith("["), tuple(linters))


def _read_groups(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(group.split("+")) for group in text.split(","))


def _read_key(rules: list[str]) -> tuple[tuple[str, ...], ...] | None:
    for rule in rules:
        if rule == "dlpkey":
            return ((),)
        if rule.startswith("dlpkey="):
            return tuple(tuple(sequence.split(",")) for sequence in rule[7:].split("|"))
    return None


def _write_out(names: str) -> list[str]:
    first, _, last = names.partition("-")
    if not last:
        return [first]
    return [str(number).zfill(len(first)) for number in range(int(first), int(last) + 1)]
