"""A parcel paid on delivery becomes smaller before it is paid: the same code asks for less, nothing goes back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from community.text.money import show_dong
from marketplace.ledger.models import LedgerTransaction
from marketplace.orders.changes.asking import QuestionOver, ask_buyer, lapse_due, take_what_is_there
from marketplace.orders.changes.weighing import weigh_line
from marketplace.orders.changes.wording import change_words
from marketplace.orders.fulfilling import accept_parcel, pack_parcel, reserved_picks, ship_parcel, unpack_parcel
from marketplace.orders.models import Order, Parcel
from marketplace.orders.states import ParcelStatus
from marketplace.payments.asking.starting import start_payment
from marketplace.payments.ending import lowering
from marketplace.payments.ending.lowering import ask_for_what_goes, lower_due
from marketplace.payments.models import Payment, Refund
from marketplace.payments.refunds.of_changes import request_due_changes
from marketplace.payments.refunds.refunding import request_due_refunds
from marketplace.payouts.checking import check_all_money
from tests.marketplace.payments.on_delivery import on_its_way, payment_of
from tests.marketplace.payments.stage import SYSTEM, packs_left, tables, transfer

pytestmark = pytest.mark.django_db
BUYER = Actor.buyer()
TOTAL, ONE_PACK = 185_000, 105_000


@pytest.fixture
def parcel() -> Parcel:
    """2 × 500 g at 80.000 ₫ and 25.000 ₫ delivery; 5 % commission and 1,5 % tax withheld."""
    parcel = on_its_way()
    Parcel.objects.update(
        commission_bps=500, commission_dong=8_000, vat_bps=100, pit_bps=50, vat_dong=1_600, pit_dong=800,
        tax_mode="withhold",
    )  # fmt: skip
    return fresh(parcel)


@pytest.fixture(autouse=True)
def _books_fit():
    yield
    assert check_all_money() == []


def fresh(parcel: Parcel) -> Parcel:
    return Parcel.objects.select_related("order", "cooperative").get(pk=parcel.pk)


def asked(parcel: Parcel, there: int = 1) -> Any:
    return ask_buyer(parcel=parcel, there={parcel.lines.get().pk: there}, actor=SYSTEM)


def taken(parcel: Parcel) -> Parcel:
    asked(parcel)
    take_what_is_there(parcel=parcel, actor=BUYER)
    ask_for_what_goes(parcel=parcel, actor=BUYER)
    return fresh(parcel)


def weigh(parcel: Parcel, grams: int) -> Parcel:
    weigh_line(parcel=parcel, line=parcel.lines.get(), content_base=grams, actor=SYSTEM)
    ask_for_what_goes(parcel=parcel, actor=SYSTEM)
    return fresh(parcel)


def owes(parcel: Parcel) -> tuple[int, int, int]:
    """What the parcel costs, its order, and what its code asks for."""
    return fresh(parcel).total_dong, Order.objects.get(pk=parcel.order_id).total_dong, payment_of(parcel).amount_dong


def given_back() -> int:
    request_due_changes()
    request_due_refunds()
    return sum(Refund.objects.values_list("amount_dong", flat=True))


def test_fewer_packs_cost_less_by_the_same_code_and_nothing_goes_back(parcel) -> None:
    code = payment_of(parcel).memo_code
    question = asked(parcel)
    told = OutboxMessage.objects.get(kind="shortage_asked").text
    assert "80.000" in told and "hoàn" not in told.lower() and question.back_dong == 80_000
    parcel = take_what_is_there(parcel=parcel, actor=BUYER)
    ask_for_what_goes(parcel=parcel, actor=BUYER)
    assert owes(parcel) == (ONE_PACK,) * 3 and payment_of(parcel).memo_code == code
    assert (parcel.status, parcel.back_dong, parcel.due_dong, packs_left(parcel.cooperative)) == (
        "accepted",
        0,
        ONE_PACK,
        8,
    )
    assert (parcel.commission_dong, parcel.vat_dong, parcel.pit_dong) == (4_000, 800, 400)
    [words] = change_words(parcel.changes.prefetch_related("lines__line"))
    assert "80.000" in words and "Hoàn" not in words
    assert not LedgerTransaction.objects.exists(), "nothing is booked before money comes"
    transfer(payment_of(parcel))
    parcel = fresh(parcel)
    assert parcel.paid_at is not None and given_back() == 0 and not Refund.objects.exists()


def test_a_second_yes_changes_nothing(parcel) -> None:
    parcel = taken(parcel)
    before, sums = tables(), owes(parcel)
    with pytest.raises(QuestionOver):
        take_what_is_there(parcel=parcel, actor=BUYER)
    ask_for_what_goes(parcel=parcel, actor=BUYER)
    assert lower_due() == 0 and tables() == before and owes(parcel) == sums


def test_no_answer_cancels_it_and_nothing_goes_back(parcel) -> None:
    question = asked(parcel)
    lapse_due(now=question.answer_by + timedelta(minutes=1))
    assert fresh(parcel).status == ParcelStatus.CANCELLED and given_back() == 0
    [told] = OutboxMessage.objects.filter(kind="shortage_lapsed")
    assert "185.000" not in told.text


def test_paid_between_question_and_answer_it_goes_back_as_of_any_paid_parcel(parcel) -> None:
    asked(parcel)
    transfer(payment_of(parcel))
    take_what_is_there(parcel=parcel, actor=BUYER)
    assert fresh(parcel).total_dong == TOTAL and given_back() == 80_000


def test_who_pays_the_old_sum_gets_the_rest_back(parcel) -> None:
    taken(parcel)
    transfer(payment_of(parcel), transferAmount=TOTAL)
    assert fresh(parcel).paid_at is not None and given_back() == 80_000


@pytest.mark.parametrize("first", ["money", "clock"])
def test_a_crash_before_the_code_is_lowered_loses_nothing(parcel, first) -> None:
    """The yes is kept, the code still asks for the old sum: whoever comes next puts it right."""
    asked(parcel)
    take_what_is_there(parcel=parcel, actor=BUYER)
    assert payment_of(parcel).amount_dong == TOTAL
    if first == "clock":
        assert lower_due() == 1
    transfer(payment_of(parcel), transferAmount=ONE_PACK)
    assert lower_due() == 0
    assert fresh(parcel).paid_at is not None and payment_of(parcel).status == "confirmed" and given_back() == 0


def test_a_part_that_came_is_enough_when_it_is_all_that_is_owed_now(parcel) -> None:
    transfer(payment_of(parcel), transferAmount=120_000)
    parcel = taken(parcel)
    assert parcel.paid_at is not None and given_back() == 15_000


@pytest.mark.parametrize(("grams", "goods"), [(900, 144_000), (1000, 160_000), (1100, 160_000)])
def test_the_scale_says_what_is_owed_before_the_slip_is_printed(parcel, grams, goods) -> None:
    parcel = weigh(accept_parcel(parcel=parcel, actor=SYSTEM), grams)
    assert owes(parcel) == (goods + 25_000,) * 3
    parcel = pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=SYSTEM)
    parcel = ship_parcel(parcel=parcel, courier="VNPost", courier_code="", actor=SYSTEM)
    assert owes(parcel) == (goods + 25_000,) * 3 and parcel.back_dong == 0
    assert f"{goods + 25_000:,}".replace(",", ".") in OutboxMessage.objects.get(kind="parcel_shipped").text
    transfer(payment_of(parcel))
    assert fresh(parcel).paid_at is not None and given_back() == 0


def test_weighed_again_or_opened_again_it_is_never_more_than_was_ordered(parcel) -> None:
    parcel = weigh(accept_parcel(parcel=parcel, actor=SYSTEM), 900)
    parcel = weigh(parcel, 950)
    assert owes(parcel) == (177_000,) * 3
    parcel = pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=SYSTEM)
    unpack_parcel(parcel=parcel, actor=SYSTEM)
    assert lower_due() == 1 and owes(parcel) == (TOTAL,) * 3


def test_a_row_that_cannot_be_lowered_stops_no_other(parcel, monkeypatch) -> None:
    real, broken, other = lowering.ask_for_what_goes, parcel.pk, on_its_way()
    for each in (parcel, other):
        accept_parcel(parcel=each, actor=SYSTEM)
        weigh_line(parcel=each, line=each.lines.get(), content_base=900, actor=SYSTEM)

    def fails_for_one(*, parcel: Parcel, actor: Actor) -> None:
        if parcel.pk == broken:
            raise RuntimeError("a broken row")
        real(parcel=parcel, actor=actor)

    monkeypatch.setattr(lowering, "ask_for_what_goes", fails_for_one)
    assert lower_due() == 1 and payment_of(other).amount_dong == 169_000 and payment_of(parcel).amount_dong == TOTAL


def opened_again(parcel: Parcel) -> Parcel:
    """Its slip says 169.000 ₫; without the weight it costs 185.000 ₫, and the clock did not run yet."""
    parcel = weigh(accept_parcel(parcel=parcel, actor=SYSTEM), 900)
    parcel = pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=SYSTEM)
    unpack_parcel(parcel=parcel, actor=SYSTEM)
    assert owes(parcel) == (TOTAL, TOTAL, 169_000)
    return fresh(parcel)


def test_who_pays_the_printed_sum_of_a_parcel_that_costs_more_again_has_paid_a_part(parcel) -> None:
    parcel = opened_again(parcel)
    transfer(payment_of(parcel), transferAmount=169_000)
    assert payment_of(parcel).status == "partially_received" and given_back() == 0
    assert "16.000" in OutboxMessage.objects.get(kind="payment_short").text
    weigh(parcel, 900)  # the same goods again: what came is enough
    assert fresh(parcel).paid_at is not None and payment_of(parcel).status == "confirmed" and given_back() == 0


def test_fewer_packs_than_were_weighed_cost_what_the_question_said(parcel) -> None:
    """What was weighed were two packs; who is asked about one is told of unweighed ones, and owes just that."""
    parcel = weigh(accept_parcel(parcel=parcel, actor=SYSTEM), 900)
    question = asked(parcel)
    told = fresh(parcel).total_dong - question.back_dong
    take_what_is_there(parcel=parcel, actor=BUYER)
    ask_for_what_goes(parcel=parcel, actor=BUYER)
    assert owes(parcel) == (told,) * 3 == (ONE_PACK,) * 3


def test_the_page_to_pay_asks_for_the_new_sum_by_the_printed_code(parcel) -> None:
    parcel = opened_again(parcel)
    before = payment_of(parcel)
    now = start_payment(order=parcel.order, parcel=parcel, provider="vietqr", actor=BUYER)
    assert (now.pk, now.memo_code, now.amount_dong, now.is_live) == (before.pk, before.memo_code, TOTAL, True)


@pytest.mark.parametrize(("after", "back"), [(920, 4_800), (950, 0), (1000, 0)])
def test_of_what_was_paid_by_weight_only_the_rest_goes_back(parcel, after, back) -> None:
    """Paid early by what the scale said first; then it said something else."""
    parcel = weigh(accept_parcel(parcel=parcel, actor=SYSTEM), 950)
    transfer(payment_of(parcel))
    parcel = weigh(fresh(parcel), after)
    parcel = pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=SYSTEM)
    ship_parcel(parcel=parcel, courier="VNPost", courier_code="", actor=SYSTEM)
    assert fresh(parcel).total_dong == 177_000 and given_back() == back
    told = " ".join(change_words(fresh(parcel).changes.prefetch_related("lines__line")))
    assert "Hoàn" not in told and ("8.000\xa0₫ đã bớt" in told and "4.800" in told) is bool(back)


def test_less_and_lighter_together(parcel) -> None:
    parcel = weigh(taken(parcel), 450)
    assert owes(parcel) == (97_000,) * 3
    transfer(payment_of(parcel))
    assert Payment.objects.get().status == "confirmed" and given_back() == 0


def test_a_card_page_opened_before_the_sum_rose_takes_nothing_and_the_next_one_asks_for_what_is_owed(
    parcel, client
) -> None:
    parcel = weigh(accept_parcel(parcel=parcel, actor=SYSTEM), 900)
    lighter = parcel.total_dong
    card = start_payment(order=parcel.order, parcel=None, provider="simulated", actor=BUYER)
    assert card.amount_dong == lighter < TOTAL
    parcel = weigh(parcel, 1000)
    before = tables()
    page = client.post(card.redirect_url, {"action": "pay", "number": 7})
    assert page.status_code == 409 and tables() == before
    shown = page.content.decode()
    assert show_dong(lighter) in shown and show_dong(TOTAL) in shown
    again = start_payment(order=parcel.order, parcel=None, provider="simulated", actor=BUYER)
    assert again.pk != card.pk and again.amount_dong == owes(parcel)[0] == TOTAL
    client.post(again.redirect_url, {"action": "pay", "number": 8})
    assert fresh(parcel).paid_at is not None and given_back() == 0


def test_a_card_page_stays_open_while_the_order_owes_the_same(parcel) -> None:
    card = start_payment(order=parcel.order, parcel=None, provider="simulated", actor=BUYER)
    ask_for_what_goes(parcel=parcel, actor=SYSTEM)
    card.refresh_from_db()
    assert card.is_live and card.amount_dong == TOTAL
