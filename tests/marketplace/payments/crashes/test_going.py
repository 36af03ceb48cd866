"""Crashes while money goes back, goods leave and sellers are paid."""

from __future__ import annotations

import pytest

from community.audit.actors import Actor
from marketplace.orders.fulfilling import accept_parcel, end_parcel, pack_parcel, reserved_picks, ship_parcel
from marketplace.orders.models import Order, Parcel
from marketplace.payments.hearing.inbox import receive
from marketplace.payments.models import Refund
from marketplace.payments.refunds.refunding import CannotRefund, approve_refund, request_due_refunds
from marketplace.payments.refunds.sending_back import send_by_bank, send_by_card
from tests.cast import Cast
from tests.fakes.stripe_http import FakeStripe, signed_event
from tests.harness.crashing import survives
from tests.marketplace.payments.crashes.stage import WORKER, ask_card, free_packs, messages, pay_all, sound
from traceability.batches.models import Batch, Posting

pytestmark = pytest.mark.django_db
STAFF = [Actor.system(name) for name in ("asks", "approves", "sends")]


def give_back() -> None:
    """The clock asks, two people do the rest, as far as it is not done."""
    request_due_refunds()
    for refund in Refund.objects.filter(status="requested"):
        approve_refund(refund=refund, actor=STAFF[1])
    for refund in Refund.objects.filter(status__in=["approved", "submitted", "failed"]).select_related("payment"):
        if refund.payment.provider == "stripe":
            send_by_card(refund=refund, actor=STAFF[2])
        else:
            send_by_bank(refund=refund, actor=STAFF[2], to_account="0123456789", bank_ref="FTBACK1")


def refused(parcel: Parcel) -> Parcel:
    return end_parcel(parcel=parcel, to="rejected", reason="hết hàng", actor=WORKER)


def back_once() -> None:
    refund = Refund.objects.get()
    assert (refund.status, refund.amount_dong) == ("done", refund.parcel.total_dong)
    assert messages("refund_sent") == 1
    assert free_packs() == [10, 8]
    sound()


def test_a_refund_by_bank(order: Order) -> None:
    pay_all()

    def act() -> None:
        refused(Parcel.objects.order_by("pk")[0])
        give_back()

    def again() -> None:
        if not Parcel.objects.filter(status="rejected").exists():
            refused(Parcel.objects.order_by("pk")[0])
        give_back()

    assert survives(act=act, again=again, prove=back_once) >= 4


def test_a_refund_by_bank_pressed_again_is_told_that_it_is_done(order: Order) -> None:
    pay_all()
    refused(Parcel.objects.order_by("pk")[0])
    give_back()
    with pytest.raises(CannotRefund, match="moved"):
        send_by_bank(refund=Refund.objects.get(), actor=STAFF[2], to_account="0123456789", bank_ref="FTBACK1")


def test_a_refund_by_card(order: Order, stripe, stripe_fake: FakeStripe) -> None:
    headers, body = signed_event(stripe_fake.pay(ask_card().provider_ref))
    receive(provider="stripe", headers=headers, body=body)
    refused(Parcel.objects.order_by("pk")[0])

    def prove() -> None:
        assert len(stripe_fake.refunds) == 1
        back_once()

    assert survives(act=stripe(give_back), again=give_back, prove=prove) >= 4


# --- the seller's hands ----------------------------------------------------------------------------------------------
def test_packing_and_sending(order: Order, cast: Cast) -> None:
    """The goods leave their lot and the log once, and the money of the parcel stays what it is."""
    pay_all()

    def hands() -> None:
        parcel = Parcel.objects.order_by("pk")[0]
        if parcel.status == "new":
            parcel = accept_parcel(parcel=parcel, actor=cast.lan_acts)
        if parcel.status == "accepted":
            parcel = pack_parcel(parcel=parcel, picks=reserved_picks(parcel), actor=cast.lan_acts)
        if parcel.status == "packed":
            ship_parcel(parcel=parcel, courier="VNPost", courier_code="EM1", actor=cast.son_acts)

    def prove() -> None:
        assert Parcel.objects.order_by("pk")[0].status == "shipped"
        assert Posting.objects.filter(kind="sell").count() == 1
        assert Batch.objects.order_by("pk")[0].on_hand_base == 8_000
        sound()

    assert survives(act=hands, again=hands, prove=prove) == 3
