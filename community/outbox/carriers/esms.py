"""Text messages through eSMS (ViHAT), a gateway of Viet Nam's networks.

POST ``SendMultipleMessage_V4_post_json`` with ApiKey, SecretKey, Phone, Content, Brandname, SmsType 2 (customer care),
IsUnicode, RequestId (drops a second one) and CallbackUrl; the answer's ``CodeResult`` "100" only means that the
gateway took it: whether it arrived comes by a GET to CallbackUrl (reports.py).
Source: developers.esms.vn, "Send OTP/Customer care message", "Callback Url", "Table of error codes".
"""

from __future__ import annotations

from django.conf import settings

from community.calling import CallFailed, post_json
from community.outbox.carriers.sent import Sent, undelivered
from community.outbox.models import OutboxMessage
from community.outbox.report_marks import esms_report_url
from community.outbox.states import Undelivered, Way, Why
from community.text.plain import plain_letters

TAKEN, SEEN_BEFORE = "100", "124"
REASONS = {
    "99": Why.NO_SUCH_NUMBER,  # blocked in their system
    "108": Why.NO_SUCH_NUMBER,
    "101": Why.NOT_ALLOWED,
    "140": Why.NOT_ALLOWED,  # our address is not on their list
    "102": Why.QUOTA,
    "103": Why.QUOTA,
    "104": Why.WORDS_REFUSED,  # the sender's name is not registered
    "118": Why.WORDS_REFUSED,
    "146": Why.WORDS_REFUSED,  # the text fits no registered template
    "177": Why.WORDS_REFUSED,  # the sender's name is not registered with this number's network
}


def is_set_up() -> bool:
    return bool(settings.ESMS_API_KEY and settings.ESMS_SECRET_KEY and settings.ESMS_BRANDNAME)


def send_sms(message: OutboxMessage) -> Sent:
    """Hand it to the gateway. Raises :class:`Undelivered`."""
    text = message.text if settings.ESMS_UNICODE else plain_letters(message.text)
    told = {
        "ApiKey": settings.ESMS_API_KEY,
        "SecretKey": settings.ESMS_SECRET_KEY,
        "Brandname": settings.ESMS_BRANDNAME,
        "Phone": message.to.removeprefix("+"),
        "Content": text,
        "SmsType": "2",
        "IsUnicode": "1" if settings.ESMS_UNICODE else "0",
        "Sandbox": "0",
        "RequestId": message.number_at_carrier,
        "CallbackUrl": esms_report_url(message),
    }
    try:
        answer = post_json(f"{settings.ESMS_URL}/SendMultipleMessage_V4_post_json/", told)
    except CallFailed as failed:
        raise undelivered(failed, Way.SMS) from None
    code = str(answer.get("CodeResult", ""))
    if code not in (TAKEN, SEEN_BEFORE):
        raise Undelivered(REASONS.get(code, Why.UNCLEAR), way=Way.SMS)
    return Sent(Way.SMS, str(answer.get("SMSID") or message.provider_ref)[:80])
