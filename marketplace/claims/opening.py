"""The buyer's side: something is wrong with a parcel; or it is settled after all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.errors import DomainError
from community.photos.taking_in import CleanPicture
from marketplace.claims.lots import warn_of_lots
from marketplace.claims.models import Claim, ClaimLine
from marketplace.claims.moving import hours_from_now, move_claim, tidy_words
from marketplace.claims.photographs import keep_photos
from marketplace.claims.states import MAY_BE_CLAIMED, RUNNING, ClaimStatus, PhotoBy, Problem
from marketplace.claims.telling import tell_seller_of_claim, tell_seller_withdrawn
from marketplace.orders.models import OrderLine, Parcel
from marketplace.orders.states import ParcelStatus

MOST_CLAIMS = 4


class CannotClaim(DomainError):
    """Nothing was changed. Codes: ``not_sent`` (facts: status), ``too_late`` (facts: until), ``runs`` (facts: claim),

    ``too_often``, ``not_late`` (still on its way; facts: day), ``no_lines``, ``too_many`` (facts: title, most),
    ``no_photo``, ``no_words``.
    """


@dataclass(frozen=True, slots=True)
class Told:
    """``packs``: how many are meant, by order line; of a parcel that never came all are. ``photos`` are cleaned."""

    problem: Problem
    packs: Mapping[int, int]
    words: str = ""
    photos: Sequence[CleanPicture] = ()


def claim_until(parcel: Parcel, claims: Sequence[Claim]) -> datetime | None:
    """Until when something may be claimed; None while nobody said that it arrived. Goods sent again begin it anew."""
    if parcel.delivered_at is None:
        return None
    again = [claim.replacement.sent_at for claim in claims if hasattr(claim, "replacement")]
    return max(filter(None, [parcel.delivered_at, *again])) + timedelta(days=settings.CLAIM_DAYS)


def check_claimable(parcel: Parcel, claims: Sequence[Claim] | None = None) -> None:
    """Whether a claim could be opened now at all. Raises :class:`CannotClaim`.

    ``claims``: those of the parcel with their replacements, by a caller who has loaded them.
    """
    if parcel.status not in MAY_BE_CLAIMED:
        raise CannotClaim("not_sent", status=parcel.status)
    if claims is None:
        claims = list(Claim.objects.filter(parcel=parcel).select_related("replacement").order_by("pk"))
    until = claim_until(parcel, claims)
    if until is not None and clock.now() > until:
        raise CannotClaim("too_late", until=until)
    running = next((claim for claim in claims if claim.status in RUNNING), None)
    if running is not None:
        raise CannotClaim("runs", claim=running.code)
    if len(claims) >= MOST_CLAIMS:
        raise CannotClaim("too_often")


def is_claimable(parcel: Parcel, claims: Sequence[Claim]) -> bool:
    """Whether the button is shown; no query."""
    try:
        check_claimable(parcel, claims)
    except CannotClaim:
        return False
    return True


@transaction.atomic
def open_claim(*, parcel: Parcel, told: Told, key: UUID, actor: Actor) -> Claim:
    """Write down what is wrong and ask the seller; the same ``key`` for the same parcel answers with the same claim.

    Photos were cleaned before, never inside a transaction.
    """
    parcel = Parcel.objects.select_for_update(of=("self",)).select_related("order", "cooperative").get(pk=parcel.pk)
    key = uuid5(key, parcel.code)  # a page that is kept may be sent for another parcel: that is another claim
    earlier = Claim.objects.filter(key=key).first()
    if earlier is not None:
        return earlier
    check_claimable(parcel)
    words = tidy_words(told.words)
    meant = _meant(parcel, told)
    _check_proof(parcel, told, words)
    claim = Claim.objects.create(
        key=key, parcel=parcel, problem=told.problem, words=words, opened_at=clock.now(), due_at=hours_from_now()
    )
    ClaimLine.objects.bulk_create(ClaimLine(claim=claim, line=line, packs=packs) for line, packs in meant)
    record(
        actor=actor,
        action="claim.opened",
        subject=claim,
        cooperative=parcel.cooperative,
        parcel=parcel.code,
        problem=str(told.problem),
        packs=sum(packs for _line, packs in meant),
    )
    tell_seller_of_claim(claim)
    warn_of_lots(claim)
    keep_photos(claim, told.photos, PhotoBy.BUYER)
    return claim


@transaction.atomic
def withdraw_claim(*, claim: Claim, actor: Actor) -> Claim:
    """It is settled after all, or was a mistake. Raises ``ClaimMoved`` once goods are on their way again, or it is

    over.
    """
    move_claim(claim=claim, to=ClaimStatus.WITHDRAWN, actor=actor, ended_at=clock.now())
    tell_seller_withdrawn(claim)
    return claim


def _meant(parcel: Parcel, told: Told) -> list[tuple[OrderLine, int]]:
    lines = [line for line in parcel.lines.prefetch_related("changes").order_by("pk") if line.packs_to_send]
    if told.problem == Problem.NOT_ARRIVED:
        return [(line, line.packs_to_send) for line in lines]
    meant = [(line, packs) for line in lines if (packs := told.packs.get(line.pk, 0)) > 0]
    if not meant:
        raise CannotClaim("no_lines")
    for line, packs in meant:
        if packs > line.packs_to_send:
            raise CannotClaim("too_many", title=line.shown_title, most=line.packs_to_send)
    return meant


def _check_proof(parcel: Parcel, told: Told, words: str) -> None:
    """A photo of what is broken, words of what a photo does not show, and patience for what is still on its way."""
    if told.problem == Problem.BROKEN and not told.photos:
        raise CannotClaim("no_photo")
    if told.problem in (Problem.WRONG, Problem.BAD) and not told.photos and not words:
        raise CannotClaim("no_words")
    if told.problem == Problem.NOT_ARRIVED and parcel.status == ParcelStatus.SHIPPED:
        day = latest_day(parcel)
        if clock.today() <= day:
            raise CannotClaim("not_late", day=day)


def latest_day(parcel: Parcel) -> date:
    """When it should have arrived at the latest: the days of its zone, from its leaving."""
    since = parcel.shipped_at or parcel.order.placed_at
    return timezone.localdate(since) + timedelta(days=parcel.days_max)
