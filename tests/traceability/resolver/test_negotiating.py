"""Which link a request gets: pure rules, without a server."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traceability.resolver.headers import language_quality, media_quality, read_wishes
from traceability.resolver.links import JSON, JSON_LD, Level, Link
from traceability.resolver.linkset import linkset
from traceability.resolver.negotiating import Kind, choose, read_wanted
from traceability.resolver.relations import Relation, read_relation


def link(relation: Relation, name: str, language: str = "", media_type: str = "text/html") -> Link:
    return Link(relation, f"https://a.vn/{name}", name, media_type, language)


LOT = Level(
    "https://a.vn/01/1/10/L",
    "Gạo – L",
    (
        link(Relation.TRACEABILITY, "lo-vi", "vi"),
        link(Relation.TRACEABILITY, "lo-en", "en"),
        link(Relation.RECALL, "recall", media_type=JSON),
        link(Relation.CERTIFICATION, "giay-1-vi", "vi"),
        link(Relation.CERTIFICATION, "giay-1-en", "en"),
        link(Relation.CERTIFICATION, "giay-2-vi", "vi"),
        link(Relation.CERTIFICATION, "giay-2-en", "en"),
        link(Relation.PASSPORT, "dpp-ld", media_type=JSON_LD),
        link(Relation.PASSPORT, "dpp-html", media_type="text/html"),
    ),
)
GOODS = Level(
    "https://a.vn/01/1", "Gạo", (link(Relation.PRODUCT_PAGE, "hang-vi", "vi"), link(Relation.SAFETY, "s", "vi"))
)


def chosen(link_type: str = "", accept: str = "*/*", language: str = "") -> list[str]:
    wanted = read_wanted(link_type=link_type, accept=accept, accept_language=language)
    return [one.title for one in choose((LOT, GOODS), wanted).links]


@pytest.mark.parametrize(
    "spelling",
    ["gs1:pip", "https://gs1.org/voc/pip", "https://www.gs1.org/voc/pip", "https://ref.gs1.org/voc/pip", " gs1:pip "],
)
def test_a_link_type_is_understood_in_all_its_spellings(spelling: str) -> None:
    assert read_relation(spelling) == Relation.PRODUCT_PAGE
    assert chosen(spelling) == ["hang-vi"]


@pytest.mark.parametrize(
    "spelling", ["pip", "gs1:PIP", "GS1:pip", "https://example.org/voc/pip", "gs1:", "gs1:pip#x", "x"]
)
def test_other_words_are_no_link_type_of_ours(spelling: str) -> None:
    assert read_relation(spelling) is None
    assert chosen(spelling) == []


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("", "lo-vi"),
        ("vi", "lo-vi"),
        ("en", "lo-en"),
        ("en-GB,en;q=0.9,vi;q=0.1", "lo-en"),
        ("en;q=0.2, vi;q=0.9", "lo-vi"),
        ("fr", "lo-vi"),
        ("*", "lo-vi"),
        ("fr, *;q=0.5", "lo-vi"),
        ("vi;q=0, *", "lo-en"),
        ("en;q=0", "lo-vi"),
        ("en;q=abc", "lo-vi"),
        (";;;,,q=1", "lo-vi"),
        ("EN", "lo-en"),
    ],
)
@pytest.mark.parametrize("link_type", ["", "gs1:traceability", "gs1:defaultLink", "gs1:defaultLinkMulti"])
def test_the_language_that_is_wished_most_is_chosen_and_vietnamese_when_none_fits(
    language: str, expected: str, link_type: str
) -> None:
    assert chosen(link_type, language=language) == [expected]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/ld+json", ["dpp-ld"]),
        ("text/html", ["dpp-html"]),
        ("application/*", ["dpp-ld"]),
        ("text/html;q=0.5, application/ld+json;q=0.6", ["dpp-ld"]),
        ("*/*", ["dpp-ld", "dpp-html"]),
        ("", ["dpp-ld", "dpp-html"]),
        ("image/png", ["dpp-ld", "dpp-html"]),
    ],
)
def test_the_media_type_decides_between_links_of_one_type(accept: str, expected: list[str]) -> None:
    assert chosen("gs1:dpp", accept) == expected


def test_a_tie_is_left_to_the_reader_in_the_readers_language() -> None:
    assert chosen("gs1:certificationInfo") == ["giay-1-vi", "giay-2-vi"]
    assert chosen("gs1:certificationInfo", language="en") == ["giay-1-en", "giay-2-en"]


def test_the_nearest_level_that_has_the_link_answers() -> None:
    assert chosen("gs1:safetyInfo") == ["s"]
    assert chosen("gs1:masterData") == []


@pytest.mark.parametrize(
    ("accept", "link_type", "kind"),
    [
        ("text/html", "", Kind.PAGE),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "", Kind.PAGE),
        ("TEXT/HTML; q=0.1", "", Kind.PAGE),
        ("text/html;q=0", "", Kind.LINK),
        ("text/html;q=nothing", "", Kind.LINK),
        ("*/*", "", Kind.LINK),
        ("", "", Kind.LINK),
        ("text/*", "", Kind.LINK),
        ("application/linkset+json", "", Kind.LINKSET),
        ("application/linkset+json, text/html;q=0.5", "", Kind.LINKSET),
        ("text/html, application/linkset+json;q=0.5", "", Kind.PAGE),
        ("application/linkset+json;q=0", "", Kind.LINK),
        ("text/html", "linkset", Kind.LINKSET),
        ("text/html", "all", Kind.LINKSET),
        ("text/html", "gs1:pip", Kind.LINK),
        ("text/html", "   ", Kind.PAGE),
    ],
)
def test_only_what_is_named_asks_for_a_page_or_a_linkset(accept: str, link_type: str, kind: Kind) -> None:
    assert read_wanted(link_type=link_type, accept=accept, accept_language="").kind == kind


def test_qualities_follow_the_most_exact_wish() -> None:
    wishes = read_wishes("text/*;q=0.3, text/html;q=0.7, */*;q=0.1")
    assert [media_quality(wishes, kind) for kind in ("text/html", "text/plain", JSON)] == [0.7, 0.3, 0.1]
    assert language_quality(read_wishes("vi-VN;q=0.4, *;q=0.2"), "vi") == 0.4
    assert language_quality(read_wishes("vi-VN;q=0.4, *;q=0.2"), "en") == 0.2


def test_an_endless_header_is_cut() -> None:
    assert len(read_wishes("a," * 100_000)) <= 40


HEADERS = st.text(max_size=80) | st.lists(
    st.sampled_from(
        ["text/html", "*/*", "en", "vi", ";q=", "0.5", "1.0000", "-1", ",", ";", "=", "q", " ", "\x00", "ê"]
    )
).map("".join)


@settings(max_examples=400)
@given(HEADERS, HEADERS, HEADERS)
def test_whatever_is_asked_one_of_our_links_or_none_is_the_answer(link_type: str, accept: str, language: str) -> None:
    wanted = read_wanted(link_type=link_type, accept=accept, accept_language=language)
    choice = choose((LOT, GOODS), wanted)
    assert set(choice.links) <= set(LOT.links) | set(GOODS.links)
    assert choice.links or wanted.relation is None or not any(one.of(wanted.relation) for one in (LOT, GOODS))


def test_a_linkset_names_the_default_plainly_and_its_languages_beside() -> None:
    lot, goods = linkset((LOT, GOODS))["linkset"]
    assert lot[Relation.DEFAULT.uri] == [{"href": "https://a.vn/lo-vi", "title": "lo-vi"}]
    assert [one["hreflang"] for one in lot[Relation.DEFAULT_MULTI.uri]] == [["vi"], ["en"]]
    assert Relation.DEFAULT_MULTI.uri not in goods  # one language only
