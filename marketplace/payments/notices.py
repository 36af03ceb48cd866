"""What the buyer is told about money: one message per order and kind, in the order's language."""

from __future__ import annotations

from django.utils.translation import gettext, override

from community.outbox.models import OutboxMessage
from community.outbox.queueing import queue_message
from community.text.money import show_dong
from marketplace.orders.links import order_link, parcel_link, refunds_link
from marketplace.orders.models import Order, Parcel
from marketplace.orders.telling import tell_buyer
from marketplace.payments.models import Refund


def _tell(order: Order, *, kind: str, subject: str, text: str, key: str = "") -> OutboxMessage | None:
    return tell_buyer(order, kind=kind, key=key or order.code, text=text, about=order, subject=subject)


def tell_order_paid(order: Order) -> OutboxMessage | None:
    """Nothing of the order waits for money any more."""
    with override(order.language):
        words = {"code": order.code, "link": order_link(order)}
        return _tell(
            order,
            kind="order_paid",
            subject=gettext("Order %(code)s is paid") % words,
            text=gettext("We have received your money for order %(code)s. Follow it here: %(link)s") % words,
        )


def tell_paid_on_delivery(parcel: Parcel) -> OutboxMessage | None:
    """The money of a parcel that went out unpaid is here; once per parcel."""
    order = parcel.order
    with override(order.language):
        words = {"code": parcel.code, "sum": show_dong(parcel.total_dong), "link": order_link(order)}
        return _tell(
            order,
            kind="parcel_paid_on_delivery",
            key=parcel.code,
            subject=gettext("Parcel %(code)s is paid") % words,
            text=gettext("We have received %(sum)s for parcel %(code)s. Thank you. Order: %(link)s") % words,
        )


def remind_on_delivery(parcel: Parcel, *, owed_dong: int, time: int) -> OutboxMessage | None:
    """It arrived and is not paid. ``time``: the how-manieth reminder; each is said once."""
    order = parcel.order
    with override(order.language):
        words = {"code": parcel.code, "sum": show_dong(owed_dong), "seller": parcel.seller_name}
        words["link"] = order_link(order)
        return _tell(
            order,
            kind="on_delivery_due",
            key=f"{parcel.code}:{time}",
            subject=gettext("Parcel %(code)s: please transfer %(sum)s") % words,
            text=gettext(
                "Parcel %(code)s of %(seller)s has arrived. Please transfer %(sum)s with the QR on the slip or here: "
                "%(link)s If you have transferred already, thank you."
            )
            % words,
        )


def tell_seller_unpaid(parcel: Parcel, *, owed_dong: int) -> OutboxMessage | None:
    """The time to pay after delivery is over: the seller says what became of it."""
    with override("vi"):
        words = {"code": parcel.code, "sum": show_dong(owed_dong), "link": parcel_link(parcel)}
        text = gettext(
            "Parcel %(code)s is still not paid: %(sum)s. Look into the bank's app, call the buyer, or say that the "
            "parcel came back: %(link)s"
        )
    return queue_message(
        kind="on_delivery_overdue",
        key=parcel.code,
        to=parcel.cooperative.message_phone,
        text=text % words,
        about=parcel,
    )


def tell_short(order: Order, *, received_dong: int, remaining_dong: int) -> OutboxMessage | None:
    """Part of the money came; the goods are kept a little longer."""
    with override(order.language):
        words = {
            "code": order.code,
            "received": show_dong(received_dong),
            "remaining": show_dong(remaining_dong),
            "link": order_link(order),
        }
        return _tell(
            order,
            kind="payment_short",
            subject=gettext("Order %(code)s: %(remaining)s is still missing") % words,
            text=gettext(
                "Order %(code)s: %(received)s has arrived, %(remaining)s is still missing. "
                "Transfer the rest with the new code here: %(link)s"
            )
            % words,
        )


def tell_over(order: Order, *, surplus_dong: int) -> OutboxMessage | None:
    """More came than was asked; the surplus goes back."""
    with override(order.language):
        words = {"code": order.code, "surplus": show_dong(surplus_dong), "link": order_link(order)}
        return _tell(
            order,
            kind="payment_over",
            subject=gettext("Order %(code)s: %(surplus)s too much") % words,
            text=gettext(
                "Order %(code)s is paid, and %(surplus)s more than needed has arrived. "
                "We will contact you to give it back. Order: %(link)s"
            )
            % words,
        )


def tell_too_late(order: Order, *, amount_dong: int) -> OutboxMessage | None:
    """Money for goods that cannot be had any more; it goes back."""
    with override(order.language):
        words = {"code": order.code, "amount": show_dong(amount_dong), "link": order_link(order)}
        return _tell(
            order,
            kind="payment_too_late",
            subject=gettext("Order %(code)s: your money came too late") % words,
            text=gettext(
                "Order %(code)s: %(amount)s has arrived, but the goods can no longer be had. "
                "We will contact you to give the money back. Order: %(link)s"
            )
            % words,
        )


def tell_expired(order: Order) -> OutboxMessage | None:
    """The time to pay is over and the goods are back on sale."""
    with override(order.language):
        words = {"code": order.code, "link": order_link(order)}
        return _tell(
            order,
            kind="order_expired",
            subject=gettext("Order %(code)s was not paid in time") % words,
            text=gettext(
                "The money for order %(code)s did not arrive in time, so the unpaid goods are back on sale. "
                "If you have transferred already, we will tell you what happens next. Order: %(link)s"
            )
            % words,
        )


def tell_seller_disputed(parcel: Parcel) -> OutboxMessage | None:
    """The buyer's bank has taken the money of this parcel back for the time being."""
    with override("vi"):
        text = gettext(
            "Parcel %(code)s: the owner of the card contests the payment. Your money for it waits until the bank "
            "decides. Keep the proof that you sent it: %(link)s"
        ) % {"code": parcel.code, "link": parcel_link(parcel)}
    return queue_message(
        kind="payment_disputed", key=parcel.code, to=parcel.cooperative.message_phone, text=text, about=parcel
    )


def tell_seller_to_send_back(refund: Refund) -> OutboxMessage | None:
    """The money lies on the cooperative's own account, and the market approved that it goes back; once per refund."""
    account, parcel = refund.payment.account, refund.payment.parcel
    if account is None or account.cooperative is None or parcel is None:
        return None
    with override("vi"):
        text = gettext(
            "Parcel %(code)s: please send %(amount)s back to the buyer from your own account. Whom to pay: %(link)s"
        ) % {"code": parcel.code, "amount": show_dong(refund.amount_dong), "link": refunds_link()}
    return queue_message(
        kind="refund_to_send", key=str(refund.uuid), to=account.cooperative.message_phone, text=text, about=parcel
    )


def tell_seller_given_back(refund: Refund) -> OutboxMessage | None:
    """The market gave money of a parcel back at the card provider; once per refund."""
    parcel = refund.parcel
    if parcel is None:
        return None
    with override("vi"):
        text = gettext(
            "Parcel %(code)s: %(amount)s went back to the buyer's card. If the goods are not sent yet, ask the market "
            "first: %(link)s"
        ) % {"code": parcel.code, "amount": show_dong(refund.amount_dong), "link": parcel_link(parcel)}
    return queue_message(
        kind="refund_taken_over", key=str(refund.uuid), to=parcel.cooperative.message_phone, text=text, about=parcel
    )


def tell_refunded(order: Order, *, refund_key: str, amount_dong: int) -> OutboxMessage | None:
    """The money went back; once per refund."""
    with override(order.language):
        words = {"code": order.code, "amount": show_dong(amount_dong), "link": order_link(order)}
        return _tell(
            order,
            kind="refund_sent",
            key=f"{order.code}:{refund_key}",
            subject=gettext("Order %(code)s: %(amount)s went back to you") % words,
            text=gettext("%(amount)s of order %(code)s went back to you. Order: %(link)s") % words,
        )
