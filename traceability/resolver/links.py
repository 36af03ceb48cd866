"""What a resolver knows: links about a thing, level by level from the finest to the key."""

from __future__ import annotations

from dataclasses import dataclass

from traceability.resolver.relations import Relation

HTML, JSON, JSON_LD = "text/html", "application/json", "application/ld+json"


@dataclass(frozen=True, slots=True)
class Link:
    """``href`` is absolute and percent-encoded; ``language`` is empty where the target has no language of its own."""

    relation: Relation
    href: str
    title: str
    media_type: str = HTML
    language: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """One thing as it is asked for (a serial, a lot, a GTIN, a place). ``links`` begin with the default one."""

    anchor: str
    description: str
    links: tuple[Link, ...]

    @property
    def default(self) -> Link:
        return self.links[0]

    def of(self, relation: Relation) -> tuple[Link, ...]:
        """Its links of one type. The default's language versions are those of the default's own type."""
        if relation == Relation.DEFAULT:
            return (self.default,)
        if relation == Relation.DEFAULT_MULTI:
            return self.of(self.default.relation)
        return tuple(link for link in self.links if link.relation == relation)
