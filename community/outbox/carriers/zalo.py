"""Zalo's messages by template (ZNS) to a telephone number.

POST ``/message/template`` with the header ``access_token`` and phone (84…), template_id, template_data, tracking_id;
the answer has ``error`` 0 and data.msg_id, or a negative ``error`` with HTTP 200. Words are fixed in a template that
Zalo approved: only kinds with a template (ZALO_TEMPLATES) leave this way, with the message's facts as its data.
Sources: zalo.cloud/zns/guidelines/handle-error-code; developers.zalo.me, "Zalo Notification Service".
"""

from __future__ import annotations

from typing import Any

from django.conf import settings

from community.calling import CallFailed, post_json
from community.outbox.carriers.sent import Sent, undelivered
from community.outbox.carriers.zalo_keys import access_token, drop_access
from community.outbox.models import OutboxMessage
from community.outbox.states import Undelivered, Way, Why

TOKEN_IS_OVER = (-124, -216)
REASONS = {
    **dict.fromkeys((-108,), Why.NO_SUCH_NUMBER),
    # no Zalo, an old one, inactive, refuses such messages or those of this sender
    **dict.fromkeys((-110, -114, -118, -119, -139, -140, -141), Why.NOT_REACHED),
    **dict.fromkeys((-109, -111, -112, -113, -116, -117, -131, -132, -137), Why.WORDS_REFUSED),
    **dict.fromkeys((-115, -126, -144, -147), Why.QUOTA),
    -133: Why.NOT_NOW,  # none between ten in the evening and six in the morning
    **dict.fromkeys((-101, -102, -103, -104, -105, -120, -121, -124, -125, -216), Why.NOT_ALLOWED),
    -100: Why.UNREACHABLE,
}


def is_set_up() -> bool:
    return bool(settings.ZALO_APP_ID and settings.ZALO_APP_SECRET and settings.ZALO_REFRESH_TOKEN)


def templates() -> dict[str, str]:
    """Kind of message → number of its template."""
    pairs = (each.partition(":") for each in settings.ZALO_TEMPLATES)
    return {kind.strip(): number.strip() for kind, _colon, number in pairs if number.strip()}


def has_template(message: OutboxMessage) -> bool:
    return bool(message.facts) and message.kind in templates()


def send_zns(message: OutboxMessage) -> Sent:
    """Hand it to Zalo; a key that is over is renewed once. Raises :class:`Undelivered`."""
    answer = _asked(message)
    if answer.get("error") in TOKEN_IS_OVER:
        drop_access()
        answer = _asked(message)
    error = answer.get("error")
    if error != 0:
        raise Undelivered(REASONS.get(error, Why.UNCLEAR) if isinstance(error, int) else Why.UNCLEAR, way=Way.ZNS)
    data = answer.get("data")
    return Sent(Way.ZNS, str(data.get("msg_id") or "")[:80] if isinstance(data, dict) else "")


def _asked(message: OutboxMessage) -> dict[str, Any]:
    told = {
        "phone": message.to.removeprefix("+"),
        "template_id": templates()[message.kind],
        "template_data": message.facts,
        "tracking_id": message.number_at_carrier,
    }
    try:
        return post_json(f"{settings.ZALO_API_URL}/message/template", told, headers={"access_token": access_token()})
    except CallFailed as failed:
        raise undelivered(failed, Way.ZNS) from None
