"""Packing slips as PDF, on A5 or on a roll of 58 mm. Nothing is cut: what is long runs on, the page or roll grows.

Text is shaped by HarfBuzz, Khmer in a font of its own; a character that neither font has (little pictures) is left
out, for a blank box says nothing. The code is drawn as one path, dark on white, with its quiet zone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext, override

from marketplace.slips.facts import Slip, SlipCode, owes_words
from traceability.labels.fitting import MM_PER_POINT, Measure, wrap
from traceability.labels.sheets import ASCENT, FAMILY, FONTS, draw_code, measure_of

if TYPE_CHECKING:
    from fpdf import FPDF

LINE = 1.25  # height of a line, in font sizes
GAP = 2.0
KHMER = "NotoSansKhmer"
CELL_ASCENT = 0.8  # fpdf2: baseline of a cell that is as high as its font


@dataclass(frozen=True, slots=True)
class Paper:
    """Lengths in millimetres, sizes in points; ``height`` None: a roll, as long as its slip. ``beside``: the code

    stands beside its words.
    """

    name: str
    width: float
    height: float | None
    margin: float
    huge: float
    large: float
    middle: float
    body: float
    small: float
    code: float
    beside: bool

    @property
    def inner(self) -> float:
        return self.width - 2 * self.margin


PAPERS = {
    paper.name: paper
    for paper in (
        Paper("a5", 148, 210, 10, huge=24, large=20, middle=15, body=11.5, small=9.5, code=52, beside=True),
        # A head of 58 mm prints 48 mm.
        Paper("58", 58, None, 5, huge=16, large=15, middle=11.5, body=9.5, small=8, code=46, beside=False),
    )
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of text, a rule, a gap or the block of the code: drawn with its top at ``y``."""

    height: float
    draw: Callable[[FPDF, float], None] | None = None


def slips_pdf(slips: Sequence[Slip], paper: Paper) -> bytes:
    """One slip after the other, each on a page (or length of roll) of its own. In Vietnamese."""
    # fpdf2 (with fontTools) is slow to load: paid by the first paper, not by the start of the site.
    from fpdf import FPDF  # noqa: PLC0415

    pdf = FPDF(unit="mm", format=(paper.width, paper.height or paper.width))
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.add_font(FAMILY, "", FONTS / "BeVietnamPro-Regular.ttf")
    pdf.add_font(FAMILY, "B", FONTS / "BeVietnamPro-SemiBold.ttf")
    pdf.add_font(KHMER, "", FONTS / "NotoSansKhmer-Regular.ttf")
    pdf.add_font(KHMER, "B", FONTS / "NotoSansKhmer-Bold.ttf")
    pdf.set_fallback_fonts([KHMER])
    pdf.c_margin = 0  # a cell begins where its text does
    pdf.set_text_shaping(True)
    pdf.set_lang("vi")
    measure = measure_of(pdf)
    known = {code for font in pdf.fonts.values() for code in getattr(font, "cmap", ())}
    with override("vi"):
        pdf.set_title(gettext("Packing slips"))
        for slip in slips:
            _pages(pdf, paper, slip, _Layout(paper, measure, known).of(slip))
    return bytes(pdf.output())


def _pages(pdf: FPDF, paper: Paper, slip: Slip, rows: list[Row]) -> None:
    if paper.height is None:
        pdf.add_page(format=(paper.width, sum(row.height for row in rows) + 2 * paper.margin))
    else:
        pdf.add_page()
    y = paper.margin
    for row in rows:
        if paper.height is not None and y + row.height > paper.height - paper.margin:
            pdf.add_page()
            pdf.set_font(FAMILY, "", paper.small)
            pdf.text(paper.margin, paper.margin, slip.parcel)
            y = paper.margin + GAP
        if row.draw is not None:
            row.draw(pdf, y)
        y += row.height


class _Layout:
    """The rows of one slip."""

    def __init__(self, paper: Paper, measure: Measure, known: Set[int]) -> None:
        self.paper, self.measure, self.known = paper, measure, known

    def of(self, slip: Slip) -> list[Row]:
        paper = self.paper
        head = " · ".join(filter(None, (slip.seller, slip.seller_phone)))
        rows = [*self.text(head, paper.small), *self.text(slip.parcel, paper.middle, bold=True), *self.rule()]
        rows += self.text(slip.name, paper.huge, bold=True)
        rows += self.text(slip.phone, paper.large, bold=True)
        if slip.other or slip.other_phone:
            rows += self.text(gettext("Or: %(name)s") % {"name": slip.other} if slip.other else "", paper.middle)
            rows += self.text(slip.other_phone, paper.large, bold=True)
        rows += [Row(GAP / 2), *self.text(slip.landmark, paper.middle, bold=True), *self.text(slip.place, paper.middle)]
        if slip.is_gift:
            gift = gettext("Gift: %(words)s") % {"words": slip.gift_words} if slip.gift_words else gettext("Gift")
            rows += self.text(gift, paper.middle, bold=True)
        if slip.note:
            rows += self.text(gettext("Note: %(words)s") % {"words": slip.note}, paper.body)
        rows += [*self.rule(), *self.contents(slip)]
        if slip.for_adults:
            rows += self.text(
                gettext("Drinks with alcohol: hand over to a person of 18 or older only."), paper.body, bold=True
            )
        return rows + self.rule() + self.money(slip)

    def contents(self, slip: Slip) -> list[Row]:
        rows: list[Row] = []
        for line in slip.lines:
            rows += self.text(f"{line.packs} × {line.title}", self.paper.body, bold=True)
            if line.lots:
                lots = gettext("Batch %(lots)s") % {"lots": ", ".join(line.lots)}
                rows += self.text(lots, self.paper.small, indent=3)
        return rows

    def money(self, slip: Slip) -> list[Row]:
        if slip.code is not None:
            return self.owed(slip.code)
        if slip.is_paid:
            return self.text(gettext("Paid in full – nothing more is collected"), self.paper.middle, bold=True)
        return []

    def owed(self, code: SlipCode) -> list[Row]:
        """The sum over the whole width; the code with the words of the transfer beside or below it."""
        paper = self.paper
        rows = self.text(owes_words(code), paper.middle, bold=True)
        left = paper.margin + paper.code + GAP if paper.beside else paper.margin
        width = paper.width - paper.margin - left
        words = [
            *self.text(gettext("Scan with the bank's app. Do not give cash to anybody."), paper.small, left, width),
            *self.text(code.bank, paper.body, left, width, bold=True),
            *self.text(code.number, paper.body, left, width, bold=True),
            *self.text(code.holder, paper.body, left, width),
            *self.text(gettext("Sum: %(sum)s") % {"sum": code.sum}, paper.body, left, width, bold=True),
            *self.text(code.words, paper.small, left, width),
            *self.text(gettext("Memo: %(memo)s") % {"memo": code.memo}, paper.body, left, width, bold=True),
        ]
        if not paper.beside:
            return [*rows, self.code(code), *words]
        return [*rows, _side_by_side(self.code(code), words)]

    def code(self, code: SlipCode) -> Row:
        paper = self.paper
        left = paper.margin if paper.beside else (paper.width - paper.code) / 2

        def draw(pdf: FPDF, y: float) -> None:
            draw_code(pdf, code.payload, left, y, paper.code)

        return Row(paper.code, draw)

    def text(
        self, text: str, size: float, left: float = 0, width: float = 0, *, bold: bool = False, indent: float = 0
    ) -> list[Row]:
        left = (left or self.paper.margin) + indent
        width = (width or self.paper.inner) - indent
        text = "".join(char for char in unicodedata.normalize("NFC", text) if ord(char) in self.known)
        lines = wrap(text, width, lambda words: self.measure(words, bold, size))
        return [Row(size * MM_PER_POINT * LINE, _writer(line, left, size, bold=bold)) for line in lines]

    def rule(self) -> list[Row]:
        paper = self.paper

        def draw(pdf: FPDF, y: float) -> None:
            pdf.set_draw_color(0)
            pdf.set_line_width(0.3)
            pdf.line(paper.margin, y + GAP / 2, paper.width - paper.margin, y + GAP / 2)

        return [Row(GAP, draw)]


def _writer(text: str, left: float, size: float, *, bold: bool) -> Callable[[FPDF, float], None]:
    def draw(pdf: FPDF, y: float) -> None:
        pdf.set_font(FAMILY, "B" if bold else "", size)
        height = size * MM_PER_POINT
        pdf.set_xy(left, y + height * (ASCENT - CELL_ASCENT))
        pdf.cell(0, height, text)  # unlike text() it takes what the font lacks from the other one

    return draw


def _side_by_side(code: Row, words: Sequence[Row]) -> Row:
    """As high as the higher of the two, so that no page parts them."""

    def draw(pdf: FPDF, y: float) -> None:
        for row in (code, *words):
            if row.draw is not None:
                row.draw(pdf, y)
            y += row.height if row is not code else 0

    return Row(max(code.height, sum(row.height for row in words)), draw)
