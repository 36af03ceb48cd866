"""Fitting a label's lines into a box: first wrap, then shrink, then leave out what matters least.

Pure: widths come from a measuring function, sizes are points, lengths millimetres.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from traceability.labels.wording import Line

MM_PER_POINT = 25.4 / 72
LINE_HEIGHT = 1.22
STEP = 0.5
ELLIPSIS = "…"
KHMER_BELOW = "\u17d2"  # the letter after it is written under the one before

# (text, bold, size in points) → width in millimetres
Measure = Callable[[str, bool, float], float]


@dataclass(frozen=True)
class PlacedLine:
    """One printed line: text, weight, size in points, and its top in millimetres from the top of the box."""

    text: str
    bold: bool
    size: float
    top: float

    @property
    def height(self) -> float:
        return self.size * MM_PER_POINT * LINE_HEIGHT


def fit_lines(
    lines: Sequence[Line], *, width: float, height: float, largest: float, smallest: float, measure: Measure
) -> list[PlacedLine]:
    """Lines that stay inside ``width`` × ``height``.

    Body text goes from ``largest`` down to ``smallest`` points; then lines leave by rank, the highest first; at last
    the first line is cut with an ellipsis. If even that is too high, the lowest lines are dropped.
    """
    kept = list(lines)
    while True:
        size = largest
        while size >= smallest:
            placed = _place(kept, width, size, measure)
            if _bottom(placed) <= height:
                return placed
            size -= STEP
        droppable = max((line.rank for line in kept), default=0)
        if droppable == 0:
            return _cut_first(kept, width, height, smallest, measure)
        kept = [line for line in kept if line.rank < droppable]


def wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """``text`` in lines no wider than ``width``, broken at spaces (not at no-break spaces), else inside a word."""
    rows: list[str] = []
    row = ""
    for word in filter(None, text.split(" ")):
        longer = f"{row} {word}" if row else word
        if measure(longer) <= width:
            row = longer
            continue
        if row:
            rows.append(row)
        *full, row = _break_word(word, width, measure)
        rows.extend(full)
    return [*rows, row] if row else rows


def _place(lines: Sequence[Line], width: float, body: float, measure: Measure) -> list[PlacedLine]:
    placed: list[PlacedLine] = []
    top = 0.0
    for line in lines:
        size = body * line.size
        for text in wrap(line.text, width, partial(_width, measure, line.bold, size)):
            placed.append(PlacedLine(text, line.bold, size, top))
            top += placed[-1].height
    return placed


def _width(measure: Measure, bold: bool, size: float, text: str) -> float:
    return measure(text, bold, size)


def _bottom(placed: Sequence[PlacedLine]) -> float:
    return placed[-1].top + placed[-1].height if placed else 0.0


def _cut_first(lines: Sequence[Line], width: float, height: float, size: float, measure: Measure) -> list[PlacedLine]:
    """Shorten the first line word by word until all fits; what cannot fit at all is left out from below."""
    words = lines[0].text.split(" ") if lines else []
    while len(words) > 1:
        words.pop()
        shortened = replace(lines[0], text=" ".join(words) + ELLIPSIS)
        placed = _place([shortened, *lines[1:]], width, size, measure)
        if _bottom(placed) <= height:
            return placed
    placed = _place(lines, width, size, measure)
    return [line for line in placed if line.top + line.height <= height]


def _break_word(word: str, width: float, measure: Callable[[str], float]) -> list[str]:
    if measure(word) <= width:
        return [word]
    pieces = [""]
    for letter in _letters(word):
        if pieces[-1] and measure(pieces[-1] + letter) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _letters(word: str) -> list[str]:
    """With their marks: what stands above, below or under a Khmer letter is not parted from it."""
    letters: list[str] = []
    for char in word:
        if letters and (unicodedata.category(char).startswith("M") or letters[-1].endswith(KHMER_BELOW)):
            letters[-1] += char
        else:
            letters.append(char)
    return letters
