"""What a hand may have meant: Telex typed without a keyboard for it, one wrong letter. Pure."""

from __future__ import annotations

import pytest

from marketplace.catalogue.slips_of_the_hand import one_letter_off, without_telex


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("banhs", "banh"), ("pias", "pia"), ("ddinhj", "dinh"), ("yeen", "yen"), ("nuocws", "nuoc"), ("mawms", "mam"),
        ("xoafi", "xoai"), ("nuwowcs", "nuoc"), ("duowngf", "duong"), ("matj", "mat"), ("ongf", "ong"),
        # no Telex: a tone neither follows a vowel nor ends the word; nothing would be left
        ("st25", "st25"), ("pja", "pja"), ("kg", "kg"), ("gao", "gao"), ("w", "w"),
    ],
)  # fmt: skip
def test_telex_is_read(typed: str, meant: str) -> None:
    assert without_telex(typed) == meant


@pytest.mark.parametrize("typed", ["mt", "omg", "matt", "amt", "at"])
def test_a_letter_out_in_changed_or_swapped_is_one_slip(typed: str) -> None:
    word = "ong" if typed == "omg" else "mat"
    assert word in set(one_letter_off(typed))


def test_two_wrong_letters_are_another_word() -> None:
    assert "gao" not in set(one_letter_off("mat"))
