"""The staff's desks about money: each address lets in whom the table names; others write nothing and read no buyer."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import get_resolver, reverse

from community import clock
from community.accounts.models import User
from community.outbox.models import OutboxMessage
from config.policies import ADMIN_PREFIX
from marketplace.claims.models import Claim
from marketplace.moderation.proposals import RIGHTS
from marketplace.moderation.setting_up import set_up_review
from marketplace.payments.models import Dispute, Payment, PaymentException, Proposal, Reconciliation, Refund, Statement
from marketplace.payments.states import ProposalAct
from marketplace.privacy.models import DataRequest
from marketplace.receiving.models import AccountChange, ReceivingAccount
from marketplace.reports.models import MarketReport
from marketplace.reviews.models import Review
from marketplace.vouchers.models import Voucher
from tests.cast import HOA_PASSWORD
from tests.permissions.asking import watched
from tests.permissions.desk import DESK, STAFF
from tests.permissions.world import BUYER_SHOWN, World

pytestmark = pytest.mark.django_db
METHODS = ("get", "post")
MONEY = {
    "data_requests", "disputes", "dues", "exceptions", "messages", "orders", "own_accounts", "payouts", "proposals",
    "rates", "receiving", "reconciliations", "refund_asking", "refunds", "statements", "tax_sheets",
}  # fmt: skip


@pytest.fixture
def staff(world: World) -> dict[str, User]:
    set_up_review()
    people = {}
    for letter, group in STAFF.items():
        user = User.objects.create_user(f"{letter}@example.org".lower(), HOA_PASSWORD, name=letter, is_staff=True)
        user.is_superuser = not group
        user.save()
        if group:
            user.groups.add(Group.objects.get(name=group))
        people[letter] = user
    return people


@pytest.fixture
def things(world: World, staff: dict[str, User]) -> dict[str, Any]:
    """One row of each, so that a page that is opened shows something."""
    payment = Payment.objects.select_related("order").get(uuid=world.ours.payment)
    question = PaymentException.objects.create(kind="provider_notice", key="provider_notice:x", payment=payment)
    refund = Refund.objects.create(payment=payment, kind="unspent", amount_dong=5, reason="x")
    dispute = Dispute.objects.create(
        payment=payment, provider_ref="dp_x", amount_dong=5, told_at=clock.now(), opened_at=clock.now()
    )
    account = ReceivingAccount.objects.order_by("pk")[0]
    statement = Statement.objects.create(
        account=account, sha256="0" * 64, name="x.csv", status="reading", uploaded_by=staff["B"]
    )
    seller = payment.order.parcels.order_by("pk")[0].cooperative
    change = AccountChange.objects.create(
        cooperative=seller, bank_bin="970415", account_number="1", holder="X", proposed_by=staff["B"]
    )
    return {
        "order": payment.order_id, "parcel": payment.order.parcels.order_by("pk")[0].pk, "question": question.pk,
        "refund": refund.pk, "dispute": dispute.pk, "statement": statement.pk, "proposal": proposal("loss", staff).pk,
        "claim": Claim.objects.get(code=world.ours.claim).pk, "review": Review.objects.get(code=world.ours.review).pk,
        "voucher": Voucher.objects.get(code=world.ours.voucher).pk,
        "report": MarketReport.objects.create(cooperative=seller, kind="fake", words="x").pk,
        "message": failed_message().pk,
        "request": DataRequest.objects.create(
            order=payment.order, kind="question", words="x", answer_by=clock.now(), finish_by=clock.now()
        ).pk,
        "run": Reconciliation.objects.create(source="sepay", since=clock.now()).pk, "change": change.pk,
    }  # fmt: skip


def failed_message() -> OutboxMessage:
    return OutboxMessage.objects.create(kind="test", key="x", to="+84905222333", text="x", status="failed")


def proposal(act: str, staff: dict[str, User]) -> Proposal:
    return Proposal.objects.create(act=act, key=f"test:{act}", amount_dong=5, proposed_by=staff["B"])


def refused(answer: Any) -> bool:
    return answer.status_code == 403 or answer.headers.get("Location", "").rstrip("/") == ADMIN_PREFIX.rstrip("/")


@pytest.mark.parametrize("letter", STAFF)
def test_every_desk_lets_in_whom_the_table_names(staff, things, letter) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(staff[letter])
    wrong = []
    for door in DESK:
        path = reverse(door.name, args=[things.get(word, word) for word in door.of])
        for method in METHODS:
            allowed = door.lets_in(method)
            if allowed == "–":
                continue
            with watched() as writes:
                answer = getattr(client, method)(path)
            shown = [word for word in BUYER_SHOWN if word in answer.content.decode(errors="ignore")]
            if letter in allowed:
                bad = refused(answer) or answer.status_code >= 500
            else:
                bad = not refused(answer) or bool(writes) or bool(shown)
            if bad:
                wrong.append((door.name, method, answer.status_code, answer.headers.get("Location", ""), writes))
    assert not wrong


def test_a_method_that_is_not_there_is_refused(staff, things) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(staff["B"])
    answers = {}
    with watched() as writes:
        for door in DESK:
            path = reverse(door.name, args=[things.get(word, word) for word in door.of])
            for method in METHODS:
                if door.lets_in(method) == "–":
                    answers[door.name, method] = getattr(client, method)(path).status_code
    assert {key: status for key, status in answers.items() if status not in (404, 405)} == {}
    assert not writes


def test_the_table_names_every_address_of_the_desks_about_money() -> None:
    """``index_results`` are the lists again, for the filter."""
    named = {door.name for door in DESK}
    ours = {name for name, view in _views() if view.__module__.removeprefix("marketplace.moderation.") in MONEY}
    assert len(ours) > 20
    assert {name for name in ours - named if not name.endswith(":index_results")} == set()


def _views(resolver: Any = None, before: str = "") -> Any:
    for one in (resolver or get_resolver()).url_patterns:
        if hasattr(one, "url_patterns"):
            space = f"{before}{one.namespace}:" if one.namespace else before
            yield from _views(one, space)
        elif one.name:
            yield f"{before}{one.name}", _inner(one.callback)


def _inner(view: Any) -> Any:
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return getattr(view, "view_class", view)


@pytest.mark.parametrize("act", ProposalAct)
def test_confirming_needs_the_right_of_the_act_itself(staff, act) -> None:
    """Who may do it alone below the limit; nobody else moves it by the way round over a proposal."""
    assert act in RIGHTS
    asked = proposal(act, staff)
    for letter in ("E", "M"):
        client = Client()
        client.force_login(staff[letter])
        with watched() as writes:
            assert refused(client.post(reverse("proposal_act", args=[asked.pk]), {"act": "refuse", "reason": "x"}))
        assert not writes
    client.force_login(staff["A"])
    client.post(reverse("proposal_act", args=[asked.pk]), {"act": "refuse", "reason": "x"})
    asked.refresh_from_db()
    assert asked.status == "refused"
