"""Dues that a feed told of are one transfer: written down, decided about and undone in one place, or not at all."""

from __future__ import annotations

import pytest

from community import clock
from marketplace.ledger.balances import balances
from marketplace.payments.models import Capture, SuspenseDecision
from marketplace.payments.suspense.settling import CannotSettle, left_in_suspense, send_back, undo
from marketplace.payouts.checking import check_all_money
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
