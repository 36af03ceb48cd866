from __future__ import annotations

from dataclasses import dataclass

from community.calling import CallFailed
from community.outbox.states import Undelivered, Way, Why


@dataclass(frozen=True, slots=True)
class Sent:
    """A carrier took the message. ``ref``: its number there, by which its report is known."""

    way: str
    ref: str = ""


def undelivered(failed: CallFailed, way: Way) -> Undelivered:
    """A carrier that could not be asked: it refused us, or it may answer later."""
    return Undelivered(Why.NOT_ALLOWED if failed.code == "refused" else Why.UNREACHABLE, way=way)
