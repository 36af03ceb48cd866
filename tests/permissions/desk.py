"""Who of the staff gets in where: every address of ours in the admin about orders and money.

Editors write stories, moderators look at goods and sellers, accountants move money, the boss may everything.
E, M, A, B: who is let in; everybody else is refused and writes nothing. Written out on purpose, like table.py.
"""

from __future__ import annotations

from dataclasses import dataclass

STAFF = {"E": "Editors", "M": "Moderators", "A": "Accountants", "B": ""}
"""Letter → group; the boss needs none."""

# name | arguments | GET | POST ("–": that method is not there)
_DESK = """
orders:index             |          | MAB | –
orders:inspect           | order    | MAB | –
order_erase              | order    | –   | AB
parcels:index            |          | MAB | –
parcels:inspect          | parcel   | MAB | –
refund_ask               | parcel   | –   | AB
claims:index             |          | MAB | –
claims:inspect           | claim    | MAB | –
claim_decide             | claim    | –   | MAB
reviews:index            |          | MB  | –
reviews:inspect          | review   | MB  | –
review_act               | review   | –   | MB
market_reports:index     |          | MB  | –
market_reports:inspect   | report   | MB  | –
market_report_answer     | report   | –   | MB
vouchers:index           |          | MB  | –
vouchers:inspect         | voucher  | MB  | –
data_requests:index      |          | MAB | –
data_requests:inspect    | request  | MAB | –
data_request_act         | request  | –   | MAB
messages:index           |          | MAB | –
messages:inspect         | message  | MAB | –
message_resend           | message  | –   | MAB
messages_resend          |          | –   | MAB
payment_exceptions:index |          | MAB | –
payment_exceptions:inspect | question | MAB | –
exception_act            | question | –   | AB
proposals:index          |          | AB  | –
proposals:inspect        | proposal | AB  | –
proposal_act             | proposal | –   | AB
refunds:index            |          | MAB | –
refunds:inspect          | refund   | MAB | –
refund_act               | refund   | –   | AB
statements:index         |          | AB  | –
statement_upload         |          | AB  | AB
statement_page           | statement | AB | AB
reconciliations:index    |          | AB  | –
reconciliations:inspect  | run      | AB  | –
reconciliation_csv       | run      | AB  | –
own_accounts:index       |          | AB  | –
own_accounts:write       |          | –   | AB
own_accounts:balance     |          | –   | AB
own_accounts:change      | 1 huy    | –   | AB
own_accounts:arrived     | 1        | –   | AB
own_accounts:not_arrived | 1        | –   | AB
disputes:index           |          | AB  | –
disputes:inspect         | dispute  | AB  | –
dispute_settle           | dispute  | –   | AB
dispute_evidence         | dispute  | AB  | –
account_changes:index    |          | AB  | –
account_changes:inspect  | change   | AB  | –
platform_account         |          | AB  | AB
account_change_act       | 1        | –   | AB
payouts:index            |          | AB  | –
payouts:draft            |          | –   | AB
payouts:hand_over        |          | –   | AB
payouts:take             | X        | –   | AB
payouts:act              | X        | –   | AB
dues:index               |          | AB  | AB
dues:undo                | 1        | –   | AB
tax_sheets:index         |          | AB  | –
tax_sheets:csv           |          | AB  | –
commission_rules:index   |          | AB  | –
commission_rules:add     |          | AB  | AB
tax_rules:index          |          | AB  | –
tax_rules:add            |          | AB  | AB
"""


@dataclass(frozen=True)
class Door:
    name: str
    of: tuple[str, ...]
    get: str
    post: str

    def lets_in(self, method: str) -> str:
        """The letters of who may; "–" when the method is not there."""
        return self.get if method == "get" else self.post


DESK = [Door(name, tuple(of.split()), get, post) for name, of, get, post in
        ([cell.strip() for cell in line.split("|")] for line in _DESK.strip().splitlines())]  # fmt: skip
