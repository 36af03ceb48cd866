"""The life of a claim, as words and tables; the write that moves a row checks them again."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marketplace.orders.states import ParcelStatus


class Problem(models.TextChoices):
    """What the buyer says is wrong."""

    BROKEN = "broken", _("Broken or leaking")
    WRONG = "wrong", _("Not what I ordered")
    TOO_FEW = "too_few", pgettext_lazy("claim", "Something is missing")
    BAD = "bad", _("Bad quality, spoilt or past its date")
    NOT_ARRIVED = "not_arrived", _("It has not arrived")


class ClaimStatus(models.TextChoices):
    OPEN = "open", _("The cooperative has to answer")
    ANSWERED = "answered", _("The buyer has to say yes or no")
    PLATFORM = "platform", _("The market decides")
    RESENDING = "resending", _("Goods are to be sent again")
    SETTLED = "settled", _("Settled")
    WITHDRAWN = "withdrawn", _("Taken back by the buyer")


class Outcome(models.TextChoices):
    """What is offered, and in the end what was done."""

    PART = "part", _("The buyer keeps the goods and gets a part of the money back")
    FULL = "full", _("All the money of the parcel goes back")
    RESEND = "resend", _("The goods are sent once more, free of charge")
    NONE = "none", _("Nothing")


class ReplacementStatus(models.TextChoices):
    TO_SEND = "to_send", _("To be sent again")
    SENT = "sent", _("Sent again")
    CALLED_OFF = "called_off", _("Could not be sent")


class PhotoBy(models.TextChoices):
    BUYER = "buyer", _("Buyer")
    SELLER = "seller", _("Seller")


S = ClaimStatus
# A replacement that cannot be sent after all is the market's to decide; what is settled stays settled: whoever finds
# something else opens another claim. An open one is settled by itself when its parcel comes back unpaid.
NEXT_CLAIM: dict[str, frozenset[str]] = {
    S.OPEN: frozenset({S.ANSWERED, S.SETTLED, S.PLATFORM, S.WITHDRAWN}),
    S.ANSWERED: frozenset({S.SETTLED, S.RESENDING, S.PLATFORM, S.WITHDRAWN}),
    S.PLATFORM: frozenset({S.SETTLED, S.RESENDING, S.WITHDRAWN}),
    S.RESENDING: frozenset({S.SETTLED, S.PLATFORM}),
    S.SETTLED: frozenset(),
    S.WITHDRAWN: frozenset(),
}
RUNNING = (S.OPEN, S.ANSWERED, S.PLATFORM, S.RESENDING)
# The seller's hand is wanted.
OF_SELLER = (S.OPEN, S.RESENDING)
# Nobody waits for ever: after its hour the market decides.
WITH_CLOCK = (S.OPEN, S.ANSWERED, S.RESENDING)
MONEY = (Outcome.PART, Outcome.FULL)
# Out of the house, and not back: only for such a parcel something is claimed, or sent once more.
MAY_BE_CLAIMED = (ParcelStatus.SHIPPED, ParcelStatus.DELIVERED)
# Several of these about one lot may mean that the lot is bad.
ABOUT_THE_LOT = (Problem.BROKEN, Problem.BAD)


def claim_states_before(new: ClaimStatus) -> list[str]:
    """The states from which a claim may go to ``new``: the WHERE of a guarded UPDATE."""
    return [old for old, allowed in NEXT_CLAIM.items() if new in allowed]
