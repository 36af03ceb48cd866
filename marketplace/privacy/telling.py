"""What a buyer hears of a request about data."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, override

from community.outbox.queueing import queue_message
from community.text.dates import show_date
from marketplace.orders.links import order_link
from marketplace.orders.models import Order
from marketplace.orders.telling import tell_buyer
from marketplace.privacy.models import DataRequest

LAST_WORD = "data_erased"


@dataclass(frozen=True, slots=True)
class Reach:
    """Where somebody is told the last thing, after the order has forgotten it."""

    phone: str
    email: str
    language: str

    @classmethod
    def of(cls, order: Order) -> Reach:
        return cls(order.buyer_phone, order.buyer_email, order.language)


def tell_asked(request: DataRequest) -> None:
    order = request.order
    with override(order.language):
        words = _words(request)
        said = gettext("Order %(code)s: we have your question about your data and answer soon. %(link)s")
        if request.kind == DataRequest.Kind.ERASE:
            said = gettext(
                "Order %(code)s: you asked us to erase your data. It is done by %(day)s. Take it back here: %(link)s"
            )
        tell_buyer(order, kind="data_asked", key=_key(request), text=said % words, about=request)


def tell_extended(request: DataRequest) -> None:
    order = request.order
    with override(order.language):
        text = gettext("Order %(code)s: your request needs until %(day)s. Why: %(answer)s %(link)s") % _words(request)
        tell_buyer(order, kind="data_extended", key=_key(request), text=text, about=request)


def tell_answered(request: DataRequest) -> None:
    order = request.order
    with override(order.language):
        text = gettext("Order %(code)s, your request about your data: %(answer)s %(link)s") % _words(request)
        tell_buyer(order, kind="data_answered", key=_key(request), text=text, about=request)


def tell_erased(request: DataRequest, reach: Reach) -> None:
    """The very last: its row is emptied as soon as it has left (community.outbox.refusing)."""
    with override(reach.language):
        text = gettext("Order %(code)s: your name, number and address are erased. The order's link no longer works.")
        subject = gettext("Your data is erased")
    queue_message(
        kind=LAST_WORD,
        key=request.code,
        to=reach.phone or reach.email,
        channel="sms" if reach.phone else "email",
        email=reach.email,
        language=reach.language,
        subject=subject,
        text=text % {"code": request.order.code},
        about=request,
    )


def _words(request: DataRequest) -> dict[str, str]:
    order = request.order
    day = show_date(request.finish_by, order.language[:2])
    return {"code": order.code, "day": day, "answer": request.answer, "link": order_link(order)}


def _key(request: DataRequest) -> str:
    return f"{request.order.code}:{request.code}"
