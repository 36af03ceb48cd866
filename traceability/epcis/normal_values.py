"""Values in the form the event hash reads them (rules 5 to 9 and 14 to 18 of the CBV 2.0 event hash algorithm)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from traceability.epcis.identifiers import constrained

CBV = "https://ref.gs1.org/cbv/"
GS1_VOCABULARY = "https://gs1.org/voc/"  # what the EPCIS context expands gs1: to, not ref.gs1.org/voc
STANDARD_PREFIXES = {"cbv": CBV, "gs1": GS1_VOCABULARY, "epcis": "https://ref.gs1.org/epcis/"}

_OLD_STEM = "urn:epcglobal:cbv:"
_OLD_URNS = {
    "urn:epcglobal:cbv:bizstep:": CBV + "BizStep-",
    "urn:epcglobal:cbv:disp:": CBV + "Disp-",
    "urn:epcglobal:cbv:btt:": CBV + "BTT-",
    "urn:epcglobal:cbv:sdt:": CBV + "SDT-",
    "urn:epcglobal:cbv:er:": CBV + "ER-",
}
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_LONGEST_NUMBER = 64


def normal_value(value: object, prefixes: Mapping[str, str]) -> str:
    """One value as text: number, identifier, expanded compact URI, or the text itself."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = expand(str(value).strip(), prefixes)
    if _OLD_STEM in text:
        for old, new in _OLD_URNS.items():
            text = text.replace(old, new)
    if len(text) <= _LONGEST_NUMBER and _NUMBER.fullmatch(text):
        return normal_number(Decimal(text))
    return constrained(text)


def normal_number(number: Decimal) -> str:
    """Without exponent, plus sign or trailing zeros; texts that look like numbers too, as in XML all are texts.

    Exact, unlike the reference implementation, which rounds numbers of more than 15 digits to a double.
    """
    plain = f"{number:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in ("-0", "") else plain


def normal_time(text: str) -> str:
    """UTC with milliseconds, rounded half to even on microseconds; what is no point in time stays as it is."""
    try:
        moment = datetime.fromisoformat(text.strip().upper())
        if moment.tzinfo is None:
            return text
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return text
    seconds, milliseconds = divmod(round(moment.microsecond, -3) // 1000, 1000)
    whole = moment.replace(microsecond=0) + timedelta(seconds=seconds)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{milliseconds:03d}Z"


def normal_word(word: object, stem: str, prefixes: Mapping[str, str]) -> str:
    """A term of a standard vocabulary: a bare word gets ``stem`` in front, anything else is a URI already."""
    text = str(word).strip()
    if ":" not in text:
        return stem + text
    return normal_value(expand(text, STANDARD_PREFIXES), prefixes)


def expand(text: str, prefixes: Mapping[str, str]) -> str:
    """A compact URI (``ocop:stage``) in full, if its prefix is known."""
    prefix, colon, rest = text.partition(":")
    return prefixes[prefix] + rest if colon and prefix in prefixes and not rest.startswith("//") else text
