"""A Stripe that lives in this process: an HTTPClient for ``stripe.StripeClient``.

Checkout sessions (create, retrieve, list, expire), refunds and disputes with the real rules that matter to us:
idempotency replays the stored answer of what was executed (500s too, 429s not) and refuses other parameters under the
same key; a session lives 30 minutes to 24 hours; an open one can be expired, a paid one cannot; never more goes back
than was paid, and nothing of a contested charge. Every call is kept, so that tests can look at what was sent.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import stripe
from stripe import HTTPClient

from tests.fakes.stripe_balance import BalanceBook

WEBHOOK_SECRET = "whsec_test_0123456789abcdef"


@dataclass(frozen=True)
class Call:
    """One request as it left the library."""

    method: str
    path: str
    params: dict[str, str]
    idempotency_key: str
    api_version: str


@dataclass
class FakeStripe(HTTPClient):
    """``fail_next`` spoils the next calls: "timeout" (the work is done, the answer lost), "unreached" (nothing done),

    429 (refused before anything is done), 402 or 500 (executed badly, and remembered under the key). None: well.
    """

    name = "fake"
    calls: list[Call] = field(default_factory=list)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    fail_next: list[str | int | None] = field(default_factory=list)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    refunds_wait: bool = False
    disputes: dict[str, dict[str, Any]] = field(default_factory=dict)
    balance: BalanceBook = field(default_factory=BalanceBook)
    answers: dict[str, tuple[dict[str, str], dict[str, Any], int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    # --- what the library calls -------------------------------------------------------------------------------------
    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        given = {name.lower(): value for name, value in (headers or {}).items()}
        parts = urlsplit(url)
        params = dict(parse_qsl(post_data or parts.query, keep_blank_values=True))
        call = Call(method.upper(), parts.path, params, given.get("idempotency-key", ""), given["stripe-version"])
        self.calls.append(call)
        failure = self.fail_next.pop(0) if self.fail_next else None
        if failure == "unreached":
            raise stripe.APIConnectionError("connection reset by peer", should_retry=False)
        if failure == 429:
            return self._answer({"error": {"type": "invalid_request_error", "code": "rate_limit"}}, failure)
        if isinstance(failure, int):
            body: dict[str, Any] = {"error": {"type": "api_error", "message": "made up"}}
            if call.idempotency_key:
                self.answers.setdefault(call.idempotency_key, (params, body, failure))
            return self._answer(body, failure)
        body, status = self._once(call)
        if failure == "timeout":
            raise stripe.APIConnectionError("the answer got lost", should_retry=False)
        return self._answer(body, status)

    def close(self) -> None:
        """Nothing is open."""

    # --- the service ------------------------------------------------------------------------------------------------
    def _once(self, call: Call) -> tuple[dict[str, Any], int]:
        stored = self.answers.get(call.idempotency_key) if call.idempotency_key else None
        if stored is not None:
            params, body, status = stored
            if params != call.params:
                return {"error": {"type": "idempotency_error", "message": "other parameters, same key"}}, 400
            return body, status
        body, status = self._serve(call)
        if call.idempotency_key and call.method == "POST":
            self.answers[call.idempotency_key] = (call.params, body, status)
        return body, status

    def _serve(self, call: Call) -> tuple[dict[str, Any], int]:
        parts = call.path.strip("/").split("/")
        if parts[1] in ("balance", "balance_transactions", "payouts") and call.method == "GET":
            return self.balance.answer(parts[1], call.params), 200
        if parts == ["v1", "refunds"]:
            return self._refund(call.params) if call.method == "POST" else self._list_refunds(call.params)
        if parts[:3] != ["v1", "checkout", "sessions"]:
            return self._refuse("no such address", 404)
        if len(parts) == 3 and call.method == "POST":
            return self._create(call.params)
        if len(parts) == 3:
            return self._list_sessions(call.params)
        session = self.sessions.get(parts[3]) if len(parts) > 3 else None
        if session is None:
            return self._refuse("no such session", 404)
        if len(parts) == 5 and parts[4] == "expire":
            if session["status"] != "open":
                return self._refuse("only open sessions can be expired", 400)
            session |= {"status": "expired", "url": None}
        return session, 200

    def _create(self, params: dict[str, str]) -> tuple[dict[str, Any], int]:
        lifetime = int(params["expires_at"]) - time.time()
        if not 30 * 60 <= lifetime <= 24 * 3600:
            return self._refuse("expires_at must be 30 minutes to 24 hours from now", 400)
        amount = int(params["line_items[0][price_data][unit_amount]"]) * int(params["line_items[0][quantity]"])
        if amount < 10_000:
            return self._refuse("amount too small", 400, code="amount_too_small")
        number = f"cs_test_{len(self.sessions) + 1}"
        self.sessions[number] = {
            "id": number,
            "object": "checkout.session",
            "url": f"https://checkout.stripe.com/c/pay/{number}",
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "amount_total": amount,
            "currency": params["line_items[0][price_data][currency]"],
            "client_reference_id": params["client_reference_id"],
            "livemode": False,
            "created": int(time.time()),
            "expires_at": int(params["expires_at"]),
            "metadata": {"payment": params["metadata[payment]"], "order": params["metadata[order]"]},
        }
        return self.sessions[number], 200

    def _refund(self, params: dict[str, str]) -> tuple[dict[str, Any], int]:
        """Never more than was paid; "pending" while ``refunds_wait``."""
        intent, amount = params["payment_intent"], int(params["amount"])
        paid = [one["amount_total"] for one in self.sessions.values() if one["payment_intent"] == intent]
        if not paid:
            return self._refuse("no such payment_intent", 404)
        if any(one["payment_intent"] == intent for one in self.disputes.values()):
            return self._refuse("the charge has been charged back", 400, code="charge_disputed")
        gone = self.refunded(intent)
        if gone + amount > paid[0]:
            return self._refuse("refund amount is greater than unrefunded amount", 400, code="charge_already_refunded")
        number = f"re_{len(self.refunds) + 1}"
        self.refunds[number] = {
            "id": number,
            "object": "refund",
            "amount": amount,
            "currency": "vnd",
            "payment_intent": intent,
            "status": "pending" if self.refunds_wait else "succeeded",
            "metadata": {"refund": params["metadata[refund]"], "payment": params["metadata[payment]"]},
        }
        self.balance.gone_back("refund", self.refunds[number])
        return self.refunds[number], 200

    def _list_sessions(self, params: dict[str, str]) -> tuple[dict[str, Any], int]:
        since = int(params.get("created[gte]", "0"))
        found = [one for one in self.sessions.values() if one["created"] >= since]
        return {"object": "list", "url": "/v1/checkout/sessions", "has_more": False, "data": found}, 200

    def _list_refunds(self, params: dict[str, str]) -> tuple[dict[str, Any], int]:
        found = [one for one in self.refunds.values() if one["payment_intent"] == params["payment_intent"]]
        return {"object": "list", "url": "/v1/refunds", "has_more": False, "data": found}, 200

    def refunded(self, intent: str) -> int:
        """What has gone back or is on its way, in đồng."""
        rows = [one for one in self.refunds.values() if one["payment_intent"] == intent]
        return sum(one["amount"] for one in rows if one["status"] not in ("failed", "canceled"))

    @staticmethod
    def _refuse(message: str, status: int, code: str = "") -> tuple[dict[str, Any], int]:
        error = {"type": "invalid_request_error", "message": message} | ({"code": code} if code else {})
        return {"error": error}, status

    @staticmethod
    def _answer(body: dict[str, Any], status: int) -> tuple[str, int, Mapping[str, str]]:
        return json.dumps(body), status, {"request-id": "req_fake", "stripe-should-retry": "false"}

    # --- what a buyer does, and what Stripe then posts --------------------------------------------------------------
    def pay(self, number: str) -> dict[str, Any]:
        """The buyer pays; returns the session as Stripe now holds it."""
        self.sessions[number] |= {
            "status": "complete",
            "payment_status": "paid",
            "payment_intent": f"pi_{number}",
            "url": None,
        }
        self.balance.charged(self.charge(number))
        return self.sessions[number]

    def refund_elsewhere(self, number: str, amount: int) -> dict[str, Any]:
        """Somebody gives money back in Stripe's dashboard: no metadata of ours."""
        name = f"re_{len(self.refunds) + 1}"
        intent = self.sessions[number]["payment_intent"]
        self.refunds[name] = {
            "id": name,
            "object": "refund",
            "amount": amount,
            "currency": "vnd",
            "payment_intent": intent,
            "status": "succeeded",
            "metadata": {},
        }
        self.balance.gone_back("refund", self.refunds[name])
        return self.refunds[name]

    def end_refund(self, name: str, status: str, reason: str | None = None) -> dict[str, Any]:
        """What becomes of a refund later: "succeeded" or "failed"."""
        self.refunds[name] |= {"status": status, "failure_reason": reason}
        return self.refunds[name]

    def charge(self, number: str) -> dict[str, Any]:
        """The charge of a paid session, as ``charge.refunded`` tells of it."""
        session = self.sessions[number]
        return {
            "id": f"ch_{number}",
            "object": "charge",
            "amount": session["amount_total"],
            "amount_refunded": self.refunded(session["payment_intent"]),
            "currency": "vnd",
            "payment_intent": session["payment_intent"],
            "metadata": session["metadata"],
        }

    def dispute(self, number: str, *, status: str = "needs_response", amount: int | None = None) -> dict[str, Any]:
        """The card's owner contests a paid session; the dispute as Stripe holds it then. Again: it moves on."""
        session = self.sessions[number]
        name = f"dp_{number}"
        known = self.disputes.setdefault(
            name,
            {
                "id": name,
                "object": "dispute",
                "amount": amount or session["amount_total"],
                "currency": "vnd",
                "reason": "fraudulent",
                "payment_intent": session["payment_intent"],
                "evidence_details": {"due_by": int(time.time()) + 7 * 86_400},
                "metadata": {},
            },
        )
        known |= {"status": status}
        self.balance.contested(known)
        return dict(known)


def signed_event(
    thing: dict[str, Any],
    *,
    type_: str = "checkout.session.completed",
    event_id: str = "evt_1",
    at: int | None = None,
    **changes: Any,
) -> tuple[dict[str, str], bytes]:
    """Headers and body of a webhook about ``thing``, signed by Stripe's own code."""
    event = {
        "id": event_id,
        "object": "event",
        "api_version": stripe.api_version,
        "created": at or int(time.time()),
        "livemode": False,
        "type": type_,
        "data": {"object": thing},
    } | changes
    body = json.dumps(event)
    header = stripe.WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET, timestamp=at)
    return {"Stripe-Signature": header}, body.encode()
