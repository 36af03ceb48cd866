"""Memo codes are found in what banks make of them, and a typing error never meets another order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.text.codes import ALPHABET
from marketplace.payments.arriving.matching import find_memo_codes
from marketplace.payments.asking.memo_codes import check_character, is_memo_code, new_memo_code
from marketplace.receiving.banks import all_banks, banks_that_take_vietqr, find_bank
from tests.vectors import load_vectors

VECTORS = load_vectors("payments/memo_matching.json")
BODIES = st.text(ALPHABET, min_size=7, max_size=7)


@pytest.mark.parametrize("row", VECTORS["codes"], ids=lambda row: row["body"])
def test_the_check_character_closes_the_code(row):
    assert "OC" + row["body"] + check_character(row["body"]) == row["code"]
    assert is_memo_code(row["code"])


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda v: v["case"])
def test_codes_are_found_in_the_banks_words(vector):
    assert find_memo_codes(vector["content"]) == vector["codes"]


def test_the_alphabet_is_the_published_one():
    assert VECTORS["alphabet"] == ALPHABET


def test_a_new_code_is_valid_and_random():
    codes = {new_memo_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(is_memo_code(code) for code in codes)


@given(body=BODIES, at=st.integers(0, 6), other=st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_caught(body, at, other):
    code = "OC" + body + check_character(body)
    wrong = code[: 2 + at] + other + code[3 + at :]
    assert is_memo_code(wrong) == (wrong == code)


@given(body=BODIES, at=st.integers(0, 5))
def test_swapped_neighbours_are_caught(body, at):
    code = "OC" + body + check_character(body)
    swapped = code[: 2 + at] + code[3 + at] + code[2 + at] + code[4 + at :]
    # Luhn modulo 32 knows one blind pair, the first and the last letter of the alphabet (as 0 and 9 for cards).
    blind = {code[2 + at], code[3 + at]} == {ALPHABET[0], ALPHABET[-1]}
    assert is_memo_code(swapped) == (swapped == code or blind)


@given(st.text(max_size=300))
def test_any_memo_is_read_without_error(memo):
    assert all(is_memo_code(code) for code in find_memo_codes(memo))


def test_banks_have_one_row_for_each_bin():
    bins = [bank.bin for bank in all_banks()]
    assert len(bins) == len(set(bins))
    assert find_bank("970405").short_name == "Agribank"
    assert find_bank("000000") is None
    assert all(bank.takes_vietqr for bank in banks_that_take_vietqr())
