"""A seller's own part: asking to sell, writing down who one is, adding papers, sending in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import F

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.founding import create_cooperative
from community.cooperatives.joining import may_decide
from community.cooperatives.models import Cooperative
from community.cooperatives.roles import Role
from community.errors import DomainError
from community.members.inviting import invite_member
from community.members.models import Invitation
from community.onboarding.models import SellerApplication, SellerPaper
from community.onboarding.requirements import FORMS, missing_facts, missing_papers
from community.photos.paper_files import BadPaper, clean_paper
from community.places.models import AdminUnit
from community.rules.agreeing import rules_to_accept
from community.text.links import holds_link

MOST_PAPERS = 12
MOST_PAPERS_EVER = 40
"""Also those that were taken back: their files are kept."""
MOST_UNANSWERED = 2
"""Applications of one telephone whose link nobody has opened yet."""

OPEN = (SellerApplication.Status.DRAFT, SellerApplication.Status.RETURNED, SellerApplication.Status.REFUSED)
"""May be changed and sent in."""

FACTS = ("representative", "id_last4", "registration_no", "registered_on", "registered_by", "club")
SELLER_FACTS = ("address_line", "tax_code")


class CannotApply(DomainError):
    """`not_allowed`, `club` (sells through another form), `too_many` (fact `most`), `too_many_ever` (papers, with those
    taken back; fact `most`), `not_now` (fact `status`: with the staff, decided, or the seller is no applicant),
    `link_in_name`, `incomplete` (facts `facts`, `papers`), `rules` (the market's rules are not
    accepted), `bad_paper` (neither picture nor PDF), `too_large`."""


@transaction.atomic
def ask_to_sell(*, name: str, legal_form: str, commune: AdminUnit, person: str, phone: str) -> Cooperative:
    """By somebody we do not know: the seller is founded as `applied`, and its owner confirms by a link to the phone.

    Raises CannotApply, CannotFound, InvalidPhone, CannotInvite. Until the link is opened nobody can work on it.
    """
    if legal_form not in FORMS:
        raise CannotApply("club")
    _check_names(name, person)
    actor = Actor.system("onboarding")
    cooperative = create_cooperative(name=name, commune=commune, actor=actor, legal_form=legal_form, phone=phone)
    recent = Invitation.objects.filter(
        phone=cooperative.phone, invited_by=None, status="waiting", created_at__gt=clock.now() - timedelta(days=1)
    )
    if recent.count() >= MOST_UNANSWERED:
        raise CannotApply("too_many", most=MOST_UNANSWERED)
    SellerApplication.objects.create(cooperative=cooperative, representative=" ".join(person.split())[:120])
    invite_member(cooperative=cooperative, phone=phone, name=person, role=Role.OWNER, actor=actor)
    return cooperative


def application_of(cooperative: Cooperative) -> SellerApplication:
    """The one there is, else one that is not written down yet."""
    return (
        SellerApplication.objects.select_related("cooperative__commune__parent", "decided_by")
        .filter(cooperative=cooperative)
        .first()
    ) or SellerApplication(cooperative=cooperative)


@transaction.atomic
def write_facts(*, cooperative: Cooperative, legal_form: str, actor: Actor, **facts: Any) -> SellerApplication:
    """Who one is. Asked in parts or all at once; an unknown word is a programming error."""
    application = _open(cooperative, actor)
    if legal_form not in FORMS:
        raise CannotApply("club")
    _check_names(*(str(facts.get(field, "")) for field in ("representative", "registered_by", "club")))
    told = {name: facts.pop(name) for name in SELLER_FACTS if name in facts}
    assert set(facts) <= set(FACTS), facts
    Cooperative.objects.filter(pk=cooperative.pk).update(legal_form=legal_form, **told)
    SellerApplication.objects.filter(pk=application.pk).update(**facts)
    names = sorted({"legal_form", *told, *facts})
    record(actor=actor, action="application.written", subject=application, cooperative=cooperative, fields=names)
    cooperative.refresh_from_db()
    application.refresh_from_db()
    return application


def add_paper(*, cooperative: Cooperative, kind: str, upload: File[bytes], actor: Actor) -> SellerPaper:
    """A picture (turned, stripped, re-encoded) or a PDF as it is. Raises CannotApply, BadPhoto; stores nothing then.

    Call it outside a transaction: the picture is decoded here.
    """
    _open(cooperative, actor, make=False)
    try:
        clean = clean_paper(upload)
    except BadPaper as fault:
        raise CannotApply(fault.code, **fault.facts) from fault
    paper = SellerPaper(
        kind=SellerPaper.Kind(kind),
        content_type=clean.content_type,
        size=len(clean.content),
        sha256=clean.sha256,
        uploaded_by=actor.user,
        uploaded_at=clock.now(),
    )
    with transaction.atomic():
        paper.application = _open(cooperative, actor)
        if paper.application.papers.filter(removed_at=None).count() >= MOST_PAPERS:
            raise CannotApply("too_many", most=MOST_PAPERS)
        if paper.application.papers.count() >= MOST_PAPERS_EVER:
            raise CannotApply("too_many_ever", most=MOST_PAPERS_EVER)
        paper.file.save("paper", ContentFile(clean.content), save=False)
        paper.save()
        record(
            actor=actor,
            action="application.paper_added",
            subject=paper,
            cooperative=cooperative,
            kind=paper.kind,
            sha256=paper.sha256,
        )
    return paper


@transaction.atomic
def take_back_paper(*, paper: SellerPaper, actor: Actor) -> None:
    """Leaves the application; the file stays, staff may have decided by it."""
    cooperative = paper.application.cooperative
    _open(cooperative, actor, adds=False)
    if SellerPaper.objects.filter(pk=paper.pk, removed_at=None).update(removed_at=clock.now()):
        record(actor=actor, action="application.paper_taken_back", subject=paper, cooperative=cooperative)


@transaction.atomic
def send_application(*, cooperative: Cooperative, actor: Actor) -> SellerApplication:
    """To the staff; again after they asked for more or refused. Raises CannotApply."""
    application = _open(cooperative, actor)
    if application.cooperative.legal_form not in FORMS:
        raise CannotApply("club")
    facts, papers = missing_facts(application), missing_papers(application)
    if facts or papers:
        raise CannotApply("incomplete", facts=facts, papers=[str(kind) for kind in papers])
    if rules_to_accept(cooperative) is not None:
        raise CannotApply("rules")
    same = SellerApplication.objects.filter(pk=application.pk, status__in=OPEN, round=application.round)
    status = SellerApplication.Status.SENT
    if not same.update(status=status, round=F("round") + 1, sent_at=clock.now()):
        raise CannotApply("not_now", status=status)
    application.refresh_from_db()
    record(
        actor=actor,
        action="application.sent",
        subject=application,
        cooperative=cooperative,
        round=application.round,
    )
    return application


def _open(cooperative: Cooperative, actor: Actor, *, make: bool = True, adds: bool = True) -> SellerApplication:
    """The application, as long as the seller may still change it: what staff admitted changes only through them.

    With ``make`` its row is held until the transaction ends: nothing is changed while it is being sent or decided.
    Without ``adds`` (taking a paper back that was never sent) the seller need not be an applicant.
    """
    if not may_decide(actor, cooperative, Role.MANAGER):
        raise CannotApply("not_allowed")
    applicant = Cooperative.objects.filter(pk=cooperative.pk, status=Cooperative.Status.APPLIED)
    if adds and not applicant.exists():
        raise CannotApply("not_now", status=cooperative.status)
    application = application_of(cooperative)
    if make:
        held = SellerApplication.objects.select_for_update(of=("self",)).select_related("cooperative")
        application, _fresh = held.get_or_create(cooperative=cooperative)
    if application.status not in OPEN:
        raise CannotApply("not_now", status=application.status)
    return application


def _check_names(*names: str) -> None:
    """What strangers type goes into text messages to telephones they choose."""
    if any(holds_link(name) for name in names):
        raise CannotApply("link_in_name")
