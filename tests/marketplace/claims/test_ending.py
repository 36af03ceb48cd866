"""Offers, yes and no, the clock, and the market's word; money goes through refunds and nowhere else."""

from __future__ import annotations

from uuid import uuid4

import pytest

from community import clock
from community.outbox.models import OutboxMessage
from marketplace.claims.answering import Answer, CannotAnswer, answer_claim
from marketplace.claims.ending import CannotDecide, accept_offer, decide_claim, pass_on, pass_on_due
from marketplace.claims.models import Claim
from marketplace.claims.moving import ClaimMoved
from marketplace.claims.states import ClaimStatus, Outcome
from marketplace.payments.agreeing import CannotAgree
from marketplace.payments.models import Proposal, Refund
from marketplace.payments.proving.checking import check_money
from marketplace.payments.refunds.refunding import CannotRefund, Wish, approve_refund, ask_refund, payment_of
from marketplace.payments.refunds.sending_back import send_by_bank
from marketplace.payments.states import RefundKind, RefundStatus
from marketplace.payouts.confirming import confirm_proposal
from tests.marketplace.claims.stage import (
    BUYER,
    GOODS,
    SHIPPING,
    answered,
    claim_of,
    clerk,
    delivered,
    everything,
    in_hours,
    open_booth,
    passed_on,
)

pytestmark = pytest.mark.django_db
WHOLE = GOODS + SHIPPING


@pytest.fixture
def parcel(cast):
    goods, _batch = open_booth(cast)
    return delivered(cast, goods)


def test_an_agreed_part_is_a_refund_that_the_cooperative_sends_from_its_own_account(cast, parcel) -> None:
    claim = answered(cast, parcel, dong=60_000)
    assert not Refund.objects.exists(), "an offer promises nothing"
    accept_offer(claim=claim, actor=BUYER)
    refund = Refund.objects.get()
    assert (refund.amount_dong, refund.status, refund.parcel) == (60_000, RefundStatus.APPROVED, parcel)
    assert (claim.status, claim.outcome, claim.outcome_dong) == (ClaimStatus.SETTLED, Outcome.PART, 60_000)
    send_by_bank(refund=refund, actor=cast.lan_acts, bank_ref="FT26326123", to_account="0123456789")
    assert Refund.objects.get().status == RefundStatus.DONE
    assert not list(check_money())


def test_all_the_money_is_what_is_left_of_the_parcel_with_its_delivery(cast, parcel) -> None:
    accept_offer(claim=answered(cast, parcel, Outcome.FULL), actor=BUYER)
    assert Refund.objects.get().amount_dong == WHOLE


def test_saying_yes_twice_gives_the_money_once(cast, parcel) -> None:
    claim = answered(cast, parcel)
    accept_offer(claim=claim, actor=BUYER)
    before = everything()
    with pytest.raises(ClaimMoved):
        accept_offer(claim=claim, actor=BUYER)
    assert everything() == before


def test_above_the_limit_staff_approve_what_both_agreed_on(cast, parcel, settings) -> None:
    settings.REFUND_TWO_PEOPLE_OVER = 50_000
    accept_offer(claim=answered(cast, parcel, dong=60_000), actor=BUYER)
    assert Refund.objects.get().status == RefundStatus.REQUESTED


def test_a_sum_is_not_taken_apart_into_several_claims(cast, parcel, settings) -> None:
    """Each is under the limit for two people, both together are not: by the buyer's yes, and by the market's word."""
    settings.REFUND_TWO_PEOPLE_OVER = 100_000
    accept_offer(claim=answered(cast, parcel, dong=60_000), actor=BUYER)
    accept_offer(claim=answered(cast, parcel, dong=50_000), actor=BUYER)
    statuses = Refund.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == [RefundStatus.APPROVED, RefundStatus.REQUESTED]
    third = passed_on(cast, parcel)
    decide_claim(claim=third, outcome=Outcome.PART, dong=20_000, words="Hàng hỏng", actor=cast.hoa_acts)
    assert Proposal.objects.get().amount_dong == 20_000 and Refund.objects.count() == 2


def test_never_more_goes_back_than_came(cast, parcel) -> None:
    """Somebody else gave money back between the offer and the yes."""
    claim = answered(cast, parcel, dong=WHOLE)
    wish = Wish(payment_of(parcel), WHOLE - 10_000, RefundKind.PARCEL, "goods_broken:1", parcel=parcel)
    approve_refund(refund=ask_refund(wish=wish, actor=clerk()), actor=clerk())
    before = everything()
    with pytest.raises(CannotRefund) as refused:
        accept_offer(claim=claim, actor=BUYER)
    assert refused.value.code == "more_than_came" and everything() == before


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (Answer(Outcome.NONE, "  "), "no_words"),
        (Answer(Outcome.PART, "", 0), "not_positive"),
        (Answer(Outcome.PART, "", WHOLE + 1), "more_than_left"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(cast, parcel, answer, code) -> None:
    claim = claim_of(parcel)
    before = everything()
    with pytest.raises(CannotAnswer) as refused:
        answer_claim(claim=claim, answer=answer, actor=cast.lan_acts)
    assert refused.value.code == code and everything() == before


def test_goods_that_are_gone_are_not_offered_again(cast) -> None:
    goods, _batch = open_booth(cast, packs=2)
    claim = claim_of(delivered(cast, goods))
    with pytest.raises(CannotAnswer) as refused:
        answer_claim(claim=claim, answer=Answer(Outcome.RESEND), actor=cast.lan_acts)
    assert refused.value.code == "no_goods"


def test_another_cooperative_answers_nothing(cast, parcel) -> None:
    claim = claim_of(parcel)
    before = everything()
    with pytest.raises(CannotAnswer, match="not_yours"):
        answer_claim(claim=claim, answer=Answer(Outcome.FULL), actor=cast.other_acts)
    assert everything() == before


def test_of_two_members_who_answer_at_once_the_second_changes_nothing(cast, parcel) -> None:
    claim = answered(cast, parcel)
    before = everything()
    with pytest.raises(ClaimMoved):
        answer_claim(claim=claim, answer=Answer(Outcome.FULL), actor=cast.son_acts)
    assert everything() == before


def test_a_no_lets_the_market_decide_and_both_sides_hear_it(cast, parcel) -> None:
    claim = passed_on(cast, parcel)
    assert claim.status == ClaimStatus.PLATFORM and claim.due_at is None
    kinds = set(OutboxMessage.objects.values_list("kind", flat=True))
    assert {"claim_opened", "claim_answered", "claim_passed_on", "claim_passed_on_seller"} <= kinds


def test_whoever_does_not_answer_in_time_lets_the_market_decide(cast, parcel, settings) -> None:
    claim = claim_of(parcel)
    with in_hours(47):
        assert pass_on_due(now=clock.now()) == 0
    with in_hours(49):
        assert pass_on_due(now=clock.now()) == 1
        assert pass_on_due(now=clock.now()) == 0
    claim.refresh_from_db()
    assert claim.status == ClaimStatus.PLATFORM
    with pytest.raises(ClaimMoved):
        answer_claim(claim=claim, answer=Answer(Outcome.FULL), actor=cast.lan_acts)
    assert not Refund.objects.exists()


def test_the_buyer_has_a_clock_too(cast, parcel) -> None:
    claim = answered(cast, parcel)
    with in_hours(49):
        assert pass_on_due(now=clock.now()) == 1
    with pytest.raises(ClaimMoved):
        pass_on(claim=claim, words="", actor=BUYER)


def test_the_market_decides_with_reasons_and_the_money_is_promised(cast, parcel) -> None:
    claim = passed_on(cast, parcel)
    before = everything()
    with pytest.raises(CannotDecide, match="no_reasons"):
        decide_claim(claim=claim, outcome=Outcome.FULL, words=" ", actor=cast.hoa_acts)
    with pytest.raises(CannotAnswer, match="more_than_left"):
        decide_claim(claim=claim, outcome=Outcome.PART, dong=WHOLE + 1, words="x", actor=cast.hoa_acts)
    assert everything() == before
    decide_claim(claim=claim, outcome=Outcome.PART, dong=80_000, words="Ảnh cho thấy hũ hở", actor=cast.hoa_acts)
    refund = Refund.objects.get()
    assert (refund.amount_dong, refund.status) == (80_000, RefundStatus.APPROVED)
    assert claim.decided_by == cast.hoa and "hũ hở" in OutboxMessage.objects.get(kind="claim_ended").text
    assert not list(check_money())


def test_the_market_may_say_that_a_claim_is_not_justified(cast, parcel) -> None:
    claim = passed_on(cast, parcel)
    decide_claim(claim=claim, outcome=Outcome.NONE, words="Ảnh không khớp", actor=cast.hoa_acts)
    assert claim.status == ClaimStatus.SETTLED and not Refund.objects.exists()


def test_only_what_was_passed_on_is_the_markets(cast, parcel) -> None:
    claim = claim_of(parcel)
    before = everything()
    with pytest.raises(ClaimMoved):
        decide_claim(claim=claim, outcome=Outcome.FULL, words="x", actor=cast.hoa_acts)
    assert everything() == before


def test_above_the_limit_two_of_the_staff_decide(cast, parcel, settings) -> None:
    settings.REFUND_TWO_PEOPLE_OVER = 50_000
    claim, second = passed_on(cast, parcel), clerk()
    decide_claim(claim=claim, outcome=Outcome.FULL, words="Hàng hỏng", actor=cast.hoa_acts)
    proposal = Proposal.objects.get()
    assert (claim.status, proposal.amount_dong, Refund.objects.count()) == (ClaimStatus.PLATFORM, WHOLE, 0)
    with pytest.raises(CannotAgree, match="second_person"):
        confirm_proposal(proposal=proposal, actor=cast.hoa_acts)
    confirm_proposal(proposal=proposal, actor=second)
    refund, claim = Refund.objects.get(), Claim.objects.get()
    assert (refund.requested_by, refund.approved_by) == (cast.hoa, second.user)
    assert (claim.status, claim.decided_by) == (ClaimStatus.SETTLED, second.user)


def test_a_proposal_about_other_facts_is_not_confirmed(cast, parcel, settings) -> None:
    settings.REFUND_TWO_PEOPLE_OVER = 50_000
    claim = passed_on(cast, parcel)
    decide_claim(claim=claim, outcome=Outcome.FULL, words="Hàng hỏng", actor=cast.hoa_acts)
    wish = Wish(payment_of(parcel), 20_000, RefundKind.PARCEL, f"other:{uuid4().hex[:6]}", parcel=parcel)
    approve_refund(refund=ask_refund(wish=wish, actor=clerk()), actor=clerk())
    before = everything()
    with pytest.raises(CannotAgree, match="not_the_same"):
        confirm_proposal(proposal=Proposal.objects.get(), actor=clerk())
    assert {**everything(), "audit": 0} == {**before, "audit": 0}
