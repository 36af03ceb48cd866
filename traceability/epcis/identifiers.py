"""Identifiers in the one form the CBV 2.0 event hash uses (rules 17 and 18 of its algorithm).

EPC URNs become GS1 Digital Link URIs; Digital Links become *constrained canonical*: domain id.gs1.org, no query, only
the finest level of identification. Whatever is neither is returned unchanged. Nothing is validated here: a hash must
name an event as it was recorded, right or wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from traceability.gs1.check_digits import check_digit

CANONICAL = "https://id.gs1.org/"
LONGEST_KEPT = 240

_CONVENIENCE_NAMES = {
    "gtin": "01", "itip": "8006", "cpid": "8010", "gln": "414", "party": "417", "gsrnp": "8017", "gsrn": "8018",
    "gcn": "255", "sscc": "00", "gdti": "253", "ginc": "401", "gsin": "402", "grai": "8003", "giai": "8004",
    "cpv": "22", "lot": "10", "ser": "21",
}  # fmt: skip
_KEY_SHAPES = {
    ai: re.compile(shape)
    for ai, shape in {
        "00": r"\d{18}", "01": r"\d{14}", "253": r"\d{13}.{0,17}", "255": r"\d{13}\d{0,12}", "401": r".{1,30}",
        "402": r"\d{17}", "414": r"\d{13}", "417": r"\d{13}", "8003": r"\d{14}.{0,16}", "8004": r".{1,30}",
        "8006": r"\d{18}", "8010": r".{1,30}", "8017": r"\d{18}", "8018": r"\d{18}",
    }.items()
}  # fmt: skip
_FINEST_FIRST = {"01": ("21", "235", "10"), "8006": ("21", "10"), "414": ("254",), "8010": ("8011",)}
_WEB = re.compile(r"https?://[^/?#]+(/[^?#]*)", re.IGNORECASE)
_URN = re.compile(r"urn:epc:(?:id|class|idpat):([a-z]+):(.+)")
_TO_ENCODE = {ord(character): f"%{ord(character):02X}" for character in "!()*+,:"}


def constrained(text: str) -> str:
    """``text`` as a constrained canonical Digital Link if it names a GS1 key, else ``text`` itself."""
    return _kept(text) if len(text) <= LONGEST_KEPT else _constrained(text)


def _constrained(text: str) -> str:
    urn = _URN.fullmatch(text)
    if urn:
        return _from_urn(urn[1], urn[2]) or text
    web = _WEB.match(text)
    return (_from_web(web[1]) or text) if web else text


_kept = lru_cache(maxsize=4096)(_constrained)  # of short texts only: strangers choose what comes here


def _from_web(path: str) -> str | None:
    segments = path.rstrip("/").split("/")[1:]
    for start in range(len(segments) - 2, -1, -2):
        ai = _CONVENIENCE_NAMES.get(segments[start], segments[start])
        if ai in _KEY_SHAPES:
            value = segments[start + 1]
            if ai == "01" and value.isdigit():
                value = value.zfill(14)
            return _finest(ai, value, segments[start + 2 :]) if _KEY_SHAPES[ai].fullmatch(value) else None
    return None


def _finest(ai: str, value: str, rest: list[str]) -> str:
    given = {_CONVENIENCE_NAMES.get(name, name): part for name, part in zip(rest[::2], rest[1::2], strict=False)}
    finest = next((name for name in _FINEST_FIRST.get(ai, ()) if given.get(name)), None)
    return f"{CANONICAL}{ai}/{value}" + (f"/{finest}/{given[finest]}" if finest else "")


def _from_urn(scheme: str, body: str) -> str | None:
    convert = _URN_SCHEMES.get(scheme)
    if convert is None:
        return None
    try:
        return CANONICAL + convert(body)
    except (ValueError, IndexError):
        return None


def _checked(digits: str) -> str:
    return digits + check_digit(digits)


def _gtin(prefix: str, item: str) -> str:
    return _checked(item[0] + prefix + item[1:])


def _with_serial(path: str, name: str, serial: str) -> str:
    return path if serial == "*" else f"{path}/{name}/{serial.translate(_TO_ENCODE)}"


def _trade_item(qualifier: str) -> Callable[[str], str]:
    def convert(body: str) -> str:
        prefix, item, serial = body.split(".", 2)
        return _with_serial(f"01/{_gtin(prefix, item)}", qualifier, serial)

    return convert


def _numbered(ai: str, lead: str = "") -> Callable[[str], str]:
    """Twelve digits with check digit, then the serial right behind them (GRAI, GDTI, GCN)."""

    def convert(body: str) -> str:
        prefix, reference, serial = body.split(".", 2)
        key = f"{ai}/{_checked(lead + prefix + reference)}"
        return key if serial == "*" else key + serial.translate(_TO_ENCODE)

    return convert


def _joined(ai: str) -> Callable[[str], str]:
    """Prefix and reference as they are, no check digit (GIAI, GINC)."""
    return lambda body: f"{ai}/" + "".join(body.split(".", 1)).translate(_TO_ENCODE)


def _summed(ai: str) -> Callable[[str], str]:
    """Prefix and reference, then a check digit (GSRN, GSIN, PGLN)."""
    return lambda body: f"{ai}/" + _checked("".join(body.split(".", 1)))


def _sscc(body: str) -> str:
    prefix, reference = body.split(".")
    return "00/" + _gtin(prefix, reference)


def _sgln(body: str) -> str:
    prefix, reference, extension = body.split(".", 2)
    place = f"414/{_checked(prefix + reference)}"
    return place if extension == "0" else _with_serial(place, "254", extension)


def _cpi(body: str) -> str:
    prefix, rest = body.split(".", 1)
    reference, serial = rest.rsplit(".", 1)
    return _with_serial("8010/" + (prefix + reference).translate(_TO_ENCODE), "8011", serial)


def _itip(body: str) -> str:
    prefix, item, piece, total, serial = body.split(".", 4)
    return _with_serial(f"8006/{_gtin(prefix, item)}{piece}{total}", "21", serial)


_URN_SCHEMES: dict[str, Callable[[str], str]] = {
    "sgtin": _trade_item("21"), "upui": _trade_item("235"), "lgtin": _trade_item("10"), "sscc": _sscc, "sgln": _sgln,
    "grai": _numbered("8003", "0"), "gdti": _numbered("253"), "sgcn": _numbered("255"), "giai": _joined("8004"),
    "ginc": _joined("401"), "gsrn": _summed("8018"), "gsrnp": _summed("8017"), "gsin": _summed("402"),
    "pgln": _summed("417"), "cpi": _cpi, "itip": _itip,
}  # fmt: skip
