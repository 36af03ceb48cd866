"""What a seller should mend before sending, in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy

from marketplace.listings.flags import Flag

SENTENCES: dict[str, Any] = {
    "medical": gettext_lazy(
        "The law forbids words like “%(words)s” for food and cosmetics. Write what it tastes like."
    ),
    "best": gettext_lazy("“%(words)s” needs a paper that proves it. Write what is true of yours instead."),
    "unproven": gettext_lazy("You write “%(words)s”. Add that paper too, or leave the word out."),
    "contact": gettext_lazy("Leave telephone numbers and web addresses out: the page shows how to reach you."),
}


def flag_sentences(flags: Iterable[Flag]) -> list[str]:
    """Only those that a seller can do something about."""
    return [
        str(SENTENCES[flag.kind]) % {"words": ", ".join(flag.facts.get("words", ()))}
        for flag in flags
        if flag.kind in SENTENCES
    ]
