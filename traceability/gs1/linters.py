"""The linters the syntax dictionary names: each takes a value and raises BadValue with GS1's own error name.

Codes are GS1's, lower case without the prefix: GS1_LINTER_ILLEGAL_DAY → illegal_day.
Source: GS1 Barcode Syntax Dictionary (syntax tests); GS1 General Specifications §7.
Not judged here: ``packagetype``, ``couponcode`` and ``couponposoffer`` (UN/ECE package codes and North American
coupons), which no product of this market carries; their character set and length are still checked.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable

from traceability.gs1.charsets import (
    COUNTRIES,
    COUNTRIES_ALPHA2,
    CSET32_IN_ORDER,
    CSET39,
    CSET64,
    CSET82,
    CSET82_IN_ORDER,
    CURRENCIES,
    DIGITS,
    MEDIA_TYPES,
)
from traceability.gs1.check_digits import has_valid_check_digit

Linter = Callable[[str], None]
PrefixSource = Callable[[str], bool]
"""Says whether a text begins with a GS1 Company Prefix that was issued. Raises SourceOffline."""

SHORTEST_COMPANY_PREFIX = 4
NOT_JUDGED = frozenset({"packagetype", "couponcode", "couponposoffer"})


class BadValue(ValueError):
    """A value that a linter refuses; ``code`` is GS1's name for the fault."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class SourceOffline(Exception):
    """The register of company prefixes cannot be asked now."""


def _require(holds: bool, code: str) -> None:
    if not holds:
        raise BadValue(code)


def csetnumeric(value: str) -> None:
    _require(set(value) <= DIGITS, "non_digit_character")


def cset82(value: str) -> None:
    _require(set(value) <= CSET82, "invalid_cset82_character")


def cset39(value: str) -> None:
    _require(set(value) <= CSET39, "invalid_cset39_character")


def cset64(value: str) -> None:
    _require(set(value) <= CSET64, "invalid_cset64_character")
    _require("=" not in value.rstrip("="), "invalid_cset64_padding")


def csum(value: str) -> None:
    _require(value != "", "too_short_for_check_digit")
    csetnumeric(value)
    _require(value == "0" or has_valid_check_digit(value), "incorrect_check_digit")


def csumalpha(value: str) -> None:
    """Check character pair: data values × primes from the right, modulo 1021, written as two base-32 characters."""
    _require(len(value) >= 2, "too_short_for_check_pair")
    data, pair = value[:-2], value[-2:]
    cset82(data)
    _require(set(pair) <= set(CSET32_IN_ORDER), "invalid_cset32_character")
    total = sum(CSET82_IN_ORDER.index(c) * prime for c, prime in zip(reversed(data), _primes(len(data)), strict=True))
    high, low = divmod(total % 1021, 32)
    _require(pair == CSET32_IN_ORDER[high] + CSET32_IN_ORDER[low], "incorrect_check_pair")


def gcppos1(value: str, source: PrefixSource | None = None) -> None:
    """The value must begin with a GS1 Company Prefix.

    ``source`` is a register of the prefixes that were issued (GS1 licenses one; none ships with this house): its word
    counts, also that it cannot be reached. Without one, only what can be no prefix is refused: fewer than four digits.
    """
    _require(len(value) >= SHORTEST_COMPANY_PREFIX, "too_short_for_gcp")
    if source is None:
        _require(set(value[:SHORTEST_COMPANY_PREFIX]) <= DIGITS, "invalid_gcp_prefix")
        return
    try:
        known = source(value)
    except SourceOffline as fault:
        raise BadValue("gcp_datasource_offline") from fault
    _require(known, "invalid_gcp_prefix")


def gcppos2(value: str, source: PrefixSource | None = None) -> None:
    """As gcppos1 after an indicator or extension digit."""
    _require(len(value) > SHORTEST_COMPANY_PREFIX, "too_short_for_gcp")
    _require(source is not None or value[0] in DIGITS, "invalid_gcp_prefix")
    gcppos1(value[1:], source)


def yymmdd(value: str) -> None:
    """A day. The century does not matter here: 29 February is asked of the year in GS1's window 1951–2050."""
    _date_shape(value, 6)
    year = int(value[:2])
    _require_day(2000 + year if year <= 50 else 1900 + year, int(value[2:4]), int(value[4:6]))


def yymmd0(value: str) -> None:
    """A day, or day 00 for "end of the month"."""
    _date_shape(value, 6)
    yymmdd(value[:4] + "01" if value[4:] == "00" else value)


def yyyymmdd(value: str) -> None:
    _date_shape(value, 8)
    _require_day(int(value[:4]), int(value[4:6]), int(value[6:8]))


def hh(value: str) -> None:
    _clock_part(value, 24, "illegal_hour")


def mi(value: str) -> None:
    _clock_part(value, 60, "illegal_minute")


def ss(value: str) -> None:
    _clock_part(value, 60, "illegal_second")


def hhmi(value: str) -> None:
    hh(value[:2])
    mi(value[2:])


def iso3166(value: str) -> None:
    _require(value in COUNTRIES, "not_iso3166")


def iso3166999(value: str) -> None:
    _require(value == "999" or value in COUNTRIES, "not_iso3166_or_999")


def iso3166alpha2(value: str) -> None:
    _require(value in COUNTRIES_ALPHA2, "not_iso3166_alpha2")


def iso4217(value: str) -> None:
    _require(value in CURRENCIES, "not_iso4217")


def iso5218(value: str) -> None:
    _require(value in {"0", "1", "2", "9"}, "invalid_biological_sex_code")


def pcenc(value: str) -> None:
    _require(re.search(r"%(?![0-9A-Fa-f]{2})", value) is None, "invalid_percent_sequence")


def yesno(value: str) -> None:
    _require(value in {"0", "1"}, "not_zero_or_one")


def zero(value: str) -> None:
    _require(set(value) <= {"0"}, "not_zero")


def nonzero(value: str) -> None:
    csetnumeric(value)
    _require(value.strip("0") != "", "illegal_zero_value")


def nozeroprefix(value: str) -> None:
    _require(value == "0" or not value.startswith("0"), "illegal_zero_prefix")


def hasnondigit(value: str) -> None:
    _require(not set(value) <= DIGITS, "requires_non_digit_character")


def hyphen(value: str) -> None:
    _require(set(value) <= {"-"}, "not_hyphen")


def winding(value: str) -> None:
    _require(value in {"0", "1", "9"}, "invalid_winding_direction")


def importeridx(value: str) -> None:
    _require(len(value) == 1 and re.fullmatch(r"[0-9A-Za-z_-]", value) is not None, "invalid_import_idx_length")


def mediatype(value: str) -> None:
    _require(value in MEDIA_TYPES, "invalid_media_type")


def latitude(value: str) -> None:
    """Degrees + 90, ten million parts: 0 … 1800000000."""
    csetnumeric(value)
    _require(len(value) == 10 and int(value) <= 1_800_000_000, "invalid_latitude")


def longitude(value: str) -> None:
    """Degrees + 180, ten million parts: 0 … 3600000000."""
    csetnumeric(value)
    _require(len(value) == 10 and int(value) <= 3_600_000_000, "invalid_longitude")


def pieceoftotal(value: str) -> None:
    csetnumeric(value)
    half = len(value) // 2
    _require(len(value) == 2 * half and half > 0, "position_in_sequence_malformed")
    piece, total = int(value[:half]), int(value[half:])
    _require(piece > 0, "zero_piece_number")
    _require(total > 0, "zero_total_pieces")
    _require(piece <= total, "piece_number_exceeds_total")


def posinseqslash(value: str) -> None:
    match = re.fullmatch(r"([1-9][0-9]*)/([1-9][0-9]*)", value)
    _require(match is not None, "position_in_sequence_malformed")
    if match is not None:
        _require(int(match[1]) <= int(match[2]), "position_exceeds_end")


def iban(value: str) -> None:
    """ISO 13616: moved to the end, letters as numbers from 10, the whole modulo 97 is 1."""
    _require(re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]+", value) is not None, "invalid_iban_character")
    _require(value[:2] in COUNTRIES_ALPHA2, "illegal_iban_country_code")
    _require(int("".join(str(int(c, 36)) for c in value[4:] + value[:4])) % 97 == 1, "incorrect_iban_checksum")


def _date_shape(value: str, length: int) -> None:
    _require(len(value) >= length, "date_too_short")
    _require(len(value) <= length, "date_too_long")
    csetnumeric(value)


def _require_day(year: int, month: int, day: int) -> None:
    _require(1 <= month <= 12, "illegal_month")
    last = calendar.monthrange(year, month)[1] if year > 0 else 31
    _require(1 <= day <= last, "illegal_day")


def _clock_part(value: str, bound: int, code: str) -> None:
    csetnumeric(value)
    _require(len(value) == 2 and int(value) < bound, code)


def _primes(count: int) -> list[int]:
    found: list[int] = []
    candidate = 2
    while len(found) < count:
        if all(candidate % prime for prime in found):
            found.append(candidate)
        candidate += 1
    return found


CHARACTERS: dict[str, Linter] = {"N": csetnumeric, "X": cset82, "Y": cset39, "Z": cset64}
LINTERS: dict[str, Linter] = {
    linter.__name__: linter
    for linter in (
        csetnumeric, cset82, cset39, cset64, csum, csumalpha, gcppos1, gcppos2, yymmdd, yymmd0, yyyymmdd, hh, mi, ss,
        hhmi, iso3166, iso3166999, iso3166alpha2, iso4217, iso5218, pcenc, yesno, zero, nonzero, nozeroprefix,
        hasnondigit, hyphen, winding, importeridx, mediatype, latitude, longitude, pieceoftotal, posinseqslash, iban,
    )
}  # fmt: skip
