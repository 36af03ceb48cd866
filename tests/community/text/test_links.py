from __future__ import annotations

import pytest

from community.text.links import holds_link


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        ("Trung thuong http://x.example", True),
        ("WWW.qua-tang", True),
        ("Nhan qua tai BIT.LY/abc", True),
        ("shopqua.vn", True),
        ("nhan qua \uff0ecom a\uff0ecom", True),
        ("t.example/abc", True),
        ("HTX NN.DV Phú Lộc", False),
        ("Cty TNHH SX-TM.DV Hương Quê", False),
        ("HTX Nông nghiệp 2.9 Q.12 TP. Cần Thơ", False),
        ("Hộ ông Ba. Vn", False),
    ],
)
def test_a_web_address_is_known_and_an_abbreviation_is_none(words: str, holds: bool) -> None:
    assert holds_link(words) is holds
