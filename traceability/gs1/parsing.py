"""Strict parser for uncompressed GS1 Digital Link URIs (URI Syntax 1.4 and later: no convenience names, 14-digit GTIN).

Give it the address as it was sent, not one that a web framework has decoded: ``%2F`` inside a lot is part of the lot
(see raw_paths.py). The right-most primary key of the path wins; what stands before it is the stem.
"""

from __future__ import annotations

import re

from traceability.gs1.dictionary import Entry, entry_for, path_sequences
from traceability.gs1.digital_link import BadDigitalLink, DigitalLink, Element
from traceability.gs1.percent import decode_path, decode_query
from traceability.gs1.values import check_companions, check_value

LONGEST_URI = 2_048
SCHEMES = ("https://", "HTTPS://", "http://", "HTTP://")

_URI_CHARACTERS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]*")
_DOMAIN_CHARACTERS = re.compile(r"[A-Za-z0-9\-.:\[\]]+")
_ALL_DIGITS = re.compile(r"[0-9]+")


def parse_digital_link(uri: str) -> DigitalLink:
    """The parts of ``uri``, each judged against the syntax dictionary. Raises BadDigitalLink."""
    if len(uri) > LONGEST_URI:
        raise BadDigitalLink("too_long")
    if not _URI_CHARACTERS.fullmatch(uri):
        raise BadDigitalLink("illegal_characters")
    origin, path, query = _split(uri)
    segments = path.split("/")[1:]
    start = _find_key(segments)
    in_path = [_read_pair(segments[i], segments[i + 1]) for i in range(start, len(segments), 2)]
    sequence = tuple(element.ai for element in in_path)
    if sequence not in path_sequences():
        raise BadDigitalLink("bad_sequence", sequence=sequence)
    attributes, extensions = _read_query(query, sequence)
    elements = [*in_path, *attributes]
    check_companions(elements)
    return DigitalLink(
        stem="/".join([origin, *segments[:start]]),
        primary=in_path[0],
        qualifiers=tuple(in_path[1:]),
        attributes=tuple(attributes),
        extensions=tuple(extensions),
    )


def _split(uri: str) -> tuple[str, str, str]:
    """Scheme with domain, path (with its first slash), query."""
    scheme = next((scheme for scheme in SCHEMES if uri.startswith(scheme)), None)
    if scheme is None:
        raise BadDigitalLink("bad_scheme")
    rest = uri[len(scheme) :].partition("#")[0]
    before_query, _, query = rest.partition("?")
    domain, slash, path = before_query.partition("/")
    if not domain:
        raise BadDigitalLink("no_domain")
    if not _DOMAIN_CHARACTERS.fullmatch(domain):
        raise BadDigitalLink("bad_domain")
    if not slash:
        raise BadDigitalLink("no_path")
    return scheme + domain, "/" + path, query


def _find_key(segments: list[str]) -> int:
    """Where the right-most primary key starts, walking back from the end in pairs."""
    for start in range(len(segments) - 2, -1, -2):
        entry = entry_for(segments[start])
        if entry is not None and entry.is_primary_key:
            return start
    raise BadDigitalLink("no_key")


def _read_pair(ai: str, raw: str) -> Element:
    entry = entry_for(ai)
    if entry is None:
        raise BadDigitalLink("not_in_path" if not _ALL_DIGITS.fullmatch(ai) else "unknown_ai", ai=ai)
    value = decode_path(raw)
    check_value(entry, value)
    return Element(ai, value)


def _read_query(query: str, sequence: tuple[str, ...]) -> tuple[list[Element], list[str]]:
    attributes: list[Element] = []
    extensions: list[str] = []
    seen = set(sequence)
    for pair in filter(None, query.split("&")):
        ai, equals, raw = pair.partition("=")
        if not equals or not _ALL_DIGITS.fullmatch(ai):
            extensions.append(pair)
            continue
        entry = entry_for(ai)
        if entry is None:
            raise BadDigitalLink("unknown_ai", ai=ai)
        if ai in seen:
            raise BadDigitalLink("duplicate_ai", ai=ai)
        _check_may_be_attribute(entry, sequence)
        value = decode_query(raw)
        check_value(entry, value)
        seen.add(ai)
        attributes.append(Element(ai, value))
    return attributes, extensions


def _check_may_be_attribute(entry: Entry, sequence: tuple[str, ...]) -> None:
    """An attribute must be flagged as one, and must not be a qualifier that could have stood in this path."""
    if not entry.may_be_attribute:
        raise BadDigitalLink("not_an_attribute", ai=entry.ai)
    for place in range(1, len(sequence) + 1):
        if (*sequence[:place], entry.ai, *sequence[place:]) in path_sequences():
            raise BadDigitalLink("belongs_in_path", ai=entry.ai)
