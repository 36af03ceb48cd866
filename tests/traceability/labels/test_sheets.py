"""Printed labels: every code on every paper decodes to its own address, and no text comes near a code."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from traceability.gs1.public_codes import new_public_code
from traceability.labels.fitting import fit_lines, wrap
from traceability.labels.geometry import A4_24, A4_40, A4_65, ROLL_58, SHEETS, SINGLE, Sheet
from traceability.labels.qr import QUIET_MODULES, qr_matrix
from traceability.labels.sheets import SMALLEST_MODULE_MM, BadLabel, code_block_mm, labels_pdf
from traceability.labels.wording import LabelFacts, Line, lines_of

DPI = 300
PER_MM = DPI / 25.4
FACTS = LabelFacts(
    uri="https://id.example.vn/01/09521234001560/10/L261105-A",
    product="Mật ong rừng U Minh Hạ nguyên chất thượng hạng",
    net_content="Hũ 500 ml",
    lot="L261105-A",
    packed_on=date(2026, 11, 5),
    best_before_on=date(2028, 11, 5),
    cooperative="Hợp tác xã Nông nghiệp Dịch vụ Đất Mũi",
    code="7K3F2Q9XAB",
)
LONG = replace(
    FACTS,
    product="Bánh tráng phơi sương Trảng Bàng cuốn thịt luộc rau rừng đặc biệt hảo hạng loại một " * 3,
    cooperative="Hợp tác xã sản xuất, kinh doanh và dịch vụ nông nghiệp tổng hợp Siêudàikhôngcókhoảngtrắng" * 2,
)


def rendered(pdf: bytes, page: int = 0) -> Image.Image:
    document = pypdfium2.PdfDocument(pdf)
    image = document[page].render(scale=DPI / 72).to_pil().convert("L")
    document.close()
    return image


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(document[0].get_textpage().get_text_bounded().split())
    document.close()
    return text


def decoded(image: Image.Image) -> list[str]:
    return sorted(code.text for code in zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode))


def code_squares(sheet: Sheet, uri: str) -> list[tuple[float, float, float]]:
    """Left, top and edge in millimetres of every code block, from the geometry alone."""
    block = code_block_mm(uri, sheet)
    return [(left + sheet.side_inset, top + (sheet.label_height - block) / 2, block) for left, top in sheet.places()]


def distinct(count: int) -> list[LabelFacts]:
    return [
        replace(FACTS, uri=f"https://id.example.vn/01/09521234001560/10/L261105-A/21/{number:06d}")
        for number in range(count)
    ]


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_every_code_of_a_full_page_decodes_sharp_and_blurred(sheet: Sheet) -> None:
    labels = distinct(sheet.labels_per_page)
    page = rendered(labels_pdf(labels, sheet))
    expected = sorted(facts.uri for facts in labels)
    assert decoded(page) == expected
    assert decoded(page.filter(ImageFilter.GaussianBlur(2))) == expected


@pytest.mark.parametrize("facts", [FACTS, LONG], ids=["usual", "long names"])
@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_the_quiet_zone_stays_white_whatever_the_names(sheet: Sheet, facts: LabelFacts) -> None:
    page = rendered(labels_pdf([facts] * sheet.labels_per_page, sheet))
    assert decoded(page) == [facts.uri] * sheet.labels_per_page
    quiet = QUIET_MODULES / (len(qr_matrix(facts.uri)) + 2 * QUIET_MODULES)
    for left, top, edge in code_squares(sheet, facts.uri):
        ring = page.crop(tuple(round(v * PER_MM) for v in (left, top, left + edge, top + edge)))  # type: ignore[arg-type]
        inner = int(ring.width * quiet) - 1  # one pixel for anti-aliased edges of modules
        ring.paste(255, (inner, inner, ring.width - inner, ring.height - inner))
        assert ring.getextrema() == (255, 255)


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_text_stays_inside_its_label(sheet: Sheet) -> None:
    """Only the first place is printed: everything outside that label must be white."""
    page = rendered(labels_pdf([LONG], sheet))
    left, top = next(sheet.places())
    label = (left, top, left + sheet.label_width, top + sheet.label_height)
    page.paste(255, tuple(round(edge * PER_MM) for edge in label))  # type: ignore[arg-type]
    assert page.getextrema() == (255, 255)


@pytest.mark.parametrize("sheet", SHEETS.values(), ids=SHEETS)
def test_codes_are_twenty_millimetres_or_more(sheet: Sheet) -> None:
    """Without their quiet zone; on 65 per sheet, whose labels are 21.2 mm high, with it."""
    for uri in ("https://id.example.vn/t/7K3F2Q9XAB", FACTS.uri, distinct(1)[0].uri):
        modules = len(qr_matrix(uri))
        share = 1 if sheet is A4_65 else modules / (modules + 2 * QUIET_MODULES)
        assert code_block_mm(uri, sheet) * share >= 20


def worn(page: Image.Image) -> Image.Image:
    """As a bad scanner sees it: out of focus, noisy, then only black and white. The same noise each time."""
    noise = Image.frombytes("L", page.size, random.Random(2026).randbytes(page.width * page.height))
    blurred = page.filter(ImageFilter.GaussianBlur(1.5))
    return Image.blend(blurred, noise, 0.25).point(lambda level: 255 if level > 118 else 0)


@pytest.mark.parametrize("sheet", [SINGLE, ROLL_58, A4_24, A4_40, A4_65], ids=lambda sheet: sheet.name)
def test_a_page_that_is_only_black_and_white_and_noisy_still_decodes(sheet: Sheet) -> None:
    labels = distinct(sheet.labels_per_page)
    assert decoded(worn(rendered(labels_pdf(labels, sheet)))) == sorted(facts.uri for facts in labels)


@pytest.mark.parametrize("spoil", [None, ImageFilter.GaussianBlur(2)], ids=["sharp", "blurred"])
def test_modules_of_four_tenths_of_a_millimetre_decode_at_300_dpi(spoil: ImageFilter.Filter | None) -> None:
    facts = distinct(1)[0]
    edge = 0.4 * (len(qr_matrix(facts.uri)) + 2 * QUIET_MODULES)
    tiny = Sheet("tiny", 60, edge, 1, 1, 60, edge, side_inset=0, top_inset=0)
    assert code_block_mm(facts.uri, tiny) == pytest.approx(edge)
    page = rendered(labels_pdf([facts], tiny))
    assert decoded(page.filter(spoil) if spoil else page) == [facts.uri]


def test_vietnamese_letters_are_real_text_on_the_label() -> None:
    facts = replace(FACTS, product="Ổi ruột đỏ sấy dẻo Hữu Lũng ẩm ướt", cooperative="HTX Nguyễn Thị Diễm Phượng")
    text = text_of(labels_pdf([facts], SINGLE))
    for words in ("Ổi ruột đỏ sấy dẻo", "Hữu Lũng", "Nguyễn Thị Diễm Phượng", "Đóng gói"):
        assert words in text


def test_the_smallest_labels_keep_modules_that_scanners_accept() -> None:
    assert code_block_mm(FACTS.uri, A4_65) / (len(qr_matrix(FACTS.uri)) + 8) >= SMALLEST_MODULE_MM
    with pytest.raises(BadLabel) as refused:
        labels_pdf([replace(FACTS, uri=FACTS.uri + "?x=" + "A" * 120)], A4_65)
    assert refused.value.code == "code_too_small"


def test_the_single_label_says_everything_a_person_needs() -> None:
    text = text_of(labels_pdf([FACTS], SINGLE))
    for part in ("Mật ong rừng U Minh", "Hũ 500 ml", "L261105-A", "05/11/2026", "05/11/2028", "Đất Mũi", "7K3F2 Q9XAB"):
        assert part in text


def test_on_the_smallest_label_lot_date_and_code_survive_a_long_name() -> None:
    text = text_of(labels_pdf([LONG], A4_65))
    for part in ("L261105-A", "05/11/2028", "7K3F2", "Q9XAB", "…"):
        assert part in text


def test_missing_dates_and_code_leave_no_empty_words() -> None:
    bare = replace(FACTS, packed_on=None, best_before_on=None, code="", net_content="")
    assert lines_of(bare)[0].text == FACTS.product
    assert len(lines_of(bare)) == 3


def test_used_places_of_a_started_sheet_stay_free_and_pages_follow() -> None:
    pdf = labels_pdf(distinct(24), A4_24, used=5)
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 2
    document.close()
    assert len(decoded(rendered(pdf, 0))) == 19
    assert len(decoded(rendered(pdf, 1))) == 5


def test_nothing_to_print_is_refused() -> None:
    with pytest.raises(BadLabel):
        labels_pdf([], A4_24)


def test_grids_lie_inside_their_pages() -> None:
    for sheet in SHEETS.values():
        assert len(list(sheet.places())) == sheet.labels_per_page
        for left, top in sheet.places():
            assert left >= 0
            assert top >= 0
            assert left + sheet.label_width <= sheet.page_width + 1e-6
            assert top + sheet.label_height <= sheet.page_height + 1e-6


def monospace(text: str, bold: bool, size: float) -> float:
    return len(text) * size * 0.2


def test_lines_shrink_first_then_leave_by_rank() -> None:
    lines = [Line("name of goods", True, 1.0, 0), Line("cooperative", False, 1.0, 3), Line("lot", True, 1.0, 0)]
    roomy = fit_lines(lines, width=30, height=30, largest=10, smallest=5, measure=monospace)
    assert [line.text for line in roomy] == ["name of goods", "cooperative", "lot"]
    assert roomy[0].size == 10
    tight = fit_lines(lines, width=30, height=5, largest=10, smallest=5, measure=monospace)
    assert [line.text for line in tight] == ["name of goods", "lot"]
    assert all(line.top + line.height <= 5 for line in tight)


def test_words_wider_than_the_box_are_broken() -> None:
    assert wrap("aaa bbbbbbbbbb c", 4, len) == ["aaa", "bbbb", "bbbb", "bb c"]
    assert wrap("", 4, len) == []


def test_labels_of_a_lot_are_made_quickly_from_one_layout() -> None:
    code = new_public_code()
    facts = replace(FACTS, uri=f"https://id.example.vn/t/{code}", code=code)
    assert len(labels_pdf([facts] * 240, A4_24)) < 600_000
