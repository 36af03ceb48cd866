"""The VietQR codec agrees with every vector, and no damaged payload is read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.payments.vietqr import BadVietQR, crc16, decode_vietqr, encode_vietqr
from tests.vectors import load_vectors

ENCODE = load_vectors("payments/vietqr_encode.json")["vectors"]
DECODE = load_vectors("payments/vietqr_decode.json")["vectors"]
# The vectors' words for a refusal, and ours.
REASONS = {
    "truncated header": "truncated_header",
    "crc mismatch": "crc_mismatch",
    "'38'": "missing_tag",
    "no trailing crc": "no_trailing_crc",
    "duplicate tag": "duplicate_tag",
    "currency": "wrong_currency",
}
ACCOUNTS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=1, max_size=19)


def test_the_crc_has_the_published_check_value():
    assert crc16("123456789") == "29B1"


@pytest.mark.parametrize("vector", ENCODE, ids=lambda v: v["id"])
def test_a_payload_is_encoded_byte_for_byte(vector):
    given_ = vector["input"]
    payload = encode_vietqr(
        bank_bin=given_["bank_bin"],
        account=given_["account"],
        amount_dong=given_["amount"],
        purpose=given_["purpose"],
    )
    assert payload == vector["payload"]
    assert payload.endswith(vector["crc"])


@pytest.mark.parametrize("vector", ENCODE, ids=lambda v: v["id"])
def test_what_was_encoded_is_decoded_again(vector):
    code = decode_vietqr(vector["payload"])
    given_ = vector["input"]
    assert (code.bank_bin, code.account, code.amount_dong, code.purpose) == (
        given_["bank_bin"],
        given_["account"],
        given_["amount"],
        given_["purpose"],
    )


@pytest.mark.parametrize("vector", DECODE, ids=lambda v: v["id"])
def test_a_payload_is_decoded_or_refused_with_its_reason(vector):
    expect = vector["expect"]
    if not expect["valid"]:
        with pytest.raises(BadVietQR) as refusal:
            decode_vietqr(vector["payload"])
        if expect.get("reason") in REASONS:
            assert refusal.value.code == REASONS[expect["reason"]]
        return
    told = vars(decode_vietqr(vector["payload"]))
    assert told.pop("amount_dong") == expect["fields"]["amount"]
    assert told == {key: value for key, value in expect["fields"].items() if key != "amount"}


@given(account=ACCOUNTS, amount=st.integers(1, 10**13 - 1), position=st.data())
def test_one_wrong_character_is_never_read(account, amount, position):
    payload = encode_vietqr(bank_bin="970405", account=account, amount_dong=amount, purpose="OCDKQ7P62S")
    at = position.draw(st.integers(0, len(payload) - 1))
    wrong = position.draw(st.sampled_from("0123456789ABCDEFGH "))
    damaged = payload[:at] + wrong + payload[at + 1 :]
    if damaged.upper() == payload:
        return
    with pytest.raises(BadVietQR):
        decode_vietqr(damaged)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        decode_vietqr(text)
    except BadVietQR:
        pass


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("bank_bin", "97040", "bad_bank"),
        ("bank_bin", "٩٧٠٤٠٥", "bad_bank"),
        ("account", "", "bad_account"),
        ("account", "1" * 20, "bad_account"),
        ("account", "12 34", "bad_account"),
        ("amount_dong", 0, "bad_amount"),
        ("amount_dong", -1, "bad_amount"),
        ("amount_dong", 1.0, "bad_amount"),
        ("amount_dong", True, "bad_amount"),
        ("amount_dong", 10**13, "bad_amount"),
        ("purpose", "Đồng Tháp", "bad_purpose"),
        ("purpose", "", "bad_purpose"),
    ],
)
def test_no_payload_is_made_of_values_a_bank_would_refuse(field, value, code):
    values = {"bank_bin": "970405", "account": "123", "amount_dong": 1000, "purpose": "OC"} | {field: value}
    with pytest.raises(BadVietQR) as refusal:
        encode_vietqr(**values)
    assert refusal.value.code == code
