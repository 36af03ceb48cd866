"""What a buyer is told about an order: by telephone, by e-mail when that cannot be reached or was all they gave."""

from __future__ import annotations

from django.db.models import Model
from django.utils.translation import gettext, override

from community.outbox.models import OutboxMessage
from community.outbox.queueing import queue_message
from community.text.money import show_dong
from marketplace.orders.links import order_link
from marketplace.orders.models import Order, Parcel


def tell_buyer(
    order: Order, *, kind: str, key: str, text: str, about: Model, subject: str = "", seller: str = ""
) -> OutboxMessage | None:
    """Once per ``kind`` and ``key``, which begins with the order's code: so it is found when the buyer is forgotten.

    ``text`` is in the order's language and holds the order's link: it is the key to the order.
    """
    with override(order.language):
        subject = subject or gettext("Order %(code)s") % {"code": order.code}
    return queue_message(
        kind=kind,
        key=key,
        to=order.buyer_phone or order.buyer_email,
        channel="sms" if order.buyer_phone else "email",
        email=order.buyer_email,
        language=order.language,
        subject=subject,
        text=text,
        facts={
            "code": order.code,
            "total": show_dong(order.total_dong),
            "seller": seller,
            "link": order_link(order),
        },
        about=about,
    )


def tell_rejected(parcel: Parcel) -> OutboxMessage | None:
    """The seller cannot send it. Who has paid hears where the money is."""
    order = parcel.order
    with override(order.language):
        said = gettext("Order %(code)s: %(seller)s cannot send your goods (%(why)s). %(link)s")
        if parcel.paid_at is not None:
            said = gettext(
                "Order %(code)s: %(seller)s cannot send your goods (%(why)s). All your money comes back: see here how: "
                "%(link)s"
            )
        facts = {"code": parcel.code, "seller": parcel.seller_name, "why": parcel.end_reason}
        text = said % (facts | {"link": order_link(order)})
    return tell_buyer(
        order, kind="parcel_rejected", key=parcel.code, text=text, about=parcel, seller=parcel.seller_name
    )


def tell_delivered(parcel: Parcel) -> OutboxMessage | None:
    """The seller says that it arrived: from now on the time to complain runs."""
    order = parcel.order
    with override(order.language):
        text = gettext(
            "Order %(code)s: %(seller)s says your goods have arrived. Not there, or something wrong? Tell us here: "
            "%(link)s"
        ) % {"code": parcel.code, "seller": parcel.seller_name, "link": order_link(order)}
    return tell_buyer(
        order, kind="parcel_delivered", key=parcel.code, text=text, about=parcel, seller=parcel.seller_name
    )
