"""What the operator collected reaches the cooperative: once, after two people, only what nobody contests."""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from community import clock
from community.audit.models import AuditEntry
from community.outbox.models import OutboxMessage
from community.text.dates import VIETNAM
from marketplace.ledger.accounts import payable
from marketplace.ledger.balances import balance, balances
from marketplace.payments.models import Dispute, Payment, PaymentException
from marketplace.payments.refunds.refunding import Wish, approve_refund, ask_refund
from marketplace.payments.states import DisputeStatus, RefundKind
from marketplace.payouts.checking import check_all_money
from marketplace.payouts.drafting import last_period, make_payouts
from marketplace.payouts.dues import DuesSlip, dues_of, record_dues, undo_dues
from marketplace.payouts.files import take_payout_file
from marketplace.payouts.models import DuesPayment, Payout, PayoutItem
from marketplace.payouts.paying import (
    CannotPayOut,
    approve_payout,
    cancel_payout,
    confirm_payout,
    payout_failed,
    send_payouts,
)
from marketplace.payouts.states import NEXT_PAYOUT, PayoutStatus
from marketplace.receiving.models import ReceivingAccount
from tests.marketplace.payments.stage import SYSTEM
from tests.marketplace.payouts.stage import (
    EARLY_NOVEMBER,
    IN_OCTOBER,
    NOVEMBER,
    OCTOBER,
    arrived,
    give_back,
    payout_tables,
    person,
    sell,
)

S = PayoutStatus
SHARE = 177_000  # of 185.000 ₫, less 5 % of 160.000 ₫ of goods


@pytest.fixture
def hoa(db):
    return person("hoa")


@pytest.fixture
def nam(db):
    return person("nam")


@pytest.fixture
def draft(coop, hoa):
    sell(coop)
    return draft_of(hoa)


def draft_of(actor, period=OCTOBER, **more) -> Payout:
    with clock.at(datetime(2026, 12, 5, tzinfo=VIETNAM)):
        return make_payouts(period=period, actor=actor, **more).payouts[0]


def sent(payout: Payout, maker, approver) -> Payout:
    approve_payout(payout=payout, actor=approver)
    send_payouts(payouts=[payout], actor=maker)
    payout.refresh_from_db()
    return payout


def books() -> dict[str, int]:
    return {code: dong for code, dong in balances().items() if dong}


def test_a_cooperative_gets_its_share_of_what_was_collected(draft, coop, hoa, nam):
    assert draft.amount_dong == SHARE
    assert balance(payable(coop.pk)) == -SHARE  # a draft moves nothing
    sent(draft, hoa, nam)
    assert books() == {"clearing:bank": -SHARE, "clearing:stripe": 185_000, "commission": -8_000}
    confirm_payout(payout=draft, actor=nam, bank_ref="FT26310001")
    draft.refresh_from_db()
    assert (draft.status, draft.bank_ref) == (S.PAID, "FT26310001")
    assert OutboxMessage.objects.get(kind="payout_paid").key == draft.code
    assert check_all_money() == []


def test_payouts_leave_from_the_markets_own_account_and_come_back_to_it(draft, coop, hoa, nam):
    market = ReceivingAccount.objects.create(
        bank_bin="970436", bank_name="Vietcombank", account_number="0071000123456", holder="CHO NGUON", feed="sepay"
    )
    sent(draft, hoa, nam)
    assert books()["clearing:sepay"] == -SHARE
    ReceivingAccount.objects.filter(pk=market.pk).update(active=False)
    payout_failed(payout=draft, actor=person("mai"), why="Sai tên người nhận")
    assert "clearing:sepay" not in books() and check_all_money() == []


def test_a_period_is_paid_out_once_however_often_it_is_made(draft, hoa):
    with clock.at(datetime(2026, 12, 5, tzinfo=VIETNAM)):
        assert make_payouts(period=OCTOBER, actor=hoa).payouts == []
        assert make_payouts(period=NOVEMBER, actor=hoa).payouts == []  # nothing new since
    assert Payout.objects.count() == 1


def test_an_entry_is_settled_by_one_live_payout_only(draft):
    item = draft.items.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutItem.objects.create(payout=draft, entry=item.entry, amount_dong=1)


def test_a_period_that_is_not_over_is_refused(coop, hoa):
    sell(coop)
    with clock.at(datetime(2026, 10, 31, 23, 59, tzinfo=VIETNAM)), pytest.raises(ValueError, match="over"):
        make_payouts(period=OCTOBER, actor=hoa)
    assert not Payout.objects.exists()


@pytest.mark.parametrize(
    "waits",
    [
        "not_over",
        "refund_asked",
        "refund_promised",
        "question",
        "dispute_of_the_order",
        "dispute_of_the_parcel",
        "play",
    ],
)
def test_what_is_not_sure_waits(coop, hoa, waits):
    parcel = sell(coop, over=waits != "not_over", by="play" if waits == "play" else "card")
    payment = Payment.objects.get()
    if waits == "refund_asked":
        give_back_asked(parcel)
    if waits == "refund_promised":
        give_back(parcel, 10_000, at=EARLY_NOVEMBER, sent=False)
    if waits == "question":
        PaymentException.objects.create(kind="provider_notice", key="x", parcel=parcel)
    if waits.startswith("dispute"):
        if waits == "dispute_of_parcel":
            Payment.objects.update(parcel=parcel)
        Dispute.objects.create(
            payment=payment, provider_ref="dp_1", amount_dong=185_000, status=DisputeStatus.OPEN, told_at=clock.now()
        )
    with clock.at(datetime(2026, 12, 5, tzinfo=VIETNAM)):
        assert make_payouts(period=OCTOBER, actor=hoa).payouts == []
    assert not Payout.objects.exists()


def give_back_asked(parcel) -> None:
    from marketplace.payments.refunds.refunding import Wish, ask_refund
    from marketplace.payments.states import RefundKind

    wish = Wish(Payment.objects.get(), 10_000, RefundKind.PARCEL, "broken", parcel=parcel)
    ask_refund(wish=wish, actor=person("asker"))


def test_simulated_money_is_paid_out_only_as_play_and_only_in_a_demo(coop, hoa, settings):
    sell(coop, by="play")
    with clock.at(datetime(2026, 12, 5, tzinfo=VIETNAM)):
        drafted = make_payouts(period=OCTOBER, actor=hoa, livemode=False)
        assert (drafted.payouts, drafted.homeless) == ([], [(coop, SHARE)])  # never onto its real account
        settings.DEMO = False
        with pytest.raises(ValueError, match="demo"):
            make_payouts(period=OCTOBER, actor=hoa, livemode=False)


def test_a_cooperative_without_an_account_is_named_not_paid(coop, hoa):
    sell(coop)
    ReceivingAccount.objects.update(active=False)
    with clock.at(datetime(2026, 12, 5, tzinfo=VIETNAM)):
        assert make_payouts(period=OCTOBER, actor=hoa).homeless == [(coop, SHARE)]


def test_a_refund_after_the_payout_makes_the_next_one_smaller(coop, hoa, nam):
    parcel = sell(coop)
    sent(draft_of(hoa), hoa, nam)
    give_back(parcel, 37_000, at=EARLY_NOVEMBER)
    sell(coop, at=EARLY_NOVEMBER)
    second = draft_of(hoa, NOVEMBER)
    assert second.amount_dong == SHARE - (37_000 - 1_600)
    assert check_all_money() == []


def test_less_than_nothing_is_carried_into_the_next_period(coop, hoa, nam):
    parcel = sell(coop)
    sent(draft_of(hoa), hoa, nam)
    give_back(parcel, 185_000, at=EARLY_NOVEMBER)
    with clock.at(datetime(2026, 12, 5, tzinfo=VIETNAM)):
        assert make_payouts(period=NOVEMBER, actor=hoa).carried == [(coop, -SHARE)]
    assert balance(payable(coop.pk)) == SHARE


def test_fees_of_direct_sales_are_set_off(coop, hoa):
    sell(coop)
    sell(coop, by="transfer")
    assert draft_of(hoa).amount_dong == SHARE - 8_000
    assert check_all_money() == []


def pay_dues(coop, actor, *, at) -> None:
    with clock.at(at):
        owed = dues_of(coop, livemode=True).owed_dong
        record_dues(slip=DuesSlip(coop, owed, "FT777", at.date()), actor=actor)


@pytest.mark.parametrize("beside", [False, True], ids=["alone", "beside a card's sale"])
def test_dues_are_not_paid_straight_back_while_their_parcel_waits(coop, hoa, beside):
    sell(coop, by="transfer", over=False)
    pay_dues(coop, hoa, at=IN_OCTOBER + timedelta(days=1))
    if beside:
        sell(coop)
    with clock.at(datetime(2026, 12, 5, tzinfo=VIETNAM)):
        made = make_payouts(period=OCTOBER, actor=hoa).payouts
    assert [payout.amount_dong for payout in made] == ([SHARE] if beside else [])
    assert check_all_money() == []


def test_undone_dues_settle_no_fee_of_a_parcel_that_waits(coop, hoa):
    sell(coop, by="transfer", over=False)
    pay_dues(coop, hoa, at=IN_OCTOBER)
    with clock.at(IN_OCTOBER + timedelta(hours=1)):
        undo_dues(dues=DuesPayment.objects.get(), actor=hoa, why="another's")
    sell(coop)
    assert draft_of(hoa).amount_dong == SHARE


@pytest.mark.parametrize("sent_on", [None, EARLY_NOVEMBER], ids=["unsent", "sent after the period"])
def test_what_the_cooperative_gives_back_itself_is_not_taken_from_its_payout_too(coop, hoa, sent_on):
    broken, payment = _paid_directly(coop)
    with clock.at(datetime(2026, 10, 31, 9, tzinfo=VIETNAM)):
        wish = Wish(payment, 37_000, RefundKind.PARCEL, "broken", parcel=broken)
        refund = approve_refund(refund=ask_refund(wish=wish, actor=SYSTEM), actor=SYSTEM)
    if sent_on:
        with clock.at(sent_on):
            arrived(refund)
    sell(coop)
    assert draft_of(hoa).amount_dong == SHARE
    assert check_all_money() == []


def _paid_directly(coop):
    parcel = sell(coop, by="transfer")
    return parcel, Payment.objects.get(parcel=parcel)


def test_one_card_order_of_two_cooperatives_pays_each_its_own(coop, neighbour, hoa):
    sell(coop, neighbour)
    with clock.at(datetime(2026, 12, 5, tzinfo=VIETNAM)):
        made = make_payouts(period=OCTOBER, actor=hoa).payouts
    assert {payout.cooperative: payout.amount_dong for payout in made} == {coop: SHARE, neighbour: SHARE}


def test_money_that_came_back_is_the_cooperatives_again(draft, coop, hoa, nam):
    sent(draft, hoa, nam)
    payout_failed(payout=draft, actor=nam, why="account closed")
    assert balance(payable(coop.pk)) == -SHARE
    assert check_all_money() == []
    again = draft_of(hoa)
    assert (again.amount_dong, again.pk != draft.pk) == (SHARE, True)


# --- two people -------------------------------------------------------------------------------------------------------
def test_nobody_does_two_steps_in_a_row(draft, hoa, nam):
    before = payout_tables(), books()
    with pytest.raises(CannotPayOut, match="second_person"):
        approve_payout(payout=draft, actor=hoa)
    assert (payout_tables(), books()) == before
    approve_payout(payout=draft, actor=nam)
    before = payout_tables(), books()
    with pytest.raises(CannotPayOut, match="second_person"):
        send_payouts(payouts=[draft], actor=nam)
    assert (payout_tables(), books()) == before


@pytest.mark.parametrize("arrived_first", [False, True], ids=["sent", "arrived"])
def test_money_is_said_to_have_come_back_by_another_person_with_the_banks_word(draft, hoa, nam, arrived_first):
    sent(draft, hoa, nam)
    if arrived_first:
        confirm_payout(payout=draft, actor=nam, bank_ref="FT26310001")
    before = payout_tables(), books()
    for actor in (hoa, nam) if arrived_first else (hoa,):
        with pytest.raises(CannotPayOut, match="second_person"):
            payout_failed(payout=draft, actor=actor, why="Account closed")
    third = person("third")
    with pytest.raises(CannotPayOut, match="no_reason"):
        payout_failed(payout=draft, actor=third, why="  ")
    assert (payout_tables(), books()) == before
    payout_failed(payout=draft, actor=third, why="Account closed")
    assert Payout.objects.get().status == S.FAILED and check_all_money() == []


def test_the_database_itself_refuses_one_person_for_both(draft, hoa):
    with pytest.raises(IntegrityError), transaction.atomic():
        Payout.objects.update(approved_by=hoa.user)


@pytest.mark.parametrize("step", ["approve", "send"])
@pytest.mark.parametrize("trouble", ["refund", "account"])
def test_what_became_doubtful_meanwhile_stops_the_next_step(draft, hoa, nam, step, trouble):
    if step == "send":
        approve_payout(payout=draft, actor=nam)
    if trouble == "refund":
        give_back(draft.items.get().entry.transaction.parcel, 10_000, at=EARLY_NOVEMBER, sent=False)
    else:
        ReceivingAccount.objects.update(account_number="999888777")
    before = payout_tables(), books()
    act = ACTS[S.SENT if step == "send" else S.APPROVED]
    with pytest.raises(CannotPayOut, match="frozen" if trouble == "refund" else "account_changed"):
        act(draft, hoa if step == "send" else nam)
    assert (payout_tables(), books()) == before


# --- states -----------------------------------------------------------------------------------------------------------
ACTS = {
    S.APPROVED: lambda payout, actor: approve_payout(payout=payout, actor=actor),
    S.SENT: lambda payout, actor: send_payouts(payouts=[payout], actor=actor),
    S.PAID: lambda payout, actor: confirm_payout(payout=payout, actor=actor, bank_ref="FT123456"),
    S.FAILED: lambda payout, actor: payout_failed(payout=payout, actor=actor, why="closed"),
    S.CANCELLED: lambda payout, actor: cancel_payout(payout=payout, actor=actor, why="wrong"),
}


PATHS = {
    S.APPROVED: [S.APPROVED],
    S.SENT: [S.APPROVED, S.SENT],
    S.PAID: [S.APPROVED, S.SENT, S.PAID],
    S.FAILED: [S.APPROVED, S.SENT, S.FAILED],
    S.CANCELLED: [S.CANCELLED],
}


@pytest.mark.parametrize("old", list(S))
def test_every_pair_of_states_is_allowed_or_refused_and_unchanged(draft, nam, hoa, old):
    for step in PATHS.get(old, []):
        ACTS[step](draft, hoa if step == S.SENT else nam)
    third = person("third")
    before = payout_tables(), books()
    for new, act in ACTS.items():
        with undone_again():
            if new in NEXT_PAYOUT[old]:
                act(draft, third)
                assert Payout.objects.get().status == new
                assert check_all_money() == []
                continue
            with pytest.raises(CannotPayOut, match="moved"):
                act(draft, third)
            assert (payout_tables(), books()) == before


@contextmanager
def undone_again():
    """Whatever happens within is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_a_payment_without_a_reference_is_not_believed(draft, hoa, nam):
    sent(draft, hoa, nam)
    before = payout_tables()
    with pytest.raises(CannotPayOut, match="no_reference"):
        confirm_payout(payout=draft, actor=nam, bank_ref=" x ")
    assert payout_tables() == before


# --- the file ---------------------------------------------------------------------------------------------------------
def test_the_file_names_bank_account_holder_amount_and_memo_and_runs_no_formula(draft, hoa, nam):
    Payout.objects.update(holder="=cmd|calc", bank_name="+Bank")
    approve_payout(payout=draft, actor=nam)
    file = send_payouts(payouts=[draft], actor=hoa)
    content = take_payout_file(file=file, actor=nam)
    assert content == take_payout_file(file=file, actor=hoa)
    row = next(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert row["bank"] == "'+Bank"
    assert row["holder"] == "'=CMD|CALC"
    assert (row["bank_bin"], row["account"], row["amount_vnd"]) == ("970405", draft.account_number, str(SHARE))
    assert row["memo"] == f"CHO NGUON TRA TIEN HANG {draft.code} 0110-011126"
    taken = AuditEntry.objects.filter(action="payout_file.taken").order_by("pk")
    assert [entry.actor for entry in taken] == [nam.user, hoa.user]


def test_a_file_is_all_or_none(draft, neighbour, hoa, nam):
    sell(neighbour)
    other = draft_of(hoa)
    approve_payout(payout=draft, actor=nam)
    before = payout_tables(), books()
    with pytest.raises(CannotPayOut, match="moved"):
        send_payouts(payouts=[draft, other], actor=hoa)
    assert (payout_tables(), books()) == before


@pytest.mark.parametrize(
    ("every", "today", "start", "end"),
    [
        ("month", "2026-11-22", "2026-10-01", "2026-11-01"),
        ("month", "2026-01-01", "2025-12-01", "2026-01-01"),
        ("week", "2026-11-22", "2026-11-09", "2026-11-16"),
        ("week", "2026-11-23", "2026-11-16", "2026-11-23"),
    ],
)
def test_the_last_whole_period(every, today, start, end):
    found = last_period(every, datetime.fromisoformat(today).date())
    assert tuple(map(str, found)) == (start, end)


def test_the_month_ends_at_midnight_in_viet_nam(coop, hoa):
    last_second = datetime(2026, 10, 31, 23, 59, 59, tzinfo=VIETNAM)
    sell(coop, at=last_second - timedelta(days=2))
    sell(coop, at=last_second - timedelta(days=2) + timedelta(seconds=1))
    assert draft_of(hoa).amount_dong == SHARE  # the other was over a second too late
    assert last_second > IN_OCTOBER
