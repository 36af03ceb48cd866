"""What happened to an order's money, in plain sentences with the next step. One for each thing that can happen."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import get_language, gettext

from community.text.dates import show_datetime
from community.text.money import show_dong
from marketplace.payments.showing.refund_cards import RefundCard
from marketplace.payments.states import ExceptionKind, RefundStatus


@dataclass(frozen=True, slots=True)
class Told:
    """A notice: ``kind`` as components/notice.html knows it. ``refund`` when an account can (still) be told for it."""

    kind: str
    title: str
    text: str
    refund: UUID | None = None
    needs_account: bool = False


def problem_words(kind: str) -> Told:
    """Of an open exception. Unknown kinds get the general sentence: a person is looking."""
    titles: dict[str, str] = {
        ExceptionKind.OVERPAID: gettext("More money came than was asked"),
        ExceptionKind.UNDERPAID: gettext("Only part of the money came in time"),
        ExceptionKind.PAID_BUT_UNAVAILABLE: gettext("Your money came after the goods were sold"),
        ExceptionKind.PAID_AFTER_END: gettext("Your money came after this was cancelled"),
        ExceptionKind.ACCOUNT_MISMATCH: gettext("Your money went to another account"),
        ExceptionKind.DISPUTED: gettext("The owner of the card contests this payment"),
        ExceptionKind.OWED_ON_DELIVERY: gettext("Not paid yet"),
    }
    texts: dict[str, str] = {
        ExceptionKind.OVERPAID: gettext("Paid twice, or too much: the goods are yours, the difference comes back."),
        ExceptionKind.UNDERPAID: gettext("The goods are back on sale. What you sent comes back to you."),
        ExceptionKind.PAID_BUT_UNAVAILABLE: gettext("They cannot be had any more. All of it comes back to you."),
        ExceptionKind.PAID_AFTER_END: gettext("Nothing is sent for it. All of it comes back to you."),
        ExceptionKind.ACCOUNT_MISMATCH: gettext("A person is putting it right. Do not pay again; nothing is lost."),
        ExceptionKind.DISPUTED: gettext("The bank decides; until then nothing goes back a second way."),
        ExceptionKind.OWED_ON_DELIVERY: gettext(
            "Please transfer with the code below, or call the cooperative. Did you not get the parcel? Call too."
        ),
    }
    return Told(
        "" if kind == ExceptionKind.OVERPAID else "wait",  # the goods are coming: nothing to be alarmed about
        titles.get(kind, gettext("Your money has come, but something does not match")),
        texts.get(kind, gettext("A person is looking at it. Do not pay again; nothing is lost.")),
    )


def refund_words(refund: RefundCard) -> Told:
    """How far a refund is, and what the buyer has to do for it."""
    words = {
        "sum": show_dong(refund.amount_dong),
        "to": f"{refund.bank_name} {refund.to}".strip(),
        "when": show_datetime(refund.at, (get_language() or "vi")[:2]) if refund.at else "",
        "ref": refund.bank_ref,
        "note": refund.note,
    }
    title = gettext("%(sum)s comes back to you") % words
    may_name = refund.uuid if refund.may_name else None
    if refund.needs_account:
        return Told("wait", title, gettext("Tell us which account it shall go to."), may_name, needs_account=True)
    if refund.status == RefundStatus.DONE:
        return Told("good", gettext("%(sum)s went back to you") % words, _done(refund) % words)
    if refund.status == RefundStatus.CANCELLED:
        return Told("", gettext("%(sum)s is not sent back") % words, refund.note)
    return Told("wait" if refund.status == RefundStatus.FAILED else "", title, _going(refund) % words, may_name)


def _done(refund: RefundCard) -> str:
    if refund.by_card:
        return gettext("To the card you paid with, %(when)s. Banks show it after 5 to 10 days.")
    if not refund.to:
        return gettext("Transferred %(when)s, reference %(ref)s.")
    return gettext("Transferred to %(to)s, %(when)s, reference %(ref)s.")


def _going(refund: RefundCard) -> str:
    if refund.by_card:
        return gettext("It goes to the card you paid with. There is nothing for you to do.")
    return {
        RefundStatus.REQUESTED: gettext("It goes to %(to)s. A person checks it first, on a working day."),
        RefundStatus.APPROVED: gettext("It is agreed and goes to %(to)s next."),
        RefundStatus.FAILED: gettext("The transfer to %(to)s did not go through. Check the account and tell it again."),
    }.get(RefundStatus(refund.status), gettext("It is on its way to %(to)s."))
