"""Contested card payments: written down once, booked, kept from being paid twice, and settled by a person when lost."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest

from community.accounts.models import User
from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from marketplace.ledger.balances import balances
from marketplace.orders.models import Parcel
from marketplace.payments.asking.starting import start_payment
from marketplace.payments.contested.disputing import CannotSettle, move_dispute, settle_loss
from marketplace.payments.contested.evidence import evidence_text
from marketplace.payments.facts import DisputeFact
from marketplace.payments.hearing.inbox import process_due_events, receive
from marketplace.payments.models import Dispute, InboxEvent, Payment, PaymentException, Refund
from marketplace.payments.proving.checking import check_money
from marketplace.payments.refunds.refunding import CannotRefund, Wish, approve_refund, ask_refund, request_due_refunds
from marketplace.payments.refunds.sending_back import send_by_card
from marketplace.payments.states import NEXT_DISPUTE, DisputeStatus, LossBearer, RefundKind
from tests.fakes.stripe_http import FakeStripe, signed_event
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, tables

pytestmark = pytest.mark.django_db
D = DisputeStatus


@pytest.fixture
def card(stripe_fake: FakeStripe) -> Payment:
    """Two parcels of 185.000 ₫, 5 % commission, asked for by one card payment."""
    order = make_order(make_cooperative("HTX Một"), make_cooperative("HTX Hai"))
    order.parcels.update(commission_bps=500, commission_dong=8_000)
    return start_payment(order=order, parcel=None, provider="stripe", actor=Actor.buyer())


@pytest.fixture
def paid(card: Payment, stripe_fake: FakeStripe) -> Payment:
    hear(stripe_fake.pay(card.provider_ref), "checkout.session.completed", "evt_paid")
    card.refresh_from_db()
    return card


def hear(thing: dict[str, Any], kind: str, event_id: str, **changes: Any) -> str:
    headers, body = signed_event(thing, type_=kind, event_id=event_id, **changes)
    receipt = receive(provider="stripe", headers=headers, body=body)
    return InboxEvent.objects.get(pk=(receipt.accepted + receipt.duplicates)[0].pk).outcome


def contest(fake: FakeStripe, payment: Payment, *stages: str, **changes: Any) -> Dispute:
    """The dispute's stages, told one after the other; the last of them decides what is returned."""
    for number, stage in enumerate(stages):
        word = "created" if not number else "closed" if stage in ("won", "lost", "warning_closed") else "updated"
        thing = fake.dispute(payment.provider_ref, status=stage) | changes
        hear(thing, f"charge.dispute.{word}", f"evt_d{number}_{stage}", created=int(time.time()) + number)
    return Dispute.objects.get()


def boss(name: str = "hoa") -> Actor:
    return Actor.of(User.objects.create_user(email=f"{name}@example.vn", name=name, is_staff=True))


def everything() -> dict[str, Any]:
    rows = Dispute.objects.values_list("provider_ref", "status", "stage", "borne_by", "closed_at")
    return tables() | {"disputes": list(rows), "books": balances(), "refunds": list(Refund.objects.values())}


@pytest.mark.parametrize(("old", "new"), itertools.product(D, D))
def test_every_pair_of_states_is_allowed_or_refused_and_unchanged(paid, stripe_fake, old, new):
    dispute = contest(stripe_fake, paid, *["needs_response", *([str(old)] if old != D.OPEN else [])])
    before = everything()
    fact = DisputeFact(
        "stripe", dispute.provider_ref, "", 1, "VND", "", "x", str(new), True, None, False, dispute.told_at
    )
    moved = move_dispute(dispute, new, fact)
    assert moved is (new in NEXT_DISPUTE[old])
    assert dispute.status == (new if moved else old)
    assert moved or everything() == before


def test_a_dispute_takes_the_money_freezes_the_parcels_and_tells_whom_it_concerns(paid, stripe_fake):
    dispute = contest(stripe_fake, paid, "needs_response")
    assert (dispute.payment, dispute.amount_dong, dispute.status) == (paid, 370_000, D.OPEN)
    assert dispute.evidence_due_at is not None
    assert (balances()["dispute"], balances()["clearing:stripe"]) == (370_000, 0)
    assert list(Dispute.objects.open()) == [dispute]
    exception = PaymentException.objects.get()
    assert (exception.kind, exception.status, exception.amount_dong) == ("disputed", "open", 370_000)
    assert OutboxMessage.objects.filter(kind="payment_disputed").count() == 2
    assert check_money() == []


def test_the_proof_of_the_books_sees_a_dispute_that_was_tampered_with(paid, stripe_fake):
    contest(stripe_fake, paid, "needs_response")
    Dispute.objects.update(amount_dong=1)
    assert [misfit.rule for misfit in check_money()] == ["I5"]


def test_a_question_of_the_bank_moves_no_money_until_it_becomes_a_dispute(paid, stripe_fake):
    dispute = contest(stripe_fake, paid, "warning_needs_response")
    assert (dispute.withdrawn_at, balances().get("dispute", 0)) == (None, 0)
    dispute = contest(stripe_fake, paid, "warning_needs_response", "needs_response")
    assert (dispute.withdrawn_at is not None, balances()["dispute"]) == (True, 370_000)


@pytest.mark.parametrize("end", ["won", "lost"])
@pytest.mark.parametrize("order", list(itertools.permutations(["created", "updated", "closed"])))
def test_any_order_and_repetition_end_alike(paid, stripe_fake, order, end):
    stages = {"created": ("needs_response", 100), "updated": ("under_review", 200), "closed": (end, 300)}
    now = int(time.time())
    for word in [*order, *order]:
        stage, later = stages[word]
        thing = stripe_fake.dispute(paid.provider_ref, status=stage)
        hear(thing, f"charge.dispute.{word}", f"evt_{word}", created=now + later)
    dispute = Dispute.objects.get()
    assert (dispute.status, dispute.stage) == (end, end)
    assert balances()["dispute"] == (370_000 if end == "lost" else 0)
    assert PaymentException.objects.get().status == ("open" if end == "lost" else "resolved")
    assert Dispute.objects.open().exists() is (end == "lost")
    assert check_money() == []


def test_a_dispute_told_before_its_money_is_read_again_when_the_money_comes(card, stripe_fake, settings):
    session = stripe_fake.pay(card.provider_ref)
    thing = stripe_fake.dispute(card.provider_ref)
    assert hear(thing, "charge.dispute.created", "evt_d") == "unknown money"
    assert not Dispute.objects.exists()
    hear(session, "checkout.session.completed", "evt_paid")
    process_due_events(now=InboxEvent.objects.get(event_id="evt_d").next_at)
    assert Dispute.objects.get().payment == card


def test_a_dispute_of_another_system_on_the_same_account_is_ignored(paid, stripe_fake):
    before = everything()
    stranger = stripe_fake.dispute(paid.provider_ref) | {"payment_intent": "pi_of_somebody_else"}
    assert hear(stranger, "charge.dispute.created", "evt_d") == "unknown money"
    assert everything() | {"inbox": before["inbox"]} == before


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"currency": "usd"}, "currency_mismatch"),
        ({"amount": 370_001}, "amount_mismatch"),
        ({"amount": "370000"}, "malformed"),
        ({"amount": -1}, "malformed"),
        ({"amount": 10**15}, "malformed"),
    ],
)
def test_an_unfitting_dispute_is_parked_and_never_booked(paid, stripe_fake, change, kind):
    hear(stripe_fake.dispute(paid.provider_ref) | change, "charge.dispute.created", "evt_d")
    assert (PaymentException.objects.get().kind, Dispute.objects.count()) == (kind, 0)
    assert "dispute" not in balances()


def test_a_bank_that_changes_its_mind_is_for_a_person(paid, stripe_fake):
    contest(stripe_fake, paid, "needs_response", "won")
    hear(stripe_fake.dispute(paid.provider_ref, status="lost"), "charge.dispute.closed", "evt_again")
    assert Dispute.objects.get().status == D.WON
    assert balances()["dispute"] == 0
    assert PaymentException.objects.filter(kind="provider_notice", status="open").count() == 1


def test_the_operator_bears_a_loss(paid, stripe_fake):
    dispute = settle_loss(
        dispute=contest(stripe_fake, paid, "needs_response", "lost"), borne_by=LossBearer.OPERATOR, actor=boss()
    )
    assert (balances()["dispute"], balances()["dispute_loss"]) == (0, 370_000)
    assert balances("payable") == dict.fromkeys(balances("payable"), -177_000)
    assert not Dispute.objects.open().exists()
    assert (dispute.settled_by.name, PaymentException.objects.get().status) == ("hoa", "resolved")
    assert check_money() == []


def test_sellers_bear_a_loss_by_their_parcels_and_get_the_commission_back(paid, stripe_fake):
    settle_loss(dispute=contest(stripe_fake, paid, "needs_response", "lost"), borne_by=LossBearer.SELLERS, actor=boss())
    assert set(balances("payable").values()) == {0}
    assert (balances()["dispute"], balances()["commission"], "dispute_loss" in balances()) == (0, 0, False)
    assert check_money() == []


def test_after_a_refund_the_sellers_bear_only_what_is_left_of_each_parcel(paid, stripe_fake):
    first = paid.order.parcels.order_by("pk")[0]
    wish = Wish(paid, 100_000, RefundKind.PARCEL, "broken", parcel=first)
    send_by_card(refund=approve_refund(refund=ask_refund(wish=wish, actor=SYSTEM), actor=boss()), actor=boss("nam"))
    dispute = contest(stripe_fake, paid, "needs_response", "lost", amount=270_000)
    settle_loss(dispute=dispute, borne_by=LossBearer.SELLERS, actor=boss("lan"))
    assert set(balances("payable").values()) == {0}
    assert (balances()["commission"], balances()["clearing:stripe"]) == (0, 0)
    assert check_money() == []


def test_sellers_cannot_bear_more_than_they_were_given(paid, stripe_fake):
    dispute = contest(stripe_fake, paid, "needs_response", "lost")
    Parcel.objects.filter(pk=paid.order.parcels.first().pk).update(paid_at=None)
    before = everything()
    with pytest.raises(CannotSettle, match="nobody_to_bear"):
        settle_loss(dispute=dispute, borne_by=LossBearer.SELLERS, actor=boss())
    assert everything() == before


@pytest.mark.parametrize(
    ("stages", "code"), [(["needs_response"], "not_lost"), (["needs_response", "won"], "not_lost")]
)
def test_only_a_lost_dispute_is_settled(paid, stripe_fake, stages, code):
    dispute = contest(stripe_fake, paid, *stages)
    before = everything()
    with pytest.raises(CannotSettle, match="not_lost"):
        settle_loss(dispute=dispute, borne_by=LossBearer.OPERATOR, actor=boss())
    assert everything() == before


def test_a_loss_is_settled_once(paid, stripe_fake):
    dispute = contest(stripe_fake, paid, "needs_response", "lost")
    settle_loss(dispute=dispute, borne_by=LossBearer.OPERATOR, actor=boss())
    before = everything()
    with pytest.raises(CannotSettle, match="settled"):
        settle_loss(dispute=dispute, borne_by=LossBearer.SELLERS, actor=boss("nam"))
    assert everything() == before


def test_contested_money_is_not_refunded_as_well(paid, stripe_fake):
    first = paid.order.parcels.order_by("pk")[0]
    early = ask_refund(wish=Wish(paid, 185_000, RefundKind.PARCEL, "broken", parcel=first), actor=SYSTEM)
    contest(stripe_fake, paid, "needs_response")
    before = everything()
    with pytest.raises(CannotRefund, match="more_than_came"):
        approve_refund(refund=early, actor=boss())
    Parcel.objects.filter(pk=first.pk).update(status="rejected")
    assert request_due_refunds() == 0
    assert everything() | {"parcels": before["parcels"]} == before
    hear(stripe_fake.dispute(paid.provider_ref, status="won"), "charge.dispute.closed", "evt_won")
    stripe_fake.disputes.clear()
    assert request_due_refunds() == 1


def test_the_evidence_names_goods_batches_carrier_and_refunds(paid, stripe_fake):
    parcel = paid.order.parcels.order_by("pk")[0]
    Parcel.objects.filter(pk=parcel.pk).update(
        courier="Viettel Post", courier_code="VT123", shipped_at=paid.confirmed_at
    )
    text = evidence_text(contest(stripe_fake, paid, "needs_response"))
    batch = parcel.lines.get().allocations.get().batch
    wanted = [paid.order.code, "370,000 VND", "fraudulent", "Viettel Post, tracking number VT123", batch.lot_code]
    for words in [*wanted, "2 x Mật ong rừng", "its recorded history: http", "Delivered: not yet"]:
        assert words in text
