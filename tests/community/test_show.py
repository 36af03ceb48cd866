from __future__ import annotations

from datetime import date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation


@pytest.mark.parametrize(
    ("text", "vi", "en"),
    [
        ("{{ dong|dong }}", "185.000 ₫", "185.000 ₫"),
        ("{{ dong|dong_words }}", "một trăm tám mươi lăm nghìn đồng", "một trăm tám mươi lăm nghìn đồng"),
        ("{{ phone|phone }}", "0912 345 678", "0912 345 678"),
        ("{{ day|vn_date }}", "27/11/2026", "27 Nov 2026"),
        ("{{ day|vn_weekday }}", "thứ Sáu 27/11", "Fri 27 Nov"),
        ("{{ moment|vn_datetime }}", "03:14 27/11/2026", "27 Nov 2026, 03:14"),
        ("{{ base|quantity:'g' }}", "1,5 kg", "1.5 kg"),
        ("{{ base|number }}", "1.500", "1,500"),
        ("{{ none|dong }}{{ none|phone }}{{ none|vn_date }}{{ none|vn_datetime }}{{ none|quantity:'g' }}", "", ""),
    ],
)
def test_facts_look_the_same_on_every_page(text: str, vi: str, en: str) -> None:
    facts = {
        "dong": 185000,
        "phone": "+84912345678",
        "day": date(2026, 11, 27),
        "moment": datetime.fromisoformat("2026-11-26T20:14:00+00:00"),
        "base": 1500,
        "none": None,
    }
    for language, wanted in (("vi", vi), ("en", en)):
        with translation.override(language):
            shown = Template("{% load show %}" + text).render(Context(facts))
        assert shown.replace("\u00a0", " ") == wanted


def test_a_number_never_parts_from_its_unit() -> None:
    shown = Template("{% load show %}{{ name|unbroken }}").render(Context({"name": "Mật ong <2>, chai 500 ml"}))
    assert shown == "Mật ong &lt;2&gt;, chai 500\u00a0ml"


@pytest.mark.parametrize(
    ("language", "wanted"), [("vi", "03:14\u00a027/11/2026"), ("en", "27\u00a0Nov\u00a02026, 03:14")]
)
def test_an_hour_stays_with_its_day_and_longer_english_breaks_between_them(language: str, wanted: str) -> None:
    moment = datetime.fromisoformat("2026-11-26T20:14:00+00:00")
    with translation.override(language):
        shown = Template("{% load show %}{{ moment|vn_datetime }}").render(Context({"moment": moment}))
    assert shown == wanted


def test_an_icon_is_decoration_unless_it_stands_alone() -> None:
    beside = Template('{% load show %}{% icon "lock" %}').render(Context())
    alone = Template('{% load show %}{% icon "lock" word %}').render(Context({"word": "Khóa <b>"}))
    assert 'aria-hidden="true"' in beside and "icons.svg#lock" in beside
    assert 'role="img"' in alone and 'aria-label="Khóa &lt;b&gt;"' in alone
