"""Keys, lots, public codes and raw paths: what we issue is well-formed, and what people mistype is refused."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traceability.gs1.building import batch_uri, build_digital_link, code_uri, gln_uri, lot_uri, path_only, serial_uri
from traceability.gs1.charsets import CSET82_IN_ORDER
from traceability.gs1.check_digits import BadKey, check_digit, gln13, gtin14, shown_gtin
from traceability.gs1.digital_link import BadDigitalLink, Element
from traceability.gs1.lot_codes import LOT_CODE, BadLotCode, is_lot_code, new_lot_code, new_serial
from traceability.gs1.parsing import parse_digital_link
from traceability.gs1.public_codes import (
    ALPHABET,
    BadPublicCode,
    check_public_code,
    is_public_code,
    new_public_code,
    normalise_public_code,
)
from traceability.gs1.raw_paths import raw_path

GTIN = "09521234001560"
LOTS = st.text(alphabet=CSET82_IN_ORDER, min_size=1, max_size=20)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("96385074", "00000096385074"),
        ("416000336108", "00416000336108"),
        ("9521234001560", GTIN),
        ("952 1234-00156.0", GTIN),
        (GTIN, GTIN),
    ],
)
def test_gtins_of_any_length_are_stored_as_14_digits(typed: str, stored: str) -> None:
    assert gtin14(typed) == stored


@pytest.mark.parametrize(
    ("typed", "code"),
    [("9521234001561", "bad_check_digit"), ("123", "bad_length"), ("95212340015X0", "not_digits"), ("", "not_digits")],
)
def test_wrong_gtins_are_refused_with_the_reason(typed: str, code: str) -> None:
    with pytest.raises(BadKey) as refused:
        gtin14(typed)
    assert refused.value.code == code


def test_gtin_is_shown_with_13_digits_and_gln_checked() -> None:
    assert shown_gtin(GTIN) == "9521234001560"
    assert gln13("9521234000013") == "9521234000013"
    with pytest.raises(BadKey):
        gln13("9521234000014")


@given(st.text(alphabet="0123456789", min_size=7, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_check_digit_catches_every_wrong_digit(body: str, place: int, shift: int) -> None:
    place %= len(body)
    wrong = body[:place] + str((int(body[place]) + shift) % 10) + body[place + 1 :]
    assert check_digit(wrong) != check_digit(body)


def test_addresses_we_issue_parse_back() -> None:
    assert lot_uri("https://id.example.vn/", GTIN, "L261105-A") == f"https://id.example.vn/01/{GTIN}/10/L261105-A"
    link = parse_digital_link(serial_uri("https://id.example.vn", GTIN, "L261105-A", "7K3F2Q9XAB"))
    assert (link.gtin, link.lot, link.serial) == (GTIN, "L261105-A", "7K3F2Q9XAB")
    assert gln_uri("http://localhost:8000", "9521234000013") == "http://localhost:8000/414/9521234000013"
    code = new_public_code()
    assert batch_uri("https://a.vn", gtin=None, lot="L261105-A", public_code=code) == f"https://a.vn/t/{code}"
    with pytest.raises(BadPublicCode):
        code_uri("https://a.vn", "ABC")


def test_a_lot_outside_our_policy_is_not_issued() -> None:
    for lot in ("l261105-a", "Lô-1", "A/B", "AB", "-AB", "A" * 21, "", "A B"):
        assert not is_lot_code(lot)
        with pytest.raises(BadLotCode):
            lot_uri("https://a.vn", GTIN, lot)


def test_lot_codes_of_a_day_continue_after_z() -> None:
    day = date(2026, 11, 5)
    taken: list[str] = []
    for _ in range(28):
        taken.append(new_lot_code(day, taken))
    assert taken[0] == "L261105-A"
    assert taken[25:] == ["L261105-Z", "L261105-AA", "L261105-AB"]
    assert all(LOT_CODE.fullmatch(code) for code in [*taken, new_serial()])


@given(LOTS)
def test_any_legal_lot_survives_building_and_parsing(lot: str) -> None:
    uri = build_digital_link([Element("01", GTIN), Element("10", lot)], "https://id.example.vn")
    link = parse_digital_link(uri)
    assert link.lot == lot
    assert path_only(link) == uri


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_no_text_makes_the_parser_fail_otherwise_than_refusing(text: str) -> None:
    for uri in (text, f"https://a.vn/01/{GTIN}/10/{text}", f"https://a.vn/01/{GTIN}?{text}"):
        try:
            parse_digital_link(uri)
        except BadDigitalLink:
            pass


def test_public_codes_are_ten_characters_and_catch_typing_errors() -> None:
    code = new_public_code()
    assert is_public_code(code)
    for place in range(len(code)):
        for other in set(ALPHABET) - {code[place]}:
            assert not is_public_code(code[:place] + other + code[place + 1 :])
    for left in range(len(code)):
        for right in range(left + 1, len(code)):
            if code[left] != code[right]:
                swapped = list(code)
                swapped[left], swapped[right] = swapped[right], swapped[left]
                assert not is_public_code("".join(swapped))


def test_public_codes_are_read_as_people_type_them() -> None:
    code = new_public_code()
    typed = f" {code[:5].lower()}-{code[5:]} ".replace("1", "l").replace("0", "o")
    assert normalise_public_code(typed) == code
    with pytest.raises(BadPublicCode):
        check_public_code(code[:-1])
    assert not is_public_code("UUUUUUUUUU")


def test_raw_path_prefers_what_the_client_sent() -> None:
    sent = f"/01/{GTIN}/10/L%2F26"
    environ = {"RAW_URI": sent + "?x=1", "PATH_INFO": f"/01/{GTIN}/10/L/26"}
    assert raw_path(environ, "/fallback") == sent
    assert raw_path({"RAW_URI": "http://a.vn" + sent, "PATH_INFO": f"/01/{GTIN}/10/L/26"}, "/") == sent
    assert raw_path({"raw_path": sent.encode()}, "/") == sent
    assert raw_path({"RAW_URI": "/other", "PATH_INFO": "/01/x"}, "/01/x?y=1") == "/01/x"


@pytest.mark.parametrize("lot", ["L%2F26", "L%252F26", "L%00", "L%2f21%2f7"])
def test_encoded_separators_never_reach_another_lot(lot: str) -> None:
    """Raw form: the exact lot or a refusal. Decoded and re-encoded form (test client): the same lot or a refusal."""
    try:
        seen = parse_digital_link(f"https://a.vn/01/{GTIN}/10/{lot}")
    except BadDigitalLink:
        return
    assert seen.serial is None
    assert seen.lot not in {"L", "L26"}
