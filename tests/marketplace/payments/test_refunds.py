"""Refunds: asked, approved, sent, arrived or failed; never more than came, never twice, never by one pair of hands."""

from __future__ import annotations

import itertools
import threading
from typing import Any

import pytest
from django.db import connection

from community.accounts.models import User
from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from marketplace.ledger.balances import balances
from marketplace.orders.models import Order, Parcel
from marketplace.payments.asking.starting import start_order_payments, start_payment
from marketplace.payments.hearing.inbox import receive
from marketplace.payments.models import Capture, Payment, PaymentException, Refund
from marketplace.payments.providers.stripe.refunds import refund_key
from marketplace.payments.proving.checking import check_money
from marketplace.payments.refunds import refunding, sending_back
from marketplace.payments.refunds.naming import name_refund_account
from marketplace.payments.refunds.refunding import (
    CannotRefund,
    Wish,
    approve_refund,
    ask_refund,
    call_off_refund,
    request_due_refunds,
)
from marketplace.payments.refunds.sending_back import send_by_bank, send_by_card
from marketplace.payments.states import NEXT_REFUND, RefundKind, RefundStatus, refund_states_before
from marketplace.payments.suspense.settling import attach
from marketplace.receiving.changing import AccountWish
from tests.fakes.stripe_http import signed_event
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, tables, transfer

R = RefundStatus


def person(name: str) -> Actor:
    return Actor.of(User.objects.create_user(email=f"{name}@example.vn", name=name, is_staff=True))


@pytest.fixture
def paid(db) -> Payment:
    """One parcel of 185.000 ₫, 5 % commission, paid by transfer to the cooperative."""
    order = make_order(make_cooperative())
    order.parcels.update(commission_bps=500, commission_dong=8_000)
    payment = start_order_payments(order=order, actor=SYSTEM)[0]
    transfer(payment)
    payment.refresh_from_db()
    return payment


def wish(payment: Payment, dong: int, reason: str = "goods_broken") -> Wish:
    return Wish(payment, dong, RefundKind.PARCEL, reason, parcel=payment.parcel)


def refund_tables() -> dict[str, Any]:
    return tables() | {"refunds": list(Refund.objects.order_by("pk").values()), "books": balances()}


def test_a_partial_refund_returns_its_part_of_the_commission(paid):
    refund = ask_refund(wish=wish(paid, 37_000), actor=person("hoa"))
    approve_refund(refund=refund, actor=person("nam"))
    send_by_bank(refund=refund, actor=person("nam2"), to_account="0123456789", bank_ref="FT26326001")
    assert refund.status == R.DONE
    books = balances()
    assert books["commission"] == -6_400  # 5 % of the 128.000 ₫ of goods that are left
    assert f"refund_due:{paid.order_id}" not in {code for code, dong in books.items() if dong}
    assert check_money() == []


def test_a_complete_refund_in_two_pieces_leaves_no_fee(paid):
    for dong, reason in [(100_001, "first"), (84_999, "second")]:
        refund = ask_refund(wish=wish(paid, dong, reason), actor=SYSTEM)
        send_by_bank(
            refund=approve_refund(refund=refund, actor=person(reason)),
            actor=person(reason + "2"),
            to_account="0123456789",
            bank_ref=f"FT{dong}",
        )
    assert {code: dong for code, dong in balances().items() if dong} == {}
    assert check_money() == []


def test_more_than_came_is_refused(paid):
    approve_refund(refund=ask_refund(wish=wish(paid, 100_000), actor=SYSTEM), actor=person("hoa"))
    before = refund_tables()
    with pytest.raises(CannotRefund) as refused:
        ask_refund(wish=wish(paid, 85_001, "again"), actor=SYSTEM)
    assert refused.value.facts == {"left_dong": 85_000}
    assert refund_tables() == before


@pytest.mark.parametrize("dong", [0, -1, 1.0, True, "1000"])
def test_an_amount_that_is_no_positive_whole_sum_is_refused(paid, dong):
    before = refund_tables()
    with pytest.raises(CannotRefund):
        ask_refund(wish=wish(paid, dong), actor=SYSTEM)
    assert refund_tables() == before


def test_the_same_wish_twice_is_one_refund(paid):
    assert ask_refund(wish=wish(paid, 5_000), actor=SYSTEM) == ask_refund(wish=wish(paid, 5_000), actor=SYSTEM)


def test_over_the_limit_nobody_does_two_steps_in_a_row(paid, settings):
    settings.REFUND_TWO_PEOPLE_OVER = 100_000
    hoa, nam = person("hoa"), person("nam")
    refund = ask_refund(wish=wish(paid, 150_000), actor=hoa)
    before = refund_tables()
    with pytest.raises(CannotRefund, match="second_person"):
        approve_refund(refund=refund, actor=hoa)
    assert refund_tables() == before
    approve_refund(refund=refund, actor=nam)
    before = refund_tables()
    with pytest.raises(CannotRefund, match="second_person"):
        send_by_bank(refund=refund, actor=nam, to_account="0123456789", bank_ref="FT123456")
    assert refund_tables() == before
    send_by_bank(refund=refund, actor=hoa, to_account="0123456789", bank_ref="FT123456")
    assert refund.status == R.DONE


def test_below_the_limit_one_person_may_do_it_all(paid):
    hoa = person("hoa")
    refund = approve_refund(refund=ask_refund(wish=wish(paid, 10_000), actor=hoa), actor=hoa)
    assert send_by_bank(refund=refund, actor=hoa, to_account="0123456789", bank_ref="FT123456").status == R.DONE


def test_sending_needs_the_banks_reference(paid):
    refund = approve_refund(refund=ask_refund(wish=wish(paid, 10_000), actor=SYSTEM), actor=person("hoa"))
    before = refund_tables()
    with pytest.raises(CannotRefund, match="no_reference"):
        send_by_bank(refund=refund, actor=person("nam"), to_account="0123456789", bank_ref="  ")
    assert refund_tables() == before


def named(refund: Refund, number: str) -> Refund:
    return name_refund_account(
        refund=refund, wish=AccountWish("970436", number, "NGUYEN VAN MINH"), actor=Actor.buyer()
    )


def test_a_target_changed_while_it_was_paid_is_not_written_down_as_the_one_that_was_paid(paid):
    refund = approve_refund(refund=ask_refund(wish=wish(paid, 10_000), actor=SYSTEM), actor=person("hoa"))
    named(refund, "0011223344")
    shown = refund.to_account
    named(refund, "9988776655")
    before = refund_tables()
    with pytest.raises(CannotRefund, match="other_target"):
        send_by_bank(refund=refund, actor=person("nam"), bank_ref="FT123456", to_account=shown)
    with pytest.raises(CannotRefund, match="no_target"):
        send_by_bank(refund=refund, actor=person("nam2"), bank_ref="FT123456", to_account=" ")
    assert refund_tables() == before
    send_by_bank(refund=refund, actor=person("nam3"), bank_ref="FT123456", to_account="9988 776 655")
    assert (refund.status, refund.to_account) == (R.DONE, "9988776655")


def test_one_transfer_of_the_bank_is_one_refund(paid):
    first, second = [ask_refund(wish=wish(paid, 10_000, reason), actor=SYSTEM) for reason in ("broken", "late")]
    for refund in (first, second):
        approve_refund(refund=refund, actor=SYSTEM)
    send_by_bank(refund=first, actor=SYSTEM, bank_ref="FT123456", to_account="0011223344")
    before = refund_tables()
    with pytest.raises(CannotRefund, match="reference_used"):
        send_by_bank(refund=second, actor=SYSTEM, bank_ref=" ft123456", to_account="0011223344")
    assert refund_tables() == before


def test_a_promise_that_is_called_off_leaves_the_books_as_before(paid):
    before = balances()
    refund = approve_refund(refund=ask_refund(wish=wish(paid, 50_000), actor=SYSTEM), actor=person("hoa"))
    call_off_refund(refund=refund, actor=person("nam"), note="Người mua giữ hàng")
    after = {code: dong for code, dong in balances().items() if dong}
    assert after == {code: dong for code, dong in before.items() if dong}
    assert check_money() == []


@pytest.mark.parametrize(("old", "new"), list(itertools.product(RefundStatus, repeat=2)))
def test_a_refund_moves_only_as_its_table_says(old, new):
    assert (old in refund_states_before(new)) == (new in NEXT_REFUND[old])


def test_what_is_done_is_never_undone(paid):
    refund = approve_refund(refund=ask_refund(wish=wish(paid, 10_000), actor=SYSTEM), actor=person("hoa"))
    send_by_bank(refund=refund, actor=person("nam"), to_account="0123456789", bank_ref="FT123456")
    before = refund_tables()
    for act in (
        lambda: approve_refund(refund=refund, actor=person("a")),
        lambda: send_by_bank(refund=refund, actor=person("b"), to_account="0123456789", bank_ref="FT999999"),
        lambda: call_off_refund(refund=refund, actor=person("c"), note=""),
    ):
        with pytest.raises(CannotRefund, match="moved"):
            act()
    assert refund_tables() == before


def test_a_surplus_is_asked_back_by_itself_once(paid):
    transfer(paid, transferAmount=40_000)
    assert request_due_refunds() == 1
    assert request_due_refunds() == 0
    refund = Refund.objects.get()
    assert (refund.kind, refund.amount_dong) == (RefundKind.SURPLUS, 40_000)
    send_by_bank(
        refund=approve_refund(refund=refund, actor=person("hoa")),
        actor=person("nam"),
        to_account="0123456789",
        bank_ref="FT123456",
    )
    assert f"overpaid:{paid.order_id}" not in {code for code, dong in balances().items() if dong}
    assert check_money() == []


def test_what_was_asked_or_cannot_be_asked_holds_up_nothing_behind_it(paid, monkeypatch):
    monkeypatch.setattr(refunding, "BATCH", 1)
    for _number in range(2):
        order = make_order(make_cooperative(), packs=1)
        payment = start_order_payments(order=order, actor=SYSTEM)[0]
        transfer(payment, transferAmount=payment.amount_dong + 5_000)
    gone = ask_refund(wish=Wish(paid, 185_000, RefundKind.UNSPENT, "by_hand"), actor=SYSTEM)
    approve_refund(refund=gone, actor=SYSTEM)  # nothing is left: the parcel cannot be asked for
    Parcel.objects.filter(pk=paid.parcel_id).update(status="rejected")
    assert [request_due_refunds() for _time in range(3)] == [1, 1, 0]
    assert list(Refund.objects.exclude(pk=gone.pk).values_list("amount_dong", flat=True)) == [5_000, 5_000]


def test_a_refused_parcel_is_refunded_for_what_is_still_owed(paid):
    first = ask_refund(wish=wish(paid, 35_000), actor=SYSTEM)
    approve_refund(refund=first, actor=person("hoa"))
    Parcel.objects.filter(pk=paid.parcel_id).update(status="rejected")
    assert request_due_refunds() == 1
    assert Refund.objects.exclude(pk=first.pk).get().amount_dong == 150_000


def test_the_buyer_is_told_once_per_refund(paid):
    refund = approve_refund(refund=ask_refund(wish=wish(paid, 10_000), actor=SYSTEM), actor=person("hoa"))
    send_by_bank(refund=refund, actor=person("nam"), to_account="0123456789", bank_ref="FT123456")
    assert OutboxMessage.objects.filter(kind="refund_sent").count() == 1


# --- card ---
@pytest.fixture
def card(db, stripe_fake) -> Payment:
    order = make_order(make_cooperative(), make_cooperative("HTX Đakrông"))
    payment = start_payment(order=order, parcel=None, provider="stripe", actor=SYSTEM)
    headers, body = signed_event(stripe_fake.pay(payment.provider_ref))
    receive(provider="stripe", headers=headers, body=body)
    payment.refresh_from_db()
    return payment


def of_first_parcel(payment: Payment, dong: int = 185_000) -> Refund:
    parcel = Order.objects.get(pk=payment.order_id).parcels.order_by("pk")[0]
    refund = ask_refund(wish=Wish(payment, dong, RefundKind.PARCEL, "rejected", parcel=parcel), actor=SYSTEM)
    return approve_refund(refund=refund, actor=person("hoa"))


def told(fake, number: str, kind: str, status: str, event_id: str) -> None:
    headers, body = signed_event(fake.refunds[number] | {"status": status}, type_=kind, event_id=event_id)
    receive(provider="stripe", headers=headers, body=body)


def test_one_parcel_of_a_card_payment_goes_back_alone(card, stripe_fake):
    refund = send_by_card(refund=of_first_parcel(card), actor=person("nam"))
    refund.refresh_from_db()
    assert refund.status == R.DONE
    call = stripe_fake.calls[-1]
    assert (call.params["amount"], call.idempotency_key) == ("185000", refund_key(refund))
    assert balances()["clearing:stripe"] == 185_000
    assert check_money() == []


def test_one_parcel_never_takes_the_money_of_another(card):
    of_first_parcel(card, 100_000)
    parcel = Order.objects.get(pk=card.order_id).parcels.order_by("pk")[0]
    before = refund_tables()
    with pytest.raises(CannotRefund) as refused:
        ask_refund(wish=Wish(card, 85_001, RefundKind.PARCEL, "broken", parcel=parcel), actor=SYSTEM)
    assert refused.value.facts == {"left_dong": 85_000}
    assert refund_tables() == before
    asked = [Wish(card, 85_000, RefundKind.PARCEL, reason, parcel=parcel) for reason in ("broken", "late")]
    first, second = [ask_refund(wish=one, actor=SYSTEM) for one in asked]
    approve_refund(refund=first, actor=person("hoa2"))
    before = refund_tables()
    with pytest.raises(CannotRefund, match="more_than_came"):
        approve_refund(refund=second, actor=person("hoa3"))
    assert refund_tables() == before


def test_card_money_that_staff_counted_goes_back_to_its_card(db, stripe_fake):
    order = make_order(make_cooperative())
    payment = start_payment(order=order, parcel=None, provider="stripe", actor=SYSTEM)
    told_money = stripe_fake.pay(payment.provider_ref)
    headers, body = signed_event(told_money | {"amount_total": 185_000 + 7})
    receive(provider="stripe", headers=headers, body=body)
    money = Capture.objects.get()
    assert money.payment is None
    attach(capture=money, payment=payment, amount_dong=185_000 + 7, actor=person("hoa0"))
    payment.refresh_from_db()
    refund = of_first_parcel(payment)
    send_by_card(refund=refund, actor=person("nam"))
    refund.refresh_from_db()
    assert (refund.status, stripe_fake.calls[-1].params["payment_intent"]) == (R.DONE, money.txn_id)


def test_without_card_money_nothing_is_sent_and_nothing_is_stuck(card, stripe_fake, monkeypatch):
    refund = of_first_parcel(card)
    monkeypatch.setattr(sending_back, "_card_money", lambda payment: None)
    before = refund_tables()
    with pytest.raises(CannotRefund, match="nothing_paid"):
        send_by_card(refund=refund, actor=person("nam"))
    assert refund_tables() == before


def test_a_lost_answer_is_asked_again_and_refunds_once(card, stripe_fake):
    refund = of_first_parcel(card)
    stripe_fake.fail_next = [None, "timeout"]  # the look for an earlier one is answered, the making is not
    send_by_card(refund=refund, actor=person("nam"))
    refund.refresh_from_db()
    assert refund.status == R.SUBMITTED
    send_by_card(refund=refund, actor=person("nam2"))
    refund.refresh_from_db()
    assert refund.status == R.DONE
    assert len(stripe_fake.refunds) == 1


def test_a_refund_that_fails_later_is_still_owed_and_can_be_sent_again(card, stripe_fake):
    stripe_fake.refunds_wait = True
    refund = send_by_card(refund=of_first_parcel(card), actor=person("nam"))
    refund.refresh_from_db()
    assert refund.status == R.SUBMITTED
    told(stripe_fake, "re_1", "refund.failed", "failed", "evt_f")
    refund.refresh_from_db()
    assert refund.status == R.FAILED
    assert balances()[f"refund_due:{card.order_id}"] == -185_000
    assert check_money() == []


def test_a_refund_that_bounces_after_it_arrived_is_owed_again_and_opens_a_case(card, stripe_fake):
    refund = send_by_card(refund=of_first_parcel(card), actor=person("nam"))
    told(stripe_fake, "re_1", "refund.failed", "failed", "evt_late")
    told(stripe_fake, "re_1", "refund.failed", "failed", "evt_again")
    refund.refresh_from_db()
    assert (refund.status, refund.ended_at) == (R.FAILED, None)
    assert PaymentException.objects.get().key == f"provider_notice:bounced:{refund.pk}:re_1"
    assert balances()[f"refund_due:{card.order_id}"] == -185_000
    assert balances()["clearing:stripe"] == 370_000
    assert check_money() == []


def test_what_is_told_late_of_a_try_that_failed_is_not_taken_for_the_next_one(card, stripe_fake):
    refund = send_by_card(refund=of_first_parcel(card), actor=person("nam"))
    told(stripe_fake, "re_1", "refund.failed", "failed", "evt_bounced")
    stripe_fake.refunds["re_1"]["status"] = "failed"
    told(stripe_fake, "re_1", "refund.updated", "succeeded", "evt_old_news")
    refund.refresh_from_db()
    assert refund.status == R.FAILED
    stripe_fake.refunds_wait = True
    send_by_card(refund=refund, actor=person("nam2"))
    told(stripe_fake, "re_1", "refund.updated", "succeeded", "evt_older_news")
    told(stripe_fake, "re_1", "refund.failed", "failed", "evt_oldest_news")
    refund.refresh_from_db()
    assert (refund.status, refund.provider_ref) == (R.SUBMITTED, "re_2")
    told(stripe_fake, "re_2", "refund.updated", "succeeded", "evt_new")
    refund.refresh_from_db()
    assert refund.status == R.DONE
    assert balances()["clearing:stripe"] == 185_000
    assert check_money() == []


def test_the_provider_saying_it_thrice_books_it_once(card, stripe_fake):
    stripe_fake.refunds_wait = True
    send_by_card(refund=of_first_parcel(card), actor=person("nam"))
    for number in range(3):
        told(stripe_fake, "re_1", "refund.updated", "succeeded", f"evt_{number}")
    assert balances()["clearing:stripe"] == 185_000
    assert check_money() == []


@pytest.mark.django_db(transaction=True)
def test_two_people_approve_at_once_and_one_does():
    order = make_order(make_cooperative())
    payment = start_order_payments(order=order, actor=SYSTEM)[0]
    transfer(payment)
    refund = ask_refund(wish=wish(payment, 50_000), actor=SYSTEM)
    actors, start, outcomes = [person("a"), person("b")], threading.Barrier(2), []

    def press(actor: Actor) -> None:
        try:
            mine = Refund.objects.get(pk=refund.pk)
            start.wait()
            approve_refund(refund=mine, actor=actor)
            outcomes.append("approved")
        except CannotRefund as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[actor]) for actor in actors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["approved", "moved"]
    assert balances()[f"refund_due:{payment.order_id}"] == -50_000
