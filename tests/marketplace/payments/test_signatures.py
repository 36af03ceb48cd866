"""A message counts only with the right signature, made now: both schemes, every vector, both directions of time."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import stripe

from marketplace.payments.feeds.casso import CassoFeed
from marketplace.payments.feeds.payos import PayosFeed, canonical, sign_payos
from marketplace.payments.feeds.sepay import SepayFeed, sign_sepay
from marketplace.payments.interface import BadSignature
from marketplace.payments.providers.stripe.signing import check_stripe_signature
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


def _json(vector: dict[str, Any]) -> bytes:
    return json.dumps(vector["body"], ensure_ascii=False).encode()


@pytest.mark.parametrize("vector", [row for row in _of("payos") if "body" in row.values[0]])
def test_payos_signatures_follow_the_vectors(vector):
    feed, body, data = PayosFeed(keys=[vector["secret"]]), _json(vector), vector["body"]["data"]
    if vector["valid"]:
        [event] = feed.verify(headers={}, body=body, now=_moment(NOW))
        [fact] = feed.interpret(event)
        assert (fact.amount_dong, fact.account_key) == (data["amount"], data["accountNumber"])
        assert (fact.txn_id, fact.memo) == (f"{data['paymentLinkId']}:{data['reference']}", data["description"])
        assert fact.booked_at.strftime("%Y-%m-%d %H:%M:%S %z") == f"{data['transactionDateTime']} +0700"
    else:
        with pytest.raises(BadSignature):
            feed.verify(headers={}, body=body, now=_moment(NOW))


@pytest.mark.parametrize("vector", [row for row in _of("payos") if "canonical" in row.values[0]])
def test_payos_signs_the_line_of_the_vectors(vector):
    data = vector["data"] if "data" in vector else vector["body"]["data"]
    assert canonical(data) == vector["canonical"]
    if "signature" in vector:
        assert sign_payos(key=vector["secret"], data=data) == vector["signature"]


@pytest.mark.parametrize("vector", _of("casso"))
def test_casso_signatures_follow_the_vectors(vector):
    feed, headers = CassoFeed(keys=[vector["secret"]]), _lower(vector["headers"])
    now = _moment(int(headers["x-casso-signature"].partition("t=")[2].partition(",")[0]) // 1000)
    if vector["valid"]:
        [event] = feed.verify(headers=headers, body=_json(vector), now=now)
        [fact] = feed.interpret(event)
        assert event.account_key == vector["body"]["data"]["accountNumber"]
        assert getattr(fact, "reason", "") == ("" if vector["body"]["data"]["id"] else "test message")
        reordered = json.dumps(dict(reversed(vector["body"].items())), indent=2).encode()
        assert feed.verify(headers=headers, body=reordered, now=now)[0] == event
        for moment in (now.timestamp() + 302, now.timestamp() - 302):
            with pytest.raises(BadSignature):
                feed.verify(headers=headers, body=_json(vector), now=datetime.fromtimestamp(moment, UTC))
    else:
        with pytest.raises(BadSignature):
            feed.verify(headers=headers, body=_json(vector), now=now)


PAYOS = next(v for v in VECTORS if v["provider"] == "payos" and v.get("case") == "official")["body"]["data"]


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "3000"},
        {"amount": 3000.0},
        {"amount": True},
        {"amount": None},
        {"orderCode": "123"},
        {"currency": "USD"},
        {"currency": "VND&desc=x"},
        {"accountNumber": "12345678&amount=9000"},
        {"reference": "A&reference=B"},
        {"reference": ""},
        {"paymentLinkId": ["x"]},
        {"transactionDateTime": "yesterday"},
        {"a&b": "c"},
        {"a=b": "c"},
    ],
    ids=str,
)
def test_payos_believes_no_text_that_could_have_meant_something_else(changes):
    """The signature is right each time: its line escapes nothing, so two different messages can share it."""
    data = PAYOS | changes
    body = json.dumps({"code": "00", "data": data, "signature": sign_payos(key="k", data=data)}).encode()
    with pytest.raises(BadSignature):
        PayosFeed(keys=["k"]).verify(headers={}, body=body, now=_moment(NOW))


@pytest.mark.parametrize("name", sorted(PAYOS.keys() - {"desc"} - {key for key in PAYOS if key.startswith(("c", "v"))}))
def test_payos_believes_no_message_with_a_part_missing(name):
    data = {key: value for key, value in PAYOS.items() if key != name}
    body = json.dumps({"data": data, "signature": sign_payos(key="k", data=data)}).encode()
    with pytest.raises(BadSignature):
        PayosFeed(keys=["k"]).verify(headers={}, body=body, now=_moment(NOW))


def test_the_old_token_of_casso_counts_only_where_it_was_set():
    body = json.dumps(
        {"error": 0, "data": [{"id": 5, "amount": 1, "when": "2026-11-21", "bank_sub_acc_id": "9"}]}
    ).encode()
    feed = CassoFeed(keys=["k"], tokens=["old token", "new token"])
    for token in ("old token", "new token"):
        assert feed.verify(headers={"secure-token": token}, body=body, now=_moment(NOW))[0].event_id == "5"
    for given, tokens in (("wrong", ["old token"]), ("", [""]), ("", []), ("k", [])):
        with pytest.raises(BadSignature):
            CassoFeed(keys=["k"], tokens=tokens).verify(headers={"secure-token": given}, body=body, now=_moment(NOW))


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"data":1}', b'{"data":{},"signature":"\\ud800"}', b"\xff"])
def test_rubbish_is_unsigned_to_every_feed_and_no_error(body):
    for feed in (PayosFeed(keys=["k"]), CassoFeed(keys=["k"], tokens=["t"]), SepayFeed(secrets=["s"])):
        for headers in ({}, {"x-casso-signature": "t=1,v1=é"}, {"x-casso-signature": "t=1795299531000"}):
            with pytest.raises(BadSignature):
                feed.verify(headers=headers, body=body, now=_moment(NOW))


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
