"""Whatever the senders repeat, swap, delay or lose, and whatever staff do and undo meanwhile: in the end the same state

as when everything came once and in order, and the books fit.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community import clock
from marketplace.ledger.balances import balances
from marketplace.orders.models import Parcel
from marketplace.payments.asking.starting import start_order_payments, start_payment
from marketplace.payments.feeds import lists
from marketplace.payments.feeds.reading import BANK_ZONE
from marketplace.payments.feeds.sepay import sign_sepay
from marketplace.payments.hearing.asking_cards import ask_card_provider
from marketplace.payments.hearing.inbox import process_due_events, receive
from marketplace.payments.hearing.reconciling import reconcile
from marketplace.payments.models import Capture, Dispute, Payment, PaymentException, Refund, SuspenseDecision
from marketplace.payments.refunds.refunding import Wish, approve_refund, ask_refund
from marketplace.payments.refunds.sending_back import send_by_card
from marketplace.payments.states import RefundKind
from marketplace.payments.suspense.settling import attach, left_in_suspense, undo
from marketplace.payouts.checking import check_all_money
from tests.fakes.stripe_http import FakeStripe, signed_event
from tests.harness.crashing import rolled_back
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, packs_left

SECRET = "a secret of the feed, long enough"
Message = Callable[[], None]
SETTINGS = settings(
    max_examples=12,
    deadline=None,
    derandomize=True,  # the same stories every time: it never fails by chance, and is given more by who changes money
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


def final() -> dict[str, Any]:
    """What a story ends in, without the numbers of rows and the moments, which differ from telling to telling."""
    return {
        "payments": sorted(Payment.objects.values_list("provider", "status", "received_dong")),
        "captures": sorted(Capture.objects.values_list("provider", "amount_dong")),
        "parcels": sorted(Parcel.objects.values_list("pk", "status")),
        "refunds": sorted(Refund.objects.values_list("kind", "amount_dong", "status")),
        "disputes": sorted(Dispute.objects.values_list("amount_dong", "status", "borne_by")),
        "questions": sorted(
            map(str, PaymentException.objects.filter(status="open").values_list("kind", "amount_dong"))
        ),
        "books": {code: dong for code, dong in balances().items() if dong},
    }


def deliveries(choice: Any, messages: list[Message], *, at_least: set[int] = frozenset()) -> list[Message]:  # type: ignore[assignment]
    """The messages in any order, some twice, some never (not those of ``at_least``: nobody can be asked for them)."""
    numbers = list(range(len(messages)))
    lost = choice.draw(st.sets(st.sampled_from(numbers), max_size=2)) - at_least
    twice = choice.draw(st.lists(st.sampled_from(numbers), max_size=3))
    order = choice.draw(st.permutations([number for number in [*numbers, *twice] if number not in lost]))
    return [messages[number] for number in order]


def later() -> None:
    process_due_events(now=clock.now() + timedelta(minutes=90))


class AnyStory(TestCase):
    @pytest.fixture(autouse=True)
    def _site(self, stripe_fake: FakeStripe, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stripe, self.patch = stripe_fake, monkeypatch
        settings.SEPAY_WEBHOOK_SECRETS = [SECRET]

    # --- cards ------------------------------------------------------------------------------------------------------
    @SETTINGS
    @given(choice=st.data(), end=st.sampled_from(["won", "lost", "open"]), bounced=st.booleans())
    def test_a_card_its_refund_and_its_dispute(self, choice: Any, end: str, bounced: bool) -> None:
        order = make_order(make_cooperative())
        payment = start_payment(order=order, parcel=None, provider="stripe", actor=SYSTEM)
        paid = self._event(self.stripe.pay(payment.provider_ref), "checkout.session.completed", 0)
        told = [paid, *self._after(payment, end, bounced)]
        with rolled_back():
            self._play_card(told, ask=False)
            expected = final()
        # Refunds and disputes are told by webhooks only; the money itself can be asked for.
        rest = choice.draw(st.permutations(told))
        self._play_card(deliveries(choice, rest, at_least=self._needed(rest, paid)), ask=True)
        assert final() == expected
        assert check_all_money() == []

    @staticmethod
    def _needed(messages: list[Message], paid: Message) -> set[int]:
        return {number for number, message in enumerate(messages) if message is not paid}

    def _play_card(self, messages: list[Message], *, ask: bool) -> None:
        for message in messages:
            message()
        if ask:
            ask_card_provider(now=clock.now())
        later()

    def _after(self, payment: Payment, end: str, bounced: bool) -> list[Message]:
        first = self.stripe.dispute(payment.provider_ref, status="needs_response", amount=150_000)
        told = [self._event(first, "charge.dispute.created", 1)]
        if end != "open":
            last = self.stripe.dispute(payment.provider_ref, status=end)
            told.append(self._event(last, "charge.dispute.closed", 2))
        if bounced:
            stranger = self.stripe.refund_elsewhere(payment.provider_ref, 7_000)
            told.append(self._event(stranger, "refund.created", 3))
            told.append(self._event(self.stripe.charge(payment.provider_ref), "charge.refunded", 4))
        return told

    def _event(self, thing: dict[str, Any], kind: str, number: int) -> Message:
        at = int(clock.now().timestamp()) + number
        headers, body = signed_event(dict(thing), type_=kind, event_id=f"evt_{thing['id']}_{number}", at=at, created=at)
        return lambda: receive(provider="stripe", headers=headers, body=body) and None  # type: ignore[func-returns-value]

    @SETTINGS
    @given(choice=st.data(), end=st.sampled_from(["succeeded", "failed"]))
    def test_a_refund_to_a_card_that_is_told_in_any_way(self, choice: Any, end: str) -> None:
        order = make_order(make_cooperative())
        payment = start_payment(order=order, parcel=None, provider="stripe", actor=SYSTEM)
        self._event(self.stripe.pay(payment.provider_ref), "checkout.session.completed", 0)()
        payment.refresh_from_db()
        self.stripe.refunds_wait = True
        wish = Wish(payment, 40_000, RefundKind.PARCEL, "broken", parcel=order.parcels.get())
        refund = send_by_card(
            refund=approve_refund(refund=ask_refund(wish=wish, actor=SYSTEM), actor=SYSTEM), actor=SYSTEM
        )
        name = Refund.objects.get(pk=refund.pk).provider_ref
        waits = self._event(dict(self.stripe.refunds[name]), "refund.created", 1)
        self.stripe.end_refund(name, end, "lost_or_stolen_card" if end == "failed" else None)
        ends = self._event(self.stripe.refunds[name], f"refund.{'failed' if end == 'failed' else 'updated'}", 2)
        total = self._event(self.stripe.charge(payment.provider_ref), "charge.refunded", 3)
        messages = [waits, ends, total] if end == "succeeded" else [waits, ends]
        with rolled_back():
            for message in messages:
                message()
            expected = final()
        for message in deliveries(choice, messages, at_least={1}):
            message()
        later()
        assert final() == expected
        assert check_all_money() == []

    # --- transfers --------------------------------------------------------------------------------------------------
    @SETTINGS
    @given(
        choice=st.data(),
        parts=st.lists(st.sampled_from([60_000, 92_500, 185_000]), min_size=1, max_size=3),
        nameless=st.sampled_from([0, 30_000, 185_000]),
    )
    def test_transfers_with_and_without_a_code_and_a_desk_that_errs(
        self, choice: Any, parts: Any, nameless: int
    ) -> None:
        seller = make_cooperative(feed="sepay")
        payment = start_order_payments(order=make_order(seller), actor=SYSTEM)[0]
        rows = [self._row(payment, 1 + number, dong, payment.memo_code) for number, dong in enumerate(parts)]
        rows += [self._row(payment, 9, nameless, "quên mã")] if nameless else []
        with rolled_back():
            for row in rows:
                self._post(row)
            self._desk(payment, errs=False)
            expected = final()
        for message in deliveries(choice, [lambda row=row: self._post(row) for row in rows]):  # type: ignore[misc]
            message()
            if choice.draw(st.booleans()):
                self._desk(payment, errs=True)
        self._poll(rows)
        later()
        self._desk(payment, errs=False)
        assert final() == expected
        assert packs_left(seller) == 8
        assert check_all_money() == []

    def _desk(self, payment: Payment, *, errs: bool) -> None:
        """Staff count nameless money for the payment; one who errs takes it off again when it has bought nothing."""
        for capture in Capture.objects.filter(payment=None):
            left = left_in_suspense(capture)
            if not left:
                continue
            total = Payment.objects.get(pk=payment.pk).received_dong + left
            if errs and total >= payment.amount_dong:
                continue  # it would buy the goods, and that is not undone
            decision = attach(capture=capture, payment=payment, amount_dong=left, actor=SYSTEM).decision
            if errs:
                undo(decision=decision, actor=SYSTEM, note="nhầm")
                assert not SuspenseDecision.objects.filter(capture=capture).count() % 2

    @staticmethod
    def _row(payment: Payment, number: int, dong: int, memo: str | None) -> dict[str, Any]:
        assert payment.account is not None
        return {
            "id": number,
            "transactionDate": f"{clock.now().astimezone(BANK_ZONE):%Y-%m-%d %H:%M:%S}",
            "accountNumber": payment.account.account_number,
            "content": memo,
            "transferType": "in",
            "transferAmount": dong,
            "referenceCode": f"FT{number:06d}",
        }

    @staticmethod
    def _post(row: dict[str, Any]) -> None:
        body, at = json.dumps(row).encode(), int(clock.now().timestamp())
        signature = sign_sepay(secret=SECRET, timestamp=at, body=body)
        receive(provider="sepay", headers={"X-SePay-Signature": signature, "X-SePay-Timestamp": str(at)}, body=body)

    def _poll(self, rows: list[dict[str, Any]]) -> None:
        """What no webhook told is in the bank's list."""
        told = [
            {
                "id": str(row["id"]),
                "transaction_date": row["transactionDate"],
                "account_number": row["accountNumber"],
                "amount_in": f"{row['transferAmount']}.00",
                "transaction_content": row["content"],
                "reference_number": row["referenceCode"],
            }
            for row in rows
        ]
        self.patch.setattr(lists, "get_json", lambda *_, **__: {"transactions": told})
        reconcile(source="sepay", since=clock.now() - timedelta(hours=1))
