"""How a text of rules is written: plain words that can be compared line by line, printed and hashed.

"## Words" is a heading, lines that begin with "- " are a list, an empty line ends a paragraph. Nothing else means
anything: no HTML, no links that could lead elsewhere tomorrow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """``kind``: "heading" | "paragraph" | "list"; ``lines``: one of them, or the items of the list."""

    kind: str
    lines: tuple[str, ...]


def tidy(text: str) -> str:
    """As it is kept: Unix line ends, no blanks at the ends of lines, no empty lines around."""
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return "\n".join(lines).strip("\n")


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


def pieces(text: str) -> list[Piece]:
    return list(_pieces(text.split("\n")))


def _pieces(lines: list[str]) -> Iterator[Piece]:
    words: list[str] = []
    items: list[str] = []
    for line in [*lines, ""]:
        starts_item = line.startswith("- ")
        if items and not starts_item:
            yield Piece("list", tuple(items))
            items = []
        if words and (starts_item or line.startswith("## ") or not line):
            yield Piece("paragraph", (" ".join(words),))
            words = []
        if starts_item:
            items.append(line[2:].strip())
        elif line.startswith("## "):
            yield Piece("heading", (line[3:].strip(),))
        elif line:
            words.append(line.strip())
