"""The operator's own money: fees, payouts of the card provider, moves by hand. Clearing is what banks tell."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest

from community import clock
from community.accounts.models import User
from community.audit.actors import Actor
from marketplace.ledger.balances import balances
from marketplace.payments.agreeing import CannotAgree
from marketplace.payments.asking.starting import start_payment
from marketplace.payments.contested.disputing import settle_loss
from marketplace.payments.models import (
    BalanceLine,
    Capture,
    Dispute,
    OwnMove,
    Payment,
    PaymentException,
    Proposal,
    ProviderPayout,
    Refund,
    ToldBalance,
)
from marketplace.payments.providers.stripe.balance import line_of, payout_of
from marketplace.payments.proving.checking import check_money
from marketplace.payments.refunds.refunding import Wish, approve_refund, ask_refund, left_to_give
from marketplace.payments.states import (
    NEXT_OWN_MOVE,
    NEXT_PROVIDER_PAYOUT,
    LossBearer,
    OwnMoveKind,
    OwnMoveStatus,
    ProviderPayoutStatus,
    RefundKind,
)
from marketplace.payments.suspense.settling import CannotSettle, send_back, undo
from marketplace.payments.treasury import provider_payouts
from marketplace.payments.treasury.asking_balance import ask_provider_balance
from marketplace.payments.treasury.moving import (
    CannotMove,
    MoveSlip,
    approve_move,
    refuse_move,
    undo_move,
    write_down,
)
from marketplace.payments.treasury.provider_payouts import CannotArrive, say_arrived, undo_arrival
from marketplace.payouts.confirming import confirm_proposal
from marketplace.receiving.models import ReceivingAccount
from tests.fakes.stripe_http import FakeStripe
from tests.harness.days import asked_now, in_days
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, transfer
from tests.marketplace.payments.test_disputes import contest, hear

pytestmark = pytest.mark.django_db
P, M = ProviderPayoutStatus, OwnMoveStatus
FEE = (370_000 * 44 + 500) // 1000


@pytest.fixture
def paid(stripe_fake: FakeStripe) -> Payment:
    """370.000 ₫ by card, and Stripe kept its fee."""
    order = make_order(make_cooperative("HTX Một"), make_cooperative("HTX Hai"))
    payment = start_payment(order=order, parcel=None, provider="stripe", actor=Actor.buyer())
    hear(stripe_fake.pay(payment.provider_ref), "checkout.session.completed", "evt_paid")
    return payment


@pytest.fixture
def market() -> ReceivingAccount:
    """The market's own account; a feed tells of it."""
    return ReceivingAccount.objects.create(
        bank_bin="970436", bank_name="Vietcombank", account_number="0071000123456", holder="CHO NGUON", feed="simulated"
    )


def ask() -> dict[str, int]:
    """The clock asks; twice, because what is known changes nothing. Returns the books."""
    ask_provider_balance(now=clock.now())
    lines = BalanceLine.objects.count()
    ask_provider_balance(now=clock.now())
    assert BalanceLine.objects.count() == lines and check_money() == []
    return balances()


def staff(name: str) -> Actor:
    return Actor.of(User.objects.create_user(email=f"{name}@example.vn", name=name, is_staff=True))


def line(amount: int, words: str, market: ReceivingAccount) -> Capture:
    transfer(accountNumber=market.account_number, transferAmount=amount, content=words)
    return Capture.objects.latest("pk")


def slip(**changes: Any) -> MoveSlip:
    told: dict[str, Any] = {
        "kind": OwnMoveKind.TRANSFER, "amount_dong": 100_000, "out_of": "clearing:stripe", "into": "clearing:bank",
        "reference": "FT 123.456", "moved_on": clock.today(), "livemode": False,
    }  # fmt: skip
    return MoveSlip(**told | changes)


# --- fees -------------------------------------------------------------------------------------------------------------
def test_what_stripe_keeps_of_a_charge_is_booked_once_and_borne_by_the_operator(paid, stripe_fake):
    sellers = {code: dong for code, dong in balances().items() if code.startswith("payable:")}
    books = ask()
    assert (books["psp_fee"], books["clearing:stripe"]) == (FEE, stripe_fake.balance.lies)
    assert {code: dong for code, dong in books.items() if code.startswith("payable:")} == sellers
    assert ToldBalance.objects.get().amount_dong == books["clearing:stripe"]


def test_what_stripe_takes_for_itself_and_for_a_refund_is_a_fee_too(paid, stripe_fake):
    stripe_fake.balance.own_fee(12_000)
    stripe_fake.balance.lines[0] |= {"fee": FEE, "net": 370_000 - FEE}
    assert ask()["psp_fee"] == FEE + 12_000
    assert balances()["clearing:stripe"] == stripe_fake.balance.lies


def test_a_dispute_costs_a_fee_and_winning_it_gives_the_fee_back(paid, stripe_fake):
    contest(stripe_fake, paid, "needs_response")
    books = ask()
    assert (books["dispute_fee"], books["dispute"]) == (350_000, 370_000)
    assert books["clearing:stripe"] == stripe_fake.balance.lies
    hear(stripe_fake.dispute(paid.provider_ref, status="won"), "charge.dispute.closed", "evt_won")
    books = ask()
    assert (books["dispute_fee"], books["dispute"]) == (0, 0) and books["clearing:stripe"] == stripe_fake.balance.lies


def test_a_fee_in_another_currency_is_the_same_part_of_the_sum(paid, stripe_fake):
    """Stripe keeps 1 480 cents of which 65 are its fee: 65/1480 of 370.000 ₫."""
    stripe_fake.balance.lines.clear()
    stripe_fake.balance.currency = "usd"
    stripe_fake.balance.charged(stripe_fake.charge(paid.provider_ref))
    assert ask()["psp_fee"] == 16_250
    told = ToldBalance.objects.get()
    assert (told.currency, told.amount_dong) == ("USD", stripe_fake.balance.lies)


def test_a_fee_given_back_in_another_currency_lessens_the_cost(paid, stripe_fake):
    """A dispute that was won: its source tells what was taken, its own amount what came back."""
    stripe_fake.balance.currency = "usd"
    contest(stripe_fake, paid, "needs_response")
    assert ask()["dispute_fee"] == 375_000, "15 of the 14,80 USD that 370.000 ₫ are"
    hear(stripe_fake.dispute(paid.provider_ref, status="won"), "charge.dispute.closed", "evt_won")
    assert ask()["dispute_fee"] == 0


def test_a_charge_of_another_system_on_the_same_account_is_kept_and_not_booked(paid, stripe_fake):
    stripe_fake.balance.charged({"object": "charge", "id": "ch_x", "payment_intent": "pi_x", "amount": 90_000})
    assert ask()["psp_fee"] == FEE and BalanceLine.objects.filter(money_ref="pi_x").exists()


def test_a_fee_told_before_its_money_waits_for_it(stripe_fake, paid):
    stripe_fake.balance.charged({"object": "charge", "id": "ch_y", "payment_intent": "pi_late", "amount": 50_000})
    ask()
    event = Capture.objects.get()
    late = Capture.objects.create(
        provider="stripe", txn_id="pi_late", amount_dong=1, booked_at=event.booked_at, booked_on=event.booked_on
    )
    ask_provider_balance(now=clock.now())
    assert balances()["psp_fee"] == FEE + 2_200 and late.payment_id is None


@pytest.mark.parametrize(
    "change", [{"amount": "1"}, {"fee": 1.0}, {"net": 7}, {"amount": 10**13}, {"id": None}, {"created": -1}]
)
def test_an_unreadable_movement_is_left_out(change):
    told = {"id": "txn", "amount": 10, "fee": 1, "net": 9, "currency": "vnd", "created": 1_700_000_000, "source": None}
    assert line_of(told, livemode=True) is not None and line_of(told | change, livemode=True) is None


# --- payouts of the provider ------------------------------------------------------------------------------------------
def test_a_payout_found_on_the_banks_line_is_a_move_and_no_strangers_money(paid, stripe_fake, market):
    stripe_fake.balance.pay_out(300_000)
    assert ask()["clearing:transit"] == 300_000
    capture = line(300_000, "STRIPE PAYMENTS CHO NGUON", market)
    books = ask()
    assert (books["clearing:transit"], books["clearing:simulated"], books["suspense"]) == (0, 300_000, 0)
    assert books["clearing:stripe"] == stripe_fake.balance.lies and not PaymentException.objects.exists()
    payout = ProviderPayout.objects.get()
    assert (payout.status, payout.capture) == (P.ARRIVED, capture)
    hear(stripe_fake.balance.end_payout("po_1", "paid"), "payout.paid", "evt_po")
    assert ask() == books


def test_a_bank_faster_than_the_provider_is_found_in_suspense(paid, stripe_fake, market):
    capture = line(300_000, "Stripe po cho nguon", market)
    assert PaymentException.objects.get().status == "open"
    stripe_fake.balance.pay_out(300_000)
    books = ask()
    assert (books["clearing:transit"], books["suspense"]) == (0, 0) and ProviderPayout.objects.get().capture == capture
    assert PaymentException.objects.get().status == "resolved"
    with pytest.raises(CannotSettle, match="own_money"):
        undo(decision=capture.decisions.get(), actor=staff("hoa"), note="thử")
    assert ask() == books


@pytest.mark.parametrize(
    ("amount", "words"), [(300_000, "HO TRO QUY"), (299_000, "STRIPE"), (300_000, ""), (300_000, "ch")]
)
def test_no_line_is_a_payout_by_its_amount_alone_or_by_its_words_alone(paid, stripe_fake, market, amount, words):
    stripe_fake.balance.pay_out(300_000)
    ask()
    line(amount, words, market)
    books = ask()
    assert (books["clearing:transit"], books["suspense"]) == (300_000, -amount)


def test_a_line_on_a_cooperatives_account_is_never_the_operators_payout(paid, stripe_fake, market):
    stripe_fake.balance.pay_out(300_000)
    ask()
    line(300_000, "STRIPE CHO NGUON", ReceivingAccount.objects.exclude(cooperative=None).first())
    assert ask()["clearing:transit"] == 300_000


def test_where_no_feed_watches_the_bank_the_providers_word_is_arrival(paid, stripe_fake):
    stripe_fake.balance.pay_out(300_000)
    assert ask().get("clearing:bank", 0) == 0
    stripe_fake.balance.end_payout("po_1", "paid")
    books = ask()
    assert (books["clearing:bank"], books["clearing:transit"]) == (300_000, 0)
    stripe_fake.balance.end_payout("po_1", "failed")
    books = ask()
    assert (books["clearing:bank"], books["clearing:stripe"]) == (0, stripe_fake.balance.lies)
    assert ProviderPayout.objects.get().status == P.FAILED


def test_a_payout_that_fails_on_its_way_lies_with_the_provider_again(paid, stripe_fake, market):
    stripe_fake.balance.pay_out(300_000)
    hear(stripe_fake.balance.end_payout("po_1", "failed"), "payout.failed", "evt_f")
    books = ask()
    assert (books["clearing:transit"], books["clearing:stripe"]) == (0, stripe_fake.balance.lies)


def test_told_to_have_failed_after_its_line_came_it_waits_for_a_person(paid, stripe_fake, market):
    stripe_fake.balance.pay_out(300_000)
    ask()
    line(300_000, "STRIPE", market)
    before = balances()
    hear(stripe_fake.balance.end_payout("po_1", "failed"), "payout.failed", "evt_f")
    assert balances() == before and PaymentException.objects.get().kind == "provider_notice"


def test_a_payout_in_another_currency_is_parked(paid, stripe_fake):
    stripe_fake.balance.currency = "usd"
    before = balances()
    hear(stripe_fake.balance.pay_out(1_200), "payout.paid", "evt_usd")
    parked = PaymentException.objects.get()
    assert balances() == before and parked.kind == "currency_mismatch"
    assert parked.facts == {"currency": "USD", "amount": 1_200, "reference": "po_1"}


@pytest.mark.parametrize("change", [{"amount": "300000"}, {"amount": 0}, {"amount": -5}, {"id": 7}, {"created": None}])
def test_an_unreadable_payout_is_nothing(change):
    told = {"id": "po_1", "amount": 300_000, "currency": "vnd", "created": 1_700_000_000, "status": "paid"}
    assert payout_of(told, livemode=True).outcome == "arrived"  # type: ignore[union-attr]
    assert not hasattr(payout_of(told | change, livemode=True), "outcome")


@pytest.mark.parametrize(("old", "new"), itertools.product(P, P))
def test_every_pair_of_states_of_a_payout(paid, stripe_fake, old, new):
    stripe_fake.balance.pay_out(300_000, status={P.ARRIVED: "paid", P.FAILED: "failed"}.get(old, "in_transit"))
    ask_provider_balance(now=clock.now())
    payout = ProviderPayout.objects.get()
    before = balances(), payout.status
    assert payout.status == old
    acts = {
        P.FAILED: lambda: provider_payouts._fail(payout) == "payout failed",
        P.ARRIVED: lambda: provider_payouts._arrive(payout, into=provider_payouts.OPERATORS_BANK),
        P.IN_TRANSIT: lambda: provider_payouts._take_back(payout, staff("hoa")),
    }
    moved = acts[new]()
    assert moved is (new in NEXT_PROVIDER_PAYOUT[old]) and check_money() == []
    payout.refresh_from_db()
    assert moved or (balances(), payout.status) == before


def test_a_person_may_say_that_it_arrived_once(paid, stripe_fake, market):
    stripe_fake.balance.pay_out(300_000)
    ask()
    payout = ProviderPayout.objects.get()
    say_arrived(payout=payout, into=provider_payouts.OPERATORS_BANK, actor=staff("hoa"))
    books = ask()
    assert books["clearing:bank"] == 300_000
    with pytest.raises(CannotArrive, match="moved"):
        say_arrived(payout=payout, into=provider_payouts.OPERATORS_BANK, actor=staff("lan"))
    assert balances() == books


def test_the_trace_id_told_later_finds_the_line_that_names_nothing_else(paid, stripe_fake, market):
    payout = stripe_fake.balance.pay_out(300_000)
    ask()
    payout["trace_id"] = {"status": "supported", "value": "TRACE778899"}
    ask()
    capture = line(300_000, "chuyen tien TRACE778899", market)
    assert ProviderPayout.objects.get().capture == capture and ask()["clearing:transit"] == 0


@pytest.mark.parametrize("into", ["clearing:bank", "clearing:simulated"])
def test_the_banks_line_after_a_person_said_it_arrived_is_the_same_money(paid, stripe_fake, market, into):
    stripe_fake.balance.pay_out(300_000)
    ask()
    asset = provider_payouts.OPERATORS_BANK.kind
    say_arrived(payout=ProviderPayout.objects.get(), into=provider_payouts.Account(into, asset), actor=staff("hoa"))
    capture = line(300_000, "STRIPE PAYMENTS", market)
    books = ask()
    assert (books.get("clearing:bank", 0), books["clearing:simulated"], books["suspense"]) == (0, 300_000, 0)
    assert ProviderPayout.objects.get().capture == capture and books["clearing:transit"] == 0


def test_a_line_claimed_wrongly_waits_again_and_the_payout_takes_the_right_one(paid, stripe_fake, market):
    stripe_fake.balance.pay_out(300_000)
    ask()
    wrong = line(300_000, "khach STRIPE tra tien", market)
    undo_arrival(payout=ProviderPayout.objects.get(), actor=staff("hoa"))
    books = ask()
    assert (books["clearing:transit"], books["clearing:simulated"]) == (300_000, 300_000)
    assert books["suspense"] == -300_000 and ProviderPayout.objects.get().status == P.IN_TRANSIT
    with pytest.raises(CannotArrive, match="moved"):
        undo_arrival(payout=ProviderPayout.objects.get(), actor=staff("lan"))
    assert balances() == books
    right = line(300_000, "STRIPE PAYMENTS", market)
    books = ask()
    assert (books["clearing:transit"], books["clearing:simulated"], books["suspense"]) == (0, 600_000, -300_000)
    assert ProviderPayout.objects.get().capture == right != wrong
    undo_arrival(payout=ProviderPayout.objects.get(), actor=staff("mai"))
    assert ask()["clearing:transit"] == 300_000


# --- by hand ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changes", "moved"),
    [
        ({}, {"clearing:bank": 100_000, "clearing:stripe": -100_000}),
        ({"kind": OwnMoveKind.BANK_CHARGE, "into": ""}, {"bank_charge": 100_000, "clearing:stripe": -100_000}),
        ({"kind": OwnMoveKind.INTEREST, "out_of": ""}, {"interest": -100_000, "clearing:bank": 100_000}),
    ],
)
def test_a_move_a_charge_and_interest_are_booked_and_undone(stripe_fake, changes, moved):
    move = write_down(slip=slip(**changes), actor=staff("hoa"))
    assert balances() == moved and check_money() == []
    undo_move(move=move, actor=staff("lan"))
    assert set(balances().values()) == {0} and check_money() == []


def test_a_line_that_a_second_person_is_asked_about_is_nobodys_own_money_meanwhile(stripe_fake, market, settings):
    settings.REFUND_TWO_PEOPLE_OVER = 50_000
    capture = line(70_000, "chuyen nham", market)
    hoa = staff("hoa")
    send_back(capture=capture, reference="FT99999", actor=hoa)
    told = {"kind": OwnMoveKind.INTEREST, "out_of": "", "into": "clearing:simulated", "amount_dong": 70_000}
    move = write_down(slip=slip(capture=capture, **told), actor=hoa)
    books = balances()
    with pytest.raises(CannotAgree, match="waits"):
        approve_move(move=move, actor=staff("lan"))
    assert balances() == books and books["suspense"] == -70_000


def test_a_line_in_suspense_is_said_to_be_the_operators_own_and_waits_again_when_undone(stripe_fake, market):
    capture = line(70_000, "LAI TIEN GUI T10", market)
    told = {"kind": OwnMoveKind.INTEREST, "out_of": "", "into": "clearing:simulated", "amount_dong": 70_000}
    move = write_down(slip=slip(capture=capture, **told), actor=staff("hoa"))
    assert balances()["suspense"] == 0 and balances()["interest"] == -70_000 and check_money() == []
    with pytest.raises(CannotMove, match="spoken_for"):
        write_down(slip=slip(capture=capture, **told), actor=staff("lan"))
    undo_move(move=move, actor=staff("mai"))
    assert balances()["suspense"] == -70_000 and PaymentException.objects.get().status == "open" and check_money() == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount_dong": 0}, "not_positive"),
        ({"amount_dong": -1}, "not_positive"),
        ({"amount_dong": "100000"}, "not_positive"),
        ({"reference": " . "}, "no_reference"),
        ({"moved_on": in_days(2)}, "not_yet"),
        ({"into": "clearing:stripe"}, "place"),
        ({"into": "payable:1"}, "place"),
        ({"into": ""}, "place"),
        ({"kind": OwnMoveKind.BANK_CHARGE}, "place"),
        ({"kind": OwnMoveKind.INTEREST}, "place"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_changes(stripe_fake, changes, code):
    with pytest.raises(CannotMove, match=code):
        write_down(slip=slip(**asked_now(changes)), actor=staff("hoa"))
    assert not OwnMove.objects.exists() and balances() == {}


def test_the_same_transfer_is_written_down_once_and_the_second_reads_by_whom(stripe_fake):
    write_down(slip=slip(), actor=staff("hoa"))
    with pytest.raises(CannotMove, match="known") as refused:
        write_down(slip=slip(reference="ft-123456"), actor=staff("lan"))
    assert refused.value.facts["by"] == "hoa" and OwnMove.objects.count() == 1


def test_above_the_limit_a_second_person_says_yes_before_it_counts_and_before_it_is_undone(stripe_fake, settings):
    hoa, lan = staff("hoa"), staff("lan")
    dong = settings.REFUND_TWO_PEOPLE_OVER + 1
    move = write_down(slip=slip(amount_dong=dong), actor=hoa)
    assert move.status == M.PROPOSED and balances() == {}
    for trying in (hoa, Actor.system("x")):
        with pytest.raises(CannotMove, match="second_person"):
            approve_move(move=move, actor=trying)
    assert balances() == {}
    approve_move(move=move, actor=lan)
    wish = undo_move(move=move, actor=hoa)  # who wrote it down undoes it no more alone than who approved it
    assert isinstance(wish, Proposal) and balances()["clearing:bank"] == dong and check_money() == []
    confirm_proposal(proposal=wish, actor=lan)
    assert balances()["clearing:bank"] == 0 and check_money() == []


@pytest.mark.parametrize(("old", "new"), itertools.product(M, [M.BOOKED, M.REFUSED, M.UNDONE]))
def test_every_pair_of_states_of_a_move(stripe_fake, settings, old, new):
    hoa, lan = staff("hoa"), staff("lan")
    settings.REFUND_TWO_PEOPLE_OVER = 1
    move = write_down(slip=slip(), actor=hoa)
    settings.REFUND_TWO_PEOPLE_OVER = 10**9  # how the large are undone: test_agreeing
    acts = {M.BOOKED: approve_move, M.REFUSED: refuse_move, M.UNDONE: undo_move}
    for step in {M.PROPOSED: [], M.UNDONE: [M.BOOKED, M.UNDONE]}.get(old, [old]):
        acts[step](move=move, actor=lan if step == M.BOOKED else hoa)
    before = balances()
    if new in NEXT_OWN_MOVE[old]:
        assert acts[new](move=move, actor=lan if new == M.BOOKED else hoa).status == new
    else:
        with pytest.raises(CannotMove, match="moved"):
            acts[new](move=move, actor=staff("mai"))
        move.refresh_from_db()
        assert move.status == old and balances() == before
    assert check_money() == []


# --- the proof can fail -----------------------------------------------------------------------------------------------
def test_the_proof_sees_a_wrong_fee_a_lost_payout_and_a_move_that_nothing_tells_of(paid, stripe_fake):
    stripe_fake.balance.pay_out(300_000)
    ask()
    ProviderPayout.objects.update(amount_dong=299_000)
    assert {misfit.rule for misfit in check_money()} == {"I13"}
    ProviderPayout.objects.update(amount_dong=300_000)
    OwnMove.objects.create(
        kind="bank_charge",
        status="booked",
        amount_dong=5,
        out_of="clearing:bank",
        reference="FT1",
        moved_on=clock.today(),
    )
    assert [misfit.rule for misfit in check_money()] == ["I13"]


@pytest.mark.parametrize("bearer", LossBearer)
def test_a_partial_dispute_takes_its_part_alone_and_is_settled(paid, stripe_fake, bearer):
    """120.000 of 370.000 ₫ contested: that much leaves and is borne; the rest stays refundable."""
    thing = stripe_fake.dispute(paid.provider_ref, amount=120_000)
    hear(thing, "charge.dispute.created", "evt_part")
    books = ask()
    assert (books["dispute"], books["clearing:stripe"]) == (120_000, stripe_fake.balance.lies)
    assert Refund.objects.filter(kind=RefundKind.PARCEL).count() == 0
    hear(thing | {"status": "lost"}, "charge.dispute.closed", "evt_lost", created=int(time.time()) + 9)
    before = balances("payable")
    settle_loss(dispute=Dispute.objects.get(), borne_by=bearer, actor=staff("hoa"))
    books = ask()
    lost = sum(balances("payable").values()) - sum(before.values())
    assert (books["dispute"], books["clearing:stripe"]) == (0, stripe_fake.balance.lies)
    assert (lost, books.get("dispute_loss", 0)) == ((0, 120_000) if bearer == LossBearer.OPERATOR else (120_000, 0))
    assert left_to_give(paid) == 250_000
    first, second = paid.order.parcels.order_by("pk")
    most = left_to_give(paid, of_goods=first)
    assert most == (185_000 if bearer == LossBearer.OPERATOR else 125_000)
    wishes = [Wish(paid, most, RefundKind.PARCEL, "broken", parcel=first)]
    wishes += [Wish(paid, 250_000 - most, RefundKind.PARCEL, "broken", parcel=second)]
    for wish in wishes:
        approve_refund(refund=ask_refund(wish=wish, actor=staff(f"a{wish.amount_dong}{wish.parcel.pk}")), actor=SYSTEM)
    assert left_to_give(paid) == 0 and check_money() == []
