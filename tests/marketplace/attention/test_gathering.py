"""The facts that lights are made of stand where the site itself writes them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from community import clock
from community.accounts.models import User
from community.cooperatives.models import Cooperative
from community.onboarding.models import SellerApplication
from marketplace.attention.gathering import facts_of
from marketplace.attention.lights import Facts, troubles_of
from marketplace.listings.drafting import start_draft
from marketplace.listings.models import ListingDraft
from marketplace.orders.models import Parcel
from marketplace.orders.settling import mark_parcel_paid
from tests.making import (
    MAKER,
    fill_basket,
    make_certificate,
    make_order,
    make_photo,
    make_product,
    make_published_batch,
    open_shop,
)
from traceability.certificates.models import Certificate


def troubled(cooperative: Cooperative) -> None:
    """Its only certificate ended ten days ago."""
    today = clock.today()
    Certificate.objects.create(
        cooperative=cooperative,
        scheme="vietgap",
        number="VG-1",
        issuer="Trung tâm",
        issued_on=today - timedelta(days=400),
        expires_on=today - timedelta(days=10),
        checked_at=clock.now(),
    )


def known(cooperative: Cooperative) -> Facts:
    return facts_of([cooperative], now=clock.now())[cooperative.pk]


def kinds(cooperative: Cooperative) -> list[str]:
    return [one.kind.value for one in troubles_of(known(cooperative), now=clock.now())]


def test_nothing_to_sell_with_is_told_in_the_order_of_the_checklist(huong_que, lan) -> None:
    assert known(huong_que).missing_start == "account"
    open_shop(huong_que)
    assert known(huong_que).missing_start == "goods"
    make_product(huong_que)
    assert known(huong_que).missing_start == ""


def test_goods_on_sale_want_batches_and_stock(huong_que, lan) -> None:
    open_shop(huong_que)
    goods = make_product(huong_que)
    assert kinds(huong_que) == ["stock", "batch"]
    make_published_batch(goods.pack, packs=30)
    assert kinds(huong_que) == []
    with clock.at(clock.now() + timedelta(days=31)):
        assert "batch" in kinds(huong_que)


def test_an_order_counts_from_when_it_became_the_seller_s(huong_que, lan, places) -> None:
    open_shop(huong_que)
    goods = make_product(huong_que)
    make_published_batch(goods.pack, packs=30)
    order = make_order(fill_basket((goods.pack, 1)), commune=places["31673"])
    assert known(huong_que).unanswered == ()  # not paid yet: not the seller's business
    parcel = mark_parcel_paid(parcel=order.parcels.get(), actor=MAKER)
    assert known(huong_que).unanswered == (parcel.paid_at,)
    Parcel.objects.update(asked_at=clock.now())
    assert known(huong_que).unanswered == ()  # the buyer's turn


def test_a_renewed_paper_is_no_trouble_and_one_of_other_goods_is(huong_que, lan) -> None:
    goods, other = make_product(huong_que), make_product(huong_que, name="Bánh pía")
    today = clock.today()
    make_certificate(goods.product, expires_on=today + timedelta(days=5))
    assert [last for _name, last in known(huong_que).papers] == [today + timedelta(days=5)]
    make_certificate(goods.product, expires_on=today + timedelta(days=900))
    make_certificate(other.product, expires_on=today + timedelta(days=9))
    assert sorted(last for _name, last in known(huong_que).papers) == [
        today + timedelta(days=9),
        today + timedelta(days=900),
    ]


def test_a_half_made_listing_stands_at_its_first_unanswered_screen(cast) -> None:
    draft = start_draft(cooperative=cast.huong_que, photo=make_photo(cooperative=cast.huong_que), actor=cast.lan_acts)
    ((screen, touched),) = known(cast.huong_que).drafts
    assert (screen, touched) == ("kind", draft.updated_at)
    ListingDraft.objects.update(sent_at=timezone.now())
    assert known(cast.huong_que).drafts == ()


@pytest.mark.parametrize(("state", "told"), [("draft", "draft"), ("returned", "returned"), (None, "draft")])
def test_an_application_that_is_not_sent_is_known_also_before_its_first_word(huong_que, state, told) -> None:
    Cooperative.objects.filter(pk=huong_que.pk).update(status="applied")
    huong_que.refresh_from_db()
    if state:
        SellerApplication.objects.create(cooperative=huong_que, status=state)
    assert known(huong_que).application == told
    assert kinds(huong_que) == ["application"]


def test_members_who_cannot_sign_in_are_counted_without_those_who_left(cast) -> None:
    User.objects.filter(pk=cast.son.pk).update(failed_pins=5, locked_at=clock.now())
    User.objects.filter(pk=cast.lan.pk).update(failed_pins=3)
    facts = known(cast.huong_que)
    assert (facts.locked, facts.wrong_pins) == (1, 1)
    cast.son.memberships.update(ended_at=clock.now())
    assert known(cast.huong_que).locked == 0


def test_nothing_of_one_seller_is_told_of_another(cast) -> None:
    troubled(cast.huong_que)
    both = facts_of([cast.huong_que, cast.other_cooperative], now=clock.now())
    assert both[cast.huong_que.pk].papers and not both[cast.other_cooperative.pk].papers
