"""From what is known and what is asked to an answer: the linkset, one link, several, or none. Pure.

Source: GS1-Conformant Resolver Standard 1.2.0. No request is refused for its wishes: a media type or a language that is
not there leaves the choice to the default.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from traceability.resolver.headers import Wish, language_quality, media_quality, read_wishes
from traceability.resolver.links import HTML, Level, Link
from traceability.resolver.linkset import MEDIA_TYPE
from traceability.resolver.relations import WHOLE_SET, Relation, read_relation

FIRST_LANGUAGE = "vi"
PAGES = (HTML, "application/xhtml+xml")


class Kind(StrEnum):
    """``page``: the thing's own page at once, for people. The others are the resolver's answers."""

    PAGE = "page"
    LINKSET = "linkset"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request asks for. ``relation`` is None for a link type we do not know, DEFAULT when none is named."""

    kind: Kind
    relation: Relation | None = Relation.DEFAULT
    media: tuple[Wish, ...] = ()
    languages: tuple[Wish, ...] = ()

    @property
    def reads_html(self) -> bool:
        return _named(self.media, PAGES) > 0


@dataclass(frozen=True, slots=True)
class Choice:
    """One link: redirect to it (307). Several: 300. None: 404. ``level`` is where they were found."""

    level: Level
    links: tuple[Link, ...]


@lru_cache(maxsize=1024)
def read_wanted(*, link_type: str, accept: str, accept_language: str) -> Wanted:
    """``link_type`` as decoded from the query ("" when absent), the headers as they came."""
    media, languages = read_wishes(accept), read_wishes(accept_language)
    asked = link_type.strip()
    if asked in WHOLE_SET:
        return Wanted(Kind.LINKSET, media=media, languages=languages)
    if asked:
        return Wanted(Kind.LINK, read_relation(asked), media, languages)
    return Wanted(_kind(media), Relation.DEFAULT, media, languages)


def choose(levels: Sequence[Level], wanted: Wanted) -> Choice:
    """``levels`` from the finest up, at least one: the nearest level that has such a link answers."""
    if wanted.relation is None:
        return Choice(levels[0], ())
    for level in levels:
        if found := level.of(wanted.relation):
            return Choice(level, _narrowed(level, found, wanted))
    return Choice(levels[0], ())


def _kind(media: tuple[Wish, ...]) -> Kind:
    """Only what is named counts: ``*/*`` asks for neither a page nor a linkset."""
    page, whole = _named(media, PAGES), _named(media, (MEDIA_TYPE,))
    if whole > 0 and whole >= page:
        return Kind.LINKSET
    return Kind.PAGE if page > 0 else Kind.LINK


def _named(media: tuple[Wish, ...], types: tuple[str, ...]) -> float:
    return max((wish.quality for wish in media if wish.value in types), default=0.0)


def _narrowed(level: Level, found: tuple[Link, ...], wanted: Wanted) -> tuple[Link, ...]:
    if wanted.relation in (Relation.DEFAULT, Relation.DEFAULT_MULTI):
        return (_default(level, wanted),)
    by_media = _best(found, lambda link: media_quality(wanted.media, link.media_type))
    by_language = _best(by_media, lambda link: _language(link, wanted.languages))
    if len({link.language for link in by_language}) == 1:
        return by_language
    # Nothing in the wishes tells the languages apart (none was named, or all alike).
    return tuple(link for link in by_language if link.language in ("", FIRST_LANGUAGE)) or by_language


def _default(level: Level, wanted: Wanted) -> Link:
    """The default link, or its version in a language that is named and wished more."""
    versions = level.of(Relation.DEFAULT_MULTI)
    wished = _best(versions, lambda link: _language(link, wanted.languages))
    return level.default if level.default in wished else wished[0]


def _language(link: Link, wishes: tuple[Wish, ...]) -> float:
    return language_quality(wishes, link.language) if link.language else 0.0


def _best(links: tuple[Link, ...], rank: Callable[[Link], float]) -> tuple[Link, ...]:
    """Those ranked highest, in their order."""
    top = max(map(rank, links))
    return tuple(link for link in links if rank(link) == top)
