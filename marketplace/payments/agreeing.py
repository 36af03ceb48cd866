"""Two people for a large sum: one proposes, another confirms or refuses; who proposed may withdraw.

A verb that moves money asks :func:`agreed` after its checks, under its locks, before it writes. Confirming calls the
same verb again, with the proposal: so everything is checked twice and booked once. See docs/decisions/0097.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.recording import record
from community.cooperatives.models import Cooperative
from community.errors import DomainError
from marketplace.payments.models import Capture, Dispute, Payment, Proposal
from marketplace.payments.states import ProposalAct, ProposalStatus

S = ProposalStatus


class CannotAgree(DomainError):
    """Nothing was changed. Codes: ``second_person``, ``waits`` (somebody proposed something about it; facts: by, at),

    ``ended`` (facts: by, at, status), ``not_the_same`` (the facts are others by now), ``no_reason``, ``not_yours``.
    """


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants to do. ``weighs_dong`` is what the limit is compared with: the whole transfer for a part of

    it, so that nobody takes a large sum apart.
    """

    act: ProposalAct
    key: str
    amount_dong: int
    weighs_dong: int = 0
    note: str = ""
    capture: Capture | None = None
    payment: Payment | None = None
    dispute: Dispute | None = None
    cooperative: Cooperative | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def agreed(*, wanted: Wanted, actor: Actor, proposal: Proposal | None) -> Proposal | None:
    """None: it may be done now. Else it was written down and waits, and the caller writes nothing.

    With the ``proposal`` that is confirmed by ``actor``: takes it, once. Raises :class:`CannotAgree`.
    """
    if proposal is not None:
        _take(proposal, wanted, actor)
        return None
    waiting = _waiting(wanted.key)
    if waiting is not None and actor.user is not None:
        if waiting.proposed_by == actor.user and _same(waiting, wanted):
            return waiting
        raise CannotAgree("waits", by=waiting.proposed_by.name, at=waiting.proposed_at)
    over = max(wanted.amount_dong, wanted.weighs_dong) > settings.REFUND_TWO_PEOPLE_OVER
    return _propose(wanted, actor.user, actor) if over and actor.user is not None else None


def check_nothing_waits(capture: Capture) -> None:
    """For acts about a line that ask nobody here; call with the capture locked. Raises CannotAgree (``waits``)."""
    waiting = _waiting(key_of(capture))
    if waiting is not None:
        raise CannotAgree("waits", by=waiting.proposed_by.name, at=waiting.proposed_at)


def key_of(capture: Capture) -> str:
    """What every proposal about this money is known by."""
    return f"capture:{capture.pk}"


def undoes_alone(*, weighs_dong: int, people: Iterable[int | None], actor: Actor, **agreed_about: Any) -> bool:
    """Over the limit, whether ``actor`` had a hand in it: wrote it down (``people``), or proposed or confirmed it

    (``agreed_about`` finds those proposals). Then another has to undo it.
    """
    if weighs_dong <= settings.REFUND_TWO_PEOPLE_OVER or actor.user is None:
        return False
    if actor.user.pk in people:
        return True
    confirmed = Proposal.objects.filter(status=S.CONFIRMED, **agreed_about)
    return bool(agreed_about) and confirmed.filter(Q(proposed_by=actor.user) | Q(ended_by=actor.user)).exists()


@transaction.atomic
def refuse_proposal(*, proposal: Proposal, reason: str, actor: Actor) -> Proposal:
    """A second person says no, and why. Raises :class:`CannotAgree`."""
    words = " ".join(reason.split())[:300]
    if not words:
        raise CannotAgree("no_reason")
    if actor.user is None or actor.user.pk == proposal.proposed_by_id:
        raise CannotAgree("second_person")
    _end(proposal, S.REFUSED, actor, answer=words)
    return proposal


@transaction.atomic
def withdraw_proposal(*, proposal: Proposal, actor: Actor) -> Proposal:
    """Who proposed it thinks better of it. Raises :class:`CannotAgree`."""
    if actor.user is None or actor.user.pk != proposal.proposed_by_id:
        raise CannotAgree("not_yours")
    _end(proposal, S.WITHDRAWN, actor)
    return proposal


# --- inside -----------------------------------------------------------------------------------------------------------
def _waiting(key: str) -> Proposal | None:
    return Proposal.objects.filter(key=key, status=S.WAITING).select_related("proposed_by").first()


def _propose(wanted: Wanted, user: User, actor: Actor) -> Proposal:
    proposal = Proposal.objects.create(
        act=wanted.act,
        key=wanted.key,
        amount_dong=wanted.amount_dong,
        capture=wanted.capture,
        payment=wanted.payment,
        dispute=wanted.dispute,
        cooperative=wanted.cooperative,
        facts=wanted.facts,
        note=wanted.note.strip()[:300],
        proposed_at=clock.now(),
        proposed_by=user,
    )
    _note(proposal, actor, "made")
    return proposal


def _take(proposal: Proposal, wanted: Wanted, actor: Actor) -> None:
    if actor.user is None or actor.mandate_code or actor.user.pk == proposal.proposed_by_id:
        raise CannotAgree("second_person")
    if not _same(proposal, wanted):
        raise CannotAgree("not_the_same")
    _end(proposal, S.CONFIRMED, actor)


def _same(proposal: Proposal, wanted: Wanted) -> bool:
    rows = (proposal.capture_id, proposal.payment_id, proposal.dispute_id, proposal.cooperative_id)
    asked = (wanted.capture, wanted.payment, wanted.dispute, wanted.cooperative)
    return (
        (proposal.act, proposal.key, proposal.amount_dong) == (wanted.act, wanted.key, wanted.amount_dong)
        and rows == tuple(row.pk if row is not None else None for row in asked)
        and proposal.facts == wanted.facts
    )


def _end(proposal: Proposal, to: ProposalStatus, actor: Actor, **said: Any) -> None:
    """Guarded: of two who press at once one ends it, the other reads who did."""
    waiting = Proposal.objects.filter(pk=proposal.pk, status=S.WAITING)
    done = waiting.update(status=to, ended_at=clock.now(), ended_by=actor.user, **said)
    proposal.refresh_from_db()
    if not done:
        by = proposal.ended_by.name if proposal.ended_by else ""
        raise CannotAgree("ended", by=by, at=proposal.ended_at, status=proposal.status)
    _note(proposal, actor, str(to))


def _note(proposal: Proposal, actor: Actor, word: str) -> None:
    record(
        actor=actor,
        action=f"proposal.{word}",
        subject=proposal,
        cooperative=proposal.cooperative,
        act=str(proposal.act),
        about=proposal.key if not proposal.key.startswith("dues:") else "dues",
        amount_dong=proposal.amount_dong,
    )
