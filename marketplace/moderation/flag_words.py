"""Flags of a listing as a moderator reads them: the fact, not the judgement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from community.text.money import show_dong
from marketplace.listings.flags import Flag

SENTENCES: dict[str, Any] = {
    "medical": gettext_lazy("Words that food and cosmetics may not be advertised with: “%(words)s”."),
    "best": gettext_lazy("Superlatives that need a paper: “%(words)s”."),
    "unproven": gettext_lazy("“%(words)s” is written, but there is no such paper."),
    "contact": gettext_lazy("A telephone number or a web address stands in the words."),
    "alcohol": gettext_lazy("A drink of %(percent)s%% alcohol: licence, age, and no promotion."),
    "price": gettext_lazy("%(pack)s: %(own)s, while goods of this kind cost about %(usual)s."),
    "same_title": gettext_lazy("%(seller)s sells goods with the same name."),
    "same_photo": gettext_lazy("%(seller)s uses the very same photo."),
}


@dataclass(frozen=True, slots=True)
class Warned:
    """``slug`` leads to the other seller's goods."""

    kind: str
    sentence: str
    slug: str = ""


def sentence_of_flag(flag: Flag) -> str:
    facts = dict(flag.facts)
    facts["words"] = ", ".join(facts.get("words", ()))
    if flag.kind == "price":
        facts |= {"own": show_dong(facts["dong"]), "usual": show_dong(facts["usual_dong"])}
    return str(SENTENCES[flag.kind]) % facts
