"""What a seller is told about its standing: one text message per kind and occasion, in plain words."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from community.cooperatives.models import Cooperative
from community.outbox.queueing import queue_message


def tell_seller(*, cooperative: Cooperative, kind: str, key: str, words: object, message: str = "") -> None:
    """``words``: a lazy text with %(name)s, %(message)s and %(link)s as it likes."""
    with override("vi"):
        link = settings.SITE_URL.rstrip("/") + reverse("selling:application")
        facts = {"name": cooperative.name, "message": message, "link": link}
        text = str(words) % facts
    queue_message(kind=kind, key=key, to=cooperative.message_phone, text=text, about=cooperative)
