"""Everything that is stored about a person who signs in, as a file a program reads; rooms above add theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings

from community import clock
from community.accounts.models import User
from community.api_keys.models import ApiKey
from community.audit.models import AuditEntry
from community.audit.sentences import did_of
from community.consents.models import ConsentRecord
from community.cooperatives.models import Membership
from community.mandates.models import Mandate
from community.members.models import Invitation
from community.outbox.models import OutboxMessage
from community.outbox.refusing import LINK
from community.privacy.models import PersonRequest
from community.privacy.own_work import WORK
from community.rules.models import RulesAcceptance
from community.teams.models import TeamMember

FORMAT = "cho-nguon/person-data/1"
MOST_ACTS = 5_000

PARTS: dict[str, Callable[[User], list[dict[str, Any]]]] = {}
"""What rooms above know of a person: name of the part → its rows (``add_part``)."""


def add_part(name: str, rows: Callable[[User], list[dict[str, Any]]]) -> None:
    PARTS[name] = rows


def data_of_person(person: User) -> dict[str, Any]:
    """For JSON: moments in ISO 8601, empty values left out. Only rows of this person; secrets and hashes never."""
    told = {
        "format": FORMAT,
        "made_at": clock.now().isoformat(),
        "site": settings.SITE_URL,
        "account": _account(person),
    }
    return told | {name: [_plain(row) for row in rows(person)] for name, rows in (OWN | WORK | PARTS).items()}


# --- inside -----------------------------------------------------------------------------------------------------------
Row = dict[str, Any]


def _plain(row: Row) -> Row:
    return {
        key: value.isoformat() if hasattr(value, "isoformat") else value
        for key, value in row.items()
        if value not in (None, "")
    }


def _account(person: User) -> Row:
    return _plain(
        {
            "name": person.name,
            "phone": person.phone,
            "email": person.email,
            "language": person.language,
            "since": person.date_joined,
            "last_login": person.last_login,
            "keys_of_other_computers": ApiKey.objects.filter(created_by=person).count() or None,
        }
    )


def _memberships(person: User) -> list[Row]:
    rows = Membership.objects.filter(user=person).select_related("cooperative").order_by("pk")
    return [
        {"cooperative": one.cooperative.name, "role": one.role, "from": one.started_at, "until": one.ended_at}
        for one in rows
    ]


def _invitations(person: User) -> list[Row]:
    rows = Invitation.objects.filter(accepted_by=person).select_related("cooperative").order_by("pk")
    return [
        {"cooperative": one.cooperative.name, "name": one.name, "phone": one.phone, "at": one.sent_at} for one in rows
    ]


def _consents(person: User) -> list[Row]:
    return [
        {
            "purpose": one.purpose,
            "about": one.about,
            "yes": one.is_given,
            "text_version": one.text_version,
            "how": one.channel,
            "paper": bool(one.paper) or None,
            "until": one.until,
            "at": one.at,
        }
        for one in ConsentRecord.objects.filter(person=person).order_by("pk")
    ]


def _mandates(person: User) -> list[Row]:
    given = Mandate.objects.filter(given_by=person).select_related("cooperative") | Mandate.objects.filter(
        helper=person
    ).select_related("cooperative")
    return [
        {"number": one.code, "cooperative": one.cooperative.name, "given": one.given_by_id == person.pk,
         "from": one.starts_at, "until": one.ends_at}
        for one in given.order_by("pk")
    ]  # fmt: skip


def _teams(person: User) -> list[Row]:
    rows = TeamMember.objects.filter(user=person).select_related("team").order_by("pk")
    return [{"team": one.team.name, "role": one.role, "from": one.started_at, "until": one.ended_at} for one in rows]


def _rules(person: User) -> list[Row]:
    rows = RulesAcceptance.objects.filter(accepted_by=person).select_related("version").order_by("pk")
    return [{"rules": one.version.title, "number": one.version.number, "at": one.at} for one in rows]


def _requests(person: User) -> list[Row]:
    rows = PersonRequest.objects.filter(person=person).order_by("pk")
    return [
        {"code": one.code, "kind": one.kind, "words": one.words, "answer": one.answer, "at": one.asked_at,
         "status": one.status, "longer_because": one.extended_because}
        for one in rows
    ]  # fmt: skip


def _messages(person: User) -> list[Row]:
    """Without links: some are keys."""
    to = [each for each in (person.phone, person.email) if each]
    rows = OutboxMessage.objects.filter(to__in=to).order_by("pk")
    return [{"kind": one.kind, "at": one.created_at, "text": LINK.sub("…", one.text)} for one in rows]


def _acts(person: User) -> list[Row]:
    rows = AuditEntry.objects.filter(actor=person).select_related("cooperative").order_by("-pk")[:MOST_ACTS]
    return [
        {"at": one.at, "what": did_of(one), "for": one.cooperative.name if one.cooperative else None,
         "mandate": one.mandate_code}
        for one in rows
    ]  # fmt: skip


OWN: dict[str, Callable[[User], list[Row]]] = {
    "memberships": _memberships,
    "invitations": _invitations,
    "consents": _consents,
    "mandates": _mandates,
    "teams": _teams,
    "rules_accepted": _rules,
    "requests": _requests,
    "messages": _messages,
    "what_you_did": _acts,
}
