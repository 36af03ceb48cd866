"""Against Stripe itself, in its test mode: run with ``STRIPE_TEST_KEY=sk_test_… pytest -m stripe_live``.

What the fake of this process claims of Stripe is asked of Stripe. Left out (not skipped) where there is no key; see
docs/configuration.md.
"""

from __future__ import annotations

import os

import pytest
import stripe

from community.audit.actors import Actor
from marketplace.payments.asking.starting import start_payment
from marketplace.payments.interface import Cancelled, ProviderFailed
from marketplace.payments.models import Payment
from marketplace.payments.providers.stripe.provider import StripeProvider
from tests.fakes.stripe_http import WEBHOOK_SECRET
from tests.marketplace.payments.stage import make_cooperative, make_order

pytestmark = [
    pytest.mark.stripe_live,
    pytest.mark.django_db,
    pytest.mark.enable_socket,
    pytest.mark.allow_hosts(["0.0.0.0/0", "::/0"]),
]


@pytest.fixture
def provider(settings) -> StripeProvider:
    settings.STRIPE_SECRET_KEY = os.environ["STRIPE_TEST_KEY"]
    settings.STRIPE_WEBHOOK_SECRETS = [WEBHOOK_SECRET]
    return StripeProvider(secret_key=settings.STRIPE_SECRET_KEY, webhook_secrets=[WEBHOOK_SECRET])


@pytest.fixture
def payment(provider) -> Payment:
    return start_payment(order=make_order(make_cooperative()), parcel=None, provider="stripe", actor=Actor.buyer())


def test_the_key_is_a_test_key(provider):
    assert not provider.livemode


def test_a_session_asks_for_whole_dong_and_starting_again_finds_it(provider, payment):
    session = provider._client.v1.checkout.sessions.retrieve(payment.provider_ref)
    assert (session.amount_total, session.currency, session.livemode) == (185_000, "vnd", False)
    assert session.client_reference_id == str(payment.uuid)
    assert provider.start(payment).provider_ref == payment.provider_ref


def test_an_open_session_is_expired_and_stays_so(provider, payment):
    assert provider.cancel(payment) == provider.cancel(payment) == Cancelled()


def test_polling_finds_the_session(provider, payment):
    assert provider.cancel(payment) == Cancelled()
    told = [fact for fact in provider.poll(since=payment.created_at) if fact.payment_uuid == payment.uuid]
    assert [fact.outcome for fact in told] == ["expired"]


def test_other_parameters_under_the_same_key_are_refused(provider, payment):
    Payment.objects.update(amount_dong=200_000)
    payment.refresh_from_db()
    with pytest.raises(ProviderFailed, match="refused"):
        provider.start(payment)


def test_the_api_speaks_the_version_of_the_library(provider, payment):
    answer = provider._client.v1.checkout.sessions.retrieve(payment.provider_ref).last_response
    assert answer is not None and answer.headers["stripe-version"] == stripe.api_version
