"""Why an answer of the moderators' desk was not taken, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext_lazy

from community.errors import DomainError
from community.text.dates import show_datetime

VERDICTS: dict[str, Any] = {
    "approved": gettext_lazy("%(name)s approved it already: %(time)s."),
    "changes": gettext_lazy("%(name)s asked for a change already: %(time)s."),
    "refused": gettext_lazy("%(name)s refused it already: %(time)s."),
    "confirmed": gettext_lazy("%(name)s confirmed it already: %(time)s."),
    "withdrawn": gettext_lazy("The seller took it back meanwhile."),
}
SENTENCES: dict[str, Any] = {
    "not_allowed": gettext_lazy("You may look, not decide."),
    "own": gettext_lazy("You belong to this seller: somebody else decides."),
    "no_words": gettext_lazy("Write what the seller shall read."),
    "withdrawn": gettext_lazy("The seller took it back meanwhile."),
    "unknown": gettext_lazy("Choose one of the answers."),
}


def refusal(fault: DomainError) -> str:
    """ "Mai approved it already: 9:14 22/11/2026." """
    told = VERDICTS.get(str(fault.facts.get("verdict") or fault.facts.get("status")))
    if told is None:
        return str(SENTENCES.get(fault.code, gettext_lazy("This could not be saved. Please try again.")))
    at = fault.facts.get("at")
    time = show_datetime(at, (get_language() or "vi")[:2]) if at else ""
    return str(told) % {"name": fault.facts.get("by") or gettext_lazy("Somebody"), "time": time}
