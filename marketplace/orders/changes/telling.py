"""What buyer and seller are told about missing goods: once for each question and answer."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext, override

from community.outbox.models import OutboxMessage
from community.outbox.queueing import queue_message
from community.text.dates import show_datetime
from community.text.money import show_dong
from community.text.quantities import show_quantity
from marketplace.orders.changes.models import ParcelChange, Shortage
from marketplace.orders.changes.reckoning import MASS, Weight
from marketplace.orders.links import order_link, parcel_link
from marketplace.orders.telling import tell_buyer


def tell_buyer_asked(shortage: Shortage) -> OutboxMessage | None:
    """With the order's link, what is missing, and what silence means."""
    order = shortage.parcel.order
    with override(order.language):
        missing = ", ".join(
            gettext("%(there)s instead of %(wanted)s × %(goods)s")
            % {"there": told.packs_there, "wanted": told.packs_wanted, "goods": told.line.shown_title}
            for told in shortage.lines.select_related("line")
        )
        if shortage.parcel.owes_on_delivery:
            said = gettext(
                "Order %(code)s: %(seller)s has only %(missing)s. Take them and pay %(back)s less, or cancel? "
                "Answer until %(until)s, else the parcel is cancelled: %(link)s"
            )
        else:
            said = gettext(
                "Order %(code)s: %(seller)s has only %(missing)s. Take them and get %(back)s back, or cancel? "
                "Answer until %(until)s, else the parcel is cancelled and all its money comes back: %(link)s"
            )
        text = said % {
            "code": order.code,
            "seller": shortage.parcel.seller_name,
            "missing": missing,
            "back": show_dong(shortage.back_dong),
            "until": show_datetime(shortage.answer_by, order.language[:2]),
            "link": order_link(order),
        }
    return _to_buyer(shortage, "shortage_asked", text)


def tell_buyer_withdrawn(shortage: Shortage) -> OutboxMessage | None:
    order = shortage.parcel.order
    with override(order.language):
        text = gettext("Order %(code)s: %(seller)s has all your goods after all. You need not answer: %(link)s") % {
            "code": order.code,
            "seller": shortage.parcel.seller_name,
            "link": order_link(order),
        }
    return _to_buyer(shortage, "shortage_withdrawn", text)


def tell_buyer_lapsed(shortage: Shortage) -> OutboxMessage | None:
    order = shortage.parcel.order
    with override(order.language):
        if shortage.parcel.paid_at is None:
            said = gettext(
                "Order %(code)s: no answer came, so the parcel of %(seller)s is cancelled. Do not pay for it: %(link)s"
            )
        else:
            said = gettext(
                "Order %(code)s: no answer came, so the parcel of %(seller)s is cancelled and %(total)s comes back to "
                "you. Tell us the account here: %(link)s"
            )
        text = said % {
            "code": order.code,
            "seller": shortage.parcel.seller_name,
            "total": show_dong(shortage.parcel.total_dong - shortage.parcel.back_dong),
            "link": order_link(order),
        }
    return _to_buyer(shortage, "shortage_lapsed", text)


def tell_seller_answer(shortage: Shortage) -> OutboxMessage | None:
    """What the buyer decided, or that no answer came."""
    parcel = shortage.parcel
    with override("vi"):
        said = {
            Shortage.Status.TAKEN: gettext("Order %(code)s: the buyer takes what there is. Pack it: %(link)s"),
            Shortage.Status.CANCELLED: gettext("Order %(code)s: the buyer cancelled. Do not send it: %(link)s"),
            Shortage.Status.LAPSED: gettext(
                "Order %(code)s: the buyer did not answer, so it is cancelled. Do not send it: %(link)s"
            ),
        }[Shortage.Status(shortage.status)]
        text = said % {"code": parcel.code, "link": parcel_link(parcel)}
    return queue_message(
        kind="shortage_answered",
        key=f"{parcel.code}:{shortage.pk}",
        to=parcel.cooperative.message_phone,
        channel="sms",
        language="vi",
        text=text,
        about=parcel,
    )


def tell_buyer_weighed(change: ParcelChange, weights: Sequence[Weight]) -> OutboxMessage | None:
    """What was lighter, and what comes back for it."""
    order = change.parcel.order
    with override(order.language):
        lighter = ", ".join(
            gettext("%(goods)s weighs %(real)s, not %(promised)s")
            % {
                "goods": weight.line.shown_title,
                "real": show_quantity(weight.content_base, MASS, order.language[:2]),
                "promised": show_quantity(weight.promised_base, MASS, order.language[:2]),
            }
            for weight in weights
            if weight.back_dong
        )
        text = gettext("Order %(code)s: %(lighter)s. %(back)s comes back to you: %(link)s") % {
            "code": order.code,
            "lighter": lighter,
            "back": show_dong(change.back_dong),
            "link": order_link(order),
        }
    key = f"{change.parcel.code}:{change.pk}"
    return tell_buyer(order, kind="parcel_weighed", key=key, text=text, about=change.parcel)


def _to_buyer(shortage: Shortage, kind: str, text: str) -> OutboxMessage | None:
    parcel = shortage.parcel
    key = f"{parcel.code}:{shortage.pk}"
    return tell_buyer(parcel.order, kind=kind, key=key, text=text, about=parcel, seller=parcel.seller_name)
