"""What the officers of a cooperative hear: every owner and manager, once per mandate and step, in their language."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext, override

from community.accounts.models import User
from community.cooperatives.roles import Role
from community.mandates.models import Mandate
from community.mandates.scopes import Scope
from community.outbox.queueing import queue_message
from community.text.dates import show_datetime

SHORT = {
    Scope.LIST: lambda: gettext("put goods on sale"),
    Scope.RECORD: lambda: gettext("write down field work"),
    Scope.ORDERS: lambda: gettext("accept orders"),
    Scope.PACK: lambda: gettext("pack orders"),
    Scope.IMPORT: lambda: gettext("bring in Excel files"),
}


def scopes_in_words(mandate: Mandate) -> str:
    """ "put goods on sale, accept orders", in the language that is on."""
    return ", ".join(SHORT[each]() for each in Scope if each.value in mandate.scopes)


def tell_officers(mandate: Mandate, *, word: str) -> int:
    """``word``: given, paper, renewed, ended. Returns to how many people; call in the act's transaction."""
    officers = User.objects.filter(
        is_active=True,
        memberships__cooperative=mandate.cooperative,
        memberships__ended_at__isnull=True,
        memberships__role__in=(Role.OWNER, Role.MANAGER),
    ).order_by("pk")
    when = f":{mandate.ends_at:%Y%m%d}" if word == "renewed" and mandate.ends_at else ""
    for person in officers:
        with override(person.language):
            queue_message(
                kind=f"mandate_{word}",
                key=f"{mandate.code}:{person.pk}{when}",
                to=person.phone or person.email or "",
                channel="sms" if person.phone else "email",
                language=person.language,
                subject=gettext("Who helps you on Chợ Nguồn"),
                text=_sentence(mandate, word, person.language),
                about=mandate,
            )
    return len(officers)


def _sentence(mandate: Mandate, word: str, language: str) -> str:
    words = {
        "seller": mandate.cooperative.name,
        "helper": mandate.helper.name,
        "team": mandate.team.name,
        "scopes": scopes_in_words(mandate),
        "until": show_datetime(mandate.ends_at, language) if mandate.ends_at else "",
        "code": mandate.code,
        "signer": mandate.signed_by,
        "link": settings.SITE_URL.rstrip("/") + reverse("selling:mandates"),
    }
    pattern = {
        "given": gettext(
            "%(seller)s: %(helper)s (%(team)s) may %(scopes)s for you until %(until)s, mandate %(code)s. "
            "See or end it: %(link)s"
        ),
        "paper": gettext(
            "%(seller)s: %(helper)s (%(team)s) has photographed a paper signed by %(signer)s and prepares drafts for "
            "you, mandate %(code)s. If this is not right, end it: %(link)s"
        ),
        "renewed": gettext("%(seller)s: %(helper)s may help you until %(until)s, mandate %(code)s. %(link)s"),
        "ended": gettext("%(seller)s: %(helper)s does not act for you any more, mandate %(code)s ended. %(link)s"),
    }[word]
    return pattern % words
