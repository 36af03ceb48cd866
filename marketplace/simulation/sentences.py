"""How the shop answered one post of the simulated bank, in words and with the kind of notice."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.payments.states import ExceptionKind, PaymentStatus
from marketplace.simulation.transferring import Delivery

_OUTCOMES: dict[str, tuple[str, Promise]] = {
    PaymentStatus.CONFIRMED: ("good", _("The shop has the full amount.")),
    "late": ("good", _("The money came late, but the goods were still there: the order goes on.")),
    PaymentStatus.PARTIALLY_RECEIVED: ("wait", _("The shop has a part of the amount and asks for the rest.")),
    ExceptionKind.OVERPAID: ("wait", _("More than needed has arrived. The surplus waits to be given back.")),
    ExceptionKind.UNMATCHED: ("wait", _("The memo holds no payment code: the money waits for a person to match it.")),
    ExceptionKind.AMBIGUOUS: ("wait", _("The memo holds several codes: the money waits for a person to match it.")),
    ExceptionKind.ACCOUNT_MISMATCH: ("wait", _("The code belongs to another account: a person will look.")),
    ExceptionKind.MODE_MISMATCH: ("bad", _("Play money cannot pay for a real order.")),
    ExceptionKind.UNDERPAID: ("wait", _("Part of the money came after the time was over: a person will give it back.")),
    ExceptionKind.PAID_BUT_UNAVAILABLE: (
        "wait",
        _("The money came late and the goods are gone: it will be given back."),
    ),
    ExceptionKind.PAID_AFTER_END: ("wait", _("The parcel was cancelled before: the money will be given back.")),
    "duplicate": ("", _("This transfer was known already. Nothing changed.")),
}


@dataclass(frozen=True)
class Answer:
    """One line of the result page; ``kind`` is the notice's colour word."""

    status: int
    kind: str
    sentence: Promise | str


def tell_delivery(delivery: Delivery) -> Answer:
    """The sentence for one answer of the shop."""
    if delivery.status == 401:
        return Answer(401, "bad", _("Refused: the signature is wrong. Nothing was kept."))
    if delivery.repeated:
        return Answer(delivery.status, "", _("This message was known already. Nothing changed."))
    kind, sentence = _OUTCOMES.get(delivery.outcome, ("wait", delivery.outcome))
    return Answer(delivery.status, kind, sentence)
