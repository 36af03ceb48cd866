"""Tax codes with their check digit, and personal numbers: what no office gave out is refused."""

from __future__ import annotations

import pytest

from marketplace.invoices.numbers import BadNumber, check_digit, tidy_personal_id, tidy_tax_code

KNOWN = ("0101243150", "0100109106", "0301463315", "0100686174", "0104128565")


@pytest.mark.parametrize("code", KNOWN)
def test_tax_codes_of_well_known_companies_are_right_and_one_wrong_digit_is_not(code: str) -> None:
    assert tidy_tax_code(code) == code
    for place, digit in enumerate(code):
        wrong = code[:place] + str((int(digit) + 1) % 10) + code[place + 1 :]
        with pytest.raises(BadNumber, match="tax_code"):
            tidy_tax_code(wrong)


def test_no_code_has_a_check_digit_of_ten() -> None:
    never = next(f"{number:09d}" for number in range(100_000_000, 100_001_000) if check_digit(f"{number:09d}") == 10)
    for last in "0123456789":
        with pytest.raises(BadNumber):
            tidy_tax_code(never + last)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [(" 0101 243 150 ", "0101243150"), ("0101243150-001", "0101243150-001"), ("0101243150001", "0101243150-001")],
)
def test_it_is_read_as_people_type_it(typed: str, stored: str) -> None:
    assert tidy_tax_code(typed) == stored


@pytest.mark.parametrize(
    "typed",
    ["", "123", "01012431500", "0101243150-01", "０１０１２４３１５０", "0101243150-ABC", "=0101243150", "x" * 500],
)
def test_what_is_no_tax_code_is_refused(typed: str) -> None:
    with pytest.raises(BadNumber, match="tax_code"):
        tidy_tax_code(typed)


@pytest.mark.parametrize(
    ("typed", "right"), [("001 099 012345", True), ("096199012345", True), ("097199012345", False)]
)
def test_a_personal_number_begins_with_a_province(typed: str, right: bool) -> None:
    if right:
        assert tidy_personal_id(typed) == typed.replace(" ", "")
        return
    with pytest.raises(BadNumber, match="personal_id"):
        tidy_personal_id(typed)


@pytest.mark.parametrize("typed", ["", "000199012345", "12345678901", "1234567890123", "٠٠١٠٩٩٠١٢٣٤٥", "00109901234a"])
def test_what_is_no_personal_number_is_refused(typed: str) -> None:
    with pytest.raises(BadNumber, match="personal_id"):
        tidy_personal_id(typed)
