"""GS1's own cases and generated ones: the parser and builder must agree with every answer."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vectors import load_vectors
from traceability.gs1.building import bracketed, build_digital_link, canonical, read_element_string
from traceability.gs1.charsets import CSET82_IN_ORDER
from traceability.gs1.check_digits import check_digit
from traceability.gs1.dictionary import entry_for, path_sequences
from traceability.gs1.digital_link import BadDigitalLink, DigitalLink, Element
from traceability.gs1.linters import LINTERS, BadValue, SourceOffline
from traceability.gs1.parsing import parse_digital_link
from traceability.gs1.percent import decode_path, decode_query, encode_path, encode_query

FOLDER = "gs1-digital-link"
PARSED = [case for case in load_vectors(f"{FOLDER}/dl_parse_vectors.json")["cases"] if case["default_flags"]]
GENERATED = load_vectors(f"{FOLDER}/dl_parse_generated_public.json")["cases"]
BUILT = load_vectors(f"{FOLDER}/dl_generate_vectors.json")["cases"]
PERCENT = load_vectors(f"{FOLDER}/dl_percent_encoding_vectors.json")["cases"]
SEQUENCES = load_vectors(f"{FOLDER}/dl_path_sequences.json")["valid"]
LINTED = load_vectors(f"{FOLDER}/gs1_linter_vectors.json")["linters"]


def element_string(link: DigitalLink) -> str:
    """FNC1 form as the syntax engine prints it: ^ first and after every AI of variable length but the last."""
    text = "^"
    for place, element in enumerate(link.elements, 1):
        entry = entry_for(element.ai)
        assert entry is not None
        text += element.ai + element.value
        if not entry.predefined_length and place < len(link.elements):
            text += "^"
    return text


@pytest.mark.parametrize("case", PARSED, ids=lambda case: case["uri"] or "empty")
def test_gs1_engine_cases_parse_as_the_engine_says(case: dict[str, Any]) -> None:
    if case["valid"]:
        assert element_string(parse_digital_link(case["uri"])) == case["element_string"]
    else:
        with pytest.raises(BadDigitalLink):
            parse_digital_link(case["uri"])


@pytest.mark.parametrize("case", GENERATED, ids=lambda case: case["uri"])
def test_generated_uris_parse_as_the_engine_says(case: dict[str, Any]) -> None:
    if case["valid"]:
        link = parse_digital_link(case["uri"])
        assert bracketed(link) == case["ai_data"]
        assert canonical(link) == case["canonical"]
    else:
        with pytest.raises(BadDigitalLink):
            parse_digital_link(case["uri"])


@pytest.mark.parametrize("case", BUILT, ids=lambda case: case["ai_data"])
def test_builder_writes_what_the_engine_writes(case: dict[str, Any]) -> None:
    stem = case["stem"] or "https://id.gs1.org"
    if case["valid"]:
        assert build_digital_link(read_element_string(case["ai_data"]), stem) == case["uri"]
    else:
        with pytest.raises(BadDigitalLink):
            build_digital_link(read_element_string(case["ai_data"]), stem)


@pytest.mark.parametrize("case", PERCENT, ids=lambda case: f"{case['op']} {case['in']!r}")
def test_percent_encoding(case: dict[str, str]) -> None:
    path, query = (decode_path, decode_query) if case["op"] == "unescape" else (encode_path, encode_query)
    assert path(case["in"]) == case["path"]
    assert query(case["in"]) == case["query"]


def test_every_path_sequence_of_gs1_is_accepted() -> None:
    assert [sequence for sequence in SEQUENCES if tuple(sequence) not in path_sequences()] == []


@pytest.mark.parametrize(
    "sequence", [["01", "10", "22"], ["01", "235", "10"], ["414", "254", "7040"], ["10"], ["21", "01"]]
)
def test_path_sequences_in_wrong_order_or_mixed_are_refused(sequence: list[str]) -> None:
    assert tuple(sequence) not in path_sequences()


@pytest.mark.parametrize("name", [name for name in LINTED if not name.startswith("gcppos")])
def test_linters_agree_with_gs1_on_every_case(name: str) -> None:
    wrong = []
    for case in LINTED[name]:
        try:
            LINTERS[name](case["value"])
            said = None
        except BadValue as fault:
            said = f"GS1_LINTER_{fault.code.upper()}"
        if said != case.get("error"):
            wrong.append((case, said))
    assert wrong == []


def knows_nothing(value: str) -> bool:
    return False


def cannot_be_asked(value: str) -> bool:
    raise SourceOffline


@pytest.mark.parametrize("name", [name for name in LINTED if name.startswith("gcppos")])
def test_company_prefixes_are_judged_by_the_register_as_gs1_says(name: str) -> None:
    """GS1's own cases run with a stand-in for its register: one that knows no prefix, one that is offline."""
    for case in LINTED[name]:
        source = cannot_be_asked if case["error"].endswith("OFFLINE") else knows_nothing
        with pytest.raises(BadValue) as refused:
            LINTERS[name](case["value"], source)  # type: ignore[call-arg]
        assert f"GS1_LINTER_{refused.value.code.upper()}" == case["error"]


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("gcppos1", "952123", None),
        ("gcppos1", "9521AB", None),
        ("gcppos1", "952", "too_short_for_gcp"),
        ("gcppos1", "95A123", "invalid_gcp_prefix"),
        ("gcppos2", "0952123", None),
        ("gcppos2", "I1234567", "invalid_gcp_prefix"),
        ("csumalpha", "1987654Ad4X4bL5ttr2310c2K", None),
        ("csumalpha", "1987654Ad4X4bL5ttr2310c2X", "incorrect_check_pair"),
        ("pieceoftotal", "0205", None),
        ("pieceoftotal", "0302", "piece_number_exceeds_total"),
        ("hhmi", "2359", None),
        ("hhmi", "2400", "illegal_hour"),
        ("iso4217", "704", None),
        ("iban", "GB82WEST12345698765432", None),
        ("iban", "GB82WEST12345698765431", "incorrect_iban_checksum"),
    ],
)
def test_linters_without_vectors(name: str, value: str, fault: str | None) -> None:
    try:
        LINTERS[name](value)
        said = None
    except BadValue as refused:
        said = refused.code
    assert said == fault


TEXT = st.text(alphabet=CSET82_IN_ORDER, min_size=1, max_size=20)
DAYS = st.dates().map(lambda day: f"{day:%y%m%d}")


@st.composite
def links(draw: st.DrawFn) -> list[Element]:
    """A GTIN, any of its qualifiers, some dates and a weight."""
    body = "0952" + draw(st.text(alphabet="0123456789", min_size=9, max_size=9))
    elements = [Element("01", body + check_digit(body))]
    elements += [Element(ai, draw(TEXT)) for ai in ("22", "10", "21") if draw(st.booleans())]
    elements += [Element(ai, draw(DAYS)) for ai in ("11", "15", "17") if draw(st.booleans())]
    if draw(st.booleans()):
        elements.append(Element("3103", draw(st.text(alphabet="0123456789", min_size=6, max_size=6))))
    return elements


@settings(max_examples=300)
@given(links())
def test_what_is_built_parses_back_to_the_same_and_builds_the_same(elements: list[Element]) -> None:
    uri = build_digital_link(elements, "https://id.example.vn/stem")
    link = parse_digital_link(uri)
    assert sorted(link.elements, key=lambda one: one.ai) == sorted(elements, key=lambda one: one.ai)
    assert build_digital_link(link.elements, link.stem) == uri


PIECES = (
    *("01", "10", "21", "22", "414", "417", "235", "17", "09521234001560", "9521234000013", "/", "//", "?", "&", "="),
    *("#", "%", "%2F", "%00", "%4g", "%FF", "..", "https://a.vn", "A", "\x00", "ệ", "+", ":", "[", "@"),
)


@settings(max_examples=500)
@given(
    st.lists(
        st.sampled_from(PIECES),
        max_size=14,
    ).map("".join)
)
def test_pieces_of_links_in_any_order_are_parsed_or_refused_and_never_anything_else(text: str) -> None:
    for uri in (text, "https://a.vn/" + text, f"https://a.vn/01/09521234001560{text}"):
        try:
            link = parse_digital_link(uri)
        except BadDigitalLink:
            continue
        assert parse_digital_link(canonical(link)).elements == link.elements
