"""What the rules refused, in words: what happened and what to do."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from community.errors import DomainError

SENTENCES: dict[str, Any] = {
    "only_looks": gettext_lazy("Partners and inspectors look; helping is for members of the team."),
    "elsewhere": gettext_lazy("This cooperative is not in your team's commune."),
    "own_cooperative": gettext_lazy("You belong to this cooperative: work at its desk as yourself."),
    "no_scopes": gettext_lazy("Choose at least one thing to help with."),
    "bad_days": gettext_lazy("Choose how long."),
    "no_purpose": gettext_lazy("Write what it is for."),
    "ceased": gettext_lazy("This cooperative has ceased."),
    "not_longer": gettext_lazy("It holds that long already."),
    "moved": gettext_lazy("This was answered, ended or replaced meanwhile. Look at it again."),
    "not_officer": gettext_lazy("Only an owner or a manager of the cooperative can say yes, and never the helper."),
    "no_phone": gettext_lazy("This person has no phone number here. Choose another way."),
    "too_soon": gettext_lazy("A code was sent a moment ago. Wait a minute."),
    "too_often": gettext_lazy("Too many codes were sent today. Choose another way."),
    "papers_too_often": gettext_lazy(
        "Two papers were photographed for this cooperative this week. Choose another way."
    ),
    "pins_too_often": gettext_lazy("Too many PINs were typed on this phone. Wait an hour, or choose another way."),
    "code_over": gettext_lazy("This code does not count any more. Send a new one."),
    "not_yours": gettext_lazy("This is another helper's mandate."),
    "no_name": gettext_lazy("Write who has signed the paper."),
    "second_person": gettext_lazy("A second helper of the same team must look at it."),
    "not_allowed": gettext_lazy("You may not do this."),
    "bad_paper": gettext_lazy("This file is neither a photo nor a PDF."),
    "too_large": gettext_lazy("This file is too large."),
    "not_a_photo": gettext_lazy("This file is not a photo. Take a new one, or choose a photo from the phone."),
    "too_many_pixels": gettext_lazy("This photo has too many pixels. Take it again with the phone's usual setting."),
    "closed": gettext_lazy("This was opened or thrown away already."),
}

OVER: dict[str, Any] = {
    "revoked": gettext_lazy("The cooperative has ended it. Ask there before you go on."),
    "refused": gettext_lazy("The cooperative has said no."),
    "given_back": gettext_lazy("You have given it back."),
    "left": gettext_lazy("You have left the team it belongs to."),
    "dissolved": gettext_lazy("The team it belongs to was dissolved."),
    "staff": gettext_lazy("The market's staff has ended it. Call us if you do not know why."),
    "unconfirmed": gettext_lazy("The second helper found that the paper was not right."),
    "replaced": gettext_lazy("A newer mandate has taken its place. Choose it on your page."),
    "expired": gettext_lazy("Its time is over. Ask the cooperative for a new one."),
    "drafts_only": gettext_lazy("The signed paper waits for a second helper of your team. Until then only drafts."),
    "gone": gettext_lazy("It does not hold any more. Ask the cooperative for a new one."),
}


def sentence_of(fault: DomainError) -> str:
    if fault.code == "wrong_code":
        return _("This is not the code. Tries left: %(left)s.") % fault.facts
    return str(SENTENCES[fault.code])
