"""By which ways a message leaves, and why one of them did not bring it: words and tables."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from community.errors import DomainError


class Way(models.TextChoices):
    ZNS = "zns", _("Zalo message")
    SMS = "sms", _("Text message")
    EMAIL = "email", _("E-mail")


class Why(models.TextChoices):
    """Why a message did not arrive by one of the ways."""

    NO_SUCH_NUMBER = "no_such_number", _("No such number or address")
    NOT_REACHED = "not_reached", _("The number cannot be reached this way (no Zalo, or refuses such messages)")
    WORDS_REFUSED = "words_refused", _("The carrier does not allow these words or this template")
    NOT_ARRIVED = "not_arrived", _("Sent, but the carrier says that it did not arrive")
    QUOTA = "quota", _("The account at the carrier is empty, or today's quota is used up")
    NOT_NOW = "not_now", _("The carrier sends none at this hour")
    NOT_ALLOWED = "not_allowed", _("The carrier does not accept our keys")
    UNREACHABLE = "unreachable", _("The carrier did not answer")
    UNCLEAR = "unclear", _("The carrier refused it, and its reason is not known to us")
    NO_WAY = "no_way", _("No way is set up that reaches this person")
    FORGOTTEN = "forgotten", _("The person was forgotten before it left")


# Asking the same way again changes nothing: the next way takes it at once.
HOPELESS = frozenset({Why.NO_SUCH_NUMBER, Why.NOT_REACHED, Why.WORDS_REFUSED, Why.NOT_ARRIVED, Why.UNCLEAR, Why.NO_WAY})
# May pass: another way takes it at once; where there is none, the same is tried again later.
PASSING = frozenset({Why.QUOTA, Why.NOT_NOW, Why.NOT_ALLOWED})


class Undelivered(DomainError):
    """A way did not take the message. ``code`` is one of :class:`Why`; facts: way (empty when there was none)."""

    def __init__(self, why: Why, *, way: str = "") -> None:
        super().__init__(str(why), way=str(way))
