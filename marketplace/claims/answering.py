"""The seller's side: what the cooperative offers for a claim. It promises nothing before the buyer has said yes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from community import clock
from community.audit.actors import Actor
from community.errors import DomainError
from community.photos.taking_in import CleanPicture
from marketplace.claims.models import Claim
from marketplace.claims.moving import hours_from_now, move_claim, tidy_words
from marketplace.claims.photographs import keep_photos
from marketplace.claims.states import ClaimStatus, Outcome, PhotoBy
from marketplace.claims.telling import tell_buyer_of_answer
from marketplace.orders.reserving import packs_left
from marketplace.payments.refunds.asking_back import left_of_parcel


class CannotAnswer(DomainError):
    """Nothing was changed. Codes: ``not_yours``, ``no_words`` (a no needs its reason), ``not_positive``,

    ``more_than_left`` (facts: left_dong), ``nothing_left`` (no money of this parcel can go back), ``no_goods`` (facts:
    title, wanted, left; packs).
    """


@dataclass(frozen=True, slots=True)
class Answer:
    """``dong`` counts for a part only; the whole is what is left of the parcel's money."""

    outcome: Outcome
    words: str = ""
    dong: int = 0
    photos: Sequence[CleanPicture] = ()


@transaction.atomic
def answer_claim(*, claim: Claim, answer: Answer, actor: Actor) -> Claim:
    """Once; then it is the buyer's turn. Raises :class:`CannotAnswer`, or ``ClaimMoved`` for who comes second."""
    if actor.cooperative is None or actor.cooperative.pk != claim.parcel.cooperative_id:
        raise CannotAnswer("not_yours")
    words = tidy_words(answer.words)
    if answer.outcome == Outcome.NONE and not words:
        raise CannotAnswer("no_words")
    dong = money_of(claim, answer.outcome, answer.dong)
    if answer.outcome == Outcome.RESEND:
        check_goods(claim)
    move_claim(
        claim=claim,
        to=ClaimStatus.ANSWERED,
        actor=actor,
        offer=answer.outcome,
        offer_dong=dong,
        answer=words,
        answered_at=clock.now(),
        answered_by=actor.user,
        due_at=hours_from_now(),
    )
    tell_buyer_of_answer(claim)
    keep_photos(claim, answer.photos, PhotoBy.SELLER)
    return claim


def money_of(claim: Claim, outcome: Outcome, dong: int) -> int:
    """What goes back by this outcome, in đồng; 0 for goods and for nothing. Raises :class:`CannotAnswer`."""
    if outcome not in (Outcome.PART, Outcome.FULL):
        return 0
    left = left_of_parcel(claim.parcel)
    if left <= 0:
        raise CannotAnswer("nothing_left")
    if outcome == Outcome.FULL:
        return left
    if type(dong) is not int or dong <= 0:
        raise CannotAnswer("not_positive")
    if dong > left:
        raise CannotAnswer("more_than_left", left_dong=left)
    return dong


def check_goods(claim: Claim) -> None:
    """Whether the claimed packs are there to be sent again; only a look, reserving decides."""
    lines = list(claim.lines.select_related("line"))
    left = packs_left([each.line.pack_id for each in lines], today=clock.today())
    for each in lines:
        if left.get(each.line.pack_id, 0) < each.packs:
            facts = {"wanted": each.packs, "left": left.get(each.line.pack_id, 0)}
            raise CannotAnswer("no_goods", title=each.line.shown_title, **facts)
