"""Cells as people write them: numbers the Vietnamese way, local units, days as words or counts, all headings."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from community.errors import DomainError
from marketplace.importing.columns import guess, is_heading, letter, text_of
from marketplace.importing.values import BadValue, read_amount, read_container, read_life, read_packs


@pytest.mark.parametrize(
    ("typed", "unit", "base", "base_unit"),
    [("12,5 kg", "", 12_500, "g"), ("500", "gam", 500, "g"), ("5 yến", "", 50_000, "g"), ("2 tạ", "", 200_000, "g"),
     ("2 tá", "", 24, "piece"), ("1.250 ml", "", 1_250, "ml"), ("1,5 Lít", "", 1_500, "ml"), ("3 lạng", "", 300, "g"),
     ("1 chục", "", 10, "piece"), ("750ML", "", 750, "ml"), ("0,5", "KG", 500, "g")],
)  # fmt: skip
def test_amounts(typed, unit, base, base_unit) -> None:
    amount = read_amount(typed, unit)
    assert (amount.base, amount.base_unit) == (base, base_unit)


@pytest.mark.parametrize("typed", ["", "kg", "12,5", "-1 kg", "1,5 cái", "10 thùng", "1e3 kg", "１ ki lô mét"])
def test_amounts_that_are_none(typed) -> None:
    with pytest.raises(DomainError):
        read_amount(typed)


@pytest.mark.parametrize(("typed", "packs"), [("40", 40), ("1.250 gói", 1250), ("12,5 kg", 25), ("1 yến", 20)])
def test_numbers_of_packs(typed, packs) -> None:
    assert read_packs(typed, net_quantity_base=500, base_unit="g") == packs


@pytest.mark.parametrize(
    ("typed", "code"),
    [("1,2 kg", "no_whole_packs"), ("2 lít", "other_unit"), ("nhiều", "not_an_amount"), ("0,5", "too_fine")],
)
def test_numbers_of_packs_that_are_none(typed, code) -> None:
    with pytest.raises(DomainError) as refused:
        read_packs(typed, net_quantity_base=500, base_unit="g")
    assert refused.value.code == code


@pytest.mark.parametrize(("typed", "days"), [("12 tháng", 360), ("270 ngày", 270), ("90", 90), ("2 tuần", 14)])
def test_how_long_it_keeps(typed, days) -> None:
    assert read_life(typed) == days


@pytest.mark.parametrize("typed", ["lâu", "0", "20 năm", "12 tháng rưỡi"])
def test_how_long_it_keeps_refused(typed) -> None:
    with pytest.raises(BadValue):
        read_life(typed)


@pytest.mark.parametrize(("typed", "kind"), [("Túi", "bag"), ("hũ", "jar"), ("lọ", "jar"), ("", "")])
def test_what_it_is_packed_in(typed, kind) -> None:
    assert read_container(typed) == kind


@pytest.mark.parametrize(
    ("cell", "field", "text"),
    [(185000.0, "price", "185000"), (12.5, "amount", "12,5"), (46331, "packed_on", "05/11/2026"),
     ("46331", "packed_on", "05/11/2026"), (datetime(2026, 11, 5), "packed_on", "05/11/2026"),
     (date(2026, 11, 5), "packed_on", "05/11/2026"), ("5-11-2026", "packed_on", "05/11/2026"),
     ("hôm qua", "packed_on", "hôm qua"), (46331, "price", "46331"), (None, "price", ""), ("  a  b ", "product", "a b"),
     (8936000000011, "gtin", "8936000000011"), (True, "price", "")],
)  # fmt: skip
def test_cells_become_what_a_person_would_type(cell, field, text) -> None:
    assert text_of(cell, field) == text


def test_headings_are_found_by_their_words_and_by_nothing_else() -> None:
    found = guess(["STT", "TÊN SẢN PHẨM (*)", "Quy cách:", "ĐVT", "Giá bán (đồng)", "Ghi chú", "Tồn kho"])
    assert found == {"product": 1, "amount": 2, "unit": 3, "price": 4, "packs": 6} and is_heading(found)
    assert not is_heading(guess(["Tên hàng", "Công đoạn", "Lúc"]))
    assert [letter(column) for column in (0, 25, 26, 59)] == ["A", "Z", "AA", "BH"]
