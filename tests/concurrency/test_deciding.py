"""Two people decide at once about a claim, goods or each other: one does it, the other is told, nothing twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group

from community.cooperatives.joining import CannotLeave, end_membership
from community.cooperatives.models import Membership
from community.members.inviting import CannotInvite, invite_member
from community.members.models import Invitation
from community.outbox.models import OutboxMessage
from marketplace.claims.answering import Answer, answer_claim
from marketplace.claims.ending import accept_offer, decide_claim, pass_on
from marketplace.claims.models import Claim
from marketplace.claims.moving import ClaimMoved
from marketplace.claims.states import ClaimStatus, Outcome
from marketplace.listings.deciding import APPROVE, REFUSE, CannotDecide, decide_listing, waiting
from marketplace.listings.models import Listing
from marketplace.listings.review import ListingReviewState
from marketplace.listings.writing import send_for_review
from marketplace.moderation.setting_up import MODERATORS, set_up_review
from marketplace.payments.models import Refund
from tests.cast import make_member
from tests.concurrency.at_once import at_once
from tests.making import make_photo, make_product
from tests.marketplace.claims.stage import BUYER, answered, claim_of, clerk, delivered, open_booth, passed_on

pytestmark = pytest.mark.django_db(transaction=True)


def one_of(results: list[Any], refusal: type[Exception]) -> Any:
    """What the only one who did it got; the others were refused so."""
    assert [type(each) for each in results if isinstance(each, Exception)] == [refusal] * (len(results) - 1), results
    return next(each for each in results if not isinstance(each, Exception))


def looked_before(look: Callable[[], bool], write: Callable[[], object]) -> list[Any]:
    """As one would do it first: both look, then both write."""
    looked = threading.Barrier(2)

    def job() -> bool:
        free = look()
        looked.wait(timeout=60)
        if free:
            write()
        return free

    return at_once([job, job])


# --- a claim ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def parcel(cast, site_ready):
    goods, _batch = open_booth(cast)
    return delivered(cast, goods)


def fresh(claim: Claim) -> Claim:
    return Claim.objects.select_related("parcel__order", "parcel__cooperative").get(pk=claim.pk)


def test_without_the_guard_in_the_update_a_claim_would_be_settled_twice(cast, parcel) -> None:
    rows = Claim.objects.filter(pk=answered(cast, parcel).pk)
    settle = lambda: rows.update(status=ClaimStatus.SETTLED)  # noqa: E731
    assert looked_before(lambda: rows.get().status == ClaimStatus.ANSWERED, settle) == [True, True]


def test_two_members_answer_at_once_and_the_buyer_gets_one_answer(cast, parcel) -> None:
    claim = claim_of(parcel)
    jobs = [
        lambda by=by: answer_claim(claim=fresh(claim), answer=Answer(Outcome.NONE, by.user.name), actor=by)
        for by in (cast.lan_acts, cast.son_acts)
    ]
    done = one_of(at_once(jobs), ClaimMoved)
    assert fresh(claim).answered_by_id == done.answered_by_id
    assert fresh(claim).answer == done.answered_by.name, "words and name are of one person"
    assert OutboxMessage.objects.filter(kind="claim_answered").count() == 1


@pytest.mark.parametrize("second", ["accept", "pass_on"])
def test_the_buyer_presses_twice_and_the_money_goes_back_once_at_most(cast, parcel, second) -> None:
    claim = answered(cast, parcel, dong=60_000)
    press = {
        "accept": lambda: accept_offer(claim=fresh(claim), actor=BUYER),
        "pass_on": lambda: pass_on(claim=fresh(claim), words="", actor=BUYER),
    }
    done = one_of(at_once([press["accept"], press[second]]), ClaimMoved)
    settled = done.status == ClaimStatus.SETTLED
    assert fresh(claim).status == done.status and Refund.objects.count() == (1 if settled else 0)


def test_two_of_the_staff_decide_at_once_and_one_decision_stands(cast, parcel) -> None:
    claim = passed_on(cast, parcel)
    jobs = [
        lambda by=by, dong=dong: decide_claim(
            claim=fresh(claim), outcome=Outcome.PART, words="Ảnh rõ", dong=dong, actor=by
        )
        for by, dong in ((clerk(), 30_000), (clerk(), 50_000))
    ]
    done = one_of(at_once(jobs), ClaimMoved)
    assert fresh(claim).decided_by_id == done.decided_by_id
    assert Refund.objects.get().amount_dong == fresh(claim).outcome_dong == done.outcome_dong


# --- goods ------------------------------------------------------------------------------------------------------------
@pytest.fixture
def look(cast, site_ready) -> ListingReviewState:
    set_up_review()
    goods = make_product(cast.huong_que, photos=[make_photo()], live=False)
    send_for_review(listing=goods.listing, actor=cast.lan_acts)
    return waiting().get()


def test_without_the_lock_two_moderators_would_both_answer(look) -> None:
    rows = ListingReviewState.objects.filter(pk=look.pk)
    answer = lambda: rows.update(status=ListingReviewState.STATUS_APPROVED)  # noqa: E731
    assert looked_before(lambda: not rows.get().verdict, answer) == [True, True]


def test_two_moderators_answer_at_once_and_the_second_reads_who_was_first(cast, look) -> None:
    group = Group.objects.get(name=MODERATORS)
    people = [clerk(), clerk()]
    for one in people:
        one.user.groups.add(group)
    jobs = [
        lambda by=by, verdict=verdict: decide_listing(
            state=ListingReviewState.objects.get(pk=look.pk), verdict=verdict, words="Ảnh mờ", actor=by
        )
        for by, verdict in zip(people, (APPROVE, REFUSE), strict=True)
    ]
    results = at_once(jobs)
    one_of(results, CannotDecide)
    first = people[0 if isinstance(results[0], Listing) else 1].user
    [late] = [each for each in results if isinstance(each, CannotDecide)]
    assert (late.code, late.facts["by"]) == ("decided", first.name)
    assert Listing.objects.get().live is isinstance(results[0], Listing)


# --- members ----------------------------------------------------------------------------------------------------------
def test_two_owners_end_each_other_at_once_and_one_owner_is_left(cast) -> None:
    """Without the row of the cooperative both would look, see two owners, and nobody would be left."""
    other = make_member(cast.huong_que, "owner", "Tư", "+84933333333", "482916")
    owners = Membership.objects.active().filter(cooperative=cast.huong_que, role="owner")
    lan, tu = owners.get(user=cast.lan), owners.get(user=other)
    acts = {tu: cast.lan_acts, lan: type(cast.lan_acts).of(other, cast.huong_que)}
    jobs = [lambda ends=ends, by=by: end_membership(membership=ends, actor=by) for ends, by in acts.items()]
    done = one_of(at_once(jobs), CannotLeave)
    assert owners.count() == 1 and not owners.filter(pk=done.pk).exists()


def test_without_the_queue_both_owners_would_be_gone(cast) -> None:
    other = make_member(cast.huong_que, "owner", "Tư", "+84933333333", "482916")
    owners = Membership.objects.filter(cooperative=cast.huong_que, role="owner", ended_at=None)
    names = iter([cast.lan, other])
    gone = lambda: Membership.objects.filter(user=next(names), role="owner").update(role="viewer")  # noqa: E731
    assert looked_before(lambda: owners.count() > 1, gone) == [True, True] and owners.count() == 0


def test_two_members_invite_the_same_telephone_at_once_and_one_message_goes(cast) -> None:
    invite = lambda: invite_member(  # noqa: E731
        cooperative=cast.huong_que, phone="0977000111", name="Năm", role="packer", actor=cast.lan_acts
    )
    done = one_of(at_once([invite] * 3), CannotInvite)
    assert Invitation.objects.get() == done and OutboxMessage.objects.filter(kind="invitation").count() == 1
