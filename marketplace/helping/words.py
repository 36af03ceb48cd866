"""Troubles and lights in words, and which screen of the desk each leads to, under which scope of a mandate."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from community.cooperatives.models import Cooperative
from community.text.dates import show_date
from marketplace.attention.lights import Kind, Light, Trouble


@dataclass(frozen=True, slots=True)
class LightLook:
    """A light is told by word and icon; the colour only repeats it."""

    words: Promise
    icon: str
    pill: str


LOOKS: dict[Light, LightLook] = {
    Light.RED: LightLook(gettext_lazy("Help at once"), "circle-alert", "bad"),
    Light.AMBER: LightLook(gettext_lazy("Help soon"), "triangle-alert", "wait"),
    Light.GREEN: LightLook(gettext_lazy("All is well"), "circle-check", "good"),
}
GROUPS: dict[str, tuple[Promise, frozenset[Kind]]] = {
    "don": (gettext_lazy("Orders"), frozenset({Kind.ORDERS, Kind.SENDING})),
    "hoi": (gettext_lazy("Claims and questions"), frozenset({Kind.CLAIMS, Kind.QUESTIONS})),
    "giay": (gettext_lazy("Papers"), frozenset({Kind.PAPER, Kind.APPLICATION, Kind.SUSPENDED})),
    "hang": (gettext_lazy("Goods"), frozenset({Kind.DRAFT, Kind.START, Kind.STOCK})),
    "lo": (gettext_lazy("Batches"), frozenset({Kind.BATCH, Kind.BALANCE})),
    "nguoi": (gettext_lazy("Sign-in"), frozenset({Kind.LOCKED, Kind.PINS})),
}
APPLICATIONS = {
    "draft": gettext_lazy("The application to sell is not sent yet"),
    "returned": gettext_lazy("The market asks for more about the application"),
    "refused": gettext_lazy("The application was refused: read why"),
}
STARTS = {
    "account": gettext_lazy("No bank account yet: only the owner can enter it"),
    "delivery": gettext_lazy("No delivery yet: buyers cannot order"),
    "goods": gettext_lazy("Nothing on sale yet"),
}
SCREENS = {
    "photo": gettext_lazy("the photo"),
    "kind": gettext_lazy("the kind of goods"),
    "pack": gettext_lazy("the size of the pack"),
    "price": gettext_lazy("the price"),
    "words": gettext_lazy("the words"),
    "papers": gettext_lazy("the papers"),
    "": gettext_lazy("sending it in"),
}
# Where it is put right, and the scope a helper needs there. Not here: what only the owner does, in person.
PLACES: dict[Kind, tuple[str, str]] = {
    Kind.ORDERS: ("selling:orders", "orders"),
    Kind.SENDING: ("selling:orders", "pack"),
    Kind.BALANCE: ("fieldwork:balance_list", "record"),
    Kind.PAPER: ("selling:papers", "list"),
    Kind.QUESTIONS: ("selling:questions", "list"),
    Kind.DRAFT: ("selling:listings", "list"),
    Kind.STOCK: ("fieldwork:home", "record"),
    Kind.BATCH: ("fieldwork:home", "record"),
}
STARTS_AT = {"delivery": ("selling:shipping", "list"), "goods": ("selling:new_listing", "list")}


def words_of(trouble: Trouble) -> str:
    """ "2 đơn chưa nhận 20 giờ", "Giấy VietGAP hết hạn 12/12/2026", "Kẹt ở bước ảnh"."""
    return _WORDS[trouble.kind](trouble)


def help_url(cooperative: Cooperative, trouble: Trouble | None) -> str:
    """The seller's page of the team, which asks for the mandate that is missing and then leads on to the screen."""
    page = reverse("teams:cooperative", args=[cooperative.code])
    place = None
    if trouble is not None:
        place = STARTS_AT.get(trouble.word) if trouble.kind == Kind.START else PLACES.get(trouble.kind)
    if place is None:
        return page
    return f"{page}?{urlencode({'viec': place[1], 'toi': reverse(place[0])})}"


# --- inside -----------------------------------------------------------------------------------------------------------
def _day(day: date | None) -> str:
    return show_date(day, (get_language() or "vi")[:2]) if day else ""


def _orders(told: Trouble) -> str:
    words = ngettext(
        "%(count)s order not accepted for %(hours)s hours",
        "%(count)s orders not accepted for %(hours)s hours",
        told.count,
    )
    return words % {"count": told.count, "hours": told.hours}


def _sending(told: Trouble) -> str:
    words = ngettext("%(count)s order should have left", "%(count)s orders should have left", told.count)
    return words % {"count": told.count}


def _claims(told: Trouble) -> str:
    words = ngettext(
        "%(count)s claim to answer, %(hours)s hours left",
        "%(count)s claims to answer, %(hours)s hours left",
        told.count,
    )
    return words % {"count": told.count, "hours": told.hours}


def _questions(told: Trouble) -> str:
    words = ngettext("%(count)s question to answer by %(day)s", "%(count)s questions to answer by %(day)s", told.count)
    if told.light == Light.RED:
        words = ngettext(
            "%(count)s question unanswered since %(day)s", "%(count)s questions unanswered since %(day)s", told.count
        )
    return words % {"count": told.count, "day": _day(told.day)}


def _locked(told: Trouble) -> str:
    words = ngettext("%(count)s member is locked out", "%(count)s members are locked out", told.count)
    return words % {"count": told.count}


def _pins(told: Trouble) -> str:
    words = ngettext(
        "%(count)s member typed several wrong PINs", "%(count)s members typed several wrong PINs", told.count
    )
    return words % {"count": told.count}


def _balance(told: Trouble) -> str:
    words = ngettext("Figures of %(count)s batch to explain", "Figures of %(count)s batches to explain", told.count)
    if told.light == Light.RED:
        words = ngettext(
            "%(count)s batch stopped: figures do not add up",
            "%(count)s batches stopped: figures do not add up",
            told.count,
        )
    return words % {"count": told.count}


def _paper(told: Trouble) -> str:
    words = _("%(paper)s ended on %(day)s") if told.light == Light.RED else _("%(paper)s ends on %(day)s")
    return words % {"paper": told.word, "day": _day(told.day)}


def _stock(told: Trouble) -> str:
    if not told.count:
        return _("%(goods)s: sold out") % {"goods": told.word}
    words = ngettext("%(goods)s: %(count)s pack left", "%(goods)s: %(count)s packs left", told.count)
    return words % {"goods": told.word, "count": told.count}


def _batch(told: Trouble) -> str:
    return _("No new batch since %(day)s") % {"day": _day(told.day)} if told.day else _("No batch yet")


_WORDS: dict[Kind, Callable[[Trouble], str]] = {
    Kind.ORDERS: _orders,
    Kind.CLAIMS: _claims,
    Kind.SENDING: _sending,
    Kind.LOCKED: _locked,
    Kind.BALANCE: _balance,
    Kind.SUSPENDED: lambda told: _("May not sell for the time being"),
    Kind.PAPER: _paper,
    Kind.QUESTIONS: _questions,
    Kind.APPLICATION: lambda told: str(APPLICATIONS[told.word]),
    Kind.DRAFT: lambda told: _("Stuck at %(step)s") % {"step": SCREENS[told.word]},
    Kind.START: lambda told: str(STARTS[told.word]),
    Kind.STOCK: _stock,
    Kind.BATCH: _batch,
    Kind.PINS: _pins,
}
