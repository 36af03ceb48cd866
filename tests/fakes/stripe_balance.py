"""The balance of the fake Stripe: balance transactions with fees, payouts, and what lies there.

Shapes: docs.stripe.com/api/balance_transactions/object, …/api/payouts/object, …/api/balance/balance_object.
``currency`` is the one the operator's account is kept in: with "usd" a đồng is ``rate`` cents and fees are in cents.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

DISPUTE_FEE = {"vnd": 350_000, "usd": 1_500}


@dataclass
class BalanceBook:
    """Newest first when listed, as Stripe does."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)
    currency: str = "vnd"
    rate: float = 0.004  # cents for one đồng

    @property
    def lies(self) -> int:
        return sum(line["net"] for line in self.lines)

    def charged(self, charge: dict[str, Any]) -> None:
        """4.4 % and a little; for a card from abroad."""
        amount = self._of(charge["amount"])
        self._line("charge", "charge", amount, (amount * 44 + 500) // 1000, charge)

    def gone_back(self, category: str, thing: dict[str, Any], *, fee: int = 0) -> None:
        self._line(category, "refund", -self._of(thing["amount"]), fee, thing)

    def contested(self, dispute: dict[str, Any]) -> None:
        """The bank takes the money and a fee with it; both come back when it is won. Once each."""
        category = {"needs_response": "dispute", "won": "dispute_reversal"}.get(dispute["status"])
        if category is None or any(
            line["source"] == dispute and line["reporting_category"] == category for line in self.lines
        ):
            return
        sign = -1 if category == "dispute" else 1
        self._line(
            category, "adjustment", sign * self._of(dispute["amount"]), -sign * DISPUTE_FEE[self.currency], dispute
        )

    def own_fee(self, amount: int) -> None:
        """Stripe takes something for itself (Radar, a report)."""
        self._line("fee", "stripe_fee", -amount, 0, None)

    def pay_out(self, amount: int, *, status: str = "in_transit", words: str = "CHO NGUON") -> dict[str, Any]:
        """Money leaves for the operator's bank."""
        number = f"po_{len(self.sent) + 1}"
        now = int(time.time())
        self.sent[number] = {
            "id": number,
            "object": "payout",
            "amount": amount,
            "currency": self.currency,
            "status": status,
            "created": now,
            "arrival_date": now + 2 * 86_400,
            "statement_descriptor": words,
            "trace_id": None,
            "livemode": False,
        }
        self._line("payout", "payout", -amount, 0, self.sent[number])
        return self.sent[number]

    def end_payout(self, number: str, status: str) -> dict[str, Any]:
        """ "paid", or "failed": then the money lies with Stripe again."""
        self.sent[number] |= {"status": status}
        if status == "failed":
            self._line("payout_reversal", "payout_failure", self.sent[number]["amount"], 0, self.sent[number])
        return dict(self.sent[number])

    def answer(self, what: str, params: dict[str, str]) -> dict[str, Any]:
        """GET /v1/balance, /v1/balance_transactions, /v1/payouts."""
        if what == "balance":
            part = {"amount": self.lies, "currency": self.currency}
            return {"object": "balance", "available": [part], "pending": [part | {"amount": 0}], "livemode": False}
        since = int(params.get("created[gte]", "0"))
        rows = self.lines if what == "balance_transactions" else list(self.sent.values())
        found = [one for one in reversed(rows) if one["created"] >= since]
        if what == "balance_transactions" and params.get("expand[0]") != "data.source":
            found = [one | {"source": one["source"] and one["source"]["id"]} for one in found]
        return {"object": "list", "url": f"/v1/{what}", "has_more": False, "data": found}

    def _of(self, dong: int) -> int:
        return dong if self.currency == "vnd" else round(dong * self.rate)

    def _line(self, category: str, type_: str, amount: int, fee: int, source: dict[str, Any] | None) -> None:
        self.lines.append(
            {
                "id": f"txn_{len(self.lines) + 1}",
                "object": "balance_transaction",
                "amount": amount,
                "fee": fee,
                "net": amount - fee,
                "currency": self.currency,
                "reporting_category": category,
                "type": type_,
                "source": source,
                "created": int(time.time()),
                "available_on": int(time.time()) + 7 * 86_400,
                "exchange_rate": None if self.currency == "vnd" else self.rate,
            }
        )
