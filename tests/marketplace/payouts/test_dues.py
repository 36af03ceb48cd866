"""Dues that a feed told of are one transfer: written down, decided about and undone in one place, or not at all."""

from __future__ import annotations

from dataclasses import replace

import pytest

from community import clock
from community.errors import DomainError
from marketplace.ledger.balances import balances
from marketplace.payments.agreeing import CannotAgree
from marketplace.payments.models import Capture, Proposal, SuspenseDecision
from marketplace.payments.states import DecisionAct
from marketplace.payments.suspense.settling import (
    CannotSettle,
    decide,
    left_in_suspense,
    mark_not_ours,
    send_back,
    undo,
)
from marketplace.payouts import dues as verbs
from marketplace.payouts.checking import check_all_money
from marketplace.payouts.confirming import confirm_proposal
from marketplace.payouts.dues import CannotRecordDues, DuesSlip, dues_memo, record_dues, undo_dues
from marketplace.payouts.models import DuesPayment
from marketplace.receiving.models import FeedCode, ReceivingAccount
from tests.marketplace.payments.stage import transfer
from tests.marketplace.payouts.stage import payout_tables, person

DONG = 50_000


@pytest.fixture
def told(coop) -> Capture:
    """Money on the market's own account whose words name the cooperative."""
    ReceivingAccount.objects.create(
        bank_bin="970405", bank_name="Agribank", account_number="000", holder="CHO NGUON", feed=FeedCode.SIMULATED
    )
    transfer(None, transferAmount=DONG, content=dues_memo(coop))
    return Capture.objects.get()


def slip(coop, capture: Capture) -> DuesSlip:
    return DuesSlip(coop, DONG, "FT1234", clock.today(), livemode=False, capture=capture)


def everything() -> tuple[object, ...]:
    return payout_tables(), list(SuspenseDecision.objects.values()), balances()


def test_undone_dues_put_their_money_back_where_a_person_finds_it(coop, told):
    dues = record_dues(slip=slip(coop, told), actor=person("hoa"))
    assert left_in_suspense(told) == 0
    undo_dues(dues=dues, actor=person("nam"), why="another cooperative's")
    assert left_in_suspense(told) == DONG == -balances()["suspense"]
    assert check_all_money() == []
    record_dues(slip=slip(coop, told), actor=person("mai"))
    assert DuesPayment.objects.filter(undone_at=None).count() == 1 and check_all_money() == []


def test_money_written_down_as_dues_is_not_also_put_back_into_suspense(coop, told):
    record_dues(slip=slip(coop, told), actor=person("hoa"))
    before = everything()
    with pytest.raises(CannotSettle, match="dues"):
        undo(decision=SuspenseDecision.objects.get(), actor=person("nam"), note="not dues")
    assert everything() == before


def test_large_dues_and_decisions_are_undone_by_another_person(coop, told, settings):
    hoa, nam = person("hoa"), person("nam")
    dues = record_dues(slip=slip(coop, told), actor=hoa)
    settings.REFUND_TWO_PEOPLE_OVER = DONG - 1
    before = everything()
    with pytest.raises(CannotRecordDues, match="second_person"):
        undo_dues(dues=dues, actor=hoa, why="mine")
    assert everything() == before
    undo_dues(dues=dues, actor=nam, why="another's")
    settings.REFUND_TWO_PEOPLE_OVER = DONG
    decision = send_back(capture=told, reference="FT99999", actor=hoa).decision
    settings.REFUND_TWO_PEOPLE_OVER = DONG - 1
    before = everything()
    with pytest.raises(CannotSettle, match="second_person"):
        undo(decision=decision, actor=hoa, note="mine")
    assert everything() == before
    undo(decision=decision, actor=nam, note="another's")
    assert left_in_suspense(told) == DONG and check_all_money() == []


def test_money_on_a_cooperatives_own_account_is_nobodys_dues(coop, told):
    ReceivingAccount.objects.filter(cooperative=coop).update(feed=FeedCode.SIMULATED)
    transfer(None, transferAmount=DONG, accountNumber=coop.receiving_accounts.get().account_number, content="PHI")
    capture = Capture.objects.latest("pk")
    before = everything()
    with pytest.raises(CannotRecordDues, match="not_the_markets"):
        record_dues(slip=slip(coop, capture), actor=person("hoa"))
    assert everything() == before


def test_what_was_decided_about_between_the_look_and_the_lock_is_not_booked_as_dues(coop, told, monkeypatch):
    record, before = verbs._record, []

    def somebody_was_faster(*args):
        decide(told, DecisionAct.SEND_BACK, 20_000, person("nam"), reference="FT99999")
        before.append(everything())
        return record(*args)

    monkeypatch.setattr(verbs, "_record", somebody_was_faster)
    with pytest.raises(CannotRecordDues, match="spoken_for"):
        record_dues(slip=slip(coop, told), actor=person("hoa"))
    assert before == [everything()] and check_all_money() == []


def test_the_proof_finds_dues_that_are_not_what_left_suspense(coop, told):
    decide(told, DecisionAct.SEND_BACK, 20_000, person("nam"), reference="FT99999")
    dues = record_dues(slip=replace(slip(coop, told), amount_dong=30_000), actor=person("hoa"))
    assert check_all_money() == []
    DuesPayment.objects.filter(pk=dues.pk).update(amount_dong=DONG)
    assert any("what left suspense" in one.what for one in check_all_money())


def test_dues_that_are_the_rest_of_a_large_transfer_need_two_people(coop, told, settings):
    decide(told, DecisionAct.SEND_BACK, 20_000, person("nam"), reference="FT99999")
    settings.REFUND_TWO_PEOPLE_OVER = 30_000
    before = everything()
    assert isinstance(record_dues(slip=replace(slip(coop, told), amount_dong=30_000), actor=person("hoa")), Proposal)
    assert everything() == before


def test_dues_typed_by_the_banks_reference_are_the_line_that_waits(coop, told, settings):
    settings.REFUND_TWO_PEOPLE_OVER = DONG - 1
    typed = replace(slip(coop, told), capture=None, bank_ref=told.bank_reference)
    mark_not_ours(capture=told, note="rent", actor=person("hoa"))
    before = everything()
    with pytest.raises(CannotAgree, match="waits"):
        record_dues(slip=typed, actor=person("nam"))
    assert everything() == before
    Proposal.objects.all().delete()
    settings.REFUND_TWO_PEOPLE_OVER = DONG
    assert record_dues(slip=typed, actor=person("mai")).capture == told
    assert left_in_suspense(told) == 0 and check_all_money() == []


@pytest.mark.parametrize("what", ["dues", "decision"])
def test_who_proposed_or_confirmed_undoes_neither_dues_nor_a_decision(coop, told, settings, what):
    settings.REFUND_TWO_PEOPLE_OVER = DONG - 1
    hoa, nam, mai = person("hoa"), person("nam"), person("mai")
    if what == "dues":
        record_dues(slip=slip(coop, told), actor=hoa)
    else:
        mark_not_ours(capture=told, note="rent", actor=hoa)
    confirm_proposal(proposal=Proposal.objects.get(), actor=nam)

    def take_back(actor):
        if what == "dues":
            return undo_dues(dues=DuesPayment.objects.get(), actor=actor, why="wrong")
        return undo(decision=SuspenseDecision.objects.get(), actor=actor, note="wrong")

    before = everything()
    for actor in (hoa, nam):
        with pytest.raises(DomainError, match="second_person"):
            take_back(actor)
    assert everything() == before
    take_back(mai)
    assert left_in_suspense(told) == DONG and check_all_money() == []


def test_a_part_of_a_large_transfer_is_undone_by_another_too(coop, told, settings):
    hoa = person("hoa")
    decision = decide(told, DecisionAct.SEND_BACK, 20_000, hoa, reference="FT99999")
    settings.REFUND_TWO_PEOPLE_OVER = 20_000
    before = everything()
    with pytest.raises(CannotSettle, match="second_person"):
        undo(decision=decision, actor=hoa, note="mine")
    assert everything() == before
