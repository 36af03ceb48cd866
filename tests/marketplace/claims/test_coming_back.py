"""A parcel comes back unpaid while something is claimed of it, or after its goods were sent once more."""

from __future__ import annotations

from uuid import uuid4

import pytest

from community import clock
from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from marketplace.claims.answering import Answer, answer_claim
from marketplace.claims.ending import accept_offer, close_ended, decide_claim, pass_on, pass_on_due
from marketplace.claims.models import Claim, Replacement
from marketplace.claims.moving import ClaimMoved
from marketplace.claims.opening import Told, open_claim
from marketplace.claims.replacing import send_again
from marketplace.claims.states import RUNNING, ClaimStatus, Outcome, Problem, ReplacementStatus
from marketplace.orders.models import Allocation, Parcel
from marketplace.orders.states import AllocationStatus
from marketplace.payments.ending.taking_back import take_back
from marketplace.payouts.checking import check_all_money
from tests.marketplace.claims.stage import BUYER, everything
from tests.marketplace.payments.on_delivery import on_its_way, sent
from tests.marketplace.payments.stage import SYSTEM, packs_left

pytestmark = pytest.mark.django_db


def seller_of(parcel: Parcel) -> Actor:
    return Actor(user=None, cooperative=parcel.cooperative)


def claimed(until: ClaimStatus) -> Claim:
    """Two packs of an unpaid parcel that has arrived, claimed; the life of the claim goes on ``until`` there."""
    parcel = sent(on_its_way())
    told = Told(Problem.BAD, {parcel.lines.get().pk: 2}, "Hàng hư", ())
    claim = open_claim(parcel=parcel, told=told, key=uuid4(), actor=BUYER)
    if until == ClaimStatus.OPEN:
        return claim
    claim = answer_claim(claim=claim, answer=Answer(Outcome.RESEND, "Em gửi lại"), actor=seller_of(parcel))
    if until == ClaimStatus.PLATFORM:
        return pass_on(claim=claim, words="Không", actor=BUYER)
    return accept_offer(claim=claim, actor=BUYER) if until == ClaimStatus.RESENDING else claim


def bring_back(claim: Claim) -> None:
    take_back(parcel=claim.parcel, to_stock=True, reason="không nhận", actor=seller_of(claim.parcel))


def send(claim: Claim) -> Claim:
    return send_again(claim=claim, courier="VNPost", courier_code="EM2", actor=seller_of(claim.parcel))


def test_the_box_that_comes_back_brings_no_more_than_went_out_in_it() -> None:
    claim = send(claimed(ClaimStatus.RESENDING))
    left = packs_left(claim.parcel.cooperative)
    bring_back(claim)
    assert packs_left(claim.parcel.cooperative) == left + 2, "two in the box; the two sent again are not here"
    assert Replacement.objects.get().allocations.get().status == AllocationStatus.SOLD
    assert check_all_money() == []


def test_for_a_parcel_that_came_back_nothing_is_sent_again() -> None:
    claim = claimed(ClaimStatus.RESENDING)
    bring_back(claim)
    before = everything()
    with pytest.raises(ClaimMoved, match="parcel_over"):
        send(claim)
    assert everything() == before


def agree(claim: Claim) -> Claim:
    return accept_offer(claim=claim, actor=BUYER)


def decide(claim: Claim) -> Claim:
    return decide_claim(claim=claim, outcome=Outcome.RESEND, words="Gửi lại", actor=SYSTEM)


@pytest.mark.parametrize(("until", "promise"), [(ClaimStatus.ANSWERED, agree), (ClaimStatus.PLATFORM, decide)])
def test_for_a_parcel_that_came_back_nothing_is_agreed_or_decided_to_be_sent(until, promise) -> None:
    claim = claimed(until)
    bring_back(claim)
    before = everything()
    with pytest.raises(ClaimMoved, match="parcel_over"):
        promise(claim)
    assert everything() == before


@pytest.mark.parametrize("until", RUNNING)
def test_the_clock_closes_what_runs_and_lets_go_what_was_held(until) -> None:
    claim = claimed(until)
    assert close_ended(now=clock.now()) == 0, "it is out of the house: nothing is closed"
    bring_back(claim)
    assert close_ended(now=clock.now()) == 1 and close_ended(now=clock.now()) == 0
    claim.refresh_from_db()
    assert (claim.status, claim.outcome, claim.due_at) == (ClaimStatus.SETTLED, "", None) and claim.ended_at
    assert packs_left(claim.parcel.cooperative) == 10
    assert not Replacement.objects.exclude(status=ReplacementStatus.CALLED_OFF).exists()
    assert not Allocation.objects.filter(status=AllocationStatus.COMMITTED).exists()
    assert OutboxMessage.objects.filter(kind__startswith="claim_closed").count() == 2, "both sides hear it"


def test_one_broken_claim_does_not_stop_the_others(monkeypatch) -> None:
    first, second = claimed(ClaimStatus.OPEN), claimed(ClaimStatus.OPEN)

    def fails(claim: Claim) -> None:
        if claim.pk == first.pk:
            raise RuntimeError("a row that is broken")

    monkeypatch.setattr("marketplace.claims.ending.tell_passed_on", fails)
    late = max(claim.due_at for claim in Claim.objects.all())
    assert pass_on_due(now=late) == 1
    assert dict(Claim.objects.values_list("pk", "status")) == {first.pk: "open", second.pk: "platform"}
