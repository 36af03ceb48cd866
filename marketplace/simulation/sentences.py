"""How the shop answered one post of the simulated bank, in words and with the kind of notice."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.payments.states import ExceptionKind, PaymentStatus
from marketplace.simulation.delivering import Delivery

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


_CARD: dict[str, tuple[str, Promise]] = {
    ExceptionKind.AMOUNT_MISMATCH: ("wait", _("The card paid another amount than was asked: a person will look.")),
    "card declined": ("bad", _("The bank declined the card. The shop keeps waiting; another card may do.")),
    "not paid yet": ("wait", _("The page is done, but the money has not come yet. Nothing counts as paid.")),
    "nothing to end": ("", _("There was nothing left to end. Nothing changed.")),
    PaymentStatus.EXPIRED: ("wait", _("The card page has closed. The shop asks for nothing more there.")),
    PaymentStatus.FAILED: ("bad", _("The money did not come. The shop asks for another way to pay.")),
    "refund arrived": ("good", _("The refund has reached the card. The buyer is told.")),
    "refund failed": ("bad", _("The refund did not get through. It is still owed and waits for a person.")),
    "refund bounced": ("bad", _("The refund came back after all: a person will look.")),
    "dispute opened": ("wait", _("The owner of the card contests the payment. The sellers' money waits.")),
    "dispute updated": ("", _("The shop has noted the news of the dispute.")),
    "dispute won": ("good", _("The bank decided for the shop: the money is back.")),
    "dispute lost": ("bad", _("The bank decided for the owner of the card. A person says who bears the loss.")),
    "unknown money": ("", _("The shop knows no such payment yet. It keeps the message.")),
    "nothing new": ("", _("This was known already. Nothing changed.")),
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
    kind, sentence = (_OUTCOMES | _CARD).get(delivery.outcome, ("wait", delivery.outcome))
    return Answer(delivery.status, kind, sentence)
