"""Sellers hear of new operating rules by a text message, once a version; the worker sends them on."""

from __future__ import annotations

from itertools import islice

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat
from django.urls import reverse
from django.utils.translation import gettext_lazy, override

from community.cooperatives.models import Cooperative
from community.outbox.models import OutboxMessage
from community.outbox.queueing import queue_message
from community.rules.agreeing import By, Kind, newest_rules
from community.rules.models import RulesAcceptance, RulesVersion
from community.text.dates import show_date

MESSAGE = "rules_new"
AT_ONCE = 200
WORDS = gettext_lazy("The market has new rules (version %(number)s, from %(day)s). Please read and accept: %(link)s")


def tell_sellers(*, limit: int = AT_ONCE) -> int:
    """Queue a message for active sellers that have neither accepted the newest rules nor been told; how many.

    One without any telephone sees the rules on its desk only.
    """
    version = newest_rules(Kind.OPERATING)
    if version is None:
        return 0
    reachable = (seller for seller in _untold(version) if seller.message_phone)
    told = 0
    for seller in islice(reachable, limit):
        _tell(seller, version)
        told += 1
    return told


def _untold(version: RulesVersion) -> QuerySet[Cooperative]:
    accepted = RulesAcceptance.objects.filter(version=version, by=By.SELLER, reference=OuterRef("code"))
    told = OutboxMessage.objects.filter(kind=MESSAGE, key=Concat(Value(f"{version.number}-"), OuterRef("code")))
    return Cooperative.objects.active().filter(~Exists(accepted), ~Exists(told)).order_by("pk")


@transaction.atomic
def _tell(seller: Cooperative, version: RulesVersion) -> None:
    with override("vi"):
        link = settings.SITE_URL.rstrip("/") + reverse("selling:rules")
        facts = {"number": version.number, "day": show_date(version.in_force_from), "link": link}
        text = str(WORDS) % facts
    queue_message(kind=MESSAGE, key=f"{version.number}-{seller.code}", to=seller.message_phone, text=text, about=seller)
