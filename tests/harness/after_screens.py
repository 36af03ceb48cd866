"""Screens after the order: the lost link, a buyer's data, what did not arrive; states the demo has not got are made."""

from __future__ import annotations

from django.urls import reverse

from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from marketplace.orders.models import Order
from marketplace.privacy.asking import ask_about_data
from marketplace.privacy.models import DataRequest
from tests.harness.screen import Screen


def after_screens() -> list[Screen]:
    asked, plain = Order.objects.filter(parcels__status="delivered").distinct().order_by("pk")[:2]
    request = ask_about_data(order=asked, kind=DataRequest.Kind.ERASE, actor=Actor.buyer())
    ask_about_data(order=asked, kind=DataRequest.Kind.QUESTION, words="Ai xem được số của tôi?", actor=Actor.buyer())
    return [
        Screen("order-find", "guest", reverse("shopping:find")),
        Screen("order-find-sent", "guest", reverse("shopping:find") + "?da-gui=1"),
        Screen("order-data", "guest", reverse("shopping:data", args=[plain.token])),
        Screen("order-data-asked", "guest", reverse("shopping:data", args=[asked.token])),
        Screen("admin-messages", "hoa", reverse("messages:index")),
        Screen("admin-message", "hoa", reverse("messages:inspect", args=[_failed().pk])),
        Screen("admin-data-requests", "hoa", reverse("data_requests:index")),
        Screen("admin-data-request", "hoa", reverse("data_requests:inspect", args=[request.pk])),
    ]


def _failed() -> OutboxMessage:
    """One that neither Zalo nor the networks took."""
    told = {
        "to": "+84905222333",
        "text": "Đơn 7K3F2Q: HTX Hương Quê đã gửi hàng. http://localhost/don/x/",
        "status": OutboxMessage.Status.FAILED,
        "last_error": "quota",
        "given_up": [{"way": "zns", "why": "not_reached"}],
    }
    return OutboxMessage.objects.get_or_create(kind="parcel_shipped", key="7K3F2Q-1", defaults=told)[0]
