"""A yes on paper: photographed, then confirmed by a second helper of the team within three days. Until then the first
helper prepares drafts and nothing goes out (`scopes.DRAFT_ACTS`)."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.base import ContentFile, File
from django.db import transaction

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.mandates.giving import end_of, replace_others
from community.mandates.models import Mandate, consent_path
from community.mandates.telling import tell_officers
from community.photos.paper_files import clean_paper
from community.photos.private import private_storage
from community.teams.models import TeamMember

HOLDS = timedelta(days=3)
MOST_PAPERS, COUNTED = 2, timedelta(days=7)
"""Of one helper for one cooperative, whatever became of them: a photo alone opens the drafts only so often."""


class CannotTakePaper(DomainError):
    """`moved`, `not_yours`, `no_name` (who signed), `second_person` (never who photographed it; of the same team),
    `papers_too_often`."""


def give_on_paper(*, mandate: Mandate, upload: File[bytes], signed_by: str, actor: Actor) -> Mandate:
    """Drafts from now on. The picture is decoded before the transaction. Raises CannotTakePaper, BadPaper, BadPhoto."""
    name = " ".join(signed_by.split())[:120]
    if actor.user is None or actor.user.pk != mandate.helper_id:
        raise CannotTakePaper("not_yours")
    if not name:
        raise CannotTakePaper("no_name")
    before = Mandate.objects.filter(helper=actor.user, cooperative=mandate.cooperative, way=Mandate.Way.PAPER)
    if before.filter(starts_at__gt=clock.now() - COUNTED).count() >= MOST_PAPERS:
        raise CannotTakePaper("papers_too_often")
    clean = clean_paper(upload)
    with transaction.atomic():
        now = clock.now()
        asked = Mandate.objects.asked(now).filter(pk=mandate.pk)
        storage = private_storage()
        path = storage.save(consent_path(mandate, ""), ContentFile(clean.content))
        taken = asked.update(
            status=Mandate.Status.PAPER,
            way=Mandate.Way.PAPER,
            signed_by=name,
            evidence=path,
            evidence_sha256=clean.sha256,
            evidence_type=clean.content_type,
            starts_at=now,
            ends_at=now + HOLDS,  # its days begin when the second helper says yes
            lapses_at=now + HOLDS,
        )
        if not taken:
            storage.delete(path)
            raise CannotTakePaper("moved")
        mandate.refresh_from_db()
        facts = {"sha256": clean.sha256, "scopes": sorted(mandate.scopes), "days": mandate.days}
        record(actor=actor, action="mandate.paper_given", subject=mandate, cooperative=mandate.cooperative, **facts)
        tell_officers(mandate, word="paper")
    return mandate


@transaction.atomic
def confirm_paper(*, mandate: Mandate, actor: Actor) -> Mandate:
    """A second helper has looked at it, or asked the signer: it runs. Raises CannotTakePaper."""
    second = check_second(mandate, actor)
    now = clock.now()
    waits = Mandate.objects.papers(now).filter(pk=mandate.pk)
    yes = {"status": Mandate.Status.RUNNING, "confirmed_by": second, "confirmed_at": now}
    if not waits.update(**yes, ends_at=end_of(mandate.days)):
        raise CannotTakePaper("moved")
    mandate.refresh_from_db()
    replace_others(mandate)
    record(actor=actor, action="mandate.paper_confirmed", subject=mandate, cooperative=mandate.cooperative)
    tell_officers(mandate, word="given")
    return mandate


@transaction.atomic
def refuse_paper(*, mandate: Mandate, actor: Actor) -> Mandate:
    """It is not what it says, or nobody signed it: it ends. Raises CannotTakePaper."""
    second = check_second(mandate, actor)
    over = {"status": Mandate.Status.ENDED, "ended_at": clock.now(), "ended_by": second}
    waits = Mandate.objects.filter(pk=mandate.pk, status=Mandate.Status.PAPER)
    if not waits.update(**over, ended_why=Mandate.Why.UNCONFIRMED):
        raise CannotTakePaper("moved")
    mandate.refresh_from_db()
    record(actor=actor, action="mandate.ended", subject=mandate, cooperative=mandate.cooperative, why="unconfirmed")
    return mandate


def check_second(mandate: Mandate, actor: Actor) -> User:
    """Another helper of the same team. Raises CannotTakePaper."""
    places = TeamMember.objects.helping().filter(team=mandate.team, user=actor.user)
    if actor.user is None or actor.user.pk == mandate.helper_id or not places.exists():
        raise CannotTakePaper("second_person")
    return actor.user
