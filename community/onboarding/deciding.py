"""The staff's part: admit, ask for more, refuse. Each answer has words and is sent to the seller once."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.founding import change_status
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from community.onboarding.models import SellerApplication
from community.onboarding.requirements import FORMS, missing_facts, missing_papers
from community.onboarding.telling import tell_seller

RIGHT = "community.change_sellerapplication"


class CannotDecide(DomainError):
    """`not_allowed`, `own` (staff who belong to this seller), `moved` (fact `status`), `no_words` (a refusal says why),
    `no_identity` (how it was seen), `incomplete`, `club`."""


@transaction.atomic
def admit(*, application: SellerApplication, identity_seen: str, actor: Actor) -> SellerApplication:
    """From now on this seller sells. Raises CannotDecide."""
    if identity_seen not in SellerApplication.Identity.values:
        raise CannotDecide("no_identity")
    if application.cooperative.legal_form not in FORMS:
        raise CannotDecide("club")
    if missing_facts(application) or missing_papers(application):
        raise CannotDecide("incomplete")
    decided = _decide(application, SellerApplication.Status.APPROVED, "", actor, identity_seen=identity_seen)
    _let_in(decided.cooperative, actor)
    _tell(decided, "application_approved", gettext_lazy("%(name)s may sell on Chợ Nguồn now. Go on here: %(link)s"))
    return decided


@transaction.atomic
def ask_for_more(*, application: SellerApplication, message: str, actor: Actor) -> SellerApplication:
    decided = _decide(application, SellerApplication.Status.RETURNED, message, actor)
    words = gettext_lazy("%(name)s: something is missing in your papers: %(message)s Go on here: %(link)s")
    _tell(decided, "application_returned", words)
    return decided


@transaction.atomic
def refuse(*, application: SellerApplication, message: str, actor: Actor) -> SellerApplication:
    decided = _decide(application, SellerApplication.Status.REFUSED, message, actor)
    words = gettext_lazy("%(name)s was not admitted: %(message)s You can correct it and send it again: %(link)s")
    _tell(decided, "application_refused", words)
    return decided


def _decide(
    application: SellerApplication, status: str, message: str, actor: Actor, *, identity_seen: str = ""
) -> SellerApplication:
    """Guarded by the round: an answer to what the staff saw, not to what came in meanwhile."""
    if actor.user is None or not actor.user.has_perm(RIGHT):
        raise CannotDecide("not_allowed")
    if application.cooperative.has_member(actor.user):
        raise CannotDecide("own")
    words = message.strip()
    if status != SellerApplication.Status.APPROVED and not words:
        raise CannotDecide("no_words")
    sent = SellerApplication.objects.filter(
        pk=application.pk, status=SellerApplication.Status.SENT, round=application.round
    )
    told = {"message": words, "decided_at": clock.now(), "decided_by": actor.user, "identity_seen": identity_seen}
    if not sent.update(status=status, **told):
        now = SellerApplication.objects.get(pk=application.pk)
        raise CannotDecide("moved", status=now.status)
    application.refresh_from_db()
    facts = {"status": status, "round": application.round}
    record(actor=actor, action="application.decided", subject=application, cooperative=application.cooperative, **facts)
    return application


def _let_in(seller: Cooperative, actor: Actor) -> None:
    """Only an applicant; who sells already goes on. Suspended or ceased meanwhile, it is not let in by this door."""
    applied = Cooperative.objects.filter(pk=seller.pk, status=Cooperative.Status.APPLIED)
    if not applied.update(status_reason=""):
        seller.refresh_from_db(fields=["status"])
        if seller.status != Cooperative.Status.ACTIVE:
            raise CannotDecide("moved", status=seller.status)
    change_status(cooperative=seller, status=Cooperative.Status.ACTIVE, actor=actor)


def _tell(application: SellerApplication, kind: str, words: object) -> None:
    seller, said = application.cooperative, application.message
    tell_seller(cooperative=seller, kind=kind, key=f"{seller.code}:{application.round}", words=words, message=said)
