from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.text.folding import as_written, compact, fold, fold_for_search
from community.text.slugs import make_slug, next_free_slug
from community.text.sorting import sort_key

VIETNAMESE = (
    "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ ABCĐÊÔƠƯ0123456789-"
)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Hướng  Hóa", "huong hoa"),
        ("ĐƯỜNG THỐT NỐT", "duong thot not"),
        ("Bánh pía", "banh pia"),
        ("\u00a0mỳ\tChũ\n", "my chu"),
        ("ផ្លែឈើ ស្ករ", "ផ្លែឈើ ស្ករ"),
        ("Vĩnh\u200bChâu", "vinhchau"),
        ("", ""),
    ],
)
def test_folding_drops_accents_case_and_stray_spaces_but_leaves_khmer(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=VIETNAMESE))
def test_composed_and_decomposed_letters_fold_alike(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text(alphabet=VIETNAMESE))
def test_vietnamese_folds_to_ascii(text: str) -> None:
    assert fold(text).isascii()


@pytest.mark.parametrize(("one", "other"), [("mỳ chũ", "mì chũ"), ("Kỳ Sơn", "Kì Sơn"), ("Mỹ Đức", "mĩ đức")])
def test_final_y_is_i_for_search(one: str, other: str) -> None:
    assert fold_for_search(one) == fold_for_search(other)


@pytest.mark.parametrize("word", ["quy", "thủy", "tay", "yên"])
def test_y_after_a_vowel_or_at_the_start_stays(word: str) -> None:
    assert fold_for_search(word) == fold(word)


def test_as_written_keeps_the_accents_and_nothing_else() -> None:
    assert as_written("Mứt  dưa") == as_written(unicodedata.normalize("NFD", "MỨT DƯA\u200b")) == "mứt dưa"
    assert as_written("Mứt dưa") != as_written("Mứt dừa")


def test_inner_spaces_do_not_count_when_compacted() -> None:
    assert compact("Đa Krông") == compact("Đakrông") == "dakrong"


@given(st.text())
def test_slugs_are_ascii_words_and_stable(text: str) -> None:
    slug = make_slug(text)
    assert slug == "" or all(part.isalnum() and part.isascii() for part in slug.split("-"))
    assert make_slug(slug) == slug and len(slug) <= 100


def test_slug_is_cut_at_a_word() -> None:
    assert make_slug("Hợp tác xã Hương Quê", max_length=14) == "hop-tac-xa"


def test_taken_slugs_get_a_number_and_khmer_names_the_fallback() -> None:
    assert next_free_slug("Mật ong", {"mat-ong", "mat-ong-2"}, fallback="X7") == "mat-ong-3"
    assert next_free_slug("ផ្លែឈើ", set(), fallback="X7K2") == "x7k2"


def test_alphabet_puts_d_with_stroke_after_d_and_tones_last() -> None:
    words = ["Ea", "Đakrông", "Dũng", "Ơn", "Ô", "Ăn", "An", "Ấn", "má", "ma", "mạ", "mã", "mả", "mà", "mai"]
    right = ["An", "Ăn", "Ấn", "Dũng", "Đakrông", "Ea", "ma", "mà", "mả", "mã", "má", "mạ", "mai", "Ô", "Ơn"]
    assert sorted(words, key=sort_key) == right
