"""A statement on paper: A4, in the reader's language, shaped by HarfBuzz; what is simulated says so on each page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, gettext

from community.text.dates import VIETNAM, show_date, show_datetime
from community.text.money import show_dong
from marketplace.statements.reading import CooperativeStatement, Due
from marketplace.statements.words import (
    change_words,
    closing_words,
    line_words,
    opening_words,
    outside_words,
    percent,
    period_words,
    standing_words,
)
from traceability.labels.sheets import FAMILY, FONTS

if TYPE_CHECKING:
    from fpdf import FPDF

MOST_ROWS = 400  # drawn while somebody waits; the sheet (csv) has all of them
MARGIN = 15
SIZE, SMALL, LARGE = 10, 8.5, 15
GREY, RED = (90, 90, 90), (179, 38, 30)
ROW = 5.6


def statement_pdf(statement: CooperativeStatement, due: Due | None, *, operator: str) -> bytes:
    """``operator``: the name of the market that signs."""
    pdf = _new_pdf(statement, operator)
    _head(pdf, statement, operator)
    _bridge(pdf, statement, due)
    _arrivals(pdf, statement)
    _sales(pdf, statement)
    _changes(pdf, statement)
    _outside(pdf, statement)
    return bytes(pdf.output())


def _new_pdf(statement: CooperativeStatement, operator: str) -> FPDF:
    # fpdf2 (with fontTools) is slow to load: paid by the first paper, not by the start of the site.
    from fpdf import FPDF  # noqa: PLC0415

    class Paper(FPDF):
        def footer(self) -> None:
            self.set_y(-12)
            self.set_font(FAMILY, "", SMALL)
            self.set_text_color(*GREY)
            words = {"page": self.page_no(), "of": "{nb}", "at": show_datetime(statement.made_at, _language())}
            self.cell(0, 5, gettext("Made %(at)s · page %(page)s of %(of)s") % words, align="C")
            if not statement.livemode:
                self.set_text_color(*RED)
                self.set_xy(MARGIN, 6)
                self.cell(0, 5, gettext("SIMULATION – NOT REAL MONEY"), align="C")
            self.set_text_color(0)

    pdf = Paper(unit="mm", format="A4")
    pdf.add_font(FAMILY, "", FONTS / "BeVietnamPro-Regular.ttf")
    pdf.add_font(FAMILY, "B", FONTS / "BeVietnamPro-SemiBold.ttf")
    pdf.set_text_shaping(True)
    pdf.set_margin(MARGIN)
    pdf.set_auto_page_break(True, 18)
    pdf.set_title(f"{statement.cooperative.name} · {statement.period.name}")
    pdf.set_author(operator)
    pdf.set_lang(_language())
    pdf.set_creation_date(statement.made_at.astimezone(VIETNAM))
    pdf.add_page()
    return pdf


def _head(pdf: FPDF, statement: CooperativeStatement, operator: str) -> None:
    pdf.set_font(FAMILY, "B", SMALL)
    pdf.cell(0, 5, operator, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(FAMILY, "B", LARGE)
    pdf.multi_cell(0, 8, gettext("Statement of money"), new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(FAMILY, "", SIZE)
    cooperative = statement.cooperative
    pdf.multi_cell(0, ROW, f"{cooperative.name} · {period_words(statement.period)}", new_x="LMARGIN", new_y="NEXT")
    tax_code = gettext("Tax code %(code)s") % {"code": cooperative.tax_code} if cooperative.tax_code else ""
    told = " · ".join(filter(None, [tax_code, gettext("Code %(code)s") % {"code": cooperative.code}]))
    pdf.set_text_color(*GREY)
    pdf.multi_cell(0, ROW, told, new_x="LMARGIN", new_y="NEXT")
    pdf.set_text_color(0)
    pdf.ln(3)


def _bridge(pdf: FPDF, statement: CooperativeStatement, due: Due | None) -> None:
    rows = [(opening_words(statement), show_dong(statement.opening_dong))]
    rows += [(line_words(line), _signed(line.dong)) for line in statement.bridge]
    rows.append((closing_words(statement), show_dong(statement.closing_dong)))
    with pdf.table(col_widths=(3, 1), text_align=("L", "R"), line_height=ROW, first_row_as_headings=False,
                   borders_layout="HORIZONTAL_LINES") as table:  # fmt: skip
        for number, row in enumerate(rows):
            pdf.set_font(FAMILY, "B" if number in (0, len(rows) - 1) else "", SIZE)
            table.row(row)
    pdf.ln(2)
    pdf.set_font(FAMILY, "B", SIZE + 2)
    pdf.multi_cell(0, ROW + 1, standing_words(statement.closing_dong), new_x="LMARGIN", new_y="NEXT")
    if due is not None:
        words = {"sum": show_dong(due.dong), "day": show_date(due.on, _language())}
        pdf.set_font(FAMILY, "", SIZE)
        pdf.multi_cell(0, ROW, gettext("To be paid until %(day)s: %(sum)s") % words, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)


def _arrivals(pdf: FPDF, statement: CooperativeStatement) -> None:
    if not statement.arrivals:
        return
    _title(pdf, gettext("Where buyers' money came to"))
    for account, orders, dong in statement.arrivals:
        where = account or gettext("The market's account")
        words = {"account": where, "count": orders, "sum": show_dong(dong)}
        pdf.multi_cell(
            0, ROW, gettext("%(account)s: %(sum)s (orders: %(count)s)") % words, new_x="LMARGIN", new_y="NEXT"
        )
    pdf.ln(3)


def _sales(pdf: FPDF, statement: CooperativeStatement) -> None:
    if not statement.sales:
        return
    _title(pdf, gettext("Each order"))
    headings = (
        gettext("Day"), gettext("Order"), gettext("Goods"), gettext("Delivery"), gettext("Commission"),
        gettext("Tax"), gettext("Yours"),
    )  # fmt: skip
    pdf.set_font(FAMILY, "", SMALL)
    with pdf.table(col_widths=(16, 20, 18, 16, 26, 14, 20), line_height=4.8, borders_layout="HORIZONTAL_LINES",
                   text_align=("L", "L", "R", "R", "R", "R", "R"), headings_style=_bold()) as table:  # fmt: skip
        table.row(headings)
        for sale in statement.sales[:MOST_ROWS]:
            commission = f"{_plain(sale.commission_dong)} ({percent(sale.commission_bps)})"
            table.row(
                (
                    show_date(sale.at.astimezone(VIETNAM).date(), _language()),
                    sale.parcel,
                    _plain(sale.goods_dong),
                    _plain(sale.shipping_dong),
                    commission,
                    _plain(sale.tax_dong),
                    _plain(sale.share_dong),
                )
            )
    _left_out(pdf, len(statement.sales))
    pdf.ln(3)


def _changes(pdf: FPDF, statement: CooperativeStatement) -> None:
    if not statement.changes:
        return
    _title(pdf, gettext("What else happened"))
    for change in statement.changes[:MOST_ROWS]:
        day = show_date(change.at.astimezone(VIETNAM).date(), _language())
        pdf.multi_cell(0, ROW, f"{day}  {change_words(change)}", new_x="LMARGIN", new_y="NEXT")
    _left_out(pdf, len(statement.changes))


def _outside(pdf: FPDF, statement: CooperativeStatement) -> None:
    """Apart from the money of the site, so that nobody adds the two up unknowing."""
    if not statement.outside.count:
        return
    _title(pdf, gettext("Sold outside the shop"))
    words = f"{outside_words(statement.outside)}. {gettext('Not through the market: no commission, in no payout.')}"
    pdf.multi_cell(0, ROW, words, new_x="LMARGIN", new_y="NEXT")


def _left_out(pdf: FPDF, count: int) -> None:
    if count > MOST_ROWS:
        words = {"shown": MOST_ROWS, "all": count}
        pdf.multi_cell(
            0, ROW, gettext("%(shown)s of %(all)s rows; the sheet has all of them.") % words, new_x="LMARGIN",
            new_y="NEXT",
        )  # fmt: skip


def _title(pdf: FPDF, text: str) -> None:
    pdf.set_font(FAMILY, "B", SIZE + 1)
    pdf.cell(0, ROW + 2, text, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(FAMILY, "", SIZE)


def _bold() -> Any:
    from fpdf.fonts import FontFace  # noqa: PLC0415

    return FontFace(emphasis="BOLD")


def _plain(dong: int) -> str:
    return show_dong(dong).rstrip("₫").rstrip()


def _signed(dong: int) -> str:
    return f"+{show_dong(dong)}" if dong > 0 else show_dong(dong)


def _language() -> str:
    return get_language() or "vi"
