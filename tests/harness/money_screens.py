"""Screens about money that the demo as it is loaded does not show: made in its copy first."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from marketplace.invoices.models import InvoiceRequest
from marketplace.payments.models import Dispute, PaymentException, Proposal, Reconciliation, Refund
from marketplace.payments.states import ExceptionKind
from tests.harness.desk_states import DeskStates
from tests.harness.money_states import MoneyStates, change_accounts, reconcile, upload_statements
from tests.harness.screen import Screen

BUYER_STATES = (
    "two-parcels", "claimed", "short", "over", "late", "ended", "by-card", "card-paid", "collected", "refund-asked",
    "refund-named", "refund-approved", "refund-arrived", "refund-card", "invoice-asked", "invoice-issued",
)  # fmt: skip
DESKS = (
    "payment_exceptions", "refunds", "statements", "reconciliations", "disputes", "account_changes", "payouts", "dues",
    "tax_sheets", "commission_rules", "tax_rules", "proposals", "own_accounts",
)  # fmt: skip


def money_screens() -> Iterator[Screen]:
    states = MoneyStates()
    states.play_buying()
    states.play_returning()
    states.play_exceptions()
    states.play_invoices()
    DeskStates(states).play()
    yield from _of_buyers(states)
    yield from _of_sellers(states)
    yield from _of_staff(states)


def _of_buyers(states: MoneyStates) -> Iterator[Screen]:
    for state in BUYER_STATES:
        yield Screen(f"money-order-{state}", "guest", f"/don/{states.orders[state].token}/")
    asked = states.orders["refund-asked"]
    yield Screen("money-refund-account", "guest", f"/don/{asked.token}/hoan-tien/{states.refund('refund-asked').uuid}/")
    card = states.orders["by-card"].payments.filter(account=None).latest("pk")
    yield Screen("money-card", "guest", f"/mo-phong/the/{card.uuid}/")


def _of_sellers(states: MoneyStates) -> Iterator[Screen]:
    yield Screen("money-awaiting", "lan", "/ban-hang/tien-cho/")
    waiting = states.orders["claimed"].payments.latest("pk")
    yield Screen("money-received", "lan", f"/ban-hang/tien-cho/{waiting.uuid}/")
    yield Screen("money-refunds", "lan", "/ban-hang/tien-hoan/")
    yield Screen("money-refund-send", "lan", f"/ban-hang/tien-hoan/{states.refund('refund-approved').uuid}/")
    asks = states.orders["invoice-issued"].parcels.get()
    yield Screen("money-refund-ask", "lan", f"/ban-hang/don/{asks.code}/hoan-tien/")
    yield Screen("admin-refund-ask", "hoa", reverse("parcels:inspect", args=[asks.pk]))
    yield Screen("admin-own-account", "hoa", "/quan-tri/account/")
    yield Screen("money-statement-empty", "lan", "/ban-hang/tien/2026-01/")
    for request in InvoiceRequest.objects.order_by("pk"):
        yield Screen(f"money-invoice-{request.status}", "lan", f"/ban-hang/hoa-don/{request.parcel.code}/")
    for state, (phone, change) in change_accounts().items():
        yield Screen(f"money-account-{state}", phone, "/ban-hang/tai-khoan/")
        yield Screen(f"admin-account-{state}", "hoa", reverse("account_changes:inspect", args=[change.pk]))


def _of_staff(states: MoneyStates) -> Iterator[Screen]:
    account = states.orders["claimed"].payments.latest("pk").account
    memo = states.orders["claimed"].payments.latest("pk").memo_code
    assert account is not None and memo is not None
    for state, statement in upload_statements(memo, account).items():
        yield Screen(f"admin-statement-{state}", "hoa", reverse("statement_page", args=[statement.pk]))
    yield Screen("admin-statement-upload", "hoa", reverse("statement_upload"))
    yield Screen("admin-market-account", "hoa", reverse("platform_account"))
    reconcile()
    for run in Reconciliation.objects.order_by("pk"):
        name = "failed" if run.error else "differing" if run.differences else "alike"
        yield Screen(f"admin-reconciliation-{name}", "hoa", reverse("reconciliations:inspect", args=[run.pk]))
    for proposal in Proposal.objects.filter(status="waiting"):
        yield Screen(f"admin-proposal-{proposal.act}", "hoa", reverse("proposals:inspect", args=[proposal.pk]))
    for name in DESKS:
        yield Screen(f"admin-desk-{name}", "hoa", reverse(f"{name}:index"))
    for kind in ExceptionKind.values:
        found = PaymentException.objects.filter(kind=kind).order_by("-pk").first()
        if found is not None:
            yield Screen(f"admin-exception-{kind}", "hoa", reverse("payment_exceptions:inspect", args=[found.pk]))
    for status, refund in {one.status: one for one in Refund.objects.order_by("pk")}.items():
        yield Screen(f"admin-refund-{status}", "hoa", reverse("refunds:inspect", args=[refund.pk]))
    for status, dispute in {one.status: one for one in Dispute.objects.order_by("pk")}.items():
        yield Screen(f"admin-dispute-{status}", "hoa", reverse("disputes:inspect", args=[dispute.pk]))
