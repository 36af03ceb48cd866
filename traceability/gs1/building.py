"""Writing Digital Links: from AIs in any order, in canonical form, and the few addresses this house issues."""

from __future__ import annotations

import re
from collections.abc import Iterable

from traceability.gs1.check_digits import gln13, gtin14
from traceability.gs1.dictionary import entry_for
from traceability.gs1.digital_link import BadDigitalLink, DigitalLink, Element
from traceability.gs1.lot_codes import check_lot_code
from traceability.gs1.parsing import parse_digital_link
from traceability.gs1.percent import encode_path, encode_query
from traceability.gs1.public_codes import check_public_code

CANONICAL_STEM = "https://id.gs1.org"

_ELEMENT = re.compile(r"\(([0-9]{2,4})\)((?:\\\(|[^(])*)")


def build_digital_link(elements: Iterable[Element], stem: str = CANONICAL_STEM) -> str:
    """One valid URI for ``elements`` in any order; the first primary key among them leads. Raises BadDigitalLink.

    The key takes the longest of its qualifier sequences that is present (the dictionary's first on a tie); the rest
    become attributes, those of predefined length first. An AI repeated with the same value is written once.
    """
    wanted = _without_repeats(elements)
    primary = next((element for element in wanted if _qualifier_choices(element.ai)), None)
    if primary is None:
        raise BadDigitalLink("no_key")
    values = {element.ai: element.value for element in wanted}
    present = [[ai for ai in choice if ai in values] for choice in _qualifier_choices(primary.ai)]
    qualifiers = [Element(ai, values[ai]) for ai in max(present, key=len)]
    used = {primary.ai, *(element.ai for element in qualifiers)}
    attributes = [element for element in wanted if element.ai not in used]
    uri = _write(stem.rstrip("/"), [primary, *qualifiers], attributes)
    parse_digital_link(uri)
    return uri


def read_element_string(text: str) -> list[Element]:
    """``(01)09521234001560(10)L26`` as elements; ``\\(`` stands for a bracket in a value. Raises BadDigitalLink."""
    if not re.fullmatch(f"(?:{_ELEMENT.pattern})+", text):
        raise BadDigitalLink("illegal_characters")
    return [Element(match[1], match[2].replace("\\(", "(")) for match in _ELEMENT.finditer(text)]


def bracketed(link: DigitalLink) -> str:
    """The human-readable element string, ``(01)09521234001560(10)L26``; a bracket in a value becomes ``\\(``."""
    return "".join(f"({element.ai})" + element.value.replace("(", "\\(") for element in link.elements)


def canonical(link: DigitalLink) -> str:
    """The same identity under https://id.gs1.org, without stem and foreign query pairs."""
    return _write(CANONICAL_STEM, [link.primary, *link.qualifiers], list(link.attributes))


def path_only(link: DigitalLink) -> str:
    """The link under its own stem, without its query: the anchor of a linkset, the epcClass of an event."""
    return _write(link.stem, [link.primary, *link.qualifiers], [])


def lot_uri(base: str, gtin: str, lot: str) -> str:
    """``{base}/01/{GTIN-14}/10/{LOT}`` for a batch we issue. Raises BadKey, BadLotCode."""
    return f"{base.rstrip('/')}/01/{gtin14(gtin)}/10/{check_lot_code(lot)}"


def serial_uri(base: str, gtin: str, lot: str, serial: str) -> str:
    """``…/10/{LOT}/21/{SERIAL}`` for one pack of a batch. Raises BadKey, BadLotCode."""
    return f"{lot_uri(base, gtin, lot)}/21/{check_lot_code(serial)}"


def gln_uri(base: str, gln: str) -> str:
    """``{base}/414/{GLN}`` for a place. Raises BadKey."""
    return f"{base.rstrip('/')}/414/{gln13(gln)}"


def code_uri(base: str, public_code: str) -> str:
    """``{base}/t/{code}`` for a batch whose cooperative has no GTIN. Raises BadPublicCode."""
    return f"{base.rstrip('/')}/t/{check_public_code(public_code)}"


def batch_uri(base: str, *, gtin: str | None, lot: str, public_code: str) -> str:
    """The one address of a batch: what the QR holds, the epcClass of its events, the page's URL."""
    return lot_uri(base, gtin, lot) if gtin else code_uri(base, public_code)


def _without_repeats(elements: Iterable[Element]) -> list[Element]:
    kept: dict[str, Element] = {}
    for element in elements:
        if kept.setdefault(element.ai, element).value != element.value:
            raise BadDigitalLink("duplicate_ai", ai=element.ai)
    return list(kept.values())


def _qualifier_choices(ai: str) -> tuple[tuple[str, ...], ...]:
    entry = entry_for(ai)
    return entry.qualifiers or () if entry is not None else ()


def _write(stem: str, in_path: list[Element], attributes: list[Element]) -> str:
    path = "".join(f"/{element.ai}/{encode_path(element.value)}" for element in in_path)
    ordered = sorted(attributes, key=lambda element: not _is_predefined(element.ai))
    query = "&".join(f"{element.ai}={encode_query(element.value)}" for element in ordered)
    return stem + path + (f"?{query}" if query else "")


def _is_predefined(ai: str) -> bool:
    entry = entry_for(ai)
    return entry is not None and entry.predefined_length
