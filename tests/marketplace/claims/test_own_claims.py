"""Of the staff, who belongs to a seller decides nothing about its claims: not alone, and not as the second person."""

from __future__ import annotations

import pytest
from django.urls import reverse

from marketplace.claims.ending import CannotDecide, decide_claim
from marketplace.claims.states import Outcome
from marketplace.moderation.setting_up import set_up_review
from marketplace.payments.models import Proposal
from marketplace.payouts.confirming import confirm_proposal
from tests.cast import sign_in
from tests.marketplace.claims.stage import clerk, delivered, everything, open_booth, passed_on
from tests.marketplace.shopping.browsing import text_of

pytestmark = pytest.mark.django_db
OWN = "Bạn thuộc người bán này"


@pytest.fixture
def claim(cast, site_ready):
    goods, _batch = open_booth(cast)
    return passed_on(cast, delivered(cast, goods))


@pytest.mark.parametrize("outcome", [Outcome.NONE, Outcome.FULL, Outcome.RESEND])
def test_a_member_of_the_seller_does_not_decide_its_claim(cast, claim, outcome) -> None:
    member = clerk()
    cast.huong_que.memberships.create(user=member.user, role="viewer")
    before = everything()
    with pytest.raises(CannotDecide, match="own"):
        decide_claim(claim=claim, outcome=outcome, words="Hàng vẫn tốt", actor=member)
    assert everything() == before and not Proposal.objects.exists()


def test_a_member_of_the_seller_is_not_the_second_person(cast, claim, settings) -> None:
    settings.REFUND_TWO_PEOPLE_OVER = 50_000
    member = clerk()
    cast.huong_que.memberships.create(user=member.user, role="viewer")
    decide_claim(claim=claim, outcome=Outcome.FULL, words="Hàng hỏng", actor=cast.hoa_acts)
    before = everything()
    with pytest.raises(CannotDecide, match="own"):
        confirm_proposal(proposal=Proposal.objects.get(), actor=member)
    assert everything() == before and Proposal.objects.get().status == "waiting"


def test_the_desk_says_why(client, cast, claim) -> None:
    set_up_review()
    cast.huong_que.memberships.create(user=cast.hoa, role="viewer")
    sign_in(client, cast.hoa)
    told = {"outcome": "none", "words": "Hàng vẫn tốt"}
    page = text_of(client.post(reverse("claim_decide", args=[claim.pk]), told, follow=True))
    assert OWN in page
    claim.refresh_from_db()
    assert claim.status == "platform"
