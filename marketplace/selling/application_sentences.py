"""What the rules about becoming a seller refused, in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from community.errors import DomainError
from community.photos.forms import SENTENCES as PHOTO_SENTENCES
from marketplace.selling.member_sentences import SENTENCES as MEMBER_SENTENCES

SENTENCES: dict[str, Any] = (
    MEMBER_SENTENCES
    | PHOTO_SENTENCES
    | {
        "club": gettext_lazy("A club sells through a cooperative, a group, a household or an enterprise. Choose one."),
        "name_missing": gettext_lazy("Write the name."),
        "not_a_commune": gettext_lazy("Choose a commune that exists today."),
        "not_allowed": gettext_lazy("Only the owner or a manager can do this."),
        "not_now": gettext_lazy("This is with the market's staff, or decided. It cannot be changed now."),
        "incomplete": gettext_lazy("Something is still missing: see the list."),
        "rules": gettext_lazy("Read and accept the rules of the market first."),
        "bad_paper": gettext_lazy("This is neither a photo nor a PDF. Take a photo of the paper."),
        "too_many": gettext_lazy("That is too many (%(most)s). Take one back, or call us."),
        "too_many_ever": gettext_lazy("%(most)s papers were added already, with those taken back. Call us."),
        "link_in_name": gettext_lazy("A name holds no web address."),
        "backwards": gettext_lazy("The last day is before the first. Check both."),
        "past": gettext_lazy("These days are over already."),
        "too_long": gettext_lazy("A holiday has at most %(most)s days. Call us if you close for longer."),
        "none": gettext_lazy("No holiday is set."),
    }
)


def application_sentence(fault: DomainError) -> str:
    if fault.code == "too_large" and "bytes" not in fault.facts:
        return str(gettext_lazy("The PDF is larger than 10 MB. Take photos of the pages instead."))
    return str(SENTENCES[fault.code] % fault.facts)
