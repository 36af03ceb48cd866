from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.text.money import InvalidMoney, dong_in_words, number_in_words, parse_dong, show_dong
from community.text.quantities import InvalidNumber, parse_decimal_vi, show_number, show_quantity, to_base

WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
DIGITS = {word: number for number, word in enumerate(WORDS)} | {"mốt": 1, "lăm": 5}


def read_back(words: str) -> int:
    """An independent reader of Vietnamese number words."""
    total = group = last = 0
    for word in words.split():
        if word in DIGITS:
            last = DIGITS[word]
        elif word == "mười":
            group, last = group + 10, 0
        elif word == "mươi":
            group, last = group + last * 10, 0
        elif word == "trăm":
            group, last = group + last * 100, 0
        elif word in ("nghìn", "triệu"):
            total += (group + last) * {"nghìn": 10**3, "triệu": 10**6}[word]
            group = last = 0
        elif word == "tỷ":
            total, group, last = (total + group + last) * 10**9, 0, 0
        else:
            assert word == "linh", word
    return total + group + last


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "không đồng"),
        (5, "năm đồng"),
        (15, "mười lăm đồng"),
        (21, "hai mươi mốt đồng"),
        (11, "mười một đồng"),
        (105, "một trăm linh năm đồng"),
        (1005, "một nghìn không trăm linh năm đồng"),
        (185000, "một trăm tám mươi lăm nghìn đồng"),
        (1250000, "một triệu hai trăm năm mươi nghìn đồng"),
        (1000005, "một triệu không trăm linh năm đồng"),
        (2000000000, "hai tỷ đồng"),
        (3000000001, "ba tỷ không trăm linh một đồng"),
    ],
)
def test_amounts_are_read_as_people_say_them(amount: int, words: str) -> None:
    assert dong_in_words(amount) == words


@given(st.integers(min_value=0, max_value=10**15))
def test_words_can_be_read_back(amount: int) -> None:
    assert read_back(number_in_words(amount)) == amount


@given(st.integers(min_value=0, max_value=999_999_999_999))
def test_money_survives_being_shown_and_typed_again(amount: int) -> None:
    assert parse_dong(show_dong(amount)) == amount


def test_money_is_shown_with_dots_and_a_no_break_space() -> None:
    assert show_dong(185000) == "185.000\u00a0₫"


@pytest.mark.parametrize("text", ["160.000", "160,000", "160000", " 160.000 ₫ ", "160.000đ", "１６０．０００"])
def test_usual_prices_are_read(text: str) -> None:
    assert parse_dong(text) == 160_000


@pytest.mark.parametrize(
    "text",
    ["", "160k", "1tr2", "1.5", "16.00", "160.000,5", "1.600,000", "-1", "+5", "1e5", "0x10", "160 000", "abc", "₫"],
)
def test_a_price_is_never_guessed(text: str) -> None:
    with pytest.raises(InvalidMoney) as refused:
        parse_dong(text)
    assert refused.value.code == "not_an_amount"


def test_a_slip_of_the_finger_is_told_apart_from_nonsense() -> None:
    with pytest.raises(InvalidMoney) as refused:
        parse_dong("1" + "0" * 12)
    assert refused.value.code == "amount_too_large"


@pytest.mark.parametrize(
    ("base", "unit", "vi", "en"),
    [
        (3_200_000, "g", "3.200 kg", "3,200 kg"),
        (1_500, "g", "1,5 kg", "1.5 kg"),
        (750, "g", "750 g", "750 g"),
        (1_500, "ml", "1,5 lít", "1.5 L"),
        (640, "piece", "640 cái", "640 pcs"),
        (0, "g", "0 g", "0 g"),
        (1_001, "g", "1,001 kg", "1.001 kg"),
    ],
)
def test_quantities_are_shown_in_the_unit_people_use(base: int, unit: str, vi: str, en: str) -> None:
    assert show_quantity(base, unit, "vi").replace("\u00a0", " ") == vi
    assert show_quantity(base, unit, "en").replace("\u00a0", " ") == en
    khmer = show_quantity(base, unit, "km").replace("\u00a0", " ")
    assert khmer == vi.replace("lít", "លីត្រ").replace("cái", "គ្រឿង")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,5", "1.5"),
        ("1.5", "1.5"),
        ("1.500", "1500"),
        ("1.500,25", "1500.25"),
        ("0", "0"),
        ("１，５", "1.5"),
        ("12", "12"),
    ],
)
def test_the_comma_is_the_decimal_sign(text: str, number: str) -> None:
    assert parse_decimal_vi(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "-1", "1,5,0", "1.50.0", "1,2345", "abc", "1e3", "NaN", ",5", "1,", "10 000"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidNumber) as refused:
        parse_decimal_vi(text)
    assert refused.value.code == "not_a_number"


def test_numbers_beyond_any_harvest_are_refused() -> None:
    with pytest.raises(InvalidNumber) as refused:
        parse_decimal_vi("9" * 40)
    assert refused.value.code == "number_too_large"


@given(st.decimals(min_value=0, max_value=10**9, places=3))
def test_a_number_survives_being_shown_and_typed_again(number: Decimal) -> None:
    assert parse_decimal_vi(show_number(number)) == number


def test_base_units_are_whole() -> None:
    assert to_base(Decimal("1.5"), "kg") == 1500
    with pytest.raises(InvalidNumber) as refused:
        to_base(Decimal("0.5"), "piece")
    assert refused.value.code == "too_fine"
