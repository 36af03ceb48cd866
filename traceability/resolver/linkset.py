"""Linksets (RFC 9264) as GS1's schema wants them: full addresses as keys, one context object for each level."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from traceability.resolver.links import Level, Link
from traceability.resolver.relations import Relation

MEDIA_TYPE = "application/linkset+json"
CONTEXT = "https://ref.gs1.org/standards/resolver/linkset-context"
CONTEXT_HEADER = f'<{CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"'


def linkset(levels: Sequence[Level]) -> dict[str, Any]:
    """The whole document for a thing: its own level first, then every one above it up to the key."""
    return {"linkset": [_context_object(level) for level in levels]}


def candidates(level: Level, links: Sequence[Link]) -> dict[str, Any]:
    """A linkset of those links only that a request could not choose between."""
    return {"linkset": [_head(level) | _targets(links)]}


def _context_object(level: Level) -> dict[str, Any]:
    default = {"href": level.default.href, "title": level.default.title}
    versions = [_target(link) for link in level.of(Relation.DEFAULT_MULTI)]
    known = _head(level) | _targets(level.links) | {Relation.DEFAULT.uri: [default]}
    return known | ({Relation.DEFAULT_MULTI.uri: versions} if len(versions) > 1 else {})


def _head(level: Level) -> dict[str, Any]:
    return {"anchor": level.anchor, "itemDescription": level.description}


def _targets(links: Sequence[Link]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for link in links:
        found.setdefault(link.relation.uri, []).append(_target(link))
    return found


def _target(link: Link) -> dict[str, Any]:
    told: dict[str, Any] = {"href": link.href, "title": link.title, "type": link.media_type}
    return told | ({"hreflang": [link.language]} if link.language else {})
