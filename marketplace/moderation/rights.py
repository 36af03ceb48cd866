"""What staff may do with rows that other rules own."""

from __future__ import annotations

from community.staff_rights import OnlyThese


class LookOnly(OnlyThese):
    """Orders and money move by verbs, never by a form."""

    acts = frozenset({"view"})


class WordsOnly(OnlyThese):
    """Listings are made by sellers and never deleted: they are unpublished."""

    acts = frozenset({"view", "change", "publish", "lock", "unlock"})


class NothingDeleted(OnlyThese):
    """Papers are revoked, never deleted."""

    acts = frozenset({"view", "add", "change"})
