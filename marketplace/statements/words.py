"""The lines of a statement as sentences for a cooperative, on the page and on paper."""

from __future__ import annotations

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from community.text.dates import show_date
from community.text.money import show_dong
from marketplace.hand_sales.telling import Outside
from marketplace.statements.periods import Period
from marketplace.statements.reading import Change, CooperativeStatement, Line
from marketplace.statements.weeks import WeekSums

LINES: dict[str, Promise] = {
    "commission": gettext_lazy("Commission of the market"),
    "tax": gettext_lazy("Tax withheld"),
    "fees_back": gettext_lazy("Commission and tax given back with it"),
    "refund_promised": gettext_lazy("Given back to buyers"),
    "refund_called_off": gettext_lazy("Given back no more (called off)"),
    "refund_sent": gettext_lazy("Sent back to buyers by you"),
    "dispute_borne": gettext_lazy("Taken back by banks for the owners of cards"),
    "payout_sent": gettext_lazy("Paid out to you"),
    "payout_returned": gettext_lazy("Paid out, but it came back"),
    "dues_paid": gettext_lazy("Paid by you to the market"),
    "dues_undone": gettext_lazy("Taken back: it had been counted by mistake"),
    "other": gettext_lazy("Other"),
}
CHANGES: dict[str, Promise] = {
    "refund_promised": gettext_lazy("%(sum)s goes back to the buyer of %(name)s"),
    "refund_called_off": gettext_lazy("%(sum)s does not go back to the buyer of %(name)s after all"),
    "refund_sent": gettext_lazy("%(sum)s was sent back to the buyer of %(name)s"),
    "dispute_borne": gettext_lazy("The bank took %(sum)s of order %(name)s back for the owner of the card"),
    "surplus": gettext_lazy("The buyer of %(name)s sent %(sum)s too much; it is the buyer's"),
    "payout_sent": gettext_lazy("%(sum)s was sent to your account (payout %(name)s)"),
    "payout_returned": gettext_lazy("%(sum)s came back from the bank (payout %(name)s) and is owed to you again"),
    "dues_paid": gettext_lazy("You paid %(sum)s to the market (bank reference %(name)s)"),
    "dues_undone": gettext_lazy("%(sum)s counted by mistake was taken back (bank reference %(name)s)"),
}
OTHER = gettext_lazy("%(sum)s: another movement of order %(name)s. Call the market if it is not clear.")


def line_words(line: Line) -> str:
    """What one line of the bridge is."""
    if line.kind == "sold":
        told = ngettext("Sold: %(count)s order, goods and delivery", "Sold: %(count)s orders, goods and delivery",
                        line.count)  # fmt: skip
        return told % {"count": line.count}
    if line.kind == "direct":
        told = ngettext(
            "Of this, buyers paid straight into your account (%(count)s order)",
            "Of this, buyers paid straight into your account (%(count)s orders)",
            line.count,
        )
        return told % {"count": line.count}
    return str(LINES[line.kind])


def change_words(change: Change) -> str:
    return str(CHANGES.get(change.kind, OTHER)) % {"sum": show_dong(change.dong), "name": change.name}


def outside_words(outside: Outside) -> str:
    """ "3 sales outside the shop: 450.000 ₫"."""
    told = ngettext(
        "%(count)s sale outside the shop: %(sum)s", "%(count)s sales outside the shop: %(sum)s", outside.count
    )
    return told % {"count": outside.count, "sum": show_dong(outside.total_dong)}


def standing_words(dong: int) -> str:
    """Who owes whom."""
    if dong > 0:
        return gettext("The market owes you %(sum)s") % {"sum": show_dong(dong)}
    if dong < 0:
        return gettext("You owe the market %(sum)s") % {"sum": show_dong(-dong)}
    return gettext("Nobody owes anybody anything")


def period_words(period: Period) -> str:
    """ "October 2026", "Week from 12/10 to 18/10/2026"."""
    if period.is_week:
        return _days_of(period)
    return gettext("Month %(month)s/%(year)s") % {"month": period.first.month, "year": period.first.year}


def week_words(period: Period, sums: WeekSums, *, today: date) -> str:
    """The week in one sentence: "This week you sold 5 orders: 812.000 ₫ is yours"."""
    when = gettext("This week") if period.first <= today < period.after else _days_of(period)
    told = {"when": when, "count": sums.sold, "sum": show_dong(sums.yours_dong)}
    if not sums.orders:
        return gettext("%(when)s: no order was paid") % told
    if not sums.sold:
        return gettext("%(when)s: no order was sold, %(sum)s after giving back") % told
    words = ngettext(
        "%(when)s: %(count)s order sold, %(sum)s is yours",
        "%(when)s: %(count)s orders sold, %(sum)s is yours",
        sums.sold,
    )
    return words % told


def _days_of(period: Period) -> str:
    days = {"first": show_date(period.first, _language()), "last": show_date(period.last, _language())}
    return gettext("Week %(first)s – %(last)s") % days


def opening_words(statement: CooperativeStatement) -> str:
    return gettext("Stood on %(day)s") % {"day": show_date(statement.period.first, _language())}


def closing_words(statement: CooperativeStatement) -> str:
    """The last day of a period that is over, else today."""
    if statement.is_over:
        return gettext("Stands at the end of %(day)s") % {"day": show_date(statement.period.last, _language())}
    return gettext("Stands now")


def percent(bps: int) -> str:
    """150 → "1,5 %" (vi), "1.5 %" (en)."""
    text = f"{bps / 100:g} %"
    return text if _language() == "en" else text.replace(".", ",")


def _language() -> str:
    return get_language() or "vi"
