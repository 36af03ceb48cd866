"""The cooperative says yes: on its own desk, by a code, a PIN or a card on the helper's phone. On paper: `on_paper`."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext, override

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative, Membership
from community.cooperatives.roles import Role
from community.errors import DomainError
from community.mandates.models import Mandate
from community.mandates.telling import scopes_in_words, tell_officers
from community.outbox.models import OutboxMessage
from community.outbox.queueing import queue_message
from community.text.dates import midnight

CODE_HOLDS = timedelta(minutes=10)
CODE_TRIES = 5
CODES_EACH = 4  # of one question
CODES_A_DAY = 6  # to one telephone, from whichever helper
PAUSE = timedelta(minutes=1)
KIND = "mandate_code"


class CannotGive(DomainError):
    """`moved` (answered, lapsed or replaced meanwhile), `not_officer` (only owners and managers say yes, never the
    helper), `no_phone`, `too_soon`, `too_often`, `wrong_code`, `pins_too_often` (on one
    helper's phone), `code_over` (too old, or five wrong tries)."""


def officers_of(cooperative: Cooperative) -> QuerySet[Membership]:
    """Who may say yes for it: owners and managers, owners first."""
    held = Membership.objects.active().filter(
        cooperative=cooperative, role__in=(Role.OWNER, Role.MANAGER), user__is_active=True
    )
    return held.select_related("user", "cooperative").order_by("-role", "pk")


def end_of(days: int) -> datetime:
    """The midnight in Viet Nam after so many days; 1 is tonight."""
    return midnight(clock.today() + timedelta(days=days))


@transaction.atomic
def give_in_person(*, mandate: Mandate, membership: Membership, way: str) -> Mandate:
    """Say yes. The face has just seen the PIN of this officer (ways pin and card), or it is the officer's own desk.

    Raises CannotGive.
    """
    if Mandate.Way(way) not in (Mandate.Way.PIN, Mandate.Way.CARD, Mandate.Way.DESK):
        raise ValueError(way)
    return _give(mandate, membership, way)


@transaction.atomic
def note_wrong_pin(*, mandate: Mandate, actor: Actor) -> None:
    """Five of them lock the officer's number: the log says on whose phone they were typed."""
    record(actor=actor, action="mandate.wrong_pin", subject=mandate, cooperative=mandate.cooperative)


@transaction.atomic
def send_code(*, mandate: Mandate, membership: Membership, actor: Actor) -> Mandate:
    """Six digits to the officer's phone; read aloud to the helper they are a yes. Raises CannotGive."""
    _check_officer(mandate, membership)
    person, now = membership.user, clock.now()
    if not person.phone:
        raise CannotGive("no_phone")
    if mandate.code_until and now < mandate.code_until - CODE_HOLDS + PAUSE:
        raise CannotGive("too_soon")
    today = OutboxMessage.objects.filter(kind=KIND, to=person.phone, created_at__gt=now - timedelta(days=1))
    if mandate.codes_sent >= CODES_EACH or today.count() >= CODES_A_DAY:
        raise CannotGive("too_often")
    code = f"{secrets.randbelow(10**6):06d}"
    fresh = {"code_hash": _hash(mandate, code), "code_for": person, "code_until": now + CODE_HOLDS, "code_tries": 0}
    if not _asked(mandate).filter(codes_sent=mandate.codes_sent).update(**fresh, codes_sent=F("codes_sent") + 1):
        raise CannotGive("moved")
    mandate.refresh_from_db()
    record(actor=actor, action="mandate.code_sent", subject=mandate, cooperative=mandate.cooperative)
    with override(person.language):
        queue_message(
            kind=KIND,
            key=f"{mandate.code}:{mandate.codes_sent}",
            to=person.phone,
            language=person.language,
            text=_code_text(mandate, code),
            about=mandate,
        )
    return mandate


def give_by_code(*, mandate: Mandate, code: str) -> Mandate:
    """The code as it was read aloud. A try counts also when what follows fails: it is its own transaction.

    Raises CannotGive.
    """
    now = clock.now()
    free = _asked(mandate).filter(code_until__gt=now, code_tries__lt=CODE_TRIES).exclude(code_hash="")
    if not free.update(code_tries=F("code_tries") + 1):
        raise CannotGive("code_over" if _asked(mandate).exists() else "moved")
    mandate.refresh_from_db()
    if not constant_time_compare(mandate.code_hash, _hash(mandate, "".join(code.split()))):
        raise CannotGive("wrong_code", left=CODE_TRIES - mandate.code_tries)
    officer = officers_of(mandate.cooperative).filter(user=mandate.code_for).first()
    if officer is None:
        raise CannotGive("not_officer")
    with transaction.atomic():
        return _give(mandate, officer, Mandate.Way.CODE, code_hash=mandate.code_hash)


def _give(mandate: Mandate, membership: Membership, way: str, **same: Any) -> Mandate:
    _check_officer(mandate, membership)
    now, giver = clock.now(), membership.user
    yes = {
        "status": Mandate.Status.RUNNING,
        "way": way,
        "given_by": giver,
        "confirmed_by": giver,
        "confirmed_at": now,
        "starts_at": now,
        "ends_at": end_of(mandate.days),
        "code_hash": "",
    }
    if not _asked(mandate).filter(**same).update(**yes):
        raise CannotGive("moved")
    mandate.refresh_from_db()
    replace_others(mandate)
    facts = {"way": str(way), "scopes": sorted(mandate.scopes), "days": mandate.days}
    actor = Actor.of(giver, mandate.cooperative)
    record(actor=actor, action="mandate.given", subject=mandate, cooperative=mandate.cooperative, **facts)
    tell_officers(mandate, word="given")
    return mandate


def replace_others(mandate: Mandate) -> None:
    """A helper acts for a cooperative under one mandate: the newer yes counts."""
    others = Mandate.objects.filter(helper=mandate.helper, cooperative=mandate.cooperative).exclude(pk=mandate.pk)
    others.exclude(status=Mandate.Status.ENDED).update(
        status=Mandate.Status.ENDED, ended_at=clock.now(), ended_why=Mandate.Why.REPLACED
    )


def _asked(mandate: Mandate) -> QuerySet[Mandate]:
    return Mandate.objects.asked(clock.now()).filter(pk=mandate.pk)


def _check_officer(mandate: Mandate, membership: Membership) -> None:
    officers = officers_of(mandate.cooperative).exclude(user=mandate.helper)
    if not officers.filter(pk=membership.pk).exists():
        raise CannotGive("not_officer")


def _hash(mandate: Mandate, code: str) -> str:
    return salted_hmac(f"mandate:{mandate.pk}", code).hexdigest()


def _code_text(mandate: Mandate, code: str) -> str:
    return gettext(
        "%(code)s is the code to let %(helper)s (%(team)s) work for %(seller)s: %(scopes)s; for %(days)s days. "
        "Read it to them only if you want this. It never opens your money."
    ) % {
        "code": code,
        "helper": mandate.helper.name,
        "team": mandate.team.name,
        "seller": mandate.cooperative.name,
        "scopes": scopes_in_words(mandate),
        "days": mandate.days,
    }
