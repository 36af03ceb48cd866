"""E-mail by Django's own backend, as EMAIL_URL says."""

from __future__ import annotations

from smtplib import SMTPAuthenticationError, SMTPException, SMTPRecipientsRefused

from django.conf import settings
from django.core.mail import EmailMessage

from community.outbox.carriers.sent import Sent
from community.outbox.models import OutboxMessage
from community.outbox.states import Undelivered, Way, Why

FOR_GOOD = range(500, 600)


def is_set_up() -> bool:
    return bool(settings.MAIL_IS_SET_UP)


def send_mail(message: OutboxMessage) -> Sent:
    """To ``to``, or for a message by telephone to ``email``. Raises :class:`Undelivered`."""
    by_mail = message.channel == OutboxMessage.Channel.EMAIL
    subject = message.subject or " ".join((settings.WAGTAIL_SITE_NAME, message.facts.get("code", ""))).strip()
    mail = EmailMessage(subject, message.text, to=[message.to if by_mail else message.email])
    try:
        mail.send()
    except SMTPRecipientsRefused as refused:
        codes = [code for code, _said in refused.recipients.values()]
        gone = all(code in FOR_GOOD for code in codes)
        raise Undelivered(Why.NO_SUCH_NUMBER if gone else Why.UNREACHABLE, way=Way.EMAIL) from None
    except SMTPAuthenticationError:
        raise Undelivered(Why.NOT_ALLOWED, way=Way.EMAIL) from None
    except (SMTPException, OSError):
        raise Undelivered(Why.UNREACHABLE, way=Way.EMAIL) from None
    return Sent(Way.EMAIL)
