"""Labels as PDF: vector QR code at the left, what people read at the right, on sheets, a roll or one page.

The text box starts where the code's quiet zone ends, so no text can touch the code. Text is shaped by HarfBuzz
(Vietnamese marks, later Khmer); fonts are Be Vietnam Pro (OFL), embedded as subsets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from community.errors import DomainError
from traceability.labels.fitting import MM_PER_POINT, Measure, PlacedLine, fit_lines
from traceability.labels.geometry import Sheet
from traceability.labels.qr import QUIET_MODULES, dark_runs, qr_matrix
from traceability.labels.wording import LabelFacts, lines_of

if TYPE_CHECKING:
    from fpdf import FPDF

FONTS = Path(__file__).parent / "fonts"
FAMILY = "BeVietnamPro"
SMALLEST_MODULE_MM = 0.396  # GS1 General Specifications, QR code at retail
WIDEST_BLOCK = 0.56  # of a label's inner width: the rest is for reading
SMALLEST_TEXT = 4.5
ASCENT = 0.95  # baseline below the top of a line, in font sizes
MEASURED_AT = 100.0
TEXT_GAP_MM = 0.4  # between quiet zone and text
MOST_LABELS = 5_000


class BadLabel(DomainError):
    """A label that could not be read. Codes: code_too_small (facts: module_mm, sheet), nothing_to_print, too_many."""


def labels_pdf(labels: Sequence[LabelFacts], sheet: Sheet, *, used: int = 0) -> bytes:
    """``labels`` one after the other on ``sheet``; ``used`` places of the first page are left free. Raises BadLabel."""
    if not labels:
        raise BadLabel("nothing_to_print")
    if len(labels) > MOST_LABELS:
        raise BadLabel("too_many", most=MOST_LABELS)
    pdf = _new_pdf(sheet, labels[0])
    measure = measure_of(pdf)
    places = list(sheet.places())
    texts: dict[tuple[LabelFacts, float], list[PlacedLine]] = {}
    for number, facts in enumerate(labels, used % sheet.labels_per_page):
        place = number % sheet.labels_per_page
        if place == 0 or pdf.pages_count == 0:
            pdf.add_page()
        block = code_block_mm(facts.uri, sheet)
        # Labels of one lot that differ only in their serial share one layout.
        layout = (replace(facts, uri=""), block)
        if layout not in texts:
            texts[layout] = _text_of(facts, sheet, block, measure)
        left, top = places[place]
        draw_code(pdf, facts.uri, left + sheet.side_inset, top + (sheet.label_height - block) / 2, block)
        _draw_text(pdf, texts[layout], left + sheet.side_inset + block + TEXT_GAP_MM, top, sheet)
    return bytes(pdf.output())


def code_block_mm(uri: str, sheet: Sheet) -> float:
    """Edge of the square of code and quiet zone on ``sheet``, 20 mm or more on every paper of ours.

    Raises BadLabel if modules would be too small.
    """
    inner_width = sheet.label_width - 2 * sheet.side_inset
    block = min(sheet.label_height - 2 * sheet.top_inset, inner_width * WIDEST_BLOCK)
    module = block / (len(qr_matrix(uri)) + 2 * QUIET_MODULES)
    if module < SMALLEST_MODULE_MM:
        raise BadLabel("code_too_small", module_mm=round(module, 3), sheet=sheet.name)
    return block


def _new_pdf(sheet: Sheet, first: LabelFacts) -> FPDF:
    # Loading fpdf2 (with fontTools) takes longer than anything else at the start of the site: paid by the first label.
    from fpdf import FPDF  # noqa: PLC0415

    pdf = FPDF(unit="mm", format=(sheet.page_width, sheet.page_height))
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.add_font(FAMILY, "", FONTS / "BeVietnamPro-Regular.ttf")
    pdf.add_font(FAMILY, "B", FONTS / "BeVietnamPro-SemiBold.ttf")
    pdf.set_text_shaping(True)
    pdf.set_title(f"{first.product} · {first.lot}")
    pdf.set_lang(first.language)
    return pdf


def measure_of(pdf: FPDF) -> Measure:
    """Widths of shaped text, each text shaped once at a fixed size: widths grow in proportion to the size."""
    widths: dict[tuple[str, bool], float] = {}

    def measure(text: str, bold: bool, size: float) -> float:
        if (text, bold) not in widths:
            pdf.set_font(FAMILY, "B" if bold else "", MEASURED_AT)
            widths[text, bold] = float(pdf.get_string_width(text))
        return widths[text, bold] * size / MEASURED_AT

    return measure


def _text_of(facts: LabelFacts, sheet: Sheet, block: float, measure: Measure) -> list[PlacedLine]:
    return fit_lines(
        lines_of(facts),
        width=sheet.label_width - 2 * sheet.side_inset - block - TEXT_GAP_MM,
        height=sheet.label_height - 2 * max(sheet.top_inset, 1.0),
        largest=min(12.0, sheet.label_height / 4),
        smallest=SMALLEST_TEXT,
        measure=measure,
    )


def draw_code(pdf: FPDF, uri: str, left: float, top: float, block: float) -> None:
    """The whole code as one filled path in units of a module: no hairlines, and three times faster than rectangles.

    ``_out`` is fpdf2's writer of raw page content; PDF's origin is the lower left corner, in points.
    """
    matrix = qr_matrix(uri)
    module = block / (len(matrix) + 2 * QUIET_MODULES)
    scale = 1 / MM_PER_POINT
    x0 = (left + QUIET_MODULES * module) * scale
    y0 = (pdf.h - top - QUIET_MODULES * module) * scale
    step = module * scale
    path = " ".join(f"{x} {-y - 1} {length} 1 re" for x, y, length in dark_runs(matrix))
    pdf._out(f"q 0 g {step:.4f} 0 0 {step:.4f} {x0:.3f} {y0:.3f} cm {path} f Q")


def _draw_text(pdf: FPDF, lines: Sequence[PlacedLine], left: float, top: float, sheet: Sheet) -> None:
    used = lines[-1].top + lines[-1].height if lines else 0.0
    start = top + (sheet.label_height - used) / 2
    for line in lines:
        pdf.set_font(FAMILY, "B" if line.bold else "", line.size)
        pdf.text(left, start + line.top + line.size * MM_PER_POINT * ASCENT, line.text)
