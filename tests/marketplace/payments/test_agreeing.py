"""Over the limit one person proposes and another confirms: every act in the same way, checked twice, booked once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from community.audit.models import AuditEntry
from community.errors import DomainError
from marketplace.ledger.accounts import OPERATORS_BANK
from marketplace.ledger.balances import balances
from marketplace.payments.agreeing import CannotAgree, check_nothing_waits, refuse_proposal, withdraw_proposal
from marketplace.payments.arriving.confirming import Seen, confirm_received
from marketplace.payments.asking.starting import start_order_payments, start_payment
from marketplace.payments.contested.disputing import settle_loss
from marketplace.payments.hearing.inbox import receive
from marketplace.payments.models import (
    Capture,
    Dispute,
    OwnMove,
    Payment,
    PaymentException,
    Proposal,
    ProviderPayout,
    Refund,
    SuspenseDecision,
)
from marketplace.payments.proving.checking import check_money
from marketplace.payments.refunds.taking_over import take_over
from marketplace.payments.states import LossBearer, OwnMoveKind, ProposalStatus
from marketplace.payments.suspense.settling import attach, mark_not_ours, send_back
from marketplace.payments.suspense.telling_apart import same_transfer
from marketplace.payments.treasury.moving import MoveSlip, undo_move, write_down
from marketplace.payments.treasury.provider_payouts import say_arrived, undo_arrival
from marketplace.payouts.confirming import confirm_proposal
from marketplace.payouts.dues import DuesSlip, record_dues
from marketplace.payouts.models import DuesPayment
from tests.concurrency.at_once import at_once
from tests.fakes.stripe_http import FakeStripe, signed_event
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, tables, transfer

ACTS = ["attach", "send_back", "not_ours", "dues", "loss", "twice", "taken_over", "arrived", "not_arrived", "undo_move"]


def staff(name: str) -> Actor:
    return Actor.of(User.objects.create_user(email=f"{name}@example.vn", name=name, is_staff=True))


def everything() -> dict[str, Any]:
    return tables() | {
        "decisions": list(SuspenseDecision.objects.values_list("act", "amount_dong")),
        "dues": list(DuesPayment.objects.values_list("amount_dong")),
        "disputes": list(Dispute.objects.values_list("borne_by")),
        "books": balances(),
        "payouts": list(ProviderPayout.objects.values_list("status")),
        "moves": list(OwnMove.objects.values_list("status")),
        "refunds": list(Refund.objects.values_list("status", "amount_dong", "provider_ref")),
    }


@dataclass
class Wished:
    """An act over the limit: what does it, and how often it was done."""

    do: Callable[[Actor], Any]
    done: Callable[[], int]


@pytest.fixture
def wished(request: pytest.FixtureRequest, stripe_fake: FakeStripe, settings: Any) -> Wished:
    settings.REFUND_TWO_PEOPLE_OVER = 50_000
    if request.param in OF_CARDS:
        return OF_CARDS[request.param](stripe_fake)
    if request.param == "dues":
        slip = DuesSlip(make_cooperative(), 60_000, "FT12345", clock.today(), livemode=True)
        return Wished(lambda who: record_dues(slip=slip, actor=who), DuesPayment.objects.count)
    if request.param == "undo_move":
        return _undo_move(settings)
    payment = start_order_payments(order=make_order(make_cooperative()), actor=SYSTEM)[0]
    if request.param == "twice":
        return _twice(payment)
    transfer(payment, content="quên mã")
    capture = Capture.objects.get()
    acts: dict[str, Callable[[Actor], Any]] = {
        "attach": lambda who: attach(capture=capture, payment=payment, amount_dong=40_000, actor=who, note="gọi điện"),
        "send_back": lambda who: send_back(capture=capture, reference="FT99999", actor=who),
        "not_ours": lambda who: mark_not_ours(capture=capture, note="tiền thuê máy", actor=who),
    }
    return Wished(acts[request.param], SuspenseDecision.objects.count)


def _twice(payment: Payment) -> Wished:
    by_hand = Seen(amount_dong=payment.amount_dong, reference="FT 26.326-123", day=clock.today())
    confirm_received(payment=payment, seen=by_hand, actor=SYSTEM)
    transfer(payment, referenceCode="MBVCB.777")
    later = Capture.objects.latest("pk")
    return Wished(lambda who: same_transfer(capture=later, actor=who), SuspenseDecision.objects.count)


def _undo_move(settings: Any) -> Wished:
    settings.REFUND_TWO_PEOPLE_OVER = 100_000
    slip = MoveSlip(OwnMoveKind.INTEREST, 60_000, "", "clearing:bank", "FT 123", clock.today())
    move = write_down(slip=slip, actor=SYSTEM)
    settings.REFUND_TWO_PEOPLE_OVER = 50_000
    undone = OwnMove.objects.filter(status="undone")
    return Wished(lambda who: undo_move(move=move, actor=who), undone.count)


def _paid_by_card(fake: FakeStripe) -> Payment:
    payment = start_payment(order=make_order(make_cooperative()), parcel=None, provider="stripe", actor=SYSTEM)
    _hear(fake.pay(payment.provider_ref), "checkout.session.completed", 0)
    return payment


def _taken_over(fake: FakeStripe) -> Wished:
    payment = _paid_by_card(fake)
    _hear(fake.refund_elsewhere(payment.provider_ref, 60_000), "refund.created", 1)
    question = PaymentException.objects.get()
    target = f"parcel:{payment.order.parcels.get().pk}"
    return Wished(lambda who: take_over(question=question, target=target, actor=who), Refund.objects.count)


def _arrived(fake: FakeStripe) -> Wished:
    _paid_by_card(fake)
    _hear(fake.balance.pay_out(60_000), "payout.paid", 1)
    payout = ProviderPayout.objects.get()
    arrived = ProviderPayout.objects.filter(status="arrived")
    return Wished(lambda who: say_arrived(payout=payout, into=OPERATORS_BANK, actor=who), arrived.count)


def _not_arrived(fake: FakeStripe) -> Wished:
    _arrived(fake).do(SYSTEM)
    payout = ProviderPayout.objects.get()
    awaited = ProviderPayout.objects.filter(status="in_transit")
    return Wished(lambda who: undo_arrival(payout=payout, actor=who), awaited.count)


def _loss(fake: FakeStripe) -> Wished:
    payment = _paid_by_card(fake)
    _hear(fake.dispute(payment.provider_ref), "charge.dispute.created", 1)
    _hear(fake.dispute(payment.provider_ref, status="lost"), "charge.dispute.closed", 2)
    settled = Dispute.objects.exclude(borne_by="")
    return Wished(
        lambda who: settle_loss(dispute=Dispute.objects.get(), borne_by=LossBearer.OPERATOR, actor=who), settled.count
    )


OF_CARDS: dict[str, Callable[[FakeStripe], Wished]] = {
    "loss": _loss, "taken_over": _taken_over, "arrived": _arrived, "not_arrived": _not_arrived,
}  # fmt: skip


def _hear(thing: dict[str, Any], kind: str, number: int) -> None:
    at = int(clock.now().timestamp()) + number
    headers, body = signed_event(dict(thing), type_=kind, event_id=f"evt_{number}", at=at, created=at)
    receive(provider="stripe", headers=headers, body=body)


every_act = pytest.mark.parametrize("wished", ACTS, indirect=True)


@pytest.mark.django_db
@every_act
def test_one_person_only_proposes_and_another_books_it_once(wished):
    hoa, nam = staff("hoa"), staff("nam")
    before = everything()
    wished.do(hoa)
    wished.do(hoa)  # again: the same proposal
    assert everything() == before and wished.done() == 0
    proposal = Proposal.objects.get()
    with pytest.raises(CannotAgree, match="second_person"):
        confirm_proposal(proposal=proposal, actor=hoa)
    with pytest.raises(CannotAgree, match="waits"):
        wished.do(nam)
    assert everything() == before
    assert confirm_proposal(proposal=proposal, actor=nam).status == ProposalStatus.CONFIRMED
    assert wished.done() == 1 and check_money() == []
    after = everything()
    with pytest.raises(DomainError) as refused:
        confirm_proposal(proposal=proposal, actor=staff("mai"))
    assert refused.value.code in (
        "ended", "decided", "more_than_left", "settled", "known", "not_the_same", "moved",
    )  # fmt: skip
    assert everything() == after
    said = AuditEntry.objects.filter(action__startswith="proposal.").order_by("pk").values_list("action", "actor")
    assert list(said) == [("proposal.made", hoa.user.pk), ("proposal.confirmed", nam.user.pk)]


@pytest.mark.django_db
@every_act
@pytest.mark.parametrize("end", ["refused", "withdrawn"])
def test_what_was_refused_or_withdrawn_books_nothing_and_may_be_proposed_again(wished, end):
    hoa, nam = staff("hoa"), staff("nam")
    before = everything()
    wished.do(hoa)
    proposal = Proposal.objects.get()
    with pytest.raises(CannotAgree, match="not_yours"):
        withdraw_proposal(proposal=proposal, actor=nam)
    for actor, reason, code in ((hoa, "sai", "second_person"), (nam, " ", "no_reason")):
        with pytest.raises(CannotAgree, match=code):
            refuse_proposal(proposal=proposal, reason=reason, actor=actor)
    if end == "refused":
        refuse_proposal(proposal=proposal, reason="không khớp sao kê", actor=nam)
    else:
        withdraw_proposal(proposal=proposal, actor=hoa)
    with pytest.raises(DomainError, match="ended"):
        confirm_proposal(proposal=proposal, actor=nam)
    assert everything() == before and Proposal.objects.get().status == end
    wished.do(hoa)
    assert Proposal.objects.filter(status=ProposalStatus.WAITING).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("wished", ["attach"], indirect=True)
def test_a_small_part_of_a_large_transfer_needs_two_people_too(wished, settings):
    settings.REFUND_TWO_PEOPLE_OVER = 100_000  # above the part, below the transfer
    wished.do(staff("hoa"))
    assert Proposal.objects.get().amount_dong == 40_000 and wished.done() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("wished", ["attach", "not_ours"], indirect=True)
def test_up_to_the_limit_one_person_is_enough(wished, settings):
    settings.REFUND_TWO_PEOPLE_OVER = 185_000
    wished.do(staff("hoa"))
    assert wished.done() == 1 and not Proposal.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("wished", ["send_back"], indirect=True)
def test_the_facts_are_looked_at_again_when_it_is_confirmed(wished, settings):
    wished.do(staff("hoa"))
    capture, payment = Capture.objects.get(), Payment.objects.get()
    attach(capture=capture, payment=payment, amount_dong=5_000, actor=SYSTEM)
    before = everything()
    with pytest.raises(CannotAgree, match="not_the_same"):
        confirm_proposal(proposal=Proposal.objects.get(), actor=staff("nam"))
    assert everything() == before and Proposal.objects.get().status == ProposalStatus.WAITING


@pytest.mark.django_db
@pytest.mark.parametrize("wished", ["attach"], indirect=True)
def test_money_proposed_for_a_payment_is_not_counted_when_the_payment_is_another_by_now(wished):
    wished.do(staff("hoa"))
    transfer(Payment.objects.get())  # the buyer paid again: what was meant to pay the order would be a surplus
    before = everything()
    with pytest.raises(CannotAgree, match="not_the_same"):
        confirm_proposal(proposal=Proposal.objects.get(), actor=staff("nam"))
    assert everything() == before and Proposal.objects.get().status == ProposalStatus.WAITING


@pytest.mark.django_db
@pytest.mark.parametrize("wished", ["send_back"], indirect=True)
def test_an_act_that_asks_nobody_stops_where_a_proposal_waits(wished):
    capture = Capture.objects.get()
    check_nothing_waits(capture)
    wished.do(staff("hoa"))
    with pytest.raises(CannotAgree, match="waits") as refused:
        check_nothing_waits(capture)
    assert refused.value.facts["by"] == "hoa"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("wished", ["send_back", "dues", "loss", "twice", "taken_over", "arrived"], indirect=True)
def test_two_people_confirm_at_once_and_it_is_booked_once(wished):
    wished.do(staff("hoa"))
    number = Proposal.objects.get().pk
    people = [staff("nam"), staff("mai")]
    results = at_once(
        [lambda who=who: confirm_proposal(proposal=Proposal.objects.get(pk=number), actor=who) for who in people]
    )
    assert sum(isinstance(one, Proposal) for one in results) == 1, results
    assert wished.done() == 1 and check_money() == []
