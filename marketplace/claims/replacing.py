"""Goods sent once more because of a claim: real packs, reserved when it is agreed, sold from their lots later."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F

from community import clock
from community.audit.actors import Actor
from community.errors import DomainError
from marketplace.claims.models import Claim, Replacement
from marketplace.claims.moving import ClaimMoved, move_claim, tidy_words
from marketplace.claims.states import MAY_BE_CLAIMED, ClaimStatus, ReplacementStatus
from marketplace.claims.telling import tell_passed_on, tell_sent_again
from marketplace.orders.fulfilling import sell_packed
from marketplace.orders.models import Allocation, Parcel
from marketplace.orders.reserving import move_allocations, release, reserve_packs
from marketplace.orders.states import AllocationStatus

ANEW: dict[str, Any] = {"rounds": F("rounds") + 1, "outcome": "", "outcome_dong": 0}
"""What is stamped on a claim whose goods could not be sent again: nothing was done yet."""


class CannotResend(DomainError):
    """Codes: ``not_yours``, ``no_courier``, ``no_words``."""


def days_to_send() -> datetime:
    """Until when goods that were promised again have to leave."""
    return clock.now() + timedelta(days=settings.CLAIM_DAYS)


def hold_parcel(claim: Claim) -> None:
    """Lock the claimed parcel. Raises ``ClaimMoved`` (``parcel_over``) when it is not out of the house any more."""
    parcel = Parcel.objects.select_for_update(of=("self",)).get(pk=claim.parcel_id)
    if parcel.status not in MAY_BE_CLAIMED:
        facts = {"status": parcel.status, "wanted": str(ClaimStatus.RESENDING)}
        raise ClaimMoved("parcel_over", claim=claim.code, **facts)


def reserve_again(*, claim: Claim, actor: Actor) -> Replacement:
    """Hold the claimed packs; call inside the transaction that agrees. Raises ``SoldOut``."""
    lines = [(each.line, each.packs) for each in claim.lines.select_related("line__pack").order_by("pk")]
    allocations = reserve_packs(wanted=lines, actor=actor)
    move_allocations(Allocation.objects.filter(pk__in=[each.pk for each in allocations]), AllocationStatus.COMMITTED)
    replacement, _made = Replacement.objects.update_or_create(
        claim=claim, defaults={"status": ReplacementStatus.TO_SEND, "made_at": clock.now()}
    )
    replacement.allocations.set(allocations)
    return replacement


@transaction.atomic
def send_again(*, claim: Claim, courier: str, courier_code: str, actor: Actor) -> Claim:
    """The packs leave their lots, in the ledger and in the history, as any sold pack does; then the claim is settled.

    Raises :class:`CannotResend`, ``ClaimMoved`` (also when the parcel came back meanwhile), or ``WrongPick``
    (batch_blocked) when a batch may no longer leave.
    """
    _check_own(claim, actor)
    carrier = " ".join(courier.split())[:80]
    if not carrier:
        raise CannotResend("no_courier")
    hold_parcel(claim)
    move_claim(claim=claim, to=ClaimStatus.SETTLED, only_from=ClaimStatus.RESENDING, actor=actor, ended_at=clock.now())
    replacement = Replacement.objects.get(claim=claim)
    move_allocations(replacement.allocations.all(), AllocationStatus.PACKED)
    sell_packed(parcel=claim.parcel, actor=actor)
    Replacement.objects.filter(pk=replacement.pk).update(
        status=ReplacementStatus.SENT,
        sent_at=clock.now(),
        sent_by=actor.user,
        courier=carrier,
        courier_code=" ".join(courier_code.split())[:60],
    )
    claim.refresh_from_db()
    tell_sent_again(claim)
    return claim


@transaction.atomic
def call_off_resending(*, claim: Claim, words: str, actor: Actor) -> Claim:
    """The goods cannot be sent after all: they go back on sale, and the market decides. Raises as ``send_again``."""
    _check_own(claim, actor)
    reason = tidy_words(words)
    if not reason:
        raise CannotResend("no_words")
    move_claim(
        claim=claim,
        to=ClaimStatus.PLATFORM,
        only_from=ClaimStatus.RESENDING,
        actor=actor,
        passed_on_at=clock.now(),
        answer=reason,
        **ANEW,
    )
    let_go(claim=claim, actor=actor)
    tell_passed_on(claim)
    return claim


def let_go(*, claim: Claim, actor: Actor) -> None:
    """What was held to be sent again goes back on sale; nothing happens where nothing is held."""
    waiting = Replacement.objects.filter(claim=claim, status=ReplacementStatus.TO_SEND)
    for replacement in waiting:
        for allocation in replacement.allocations.order_by("batch_id", "pk"):
            release(allocation=allocation, actor=actor)
    waiting.update(status=ReplacementStatus.CALLED_OFF)


def _check_own(claim: Claim, actor: Actor) -> None:
    if actor.cooperative is None or actor.cooperative.pk != claim.parcel.cooperative_id:
        raise CannotResend("not_yours")
