"""Packing slips as PDF: the code on the paper pays the order it lies in, and nothing on it is cut."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp

from marketplace.payments.vietqr import decode_vietqr, encode_vietqr
from marketplace.slips.drawing import PAPERS, slips_pdf
from marketplace.slips.facts import Slip, SlipCode, SlipLine

LONG = "Công Tằng Tôn Nữ Nguyễn Thị Hoàng Phương Quỳnh Trâm Bảo Ngọc"
CODE = SlipCode(
    payload=encode_vietqr(bank_bin="970405", account="3905201188341", amount_dong=185_000, purpose="OCDKQ7P62S"),
    svg="",
    sum="185.000\u00a0₫",
    words="Một trăm tám mươi lăm nghìn đồng",
    bank="Agribank",
    number="3905 2011 8834 1",
    holder="HTX NONG NGHIEP HUONG HIEP",
    memo="OCDKQ7P62S",
)
SLIP = Slip(
    parcel="7K3F2Q-1",
    seller="Hợp tác xã Nông nghiệp Dịch vụ Tổng hợp Hướng Hiệp",
    seller_phone="0912 345 678",
    name=LONG,
    phone="0905 111 222",
    other="Ông Nguyễn Khắc Trường Giang",
    other_phone="0233 3822 123",
    landmark="Thôn Xa Rúc, sau nhà văn hóa, cổng xanh, hỏi nhà cô Bảy bán bánh ướt",
    place="Xã Hướng Hiệp, Tỉnh Quảng Trị",
    note="Gọi trước khi giao; buổi chiều nhà có người",
    lines=(
        SlipLine(2, "Mật ong rừng Hướng Hóa, chai thủy tinh 500 g", ("L-2611-A",)),
        SlipLine(3, "Cà phê Khe Sanh rang mộc, gói 250 g", ("2 × L-2610-K", "1 × L-2611-K")),
    ),
    for_adults=True,
    is_paid=False,
    code=CODE,
)


def opened(slips: list[Slip], paper: str) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(slips_pdf(slips, PAPERS[paper]))


def text_of(document: pypdfium2.PdfDocument) -> str:
    pages = [page.get_textpage().get_text_range() for page in document]
    return " ".join(" ".join(pages).split())


@pytest.mark.parametrize("paper", sorted(PAPERS))
def test_the_code_on_the_paper_is_the_transfer_and_nothing_is_cut(paper) -> None:
    document = opened([SLIP], paper)
    scale = 203 / 72  # a small thermal printer
    read = [code.text for page in document for code in zxingcpp.read_barcodes(page.render(scale=scale).to_pil())]
    assert read == [CODE.payload]
    transfer = decode_vietqr(read[0])
    assert (transfer.account, transfer.amount_dong, transfer.purpose) == ("3905201188341", 185_000, "OCDKQ7P62S")
    text = text_of(document)
    whole = (LONG, SLIP.phone, SLIP.other, SLIP.other_phone, SLIP.landmark, SLIP.place, SLIP.note, SLIP.seller)
    lines = ("2 × Mật ong rừng Hướng Hóa, chai thủy tinh 500 g", "L-2611-A", "2 × L-2610-K, 1 × L-2611-K")
    money = (CODE.words, CODE.bank, CODE.number, CODE.holder, CODE.memo, "CHƯA TRẢ TIỀN", "18 tuổi")
    for words in (*whole, *lines, *money, SLIP.parcel):
        assert words in text, words


@pytest.mark.parametrize("paper", sorted(PAPERS))
def test_no_text_leaves_the_paper(paper) -> None:
    slip = replace(SLIP, name="Nguyễn" * 30, note="x" * 300)
    width = PAPERS[paper].width / 25.4 * 72
    for page in opened([slip], paper):
        words, height = page.get_textpage(), page.get_height()
        for number in range(words.count_rects()):
            left, bottom, right, top = words.get_rect(number)
            assert left > 0 and right < width and bottom > 0 and top < height


def test_a_roll_is_as_long_as_its_slip_and_a5_goes_on_on_the_next_page() -> None:
    short, long = replace(SLIP, code=None, is_paid=True, lines=SLIP.lines[:1]), replace(SLIP, lines=SLIP.lines * 9)
    roll = opened([short, long], "58")
    assert len(roll) == 2 and roll[1].get_height() > roll[0].get_height() + 200
    assert len(opened([short, SLIP], "a5")) == 2 and len(opened([long], "a5")) >= 2


def test_what_is_paid_has_no_code_and_says_so() -> None:
    document = opened([replace(SLIP, code=None, is_paid=True)], "a5")
    assert not zxingcpp.read_barcodes(document[0].render(scale=3).to_pil())
    text = text_of(document)
    assert "Đã trả đủ – không thu thêm" in text and "CHƯA TRẢ" not in text


@pytest.mark.parametrize("paper", sorted(PAPERS))
def test_khmer_is_printed_and_what_no_font_has_leaves_no_blank_box(paper, caplog) -> None:
    gift = replace(SLIP, is_gift=True, gift_words="Chúc mẹ ❤️🎂 សូមអបអរសាទរ\u200d!", note="កុំទូរស័ព្ទ😀" * 12)
    document = opened([gift], paper)
    page = text_of(document)
    assert "Chúc mẹ" in page and "សូម" in page and "�" not in page
    assert "glyph" not in caplog.text, caplog.text
