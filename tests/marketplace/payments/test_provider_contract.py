"""What every way of paying promises the core, asked of each of them in the same words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from community.audit.actors import Actor
from marketplace.orders.models import Order
from marketplace.payments.arriving.capturing import record_capture
from marketplace.payments.asking.starting import start_payment
from marketplace.payments.facts import MoneyFact
from marketplace.payments.hearing.inbox import receive
from marketplace.payments.interface import AlreadyPaid, BadSignature, Cancelled, CannotCancel, Started
from marketplace.payments.models import Capture, Payment, Refund
from marketplace.payments.providers.registry import card_provider, event_source, payment_provider
from marketplace.payments.refunds.refunding import Wish, approve_refund, ask_refund
from marketplace.payments.states import RefundKind, RefundStatus
from marketplace.simulation import carding
from tests.fakes.stripe_http import FakeStripe, signed_event
from tests.marketplace.payments.stage import SYSTEM, bank_post, make_cooperative, make_order, tables

pytestmark = pytest.mark.django_db
Post = tuple[str, dict[str, str], bytes]


def by_bank(payment: Payment, fake: FakeStripe) -> Post:
    return ("simulated", *bank_post(payment))


def by_stripe(payment: Payment, fake: FakeStripe) -> Post:
    return ("stripe", *signed_event(fake.pay(payment.provider_ref)))


def by_simulated_card(payment: Payment, fake: FakeStripe) -> Post:
    caught: list[tuple[dict[str, str], bytes]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(carding, "deliver", lambda *, headers, body: caught.append((headers, body)))
        carding.play(action="pay", payment=payment, number=7)
    return ("simulated", *caught[0])


PAY: dict[str, Callable[[Payment, FakeStripe], Post]] = {
    "vietqr": by_bank,
    "stripe": by_stripe,
    "simulated": by_simulated_card,
}
CARDS = ("stripe", "simulated")


@pytest.fixture(params=PAY)
def code(request) -> str:
    return request.param


@pytest.fixture
def order() -> Order:
    return make_order(make_cooperative())


@pytest.fixture
def payment(code, order, stripe_fake) -> Payment:
    parcel = order.parcels.get() if code == "vietqr" else None
    return start_payment(order=order, parcel=parcel, provider=code, actor=Actor.buyer())


@pytest.fixture
def post(code, payment, stripe_fake) -> Callable[[], Post]:
    return lambda: PAY[code](payment, stripe_fake)


def settled(payment: Payment) -> Iterator[Any]:
    payment.refresh_from_db()
    return iter((payment.status, payment.received_dong, Capture.objects.count()))


def test_it_answers_to_its_name_and_starting_again_is_the_same_start(code, payment):
    provider = payment_provider(code)
    assert provider is not None and provider.code == code
    first, again = provider.start(payment), provider.start(payment)
    assert isinstance(first, Started) and first == again
    assert first.provider_ref == payment.provider_ref


def test_starting_writes_nothing_down(code, payment):
    before = tables()
    payment_provider(code).start(payment)
    assert tables() == before


def test_what_it_tells_is_money_of_this_payment_in_whole_dong(code, payment, post):
    name, headers, body = post()
    source = event_source(name)
    before = tables()
    lowered = {key.lower(): value for key, value in headers.items()}
    events = source.verify(headers=lowered, body=body, now=timezone.now())
    [fact] = [fact for event in events for fact in source.interpret(event)]
    assert tables() == before  # checking and reading are pure
    assert isinstance(fact, MoneyFact)
    assert (fact.amount_dong, type(fact.amount_dong), fact.currency) == (185_000, int, "VND")
    assert (fact.livemode, payment.livemode) == (False, False)
    assert source.interpret(events[0]) == [fact]


def test_told_twice_it_is_booked_once(payment, post):
    name, headers, body = post()
    for _ in range(2):
        receive(provider=name, headers=headers, body=body)
    assert list(settled(payment)) == ["confirmed", 185_000, 1]


@pytest.mark.parametrize("spoil", ["other bytes", "no signature", "from the future", "from the past"])
def test_what_is_not_signed_now_by_the_sender_is_refused_and_leaves_no_trace(payment, post, spoil):
    name, headers, body = post()
    before = tables()
    now = timezone.now()
    if spoil == "other bytes":
        body = body.replace(b"185000", b"185001")
    if spoil == "no signature":
        headers = {}
    if spoil == "from the future":
        now -= timedelta(seconds=320)
    if spoil == "from the past":
        now += timedelta(seconds=320)
    lowered = {key.lower(): value for key, value in headers.items()}
    with pytest.raises(BadSignature):
        event_source(name).verify(headers=lowered, body=body, now=now)
    assert tables() == before


def test_calling_off_an_unpaid_one_is_answered_and_money_may_still_come(code, payment, post):
    posted = post() if code != "stripe" else None  # at Stripe nobody can pay a session that was called off
    result = payment_provider(code).cancel(payment)
    assert isinstance(result, CannotCancel if code == "vietqr" else Cancelled)
    if posted:
        name, headers, body = posted
        receive(provider=name, headers=headers, body=body)
        assert list(settled(payment)) == ["confirmed", 185_000, 1]


def test_calling_off_a_paid_one_never_loses_the_money(code, payment, post):
    name, headers, body = post()
    receive(provider=name, headers=headers, body=body)
    result = payment_provider(code).cancel(payment)
    if isinstance(result, AlreadyPaid):
        assert record_capture(fact=result.fact).outcome == "duplicate"
    assert list(settled(payment)) == ["confirmed", 185_000, 1]


@pytest.mark.parametrize("code", CARDS, indirect=True)
def test_a_card_is_refunded_once_however_often_one_asks(code, payment, post, stripe_fake, django_user_model):
    name, headers, body = post()
    receive(provider=name, headers=headers, body=body)
    wish = Wish(payment, 60_000, RefundKind.PARCEL, "broken", parcel=payment.order.parcels.get())
    hoa = django_user_model.objects.create_user(email="hoa@example.vn", name="Hoa", is_staff=True)
    refund = approve_refund(refund=ask_refund(wish=wish, actor=SYSTEM), actor=Actor.of(hoa))
    Refund.objects.filter(pk=refund.pk).update(status=RefundStatus.SUBMITTED, submitted_at=timezone.now())
    refund.refresh_from_db()
    money = Capture.objects.get().txn_id
    first, again = (card_provider(code).refund(refund, money_ref=money) for _ in range(2))
    assert first == again
    assert first.outcome in ("done", "waiting") and first.provider_ref
    assert len(stripe_fake.refunds) == (1 if code == "stripe" else 0)


def test_off_means_absent(code, settings):
    settings.STRIPE_SECRET_KEY = ""
    settings.PAYMENTS_ALLOW_SIMULATED = False
    assert (payment_provider(code) is None) is (code in CARDS)
    assert card_provider(code) is None
