"""Papers we print labels on, in millimetres, as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Sheet:
    """One kind of paper: page, grid of labels, and how far content keeps from a label's edge.

    side_inset: left and right; top_inset: above and below the code block (which brings its own quiet zone).
    """

    name: str
    page_width: float
    page_height: float
    columns: int
    rows: int
    label_width: float
    label_height: float
    left: float = 0.0
    top: float = 0.0
    gap_x: float = 0.0
    gap_y: float = 0.0
    side_inset: float = 2.0
    top_inset: float = 2.0

    @property
    def labels_per_page(self) -> int:
        return self.columns * self.rows

    def places(self) -> Iterator[tuple[float, float]]:
        """Upper left corners of the labels of a page, row by row."""
        for row in range(self.rows):
            for column in range(self.columns):
                yield (
                    self.left + column * (self.label_width + self.gap_x),
                    self.top + row * (self.label_height + self.gap_y),
                )


SINGLE = Sheet("single", 100, 60, 1, 1, 100, 60, side_inset=5, top_inset=5)
ROLL_58 = Sheet("roll-58", 58, 40, 1, 1, 58, 40, side_inset=4, top_inset=2)
A4_24 = Sheet("a4-24", 210, 297, 3, 8, 63.5, 33.9, left=7.25, top=12.9, gap_x=2.5)
A4_40 = Sheet("a4-40", 210, 297, 4, 10, 52.5, 29.7, side_inset=3, top_inset=1.5)
# 21.2 mm of height hold 20.4 mm of code with its quiet zone (about 16.5 mm without); modules stay above 0.396 mm.
A4_65 = Sheet("a4-65", 210, 297, 5, 13, 38.1, 21.2, left=4.75, top=10.7, gap_x=2.5, side_inset=0.8, top_inset=0.3)

SHEETS = {sheet.name: sheet for sheet in (SINGLE, ROLL_58, A4_24, A4_40, A4_65)}
