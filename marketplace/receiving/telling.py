"""What every member hears about a change of the account: once per change, step and person, in the person's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext, override

from community.accounts.models import User
from community.outbox.queueing import queue_message
from community.text.dates import show_datetime
from marketplace.receiving.models import AccountChange

STAFF_RIGHT = "change_accountchange"


def tell_everybody(change: AccountChange, *, word: str) -> int:
    """``word``: proposed, approved, in_force, refused, cancelled. Returns to how many people; call in the act's

    transaction.
    """
    people = list(_people(change))
    for person in people:
        with override(person.language):
            queue_message(
                kind=f"receiving_account_{word}",
                key=f"{change.pk}:{person.pk}",
                to=person.phone or person.email or "",
                channel="sms" if person.phone else "email",
                language=person.language,
                subject=gettext("The account that receives your money"),
                text=_sentence(change, word, person.language),
                about=change,
            )
    return len(people)


def _people(change: AccountChange) -> Iterable[User]:
    """All members of the cooperative; for the platform's own account everybody who may approve such a change."""
    if change.cooperative is not None:
        return User.objects.filter(
            is_active=True,
            memberships__cooperative=change.cooperative,
            memberships__ended_at__isnull=True,
        ).order_by("pk")
    right = Q(groups__permissions__codename=STAFF_RIGHT) | Q(user_permissions__codename=STAFF_RIGHT)
    staff = User.objects.filter(Q(is_superuser=True) | right, is_active=True, is_staff=True)
    return staff.order_by("pk").distinct()


def _sentence(change: AccountChange, word: str, language: str) -> str:
    who = change.cooperative.name if change.cooperative else gettext("The market")
    words = {
        "seller": who,
        "person": change.proposed_by.name,
        "account": f"{change.bank_name} {change.masked_number[-8:]} ({change.holder})",
        "when": show_datetime(change.effective_from, language) if change.effective_from else "",
        "reason": change.reason,
        "link": _link(change),
    }
    return _pattern(word) % words


def _pattern(word: str) -> str:
    return {
        "proposed": gettext(
            "%(seller)s: %(person)s asked to receive money on %(account)s. It is checked first. "
            "If this is not right, call it off here: %(link)s"
        ),
        "approved": gettext(
            "%(seller)s: from %(when)s money is received on %(account)s. "
            "If this is not right, call it off here: %(link)s"
        ),
        "in_force": gettext("%(seller)s: money is now received on %(account)s. See: %(link)s"),
        "refused": gettext("%(seller)s: the account %(account)s was not accepted. %(reason)s %(link)s"),
        "cancelled": gettext("%(seller)s: the change to %(account)s was called off. Nothing changes. %(link)s"),
    }[word]


def _link(change: AccountChange) -> str:
    name = "selling:account" if change.cooperative else "wagtailadmin_home"
    return settings.SITE_URL.rstrip("/") + reverse(name)
