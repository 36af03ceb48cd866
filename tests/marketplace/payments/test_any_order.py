"""Whatever comes, in whatever order and however often: money is neither lost nor made, and the end is the same."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import Sum
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community.audit.actors import Actor
from community.outbox.models import OutboxMessage
from marketplace.orders.models import Parcel
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.ending.expiring import expire_due
from marketplace.payments.hearing.inbox import receive
from marketplace.payments.models import Capture, Payment, PaymentException
from tests.marketplace.payments.stage import bank_post, make_cooperative, make_order, packs_left

PARTS = st.lists(st.sampled_from([1_000, 60_000, 92_500, 185_000, 200_000]), min_size=1, max_size=4)


class AnyOrder(TestCase):
    @pytest.fixture(autouse=True)
    def _demo(self, _demo_bank: None) -> None:
        """The site of conftest."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(parts=PARTS, choice=st.data())
    def test_repeated_and_shuffled_transfers_sum_to_what_was_sent(self, parts, choice):
        seller = make_cooperative()
        [payment] = start_order_payments(order=make_order(seller), actor=Actor.buyer())
        posts = [bank_post(payment, transferAmount=part) for part in parts]
        deliveries = choice.draw(st.permutations(posts + choice.draw(st.lists(st.sampled_from(posts), max_size=3))))
        expire_at = choice.draw(st.integers(0, len(deliveries)))
        for number, (headers, body) in enumerate(deliveries):
            if number == expire_at:
                expire_due(now=timezone.now() + timedelta(hours=3))
            receive(provider="simulated", headers=headers, body=body)

        payment = Payment.objects.get(pk=payment.pk)
        parcel = Parcel.objects.get(pk=payment.parcel_id)
        captured = Capture.objects.filter(payment=payment).aggregate(sum=Sum("amount_dong"))["sum"]
        assert payment.received_dong == captured == sum(parts)
        assert (payment.status == "confirmed") == (sum(parts) >= payment.amount_dong)
        assert (parcel.status == "new") == (payment.status == "confirmed")
        assert packs_left(seller) == (10 if parcel.status == "expired" else 8)
        surplus = PaymentException.objects.filter(payment=payment, kind="overpaid").aggregate(sum=Sum("amount_dong"))
        assert (surplus["sum"] or 0) == max(sum(parts) - payment.amount_dong, 0)
        for kind in ("order_paid", "payment_short", "payment_over", "order_expired"):
            assert OutboxMessage.objects.filter(kind=kind, key=payment.order.code).count() <= 1
