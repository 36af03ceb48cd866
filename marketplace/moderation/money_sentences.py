"""What the staff read about money: what happened and what can be done, and why a step was refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.errors import DomainError
from community.text.money import show_dong
from marketplace.payments.refunds.questions import TAKEN_OVER
from marketplace.payments.refunds.taking_over import DID_NOT_GO
from marketplace.payments.states import DecisionAct, ExceptionKind, PaymentStatus

K = ExceptionKind
# What happened, and what can be done about it.
HAPPENED: dict[ExceptionKind, tuple[Promise, Promise]] = {
    K.UNMATCHED: (
        _("Money came whose words hold no transfer code of ours, or a mistyped one."),
        _("Look for the order it was meant for. If it is no buyer's money, say so; if nobody knows, send it back."),
    ),
    K.AMBIGUOUS: (
        _("One transfer names several orders."),
        _("Share the money out: count a part for each payment."),
    ),
    K.ACCOUNT_MISMATCH: (
        _("The code is right, but the money came to an account that is not this seller's."),
        _("It cannot pay these goods. Let it be sent back to the buyer, who pays with the code on the order page."),
    ),
    K.AMOUNT_MISMATCH: (
        _("The card provider reports another amount than was asked."),
        _("Compare with the provider's page. Count what really came, or give it back there."),
    ),
    K.CURRENCY_MISMATCH: (
        _("Money in another currency was reported. It was not counted."),
        _("Settle it at the bank or the provider, then write down what was done."),
    ),
    K.MODE_MISMATCH: (
        _("Test money was sent for a real payment, or the reverse. It was not counted."),
        _("Nothing is owed for test money: say that it is not ours."),
    ),
    K.OVERPAID: (
        _("More came than was asked. The order is paid."),
        _("The surplus is given back: a refund was opened by itself. The buyer is asked for an account."),
    ),
    K.UNDERPAID: (
        _("Time ran out with only a part of the money."),
        _("The part is given back: a refund opens by itself once nothing is expected any more."),
    ),
    K.PAID_BUT_UNAVAILABLE: (
        _("The money came after the time to pay, and the goods are sold."),
        _("If the goods can be had again, try once more. Otherwise the refund that was opened by itself goes on."),
    ),
    K.PAID_AFTER_END: (
        _("The money came after the parcel was cancelled or refused."),
        _("It is given back: a refund was opened by itself."),
    ),
    K.MALFORMED: (
        _("A rightly signed message could not be read. Nothing was counted."),
        _("Compare with the bank. Money that really came can be taken in from a statement or written down by hand."),
    ),
    K.DISPUTED: (
        _("The owner of a card contests a payment."),
        _("Answer it on the card provider's page before the day named there."),
    ),
    K.PROVIDER_NOTICE: (
        _("The card provider reports something that was not done here, such as a refund on its own page."),
        _("Compare with the provider's page, then write down what was done."),
    ),
    K.OWED_ON_DELIVERY: (
        _("A parcel that is paid on delivery arrived, and its money did not."),
        _("The seller looks into the bank's app, calls the buyer, or says that the parcel came back or is lost."),
    ),
    K.STUCK_EVENT: (
        _("A message could not be worked off for three days."),
        _("Try it again; if it fails again, tell whoever runs the site."),
    ),
}
ACTS: dict[str, Promise] = {
    DecisionAct.ATTACH: _("counted it for a payment"),
    DecisionAct.SEND_BACK: _("sent it back"),
    DecisionAct.NOT_OURS: _("said it is not ours"),
    DecisionAct.TWICE: _("counted it once"),
    DecisionAct.TWO: _("said that there were two transfers"),
}
TROUBLES: dict[str, Promise] = {
    "own": _("You belong to this seller: somebody else decides."),
    "decided": _("%(name)s was faster: %(act)s at %(time)s."),
    "undone": _("This was undone already, or cannot be undone."),
    "not_positive": _("Write a whole amount in đồng, for example 185.000."),
    "other_account": _("The money lies on another account than this payment's: it cannot pay these goods."),
    "other_mode": _("Test money and real money do not mix."),
    "no_reference": _("Write down the bank's reference of your transfer."),
    "no_note": _("Write a few words about what was done."),
    "spent": _("This money has paid goods by now. Cancel the parcel; the money then goes back to its buyer."),
    "promised": _("A refund of this money is promised already."),
    "second_person": _("For a sum this large another person has to undo it."),
    "dues": _("This money is written down as a cooperative's dues. Undo it on the page of dues."),
    "own_money": _("This money is the market's own: undo it on the page “Own accounts”."),
    "no_refund": _("Only a refund in đồng that the provider itself made is taken over."),
    "came_back": _("The card provider says by now that this refund did not go. There is nothing to take over."),
    "more_than_left": _("Only %(left)s of this money is left."),
    "waits_beside": _(
        "%(left)s is promised for this parcel and not sent yet. Say that this was instead of it, or send that first."
    ),
    "moved": _("Somebody was faster. Look at it again."),
    "not_twice": _("These do not look like one transfer."),
    "money_waits": _("Money still lies in suspense. Decide about it first."),
    "money_owed": _("This money is still owed to the buyer. It closes when the refund is done or called off."),
    "still_gone": _("The goods are still not there."),
    "nothing_to_try": _("There is nothing to try again."),
    "nothing_chosen": _("Choose what to do."),
}
BY_ITSELF: dict[str, Promise] = {
    "the rest of the money came": _("The rest of the money came."),
    "goods_again": _("The goods were there again."),
    "refunded": _("The money went back to the buyer."),
    TAKEN_OVER: _("Taken over as a refund of ours."),
    DID_NOT_GO: _("The refund did not go after all."),
    "told on its own": _("The provider told of the refund on its own."),
}
_OWN_NOTES: dict[str, Promise] = {
    "payout ": _("Payout %(name)s of the card provider"),
    "payout undone": _("It was not the card provider's payout"),
    "own money ": _("The market's own money, no. %(name)s"),
    "own money undone": _("It was not the market's own money"),
    "dues of ": _("Dues of %(name)s"),
    "dues undone": _("These dues were undone"),
}
# docs.stripe.com/currencies#zero-decimal
WITHOUT_CENTS = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"]
)
_SETTLED: dict[str, Promise] = {
    PaymentStatus.CONFIRMED: _("Counted. The payment is complete and the order goes on."),
    "late": _("Counted. The money came late, but the goods were still there: the order goes on."),
    PaymentStatus.PARTIALLY_RECEIVED: _("Counted. A part is still missing; the buyer is told."),
    ExceptionKind.OVERPAID: _("Counted. It is more than was asked: a refund opens by itself."),
    ExceptionKind.PAID_BUT_UNAVAILABLE: _("Counted, but the goods are gone: a refund opens by itself."),
    ExceptionKind.PAID_AFTER_END: _("Counted, but the parcel had ended: a refund opens by itself."),
    ExceptionKind.UNDERPAID: _("Counted, but it is too little and too late: a refund opens by itself."),
}


def resolution_words(resolution: str) -> Promise | str:
    """What closed it: a decision by its name, else the words of who did."""
    if resolution in DecisionAct.values:
        return DecisionAct(resolution).label
    return BY_ITSELF.get(resolution, resolution)


def note_words(note: str) -> str:
    """A note that the site wrote by itself, in the reader's language; what a person wrote stays as it is."""
    if note in _OWN_NOTES:
        return str(_OWN_NOTES[note])
    begins = next((each for each in _OWN_NOTES if each.endswith(" ") and note.startswith(each)), "")
    name = note.removeprefix(begins)
    return str(_OWN_NOTES[begins]) % {"name": name} if begins and " " not in name else note


def foreign_money(facts: Mapping[str, Any]) -> str:
    """ "12.00 USD · po_1": what was told in another currency; "" when it was not."""
    currency, amount = str(facts.get("currency", "")), facts.get("amount")
    if not currency or not isinstance(amount, int):
        return currency
    return " · ".join(each for each in (show_foreign(amount, currency), str(facts.get("reference", ""))) if each)


def show_foreign(amount: int, currency: str) -> str:
    """ "12.00 USD", "-0.50 USD", "900 JPY": of the currency's smallest unit."""
    sign, size = "-" if amount < 0 else "", abs(amount)
    shown = f"{size}" if currency in WITHOUT_CENTS else f"{size // 100}.{size % 100:02}"
    return f"{sign}{shown} {currency}"


def settled_sentence(outcome: str) -> Promise | str:
    """What became of the payment, after money was counted for it."""
    return _SETTLED.get(outcome, _("Counted."))


def trouble(refused: DomainError) -> str:
    """Why nothing was done."""
    facts = refused.facts
    at = facts.get("at")
    act = str(facts.get("act", ""))
    words = {
        "left": show_dong(int(facts.get("left_dong", 0))),
        "name": str(facts.get("by") or _("Somebody")),
        "act": str(ACTS.get(act) or resolution_words(act)),
        "time": moment(at),
    }
    return str(TROUBLES.get(refused.code, TROUBLES["nothing_chosen"])) % words


def moment(at: object) -> str:
    """ "09:14 21/11": when somebody was faster."""
    return f"{timezone.localtime(at):%H:%M %d/%m}" if isinstance(at, datetime) else "…"
