"""Forgetting a person who signs in: the name goes, what was done stays, by a number that names nobody."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction
from django.db.models import Q, QuerySet

from community import clock
from community.accounts.models import User
from community.accounts.sessions import Session
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.audit.recording import record
from community.consents.agreeing import end_consents_of
from community.consents.models import ConsentRecord
from community.cooperatives.models import Cooperative, Membership
from community.cooperatives.roles import Role
from community.errors import DomainError
from community.mandates.models import Mandate
from community.members.models import Invitation, MemberCard
from community.onboarding.models import SellerApplication, SellerPaper
from community.outbox.forgetting import empty_messages
from community.outbox.models import OutboxMessage
from community.privacy.models import PersonRequest
from community.rules.models import RulesAcceptance
from community.teams.models import TeamMember
from community.training.models import Attendance, LessonLevel
from community.visits.models import HandOver, Visit

GONE = "gone-{number}@erased.invalid"
"""A login nobody can have: a row needs one, and this says nothing."""

ALSO: list[Callable[[User, Actor], None]] = []
"""What rooms above keep about a person and empty now (``also``)."""


class CannotErasePerson(DomainError):
    """``no_reason``, ``already``, ``last_owner`` (of a seller that has not ceased; facts: cooperatives), ``staff``

    (take the rights away first), ``helping`` (mandates run under which the person helps; facts: mandates).
    """


def also(forget: Callable[[User, Actor], None]) -> None:
    if forget not in ALSO:
        ALSO.append(forget)


def what_stays(person: User) -> dict[str, int]:
    """What is kept without the name, and why it may be: books and the log are proofs."""
    return {
        "audit lines (the log is never shortened)": AuditEntry.objects.filter(actor=person).count(),
        "memberships with role and dates": Membership.objects.filter(user=person).count(),
        "acceptances of rules (proof of a contract)": RulesAcceptance.objects.filter(accepted_by=person).count(),
        "consents and their withdrawal (proof)": ConsentRecord.objects.filter(person=person).count(),
        "pictures of papers signed for a consent, with the name on them (proof)": ConsentRecord.objects.filter(
            person=person
        )
        .exclude(paper="")
        .count(),
        "mandates given or held (proof who might act)": _mandates(person).count(),
        "mandates the person signed on paper, with name and signature (proof)": _signed(person).count(),
        "papers of sellers brought by the person (proof why they were admitted)": SellerPaper.objects.filter(
            uploaded_by=person
        ).count(),
        "sellers the person stands for by law (the seller must be named)": _stands_for(person, ceased=False).count(),
        "places in digital teams": TeamMember.objects.filter(user=person).count(),
        "visits made, and steps seen to": Visit.objects.filter(Q(visitor=person) | Q(carrier=person)).count(),
        "hand-overs between helpers": HandOver.objects.filter(Q(giver=person) | Q(taker=person)).count(),
        "lessons and sessions (counted in reports)": LessonLevel.objects.filter(person=person).count()
        + Attendance.objects.filter(person=person).count(),
    }


def check_erasable(person: User) -> None:
    """Raises :class:`CannotErasePerson`."""
    if person.email == GONE.format(number=person.pk):
        raise CannotErasePerson("already")
    if person.is_staff:
        raise CannotErasePerson("staff")
    owned = Cooperative.objects.filter(
        memberships__user=person, memberships__role=Role.OWNER, memberships__ended_at=None
    ).exclude(status=Cooperative.Status.CEASED)
    others = Membership.objects.active().filter(role=Role.OWNER).exclude(user=person)
    alone = list(owned.exclude(pk__in=others.values("cooperative")).values_list("code", flat=True))
    if alone:
        raise CannotErasePerson("last_owner", cooperatives=alone)
    runs = Mandate.objects.standing(clock.now()).filter(helper=person)
    if runs.exists():
        raise CannotErasePerson("helping", mandates=list(runs.values_list("code", flat=True)))


@transaction.atomic
def erase_person(*, person: User, reason: str, actor: Actor) -> User:
    """Empty every word about the person; ``reason`` says why, never who. Raises and changes nothing else."""
    words = " ".join(reason.split())[:200]
    if not words:
        raise CannotErasePerson("no_reason")
    person = User.objects.select_for_update().get(pk=person.pk)
    check_erasable(person)
    now, phone, email = clock.now(), person.phone or "", person.email or ""
    end_consents_of(person=person, actor=actor)
    _stands_for(person, ceased=True).update(representative="", id_last4="")
    for forget in ALSO:
        forget(person, actor)
    Session.objects.filter(user=person).delete()
    Membership.objects.active().filter(user=person).update(ended_at=now)
    MemberCard.objects.filter(membership__user=person, revoked_at=None).update(revoked_at=now)
    TeamMember.objects.filter(user=person, ended_at=None).update(ended_at=now)
    invited = Invitation.objects.filter(Q(accepted_by=person) | Q(phone=phone or "-"))
    invited.filter(status=Invitation.Status.WAITING).update(status=Invitation.Status.WITHDRAWN, closed_at=now)
    invited.update(name="", phone="")
    PersonRequest.objects.filter(person=person).update(words="", answer="")
    PersonRequest.objects.filter(person=person).exclude(extended_at=None).update(extended_because="…")
    running = PersonRequest.objects.running().filter(person=person)
    running.update(status=PersonRequest.Status.DONE, ended_at=now, ended_by=actor.user)
    Cooperative.objects.filter(phone=phone or "-").update(phone="")  # nobody's number would be shown again
    to = [each for each in (phone, email) if each]
    empty_messages(OutboxMessage.objects.filter(to__in=to))
    _forget_labels(person)
    person.name, person.phone, person.email = "", None, GONE.format(number=person.pk)
    person.is_active, person.locked_at, person.failed_pins = False, None, 0
    person.set_unusable_password()
    person.save()
    record(actor=actor, action="person.erased", subject=person, why=words)
    return person


# --- inside -----------------------------------------------------------------------------------------------------------
def _mandates(person: User) -> QuerySet[Mandate]:
    return Mandate.objects.filter(Q(helper=person) | Q(given_by=person) | Q(confirmed_by=person))


def _signed(person: User) -> QuerySet[Mandate]:
    """A paper knows its signer by name only."""
    own = Membership.objects.filter(user=person).values("cooperative")
    return Mandate.objects.filter(cooperative__in=own, signed_by__iexact=person.name or "-").exclude(evidence="")


def _stands_for(person: User, *, ceased: bool) -> QuerySet[SellerApplication]:
    """Applications that name the person, by the name: who runs a seller is asked for by law as long as it sells."""
    own = Membership.objects.filter(user=person).values("cooperative")
    named = SellerApplication.objects.filter(cooperative__in=own, representative__iexact=person.name or "-")
    status = Cooperative.Status.CEASED
    return named.filter(cooperative__status=status) if ceased else named.exclude(cooperative__status=status)


def _forget_labels(person: User) -> None:
    """The log keeps who by number; the name beside it may be emptied and nothing else (``forgettable``)."""
    QuerySet(AuditEntry).filter(actor=person).exclude(actor_label="").update(actor_label="")
