"""What waits for a second person: listed with who, why and how much; each button a rule, each refusal a sentence."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from marketplace.moderation.setting_up import ACCOUNTANTS, set_up_review
from marketplace.payments.asking.starting import start_order_payments
from marketplace.payments.models import PaymentException, Proposal, SuspenseDecision
from tests.marketplace.payments.stage import SYSTEM, make_cooperative, make_order, transfer

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(client, django_user_model, settings, site_ready):
    settings.STAFF_MFA_REQUIRED = False
    settings.DEMO = settings.PAYMENTS_ALLOW_SIMULATED = True
    settings.SIMULATED_BANK_SECRET = "a secret that only this test run knows"
    settings.REFUND_TWO_PEOPLE_OVER = 50_000
    set_up_review()

    def as_(name: str, group: str | None = ACCOUNTANTS):
        user, _new = django_user_model.objects.get_or_create(
            email=f"{name}@example.vn", defaults={"name": name, "is_staff": True}
        )
        user.groups.set([Group.objects.get(name=group)] if group else [])
        client.force_login(user)
        return user

    return as_


def press(client, url: str, pk: int, **told) -> str:
    return client.post(reverse(url, args=[pk]), told, follow=True).content.decode()


def test_a_large_sum_is_proposed_listed_and_confirmed_by_another(client, enter):
    transfer(start_order_payments(order=make_order(make_cooperative()), actor=SYSTEM)[0], content="quên mã")
    question = PaymentException.objects.get()
    enter("thu")
    said = press(client, "exception_act", question.pk, act="not_ours", note="tiền thuê máy cày")
    assert "người thứ hai xác nhận" in said and not SuspenseDecision.objects.exists()
    proposal = Proposal.objects.get()
    assert "thu" in client.get(reverse("proposals:index")).content.decode()
    page = client.get(reverse("proposals:inspect", args=[proposal.pk])).content.decode()
    assert "tiền thuê máy cày" in page and 'value="withdraw"' in page and 'value="confirm"' not in page
    assert "Phải là người khác" in press(client, "proposal_act", proposal.pk, act="confirm")
    enter("lan")
    assert "đã đề nghị" in press(client, "exception_act", question.pk, act="not_ours", note="khác")
    assert "Đã xác nhận" in press(client, "proposal_act", proposal.pk, act="confirm")
    assert SuspenseDecision.objects.get().decided_by.name == "lan"
    assert "đã làm trước" in press(client, "proposal_act", proposal.pk, act="refuse", reason="muộn")


def test_without_the_right_to_the_act_nobody_confirms_it(client, enter):
    transfer(start_order_payments(order=make_order(make_cooperative()), actor=SYSTEM)[0], content="quên mã")
    enter("thu")
    press(client, "exception_act", PaymentException.objects.get().pk, act="send_back", bank_ref="FT12345")
    enter("mai", group=None)
    assert client.post(reverse("proposal_act", args=[Proposal.objects.get().pk]), {"act": "confirm"}).status_code in (
        302,
        403,
    )
    assert Proposal.objects.get().status == "waiting"
