"""A refund made on Stripe's own page becomes a refund of ours by one press: booked once, told once, in any order."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from community.audit.models import AuditEntry
from community.outbox.models import OutboxMessage
from marketplace.ledger.balances import balances
from marketplace.moderation.setting_up import ACCOUNTANTS, set_up_review
from marketplace.payments.asking.starting import start_payment
from marketplace.payments.models import Payment, PaymentException, Proposal, Refund
from marketplace.payments.proving.checking import check_money
from marketplace.payments.refunds.refunding import (
    CannotRefund,
    Wish,
    approve_refund,
    ask_refund,
    call_off_refund,
    left_to_give,
)
from marketplace.payments.refunds.sending_back import send_by_card
from marketplace.payments.refunds.taking_over import CannotTakeOver, take_over, targets_of
from marketplace.payments.states import RefundKind, RefundStatus
from marketplace.payouts.confirming import confirm_proposal
from tests.concurrency.at_once import at_once
from tests.fakes.stripe_http import FakeStripe
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order
from tests.marketplace.payments.test_disputes import boss, contest, everything, hear

pytestmark = pytest.mark.django_db


@pytest.fixture
def paid(stripe_fake: FakeStripe) -> Payment:
    """Two parcels of 185.000 ₫, 5 % commission, paid by one card."""
    order = make_order(make_cooperative("HTX Một"), make_cooperative("HTX Hai"))
    order.parcels.update(commission_bps=500, commission_dong=8_000)
    payment = start_payment(order=order, parcel=None, provider="stripe", actor=SYSTEM)
    hear(stripe_fake.pay(payment.provider_ref), "checkout.session.completed", "evt_paid")
    payment.refresh_from_db()
    return payment


def elsewhere(fake: FakeStripe, payment: Payment, dong: int, status: str = "succeeded") -> PaymentException:
    """Somebody gives money back on Stripe's page; its events come, and the sum of the charge."""
    thing = fake.refund_elsewhere(payment.provider_ref, dong) | {"status": status}
    tell(fake, thing, "refund.created")
    hear(fake.charge(payment.provider_ref), "charge.refunded", f"evt_sum_{thing['id']}")
    return PaymentException.objects.get(key=f"provider_notice:stripe:{thing['id']}")


def tell(fake: FakeStripe, thing: dict[str, Any], kind: str) -> str:
    return hear(thing, kind, f"evt_{kind}_{thing['id']}_{thing['status']}")


def parcels(payment: Payment) -> list[Any]:
    return list(payment.order.parcels.order_by("pk"))


def told_buyer() -> list[str]:
    return list(OutboxMessage.objects.filter(kind="refund_sent").values_list("text", flat=True))


def wish(payment: Payment, parcel: Any, dong: int, reason: str = "broken") -> Refund:
    return ask_refund(wish=Wish(payment, dong, RefundKind.PARCEL, reason, parcel=parcel), actor=SYSTEM)


def test_one_press_books_it_for_a_parcel_and_tells_the_buyer_and_the_seller_once(paid, stripe_fake):
    question, first = elsewhere(stripe_fake, paid, 100_000), parcels(paid)[0]
    assert [one.code for one in targets_of(question)] == [*(f"parcel:{one.pk}" for one in parcels(paid)), "shared"]
    [refund] = take_over(question=question, target=f"parcel:{first.pk}", actor=boss())
    assert (refund.status, refund.provider_ref, refund.amount_dong) == ("done", "re_1", 100_000)
    question.refresh_from_db()
    assert (question.status, question.resolution, question.closed_by.name) == ("resolved", "taken_over", "hoa")
    assert balances()["clearing:stripe"] == 270_000
    assert balances()[f"payable:{first.cooperative_id}"] == -177_000 + 100_000 - 4_324, "the commission shrinks too"
    assert len(told_buyer()) == 1 and "100.000" in told_buyer()[0]
    assert first.code in OutboxMessage.objects.get(kind="refund_taken_over").text
    assert AuditEntry.objects.filter(action__in=["refund.taken_over", "payment_exception.taken_over"]).count() == 2
    assert left_to_give(paid) == 270_000 and check_money() == []
    before = everything()
    with pytest.raises(CannotTakeOver, match="decided"):
        take_over(question=question, target=f"parcel:{first.pk}", actor=boss("nam"))
    hear(stripe_fake.charge(paid.provider_ref), "charge.refunded", "evt_sum_again")
    assert everything() | {"inbox": before["inbox"]} == before


def test_a_whole_order_given_back_there_is_shared_over_its_parcels_and_told_once(paid, stripe_fake):
    refunds = take_over(question=elsewhere(stripe_fake, paid, 370_000), target="shared", actor=boss())
    assert [(one.parcel, one.amount_dong, one.status) for one in refunds] == [
        (parcel, 185_000, "done") for parcel in parcels(paid)
    ]
    assert len(told_buyer()) == 1 and "370.000" in told_buyer()[0]
    assert set(balances("payable").values()) == {0} and balances()["clearing:stripe"] == 0 and check_money() == []


@pytest.mark.parametrize("status", [RefundStatus.REQUESTED, RefundStatus.APPROVED, RefundStatus.FAILED])
def test_what_waited_here_to_be_given_back_is_that_refund(paid, stripe_fake, status):
    parcel = parcels(paid)[0]
    own = wish(paid, parcel, 185_000)
    if status != RefundStatus.REQUESTED:
        approve_refund(refund=own, actor=boss("nam"))
    if status == RefundStatus.FAILED:
        stripe_fake.fail_next = [None, 402]
        send_by_card(refund=own, actor=boss("mai"))
        own.refresh_from_db()
    assert own.status == status
    [refund] = take_over(question=elsewhere(stripe_fake, paid, 185_000), target=f"parcel:{parcel.pk}", actor=boss())
    assert (refund.pk, refund.status, Refund.objects.count()) == (own.pk, "done", 1)
    assert balances()["clearing:stripe"] == 185_000 and check_money() == []


def test_a_wish_for_the_same_parcel_is_lowered_to_what_is_left_of_it(paid, stripe_fake):
    parcel = parcels(paid)[0]
    own = wish(paid, parcel, 185_000)
    take_over(question=elsewhere(stripe_fake, paid, 100_000), target=f"parcel:{parcel.pk}", actor=boss())
    own.refresh_from_db()
    assert (own.status, own.amount_dong) == ("requested", 85_000)
    send_by_card(refund=approve_refund(refund=own, actor=boss("nam")), actor=boss("mai"))
    assert balances()["clearing:stripe"] == 185_000 and check_money() == []


def shrunk(payment: Payment, parcel: Any, dong: int) -> Refund:
    """Money back that was agreed to for this parcel, approved and not sent."""
    return approve_refund(refund=wish(payment, parcel, dong), actor=boss("nam"))


@pytest.mark.parametrize(("promised", "given", "rest"), [(40_000, 100_000, 0), (100_000, 40_000, 60_000)])
@pytest.mark.parametrize("failed", [False, True])
def test_what_was_promised_in_another_sum_is_not_paid_beside_it(paid, stripe_fake, promised, given, rest, failed):
    parcel, hoa, mai = parcels(paid)[0], boss(), boss("mai")
    own = shrunk(paid, parcel, promised)
    if failed:
        stripe_fake.fail_next = [None, 402]
        send_by_card(refund=own, actor=mai)
    question = elsewhere(stripe_fake, paid, given)
    assert f"instead:{parcel.pk}" in [one.code for one in targets_of(question)]
    before = everything()
    for target in (f"parcel:{parcel.pk}", "shared"):
        with pytest.raises(CannotTakeOver, match="waits_beside") as refused:
            take_over(question=question, target=target, actor=hoa)
        assert refused.value.facts["left_dong"] == promised and everything() == before
    [taken] = take_over(question=question, target=f"instead:{parcel.pk}", actor=hoa)
    own.refresh_from_db()
    assert (taken.status, taken.amount_dong, own.status) == ("done", given, "cancelled")
    with pytest.raises(CannotRefund, match="moved"):
        send_by_card(refund=own, actor=mai)
    asked = Refund.objects.filter(status="requested")
    assert list(asked.values_list("parcel", "amount_dong")) == [(parcel.pk, rest)] * bool(rest)
    assert balances()["clearing:stripe"] == 370_000 - given and check_money() == []


def test_another_parcel_and_what_was_sent_first_stand_beside_it(paid, stripe_fake):
    first, second = parcels(paid)
    own = shrunk(paid, first, 40_000)
    question = elsewhere(stripe_fake, paid, 100_000)
    assert [one.code for one in targets_of(question)] == [f"instead:{first.pk}", f"parcel:{second.pk}"]
    send_by_card(refund=own, actor=boss("mai"))
    take_over(question=question, target=f"parcel:{first.pk}", actor=boss())
    assert balances()["clearing:stripe"] == 370_000 - 140_000 and check_money() == []


def test_what_was_promised_while_a_second_person_was_asked_is_asked_about_first(paid, stripe_fake, settings):
    settings.REFUND_TWO_PEOPLE_OVER = 99_999
    parcel = parcels(paid)[0]
    question = elsewhere(stripe_fake, paid, 100_000)
    proposal = take_over(question=question, target=f"parcel:{parcel.pk}", actor=boss())
    shrunk(paid, parcel, 40_000)
    with pytest.raises(CannotTakeOver, match="waits_beside"):
        confirm_proposal(proposal=proposal, actor=boss("mai"))
    assert Refund.objects.get().status == "approved" and balances()["clearing:stripe"] == 370_000


@pytest.mark.parametrize("case", ["too much", "contested", "nothing chosen", "another's parcel"])
def test_never_more_than_is_left_and_only_for_what_this_money_bought(paid, stripe_fake, case):
    target = "shared"
    if case == "too much":  # 300.000 promised here; Stripe lets 100.000 go because nothing was sent yet
        for parcel in parcels(paid):
            approve_refund(refund=wish(paid, parcel, 150_000), actor=boss(f"b{parcel.pk}"))
    question = elsewhere(stripe_fake, paid, 100_000)
    if case == "contested":
        contest(stripe_fake, paid, "needs_response")
    elif case == "nothing chosen":
        target = ""
    elif case == "another's parcel":
        target = f"parcel:{make_order(make_cooperative('HTX Ba')).parcels.get().pk}"
    before = everything()
    with pytest.raises(CannotTakeOver, match=r"more_than_left|nothing_chosen|waits_beside"):
        take_over(question=question, target=target, actor=boss())
    assert everything() == before and PaymentException.objects.get(pk=question.pk).status == "open"


@pytest.mark.parametrize("changes", [{"currency": "usd"}, {"amount": "100000"}, {"amount": -1}])
def test_what_is_no_whole_sum_in_dong_is_never_taken_over(paid, stripe_fake, changes):
    thing = stripe_fake.refund_elsewhere(paid.provider_ref, 100_000) | changes
    tell(stripe_fake, thing, "refund.created")
    question, before = PaymentException.objects.get(kind="provider_notice"), everything()
    with pytest.raises(CannotTakeOver, match="no_refund"):
        take_over(question=question, target="shared", actor=boss())
    assert everything() == before and targets_of(question) == []


def test_over_the_limit_a_second_person_says_yes_and_only_then_it_is_booked(paid, stripe_fake, settings):
    settings.REFUND_TWO_PEOPLE_OVER = 99_999
    question, before = elsewhere(stripe_fake, paid, 100_000), balances()
    proposal = take_over(question=question, target="shared", actor=boss())
    assert isinstance(proposal, Proposal) and balances() == before and not Refund.objects.exists()
    confirm_proposal(proposal=proposal, actor=boss("nam"))
    assert balances()["clearing:stripe"] == 270_000 and Refund.objects.count() == 2 and check_money() == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_one_that_waited_at_the_bank_is_done_when_it_went(paid, stripe_fake, when):
    question = elsewhere(stripe_fake, paid, 370_000, status="pending")
    went = stripe_fake.end_refund("re_1", "succeeded")
    if when == "before":
        tell(stripe_fake, went, "refund.updated")
    refunds = take_over(question=question, target="shared", actor=boss())
    if when == "after":
        assert [one.status for one in refunds] == ["submitted"] * 2 and told_buyer() == []
        calls = len(stripe_fake.calls)
        with pytest.raises(CannotRefund, match="by_provider"):  # asked again it would go twice
            send_by_card(refund=refunds[0], actor=boss("nam"))
        assert len(stripe_fake.calls) == calls
        assert tell(stripe_fake, went, "refund.updated") == "refund arrived"
    assert set(Refund.objects.values_list("status", flat=True)) == {"done"}
    assert len(told_buyer()) == 1 and "370.000" in told_buyer()[0] and check_money() == []
    before = everything()
    tell(stripe_fake, stripe_fake.refunds["re_1"] | {"status": "pending"}, "refund.updated")  # late and old
    assert everything() | {"inbox": before["inbox"]} == before


def test_one_that_came_back_is_owed_again_and_sent_by_us(paid, stripe_fake):
    question, parcel = elsewhere(stripe_fake, paid, 100_000), parcels(paid)[0]
    [refund] = take_over(question=question, target=f"parcel:{parcel.pk}", actor=boss())
    failed = stripe_fake.end_refund("re_1", "failed", "expired_or_canceled_card")
    assert tell(stripe_fake, failed, "refund.failed") == "refund bounced"
    refund.refresh_from_db()
    assert refund.status == "failed" and balances()["clearing:stripe"] == 370_000 and check_money() == []
    assert PaymentException.objects.get(status="open").key == "provider_notice:bounced:stripe:re_1"
    send_by_card(refund=refund, actor=boss("nam"))
    refund.refresh_from_db()
    assert (refund.status, refund.provider_ref) == ("done", "re_2") and check_money() == []


def test_one_that_came_back_before_anybody_took_it_over_is_no_question_any_more(paid, stripe_fake):
    question = elsewhere(stripe_fake, paid, 100_000)
    tell(stripe_fake, stripe_fake.end_refund("re_1", "failed"), "refund.failed")
    question.refresh_from_db()
    assert (question.status, targets_of(question)) == ("resolved", [])
    PaymentException.objects.filter(pk=question.pk).update(status="open")
    with pytest.raises(CannotTakeOver, match="came_back"):
        take_over(question=question, target="shared", actor=boss())
    hear(stripe_fake.charge(paid.provider_ref) | {"amount_refunded": 50_000}, "charge.refunded", "evt_more")
    assert PaymentException.objects.filter(key__startswith="provider_notice:refunded:").count() == 1


def test_a_second_refund_there_is_seen_in_the_sum_after_the_first_was_taken_over(paid, stripe_fake):
    take_over(question=elsewhere(stripe_fake, paid, 100_000), target="shared", actor=boss())
    stripe_fake.refund_elsewhere(paid.provider_ref, 20_000)  # its own events are lost
    hear(stripe_fake.charge(paid.provider_ref), "charge.refunded", "evt_more")
    assert PaymentException.objects.get(status="open").facts["refunded_dong"] == 120_000


def test_our_own_refund_told_meanwhile_stays_its_own(paid, stripe_fake):
    """Ours is on its way when the other is taken over; its webhook comes afterwards."""
    parcel = parcels(paid)[0]
    stripe_fake.refunds_wait = True
    own = approve_refund(refund=wish(paid, parcel, 85_000), actor=boss("nam"))
    send_by_card(refund=own, actor=boss("mai"))
    question = elsewhere(stripe_fake, paid, 100_000)
    [taken] = take_over(question=question, target=f"parcel:{parcel.pk}", actor=boss())
    assert tell(stripe_fake, stripe_fake.end_refund("re_1", "succeeded"), "refund.updated") == "refund arrived"
    own.refresh_from_db()
    assert (own.status, taken.status, own.provider_ref, taken.provider_ref) == ("done", "done", "re_1", "re_2")
    assert len(told_buyer()) == 2 and balances()["clearing:stripe"] == 185_000 and check_money() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rival", ["another person", "calling off", "our own sending"])
def test_at_once_with_whoever_else_moves_that_money_it_goes_once(paid, stripe_fake, rival):
    parcel = parcels(paid)[0]
    own = approve_refund(refund=wish(paid, parcel, 185_000), actor=boss("nam"))
    question, one, other = elsewhere(stripe_fake, paid, 185_000), boss(), boss("mai")
    rivals = {
        "another person": lambda: take_over(question=question, target=f"parcel:{parcel.pk}", actor=other),
        "calling off": lambda: call_off_refund(refund=Refund.objects.get(pk=own.pk), actor=other, note="x"),
        "our own sending": lambda: send_by_card(refund=Refund.objects.get(pk=own.pk), actor=other),
    }
    results = at_once([lambda: take_over(question=question, target=f"parcel:{parcel.pk}", actor=one), rivals[rival]])
    assert not [each for each in results if isinstance(each, Exception) and not hasattr(each, "code")], results
    gone = sum(Refund.objects.filter(status="done").values_list("amount_dong", flat=True))
    assert gone == 370_000 - balances()["clearing:stripe"] and check_money() == []
    assert gone <= 185_000 + (rival == "our own sending") * 185_000
    assert Refund.objects.filter(provider_ref="re_1").count() <= 1


@pytest.mark.django_db(transaction=True)
def test_sent_at_once_with_taking_over_instead_of_it_one_of_them_gives_way(paid, stripe_fake):
    parcel = parcels(paid)[0]
    own, question, one, other = shrunk(paid, parcel, 40_000), elsewhere(stripe_fake, paid, 100_000), boss(), boss("mai")
    target = f"instead:{parcel.pk}"
    results = at_once(
        [
            lambda: take_over(question=question, target=target, actor=one),
            lambda: send_by_card(refund=Refund.objects.get(pk=own.pk), actor=other),
        ]
    )
    refused = [each for each in results if isinstance(each, Exception)]
    assert len(refused) == 1 and refused[0].code in ("moved", "nothing_chosen"), results
    gone = sum(Refund.objects.filter(status="done").values_list("amount_dong", flat=True))
    assert gone in (40_000, 100_000) and gone == 370_000 - balances()["clearing:stripe"] and check_money() == []


def test_the_desk_says_instead_of_what_it_would_be(client, paid, stripe_fake, site_ready):
    set_up_review()
    parcel, thu = parcels(paid)[0], boss("thu").user
    shrunk(paid, parcel, 40_000)
    question = elsewhere(stripe_fake, paid, 100_000)
    thu.groups.add(Group.objects.get(name=ACCOUNTANTS))
    client.force_login(thu)
    page = client.get(reverse("payment_exceptions:inspect", args=[question.pk])).content.decode()
    assert f'value="instead:{parcel.pk}"' in page and "40.000" in page and 'value="shared"' not in page
    act = reverse("exception_act", args=[question.pk])
    said = client.post(act, {"act": "take_over", "target": "shared"}, follow=True).content.decode()
    assert "chưa chuyển" in said and Refund.objects.get().status == "approved"


def test_the_desk_offers_what_it_can_be_for_and_one_press_takes_it_over(client, paid, stripe_fake, site_ready):
    set_up_review()
    question, thu = elsewhere(stripe_fake, paid, 100_000), boss("thu").user
    look, act = (reverse(name, args=[question.pk]) for name in ("payment_exceptions:inspect", "exception_act"))
    client.force_login(thu)
    before = everything()
    thu.groups.add(Group.objects.get(name="Moderators"))
    assert 'value="take_over"' not in client.get(look).content.decode()
    client.post(act, {"act": "take_over", "target": "shared"})
    assert everything() == before
    thu.groups.add(Group.objects.get(name=ACCOUNTANTS))
    page = client.get(look).content.decode()
    assert all(parcel.code in page for parcel in parcels(paid)) and 'value="shared"' in page
    wrong = client.post(act, {"act": "take_over", "target": "parcel:0"}, follow=True).content.decode()
    assert everything() == before and "chọn việc cần làm" in wrong
    said = client.post(act, {"act": "take_over", "target": "shared"}, follow=True).content.decode()
    assert Refund.objects.filter(status="done").count() == 2 and "Đã ghi nhận" in said and "take_over" not in said
