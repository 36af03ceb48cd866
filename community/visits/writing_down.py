"""A visit is written down once, put right for two days, and read by the seller too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.photos.taking_in import CleanPicture
from community.places.models import AdminUnit
from community.teams.models import TeamMember
from community.visits.models import EDITABLE_FOR, Topic, Visit, VisitPhoto, WithWhom

OLDEST = timedelta(days=60)
LONGEST_MINUTES = 720
MOST_PHOTOS = 6


class CannotVisit(DomainError):
    """`not_here` (the seller's commune is not the team's), `day` (ahead, or more than 60 days ago), `minutes`,
    `no_topic`, `too_many_photos` (fact `most`), `fixed` (two days are over), `not_yours`, `no_step`, `ended`,
    `written` (this form wrote down something else already; fact `visit`)."""


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """What is told of a visit; see :class:`Visit`."""

    held_on: date
    minutes: int
    topics: tuple[str, ...]
    with_whom: str = WithWhom.OWNER
    place: str = ""
    batch_code: str = ""
    result: str = ""
    next_step: str = ""
    next_on: date | None = None
    notes: str = ""


@transaction.atomic
def write_down_visit(
    *,
    cooperative: Cooperative,
    place: TeamMember,
    facts: VisitFacts,
    key: UUID,
    actor: Actor,
    photos: Sequence[CleanPicture] = (),
    commune: AdminUnit | None = None,
) -> Visit:
    """``key`` is the form's: sent twice, from a phone that came back to the net, it is one visit; other words under the
    same key are refused, never dropped. Raises CannotVisit.

    Partners and inspectors write down that they looked; nobody acts for the seller by it.
    """
    visitor = _visitor(actor, place)
    if (earlier := Visit.objects.filter(key=key).first()) is not None:
        return _again(earlier, visitor, facts)
    if cooperative.commune_id != place.team.commune_id:
        raise CannotVisit("not_here")
    _check(facts)
    try:
        with transaction.atomic():
            visit = Visit.objects.create(
                key=key,
                cooperative=cooperative,
                team=place.team,
                visitor=visitor,
                carrier=visitor,
                looks_only=place.only_looks,
                commune=commune or cooperative.commune,
                written_at=clock.now(),
                **_columns(facts),
            )
    except IntegrityError:  # the same form at the same moment
        return _again(Visit.objects.get(key=key), visitor, facts)
    add_photos(visit=visit, photos=photos)
    facts_told = {"minutes": visit.minutes, "topics": visit.topics, "photos": len(photos)}
    record(actor=actor, action="visit.written", subject=visit, cooperative=cooperative, **facts_told)  # type: ignore[arg-type]
    return visit


@transaction.atomic
def change_visit(*, visit: Visit, facts: VisitFacts, actor: Actor, photos: Sequence[CleanPicture] = ()) -> Visit:
    """Put right by who wrote it, within two days. Raises CannotVisit."""
    if actor.user is None or actor.user.pk != visit.visitor_id:
        raise CannotVisit("not_yours")
    _check(facts)
    now = clock.now()
    fresh = Visit.objects.filter(pk=visit.pk, written_at__gt=now - EDITABLE_FOR)
    told = _columns(facts)
    if told["next_step"] != visit.next_step:  # another step is not done yet
        told["next_done_at"] = None
    if not fresh.update(changed_at=now, **told):
        raise CannotVisit("fixed")
    visit.refresh_from_db()
    add_photos(visit=visit, photos=photos)
    record(actor=actor, action="visit.changed", subject=visit, cooperative=visit.cooperative)
    return visit


@transaction.atomic
def finish_step(*, visit: Visit, actor: Actor) -> Visit:
    """What was agreed on is done. By who carries it or wrote it down. Raises CannotVisit."""
    if actor.user is None or actor.user.pk not in (visit.carrier_id, visit.visitor_id):
        raise CannotVisit("not_yours")
    if not Visit.objects.open_steps().filter(pk=visit.pk).update(next_done_at=clock.now()):
        raise CannotVisit("no_step")
    visit.refresh_from_db()
    record(actor=actor, action="visit.step_done", subject=visit, cooperative=visit.cooperative)
    return visit


def add_photos(*, visit: Visit, photos: Sequence[CleanPicture]) -> None:
    """In the caller's transaction. The same picture twice is kept once."""
    there = set(visit.photos.values_list("sha256", flat=True))
    fresh = {picture.sha256: picture for picture in photos if picture.sha256 not in there}
    if len(there) + len(fresh) > MOST_PHOTOS:
        raise CannotVisit("too_many_photos", most=MOST_PHOTOS)
    for picture in fresh.values():
        photo = VisitPhoto(
            visit=visit, width=picture.width, height=picture.height, sha256=picture.sha256, taken_at=clock.now()
        )
        photo.file.save("photo.jpg", ContentFile(picture.jpeg), save=False)
        photo.save()


@transaction.atomic
def drop_photo(*, photo: VisitPhoto, actor: Actor) -> None:
    """The row now, the file once that is certain. While the visit may be put right. Raises CannotVisit."""
    visit = photo.visit
    if actor.user is None or actor.user.pk != visit.visitor_id:
        raise CannotVisit("not_yours")
    if not visit.is_editable:
        raise CannotVisit("fixed")
    gone, name = VisitPhoto.objects.filter(pk=photo.pk), str(photo.file.name)
    if gone.delete()[0]:
        record(actor=actor, action="visit.photo_dropped", subject=visit, cooperative=visit.cooperative)
        transaction.on_commit(partial(photo.file.storage.delete, name), robust=True)


def _visitor(actor: Actor, place: TeamMember) -> User:
    """Somebody whose place in the team holds now."""
    if actor.user is None or actor.user.pk != place.user_id:
        raise CannotVisit("not_yours")
    if not TeamMember.objects.active().filter(pk=place.pk).exists():
        raise CannotVisit("ended")
    return actor.user


def _again(earlier: Visit, visitor: User, facts: VisitFacts) -> Visit:
    if earlier.visitor_id != visitor.pk:
        raise CannotVisit("not_yours")
    if any(getattr(earlier, name) != value for name, value in _columns(facts).items()):
        raise CannotVisit("written", visit=earlier.code)
    return earlier


def _check(facts: VisitFacts) -> None:
    today = clock.today()
    if not today - OLDEST <= facts.held_on <= today:
        raise CannotVisit("day")
    if not 1 <= facts.minutes <= LONGEST_MINUTES:
        raise CannotVisit("minutes")
    if not facts.topics or not set(facts.topics) <= set(Topic.values):
        raise CannotVisit("no_topic")


def _columns(facts: VisitFacts) -> dict[str, object]:
    told = asdict(facts)
    told["topics"] = [each for each in Topic.values if each in facts.topics]
    told["with_whom"] = WithWhom(facts.with_whom)
    if not facts.next_step.strip():
        told["next_on"] = None
    for name in ("place", "result", "next_step", "notes"):
        told[name] = str(told[name]).strip()
    return told
