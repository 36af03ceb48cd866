"""Every search for goods is looked at as a code too: words that no lot is called by cost next to nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import Cast
from tests.making import make_published_batch, make_st25_pack
from traceability.passport.looking_up import look_up

pytestmark = pytest.mark.django_db


def test_words_are_looked_up_by_at_most_one_question_and_a_lot_is_found_by_its_code(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    batch = make_published_batch(make_st25_pack(cast.huong_que), packs=3)
    for words, questions in (("Mật ong rừng", 0), ("gạo", 0), ("mật", 0), ("cam", 1), ("L999999-Z", 1)):
        with django_assert_num_queries(questions):
            assert look_up(words).trouble == "no_batch"
    assert batch.lot_code in look_up(batch.lot_code.lower()).path
