"""Somebody lost the link of an order: it is sent once more to the telephone of the order, and to nobody else."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext, override
from huey.contrib.djhuey import db_task

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.outbox.models import OutboxMessage
from community.text.phones import InvalidPhone, parse_phone
from marketplace.orders.links import order_link
from marketplace.orders.models import Order
from marketplace.orders.telling import tell_buyer

KIND = "order_link"
PER_DAY = 3
CODE_LETTERS = 6

log = logging.getLogger(__name__)


def order_code_of(typed: str) -> str:
    """ "7k3f 2q", "#7K3F2Q-1" (a parcel's) → "7K3F2Q"."""
    letters = "".join(each for each in typed.partition("-")[0] if each.isascii() and each.isalnum())
    return letters.upper()[:CODE_LETTERS]


@db_task()  # type: ignore[untyped-decorator]  # huey has no types
def send_link_later(code: str, phone: str) -> None:
    """In the worker: how long an answer takes tells nobody whether there is such an order."""
    send_link(code=code, phone=phone)


@transaction.atomic
def send_link(*, code: str, phone: str) -> bool:
    """True when it is sent: there is such an order with this telephone, and it was not asked for too often."""
    try:
        number = parse_phone(phone)
    except InvalidPhone:
        return False
    order = Order.objects.select_for_update().filter(code=order_code_of(code), erased_at=None).first()
    if order is None or order.buyer_phone != number:
        return False
    now = clock.now()
    asked = OutboxMessage.objects.filter(kind=KIND, key__startswith=f"{order.code}:")
    if asked.filter(created_at__gt=now - timedelta(days=1)).count() >= PER_DAY:
        return False
    with override(order.language):
        text = gettext("Order %(code)s: here is its page. %(link)s") % {"code": order.code, "link": order_link(order)}
    tell_buyer(order, kind=KIND, key=f"{order.code}:{now:%Y%m%d%H%M}", text=text, about=order)
    record(actor=Actor.buyer(), action="order.link_sent_again", subject=order)
    return True
