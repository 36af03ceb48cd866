"""What is wrong with a document, and where."""

from __future__ import annotations

from dataclasses import dataclass

from community.errors import DomainError


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: where (JSON pointer, RFC 6901) and what (English, for logs and problem+json)."""

    pointer: str
    message: str


class BadEvent(DomainError):
    """An event we do not take.

    Codes: not_json, too_large, too_deep, schema, profile; fact ``problems``: a tuple of Problem.
    """

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(self.facts["problems"])


def pointer_to(*parts: object) -> str:
    """``pointer_to("a/b", 0)`` → ``/a~1b/0``."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)
