"""Member cards on A4: ten a sheet, as large as a bank card, with lines to cut along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext

from community.members.cards import card_link
from community.members.models import MemberCard
from traceability.labels.fitting import wrap
from traceability.labels.qr import QUIET_MODULES, dark_runs, qr_matrix
from traceability.labels.sheets import FAMILY, FONTS

if TYPE_CHECKING:
    from fpdf import FPDF

# ISO/IEC 7810 ID-1, in millimetres; two columns of five fit an A4 with a printer's margin.
WIDTH, HEIGHT = 85.6, 54.0
COLUMNS, ROWS = 2, 5
LEFT, TOP = (210 - COLUMNS * WIDTH) / 2, (297 - ROWS * HEIGHT) / 2
INSET, CODE = 4.0, 36.0
GREY = (90, 90, 90)
MOST_LINES = 3


def cards_pdf(cards: Sequence[MemberCard]) -> bytes:
    """``cards`` with membership, person and cooperative at hand."""
    # fpdf2 (with fontTools) is slow to load: paid by the first paper, not by the start of the site.
    from fpdf import FPDF  # noqa: PLC0415

    pdf = FPDF(unit="mm", format="A4")
    pdf.set_auto_page_break(False)
    pdf.set_margin(0)
    pdf.add_font(FAMILY, "", FONTS / "BeVietnamPro-Regular.ttf")
    pdf.add_font(FAMILY, "B", FONTS / "BeVietnamPro-SemiBold.ttf")
    pdf.set_text_shaping(True)
    pdf.set_title(gettext("Member cards"))
    for number, card in enumerate(cards):
        row, column = divmod(number % (COLUMNS * ROWS), COLUMNS)
        if row == column == 0:
            pdf.add_page()
        _draw(pdf, card, LEFT + column * WIDTH, TOP + row * HEIGHT)
    return bytes(pdf.output())


def _draw(pdf: FPDF, card: MemberCard, left: float, top: float) -> None:
    person, cooperative = card.membership.user, card.membership.cooperative
    pdf.set_draw_color(*GREY)
    pdf.set_dash_pattern(dash=1, gap=1)
    pdf.rect(left, top, WIDTH, HEIGHT)
    pdf.set_dash_pattern()
    _draw_code(pdf, card_link(card), left + INSET, top + (HEIGHT - CODE) / 2)
    text_left, text_width = left + INSET + CODE + 2, WIDTH - 2 * INSET - CODE - 2
    pdf.set_xy(text_left, top + INSET)
    _write(pdf, "Chợ Nguồn", text_left, text_width, size=9, bold=False)
    pdf.set_y(top + 12)
    _write(pdf, person.name, text_left, text_width, size=13, bold=True)
    _write(pdf, cooperative.name, text_left, text_width, size=9.5, bold=False)
    pdf.set_y(top + HEIGHT - INSET - 9)
    pdf.set_text_color(*GREY)
    _write(pdf, gettext("Scan, then type your PIN."), text_left, text_width, size=8, bold=False)
    pdf.set_text_color(0)


def _write(pdf: FPDF, text: str, left: float, width: float, *, size: float, bold: bool) -> None:
    """At most three lines: a card has no more room."""
    pdf.set_font(FAMILY, "B" if bold else "", size)
    height = size * 0.45
    lines = wrap(text, width, pdf.get_string_width)
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], lines[MOST_LINES - 1].rstrip() + "…"]
    for line in lines:
        pdf.set_x(left)
        pdf.cell(width, height, line, new_x="LMARGIN", new_y="NEXT")
    pdf.set_y(pdf.get_y() + 1)


def _draw_code(pdf: FPDF, uri: str, left: float, top: float) -> None:
    matrix = qr_matrix(uri)
    module = CODE / (len(matrix) + 2 * QUIET_MODULES)
    pdf.set_fill_color(0)
    for column, row, length in dark_runs(matrix):
        x, y = left + (QUIET_MODULES + column) * module, top + (QUIET_MODULES + row) * module
        pdf.rect(x, y, length * module, module, style="F")
