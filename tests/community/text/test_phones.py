from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.text.phones import InvalidPhone, parse_phone, show_phone

MOBILE = st.from_regex(r"[35789][0-9]{8}", fullmatch=True).filter(str.isascii)
LANDLINE = st.from_regex(r"2[0-9]{9}", fullmatch=True).filter(str.isascii)


@pytest.mark.parametrize(
    "text",
    [
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "+84912345678",
        "+84 (0)912-345-678",
        "84912345678",
        "0084912345678",
        " ０９１２３４５６７８ ",
    ],
)
def test_every_usual_way_of_writing_a_mobile_number_is_one_number(text: str) -> None:
    assert parse_phone(text) == "+84912345678"


@pytest.mark.parametrize(
    "text",
    ["", "912345678", "0112345678", "01234567890", "091234567", "09123456789", "+1 212 555 0100", "lan@example.org",
     "0912345678x", "1900 1234", "+84", "٠٩١٢٣٤٥٦٧٨", "0912345678; DROP"],
)  # fmt: skip
def test_what_is_no_vietnamese_number_is_refused(text: str) -> None:
    with pytest.raises(InvalidPhone) as refused:
        parse_phone(text)
    assert refused.value.code == "not_a_phone"


@given(st.one_of(MOBILE, LANDLINE), st.sampled_from(["0", "+84", "84", "0084", "+84 0"]))
def test_a_number_survives_being_shown_and_typed_again(national: str, prefix: str) -> None:
    number = parse_phone(f"{prefix}{national}")
    assert number == f"+84{national}"
    assert parse_phone(show_phone(number)) == number


def test_numbers_are_shown_in_groups() -> None:
    assert show_phone("+84912345678") == "0912 345 678"
    assert show_phone("+842838221234") == "028 3822 1234"
    assert show_phone("+842993822123") == "0299 3822 123"
    assert show_phone("1900 1234") == "1900 1234"


@given(st.text())
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        assert parse_phone(text).startswith("+84")
    except InvalidPhone:
        pass
