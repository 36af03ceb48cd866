"""The quiet links of the first screen, under four headings: money, shop, cooperative, oneself."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from community.door.current import MemberRequest, is_offered, is_open_to


@dataclass(frozen=True, slots=True)
class Quiet:
    """``may``: the capability that opens it; "" for every member. Who may not, does not see it."""

    may: str
    name: str
    words: Promise
    icon: str


@dataclass(frozen=True, slots=True)
class Link:
    url: str
    words: Promise
    icon: str


SEVERAL = "account_choose_cooperative"
GROUPS: tuple[tuple[Promise, tuple[Quiet, ...]], ...] = (
    (
        _("Money"),
        (
            Quiet("money", "selling:money", _("Money and statements"), "wallet"),
            Quiet("pack", "selling:hand_sales", _("Sold outside the shop"), "store"),
            Quiet("money", "selling:invoices", _("Invoices"), "file-text"),
            Quiet("money", "selling:account", _("Account that receives money"), "landmark"),
        ),
    ),
    (
        _("Shop"),
        (
            Quiet("pack", "selling:claims", _("Claims of buyers"), "circle-alert"),
            Quiet("view", "selling:reviews", _("What buyers say"), "message-circle"),
            Quiet("list", "selling:questions", _("Questions for you"), "message-circle"),
            Quiet("list", "selling:shipping", _("Delivery"), "truck"),
            Quiet("list", "selling:vouchers", _("Discount codes"), "banknote"),
            Quiet("list", "selling:sheets", _("Excel: bring in and take away"), "upload"),
            Quiet("list", "selling:holiday", _("Holiday"), "calendar"),
        ),
    ),
    (
        _("Cooperative"),
        (
            Quiet("team", "selling:members", _("Members"), "users"),
            Quiet("team", "selling:mandates", _("Who helps us"), "users"),
            Quiet("view", "helping:done_for_us", _("What helpers did for you"), "history"),
            Quiet("team", "selling:application", _("Papers of the seller"), "file-text"),
            Quiet("view", "selling:rules", _("Rules of the market"), "file-text"),
            Quiet("view", "selling:journal", _("Journal"), "history"),
            Quiet("team", "connections:keys", _("Connections"), "lock"),
        ),
    ),
    (
        _("Me"),
        (
            Quiet("", "training:mine", _("My lessons"), "circle-help"),
            Quiet("", "account_devices", _("Where I am signed in"), "lock"),
            Quiet("", "privacy:mine", _("My data, and what I agreed to"), "shield-check"),
            Quiet("", SEVERAL, _("Work for another cooperative"), "users"),
        ),
    ),
)


def groups_for(request: MemberRequest) -> list[tuple[Promise, list[Link]]]:
    """Headings with something under them, for this member."""
    has_several = request.user.memberships.active().count() > 1
    shown = []
    for heading, quiet in GROUPS:
        links = [
            Link(reverse(one.name), one.words, one.icon)
            for one in quiet
            if (not one.may or is_offered(request, one.may)) and (one.name != SEVERAL or has_several)
        ]
        links = [one for one in links if is_open_to(request, one.url)]
        if links:
            shown.append((heading, links))
    return shown
