"""A yes given in person on a helper's phone: typed by the member with the own PIN, never by the helper."""

from __future__ import annotations

from django.db import transaction

from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.consents.agreeing import CannotConsent, give_consent
from community.consents.models import ConsentRecord, Purpose
from community.cooperatives.models import Cooperative, Membership
from community.photos.models import Photo
from community.teams.models import TeamMember

OFFERED = (Purpose.PHONE, Purpose.PHOTO, Purpose.ZALO)


@transaction.atomic
def give_at_helper(
    *, membership: Membership, purpose: str, place: TeamMember, actor: Actor, about: str = ""
) -> ConsentRecord:
    """The face has just seen the PIN of this member. ``actor``: the helper, who is kept as witness; the yes is the

    member's own act. Raises CannotConsent: ``not_allowed``, ``own_phone``, ``no_photo``.
    """
    helper, person = _helper(place, actor), membership.user
    if helper.pk == person.pk:
        raise CannotConsent("own_phone")
    if not membership.is_active or membership.cooperative.commune_id != place.team.commune_id:
        raise CannotConsent("not_allowed")
    if purpose not in OFFERED:
        raise CannotConsent("not_allowed")
    if purpose == Purpose.PHOTO and not _photo_of(membership.cooperative, about):
        raise CannotConsent("no_photo")
    return give_consent(person=person, purpose=purpose, about=about, actor=Actor.of(person), helper=helper)


def note_wrong_pin(*, membership: Membership, actor: Actor) -> None:
    record(actor=actor, action="consent.wrong_pin", subject=membership.user, cooperative=membership.cooperative)


def _helper(place: TeamMember, actor: Actor) -> User:
    held = TeamMember.objects.active().filter(pk=place.pk, user=actor.user).first()
    if held is None or not held.helps or actor.mandate_code or actor.user is None:
        raise CannotConsent("not_allowed")
    return actor.user


def _photo_of(cooperative: Cooperative, number: str) -> bool:
    return number.isascii() and number.isdigit() and Photo.objects.filter(pk=number, cooperative=cooperative).exists()
