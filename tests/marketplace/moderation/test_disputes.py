"""Disputes in the staff's admin: what to send the bank is there to copy, and only accountants settle a loss."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from community.audit.actors import Actor
from community.text.dates import show_datetime
from marketplace.moderation.disputes import dashboard_link
from marketplace.moderation.setting_up import ACCOUNTANTS, MODERATORS, set_up_review
from marketplace.payments.asking.starting import start_payment
from marketplace.payments.models import Dispute
from marketplace.simulation.carding import play
from tests.marketplace.payments.stage import make_cooperative, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispute(settings, site_ready) -> Dispute:
    settings.DEMO = settings.PAYMENTS_ALLOW_SIMULATED = True
    settings.SIMULATED_BANK_SECRET = "known to this run only"
    set_up_review()
    order = make_order(make_cooperative())
    payment = start_payment(order=order, parcel=None, provider="simulated", actor=Actor.buyer())
    for number, action in enumerate(["pay", "dispute", "dispute_lost"], start=1):
        play(action=action, payment=payment, number=number)
        payment.refresh_from_db()
    return Dispute.objects.get()


@pytest.fixture
def sign_in(client, django_user_model, dispute):
    def as_one_of(group: str):
        user = django_user_model.objects.create_user(email=f"{group}@example.vn", name=group, is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        client.force_login(user)
        return user

    return as_one_of


def test_the_list_and_the_page_say_what_is_to_be_done(client, dispute, sign_in):
    sign_in(ACCOUNTANTS)
    listed = client.get(reverse("disputes:index")).content.decode()
    assert dispute.payment.order.code in listed
    assert show_datetime(dispute.evidence_due_at) in listed  # a deadline, not how long ago it will be
    text = client.get(reverse("disputes:inspect", args=[dispute.pk])).content.decode()
    assert "EVIDENCE FOR DISPUTE" in text and 'value="sellers"' in text
    assert "dashboard.stripe.com" not in text  # play money is nowhere at Stripe


def test_the_evidence_is_a_file_for_who_may_see_it(client, dispute, sign_in):
    sign_in(ACCOUNTANTS)
    answer = client.get(reverse("dispute_evidence", args=[dispute.pk]))
    assert (answer["Content-Type"], "no-store" in answer["Cache-Control"]) == ("text/plain; charset=utf-8", True)
    assert answer["Content-Disposition"] == f'attachment; filename="evidence-{dispute.payment.order.code}.txt"'


def test_an_accountant_settles_once_and_is_told_when_somebody_was_faster(client, dispute, sign_in):
    user = sign_in(ACCOUNTANTS)
    address = reverse("dispute_settle", args=[dispute.pk])
    client.post(address, {"borne_by": "nobody"})
    dispute.refresh_from_db()
    assert dispute.borne_by == ""
    client.post(address, {"borne_by": "sellers"})
    page = client.post(address, {"borne_by": "operator"}, follow=True)
    dispute.refresh_from_db()
    assert (dispute.borne_by, dispute.settled_by) == ("sellers", user)
    assert len(page.context["messages"]) >= 1


def test_a_moderator_cannot_settle_and_nothing_changes(client, dispute, sign_in):
    sign_in(MODERATORS)
    client.post(reverse("dispute_settle", args=[dispute.pk]), {"borne_by": "operator"})
    client.get(reverse("dispute_evidence", args=[dispute.pk]))
    dispute.refresh_from_db()
    assert dispute.borne_by == ""


@pytest.mark.parametrize(("livemode", "path"), [(True, "disputes"), (False, "test/disputes")])
def test_the_link_leads_to_the_dispute_at_stripe(dispute, livemode, path):
    dispute.payment.provider, dispute.payment.livemode = "stripe", livemode
    assert dashboard_link(dispute) == f"https://dashboard.stripe.com/{path}/{dispute.provider_ref}"
