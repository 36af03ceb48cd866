"""What a GS1 Digital Link says: the value type shared by parser and builder, and its error."""

from __future__ import annotations

from dataclasses import dataclass

from community.errors import DomainError


class BadDigitalLink(DomainError):
    """A URI that is no valid Digital Link.

    Codes: illegal_characters, bad_scheme, no_domain, bad_domain, no_path, no_key, unknown_ai, not_in_path,
    not_an_attribute, belongs_in_path, duplicate_ai, bad_sequence, too_short, too_long, bad_value, nul,
    missing_companion, excluded_companion. Facts: ``ai`` and, for bad_value, ``fault`` (the linter's name for it).
    """


@dataclass(frozen=True)
class Element:
    """One AI with its decoded value."""

    ai: str
    value: str


@dataclass(frozen=True)
class DigitalLink:
    """A parsed Digital Link.

    stem: scheme, host, port and any path before the key, without trailing slash.
    primary: the GS1 key (01 GTIN, 00 SSCC, 414 GLN …). qualifiers: in path order. attributes: GS1 AIs of the query,
    in query order. extensions: other query pairs, as they came (not decoded).
    """

    stem: str
    primary: Element
    qualifiers: tuple[Element, ...] = ()
    attributes: tuple[Element, ...] = ()
    extensions: tuple[str, ...] = ()

    @property
    def elements(self) -> tuple[Element, ...]:
        return (self.primary, *self.qualifiers, *self.attributes)

    def value(self, ai: str) -> str | None:
        """The value of ``ai`` wherever it stands, or None."""
        return next((element.value for element in self.elements if element.ai == ai), None)

    @property
    def gtin(self) -> str | None:
        return self.primary.value if self.primary.ai == "01" else None

    @property
    def lot(self) -> str | None:
        return self._qualifier("10")

    @property
    def serial(self) -> str | None:
        return self._qualifier("21")

    def _qualifier(self, ai: str) -> str | None:
        return next((element.value for element in self.qualifiers if element.ai == ai), None)
