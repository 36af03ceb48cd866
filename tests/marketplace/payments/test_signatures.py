"""A message counts only with the right signature, made now: both schemes, every vector, both directions of time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import stripe

from marketplace.payments.feeds.sepay import SepayFeed, sign_sepay
from marketplace.payments.providers.base import BadSignature
from marketplace.payments.providers.stripe import check_stripe_signature
from tests.vectors import load_vectors

VECTORS = load_vectors("payments/webhook_signatures.json")["vectors"]
NOW = 1_795_299_531


def _of(provider: str) -> list[Any]:
    rows = [vector for vector in VECTORS if vector["provider"] == provider]
    return [pytest.param(row, id=row.get("case", f"plain-{number}")) for number, row in enumerate(rows)]


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@pytest.mark.parametrize("vector", _of("stripe"))
def test_stripe_signatures_follow_the_vectors(vector):
    header, body = vector["headers"]["Stripe-Signature"], vector["body"].encode()
    if vector["valid"]:
        check_stripe_signature(header, body, [vector["secret"]], _moment(vector["now"]))
    else:
        with pytest.raises(BadSignature):
            check_stripe_signature(header, body, [vector["secret"]], _moment(vector["now"]))


@pytest.mark.parametrize("vector", _of("sepay"))
def test_sepay_signatures_follow_the_vectors(vector):
    feed = SepayFeed(secrets=[vector["secret"]], api_keys=[vector["api_key"]] if "api_key" in vector else [])
    headers, body, now = _lower(vector["headers"]), vector["body"].encode(), _moment(vector["now"])
    if vector["valid"]:
        [event] = feed.verify(headers=headers, body=body, now=now)
        assert event.event_id == "92704"
        [fact] = feed.interpret(event)
        assert (fact.amount_dong, fact.account_key, fact.bank_reference) == (227700, "0123499999", "MBVCB.3278907687")
        assert fact.booked_at.isoformat() == "2026-11-21T14:02:37+07:00"
    else:
        with pytest.raises(BadSignature):
            feed.verify(headers=headers, body=body, now=now)


@pytest.mark.parametrize(("drift", "accepted"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_five_minutes_of_drift_are_allowed_either_way(drift, accepted):
    body, now = b'{"id":1}', _moment(NOW - drift)
    stripe_header = stripe.WebhookSignature.generate_signature_header(body.decode(), "whsec_x", timestamp=NOW)
    sepay_headers = {
        "x-sepay-signature": sign_sepay(secret="s", timestamp=NOW, body=body),
        "x-sepay-timestamp": str(NOW),
    }
    for check in (
        lambda: check_stripe_signature(stripe_header, body, ["whsec_x"], now),
        lambda: SepayFeed(secrets=["s"]).verify(headers=sepay_headers, body=body, now=now),
    ):
        if accepted:
            check()
        else:
            with pytest.raises(BadSignature):
                check()


@pytest.mark.parametrize("header", ["", "t=,v1=", "t=abc,v1=00", "v1=00", "t=1", "t=٣,v1=00", "=,=", "t=1,t=2,v1=é"])
def test_a_broken_stripe_header_is_a_bad_signature_not_an_error(header):
    with pytest.raises(BadSignature):
        check_stripe_signature(header, b"{}", ["whsec_x"], _moment(NOW))


def test_without_a_secret_nothing_is_right():
    empty = stripe.WebhookSignature.generate_signature_header("{}", "", timestamp=NOW)
    with pytest.raises(BadSignature):
        check_stripe_signature(empty, b"{}", [""], _moment(NOW))
    headers = {"x-sepay-signature": sign_sepay(secret="", timestamp=NOW, body=b"{}"), "x-sepay-timestamp": str(NOW)}
    with pytest.raises(BadSignature):
        SepayFeed(secrets=[""], api_keys=[""]).verify(headers=headers, body=b"{}", now=_moment(NOW))
    with pytest.raises(BadSignature):
        SepayFeed(secrets=["s"], api_keys=[""]).verify(
            headers={"authorization": "Apikey "}, body=b"{}", now=_moment(NOW)
        )


def test_a_rotating_secret_is_right_under_either_value():
    body = b'{"id":1}'
    feed = SepayFeed(secrets=["old", "new"])
    for secret in ("old", "new"):
        headers = {
            "x-sepay-signature": sign_sepay(secret=secret, timestamp=NOW, body=body),
            "x-sepay-timestamp": str(NOW),
        }
        assert feed.verify(headers=headers, body=body, now=_moment(NOW))[0].event_id == "1"
