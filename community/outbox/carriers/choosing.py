"""Which way a message goes: Zalo, else a text message, else e-mail; only ways that are set up and reach the person."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from community.outbox.carriers import esms, mail, zalo
from community.outbox.carriers.sent import Sent
from community.outbox.models import OutboxMessage
from community.outbox.states import Undelivered, Way, Why

CARRIERS: dict[str, Callable[[OutboxMessage], Sent]] = {
    Way.ZNS: zalo.send_zns,
    Way.SMS: esms.send_sms,
    Way.EMAIL: mail.send_mail,
}


NO_ZALO: list[Callable[[str], bool]] = []
"""Asked with the telephone: who took the consent to messages by Zalo back gets them another way (``refuse_zalo``)."""


def refuse_zalo(refuses: Callable[[str], bool]) -> None:
    if refuses not in NO_ZALO:
        NO_ZALO.append(refuses)


def ways_left(message: OutboxMessage) -> list[str]:
    """In the order of OUTBOX_WAYS, without those that are given up for this message."""
    gone = {each["way"] for each in message.given_up}
    return [way for way in settings.OUTBOX_WAYS if way not in gone and way in CARRIERS and _reaches(way, message)]


def send_by_carriers(message: OutboxMessage) -> Sent:
    """By the first way that is left. Raises :class:`Undelivered`."""
    ways = ways_left(message)
    if not ways:
        raise Undelivered(Why.NO_WAY)
    return CARRIERS[ways[0]](message)


def _reaches(way: str, message: OutboxMessage) -> bool:
    by_phone = message.channel == OutboxMessage.Channel.SMS
    if way == Way.EMAIL:
        return mail.is_set_up() and (not by_phone or bool(message.email))
    if way == Way.ZNS:
        usable = by_phone and zalo.is_set_up() and zalo.has_template(message)
        return usable and not any(refuses(message.to) for refuses in NO_ZALO)
    return by_phone and esms.is_set_up()
