"""VietQR payloads: what a Vietnamese bank app reads from the code on the order page.

EMVCo merchant-presented QR as profiled by NAPAS ("QR Switching", v1.5.2): ASCII objects of ID (2 digits),
LENGTH (2 digits), VALUE (1-99 characters), closed by CRC-16/CCITT-FALSE over everything up to and with "6304".
Vectors: tests/vectors/payments/vietqr_{encode,decode}.json (among them the example that the
specification itself prints with a wrong length).
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field

from community.errors import DomainError

NAPAS_GUID = "A000000727"
TRANSFER_TO_ACCOUNT = "QRIBFTTA"
CURRENCY_DONG = "704"
MAX_AMOUNT_DIGITS = 13
MAX_PAYLOAD = 512

_BIN = re.compile(r"[0-9]{6}", re.ASCII)
_ACCOUNT = re.compile(r"[A-Za-z0-9]{1,19}", re.ASCII)
_PURPOSE = re.compile(r"[A-Za-z0-9 .,:/()?'+-]{1,99}", re.ASCII)
_CRC = re.compile(r"6304([0-9A-Fa-f]{4})\Z", re.ASCII)
_HEADER = re.compile(r"[0-9]{4}", re.ASCII)
_AMOUNT = re.compile(r"[0-9]{1,13}", re.ASCII)
_KNOWN_TAGS = frozenset({"00", "01", "38", "53", "54", "58", "62", "63"})


class BadVietQR(DomainError):
    """The text is no VietQR payload, or none can be made of these values; ``code`` says why."""


@dataclass(frozen=True)
class VietQR:
    """The fields of a payload. ``amount_dong`` is None on a static code; ``other`` keeps unread tags."""

    point_of_initiation: str
    bank_bin: str
    account: str
    service: str
    amount_dong: int | None
    country: str
    purpose: str | None
    bill_number: str | None
    reference: str | None
    other: dict[str, str] = field(default_factory=dict)


def crc16(text: str) -> str:
    """CRC-16/CCITT-FALSE (poly 1021, init FFFF) as four capital hex digits; check of "123456789" is 29B1."""
    return f"{binascii.crc_hqx(text.encode('ascii'), 0xFFFF):04X}"


def _object(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"


def encode_vietqr(*, bank_bin: str, account: str, amount_dong: int | None, purpose: str | None) -> str:
    """The payload of a transfer to an account; raises BadVietQR(bad_bank|bad_account|bad_amount|bad_purpose).

    Tags 52, 59 and 60 are left out: banks look the holder's name up themselves. Letters with marks
    are refused, because implementations disagree whether a length counts bytes or characters.
    """
    if not _BIN.fullmatch(bank_bin):
        raise BadVietQR("bad_bank")
    if not _ACCOUNT.fullmatch(account):
        raise BadVietQR("bad_account")
    if amount_dong is not None and (type(amount_dong) is not int or not 0 < amount_dong < 10**MAX_AMOUNT_DIGITS):
        raise BadVietQR("bad_amount")
    if purpose is not None and not _PURPOSE.fullmatch(purpose):
        raise BadVietQR("bad_purpose")
    beneficiary = _object("00", bank_bin) + _object("01", account)
    merchant = _object("00", NAPAS_GUID) + _object("01", beneficiary) + _object("02", TRANSFER_TO_ACCOUNT)
    parts = [
        _object("00", "01"),
        _object("01", "11" if amount_dong is None else "12"),
        _object("38", merchant),
        _object("53", CURRENCY_DONG),
        "" if amount_dong is None else _object("54", str(amount_dong)),
        _object("58", "VN"),
        "" if purpose is None else _object("62", _object("08", purpose)),
        "6304",
    ]
    payload = "".join(parts)
    return payload + crc16(payload)


def decode_vietqr(payload: str) -> VietQR:
    """Read a payload strictly; raises BadVietQR whose code names the first thing that does not fit.

    The CRC comes first: a payload damaged on the way is not looked into. Its digits may be in lower
    case (seen in the wild). No tag twice, currency đồng, service of NAPAS only.
    """
    text = payload.strip()
    if not text.isascii():
        raise BadVietQR("not_ascii")
    if len(text) > MAX_PAYLOAD:
        raise BadVietQR("too_long")
    found = _CRC.search(text)
    if found is None:
        raise BadVietQR("no_trailing_crc")
    if crc16(text[:-4]) != found.group(1).upper():
        raise BadVietQR("crc_mismatch")
    tags = _objects(text[:-8])
    if _required(tags, "53") != CURRENCY_DONG:
        raise BadVietQR("wrong_currency", currency=tags["53"])
    return _read(tags)


def _read(tags: dict[str, str]) -> VietQR:
    merchant = _objects(_required(tags, "38"))
    if _required(merchant, "00") != NAPAS_GUID:
        raise BadVietQR("not_napas")
    beneficiary = _objects(_required(merchant, "01"))
    extra = _objects(tags["62"]) if "62" in tags else {}
    bank_bin, account = _required(beneficiary, "00"), _required(beneficiary, "01")
    if not _BIN.fullmatch(bank_bin):
        raise BadVietQR("bad_bank")
    if not _ACCOUNT.fullmatch(account):
        raise BadVietQR("bad_account")
    return VietQR(
        point_of_initiation=tags.get("01", "11"),
        bank_bin=bank_bin,
        account=account,
        service=merchant.get("02", ""),
        amount_dong=_amount(tags.get("54")),
        country=_required(tags, "58"),
        purpose=extra.get("08"),
        bill_number=extra.get("01"),
        reference=extra.get("05"),
        other={tag: value for tag, value in tags.items() if tag not in _KNOWN_TAGS},
    )


def _objects(text: str) -> dict[str, str]:
    """Cut ID-LENGTH-VALUE objects; every character must be used up."""
    found: dict[str, str] = {}
    at = 0
    while at < len(text):
        header = text[at : at + 4]
        if not _HEADER.fullmatch(header):
            raise BadVietQR("truncated_header")
        tag, length = header[:2], int(header[2:])
        value = text[at + 4 : at + 4 + length]
        if len(value) != length or length == 0:
            raise BadVietQR("truncated_value", tag=tag)
        if tag in found:
            raise BadVietQR("duplicate_tag", tag=tag)
        found[tag] = value
        at += 4 + length
    return found


def _required(tags: dict[str, str], tag: str) -> str:
    if tag not in tags:
        raise BadVietQR("missing_tag", tag=tag)
    return tags[tag]


def _amount(text: str | None) -> int | None:
    if text is None:
        return None
    if not _AMOUNT.fullmatch(text) or int(text) == 0:
        raise BadVietQR("bad_amount")
    return int(text)
