"""GS1's own cases and generated ones: the parser and builder must agree with every answer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.vectors import load_vectors
from traceability.gs1.building import bracketed, build_digital_link, canonical, read_element_string
from traceability.gs1.dictionary import entry_for, path_sequences
from traceability.gs1.digital_link import BadDigitalLink, DigitalLink
from traceability.gs1.linters import LINTERS, BadValue
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
