"""The review of listings in the staff's admin: only approved words reach buyers; the seller is told in plain words."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.urls import reverse
from wagtail.models import Workflow, WorkflowContentType

from community.accounts.models import User
from community.outbox.models import OutboxMessage
from marketplace.listings.models import Listing
from marketplace.listings.review import ListingReviewTask
from marketplace.listings.standing import Review, standing_of
from marketplace.listings.writing import Words, change_words, send_for_review, set_price
from marketplace.moderation.setting_up import set_up_review
from tests.making import make_photo, make_product, make_published_batch

pytestmark = pytest.mark.django_db


@pytest.fixture
def review(site_ready) -> Workflow:
    return set_up_review()


@pytest.fixture
def moderator(review) -> User:
    user = User.objects.create_user("mai@example.org", "mot-mat-khau-dai-9", name="Mai", is_staff=True)
    user.groups.add(Group.objects.get(name="Moderators"))
    return user


@pytest.fixture
def listing(cast, review) -> Listing:
    goods = make_product(cast.huong_que, photos=[make_photo(cooperative=cast.huong_que)], live=False)
    return send_for_review(listing=goods.listing, actor=cast.lan_acts)


def edit_url(listing: Listing) -> str:
    return reverse("wagtailsnippets_marketplace_listing:edit", args=[listing.pk])


def decide(client, listing: Listing, action: str, comment: str = ""):
    task_state = Listing.objects.get(pk=listing.pk).current_workflow_task_state
    name = "wagtailsnippets_marketplace_listing:workflow_action"
    url = reverse(name, args=[listing.pk, action, task_state.pk])
    return client.post(url, {"comment": comment} if comment else {}, follow=False)


def test_setting_up_twice_makes_one_workflow_with_one_task(review) -> None:
    set_up_review()
    assert WorkflowContentType.objects.filter(content_type__model="listing").count() == 1
    assert ListingReviewTask.objects.count() == 1
    assert [task.specific for task in review.tasks.all()] == [ListingReviewTask.objects.get()]


def test_the_moderators_are_asked_once_each_by_the_outbox_and_not_from_inside_the_transaction(
    cast, review, moderator
) -> None:
    mail.outbox.clear()
    goods = make_product(cast.huong_que, photos=[make_photo()], live=False)
    listing = send_for_review(listing=goods.listing, actor=cast.lan_acts)
    assert not mail.outbox
    [asked] = OutboxMessage.objects.filter(kind="listing_to_review")
    assert (asked.to, asked.channel) == ("mai@example.org", "email")
    assert reverse("listing_reviews:one", args=[listing.product.code]) in asked.text


def test_what_a_seller_sends_waits_and_is_not_for_sale(listing) -> None:
    assert standing_of(listing).review == Review.WAITING
    assert not Listing.objects.get(pk=listing.pk).live
    assert not Listing.objects.live().exists()


def test_a_moderator_approves_and_the_listing_can_be_found_at_once(client, listing, moderator) -> None:
    batch = make_published_batch(listing.product.packs.get())
    client.force_login(moderator)
    response = decide(client, listing, "approve")
    assert response.status_code in (200, 302)
    approved = Listing.objects.get(pk=listing.pk)
    assert approved.live and standing_of(approved).review == Review.NONE
    assert " gao" in approved.entry.words
    version = batch.page_version
    batch.refresh_from_db()
    assert batch.page_version > version, "the passport page offers it from now on"
    [told] = OutboxMessage.objects.filter(kind="listing_approved")
    assert told.to == listing.product.cooperative.phone
    assert f"/ban-hang/hang/{listing.product.code}/" in told.text and "/quan-tri/" not in told.text


def test_asking_for_changes_reaches_the_cooperative_with_the_reason_and_without_an_admin_link(
    client, listing, moderator
) -> None:
    client.force_login(moderator)
    decide(client, listing, "reject", "Ảnh hơi tối, chụp lại giúp nhé")
    found = Listing.objects.get(pk=listing.pk)
    assert not found.live
    assert standing_of(found).review == Review.CHANGES
    assert standing_of(found).reason == "Ảnh hơi tối, chụp lại giúp nhé"
    [told] = OutboxMessage.objects.filter(kind="listing_needs_change")
    assert "Ảnh hơi tối" in told.text and "/quan-tri/" not in told.text


def test_a_seller_with_a_mailbox_gets_no_admin_link_either(client, cast, listing, moderator, settings) -> None:
    User.objects.filter(pk=cast.lan.pk).update(email="lan@example.org")
    mail.outbox.clear()
    client.force_login(moderator)
    decide(client, listing, "reject", "Ảnh hơi tối")
    [told] = [letter for letter in mail.outbox if letter.to == ["lan@example.org"]]
    assert "/quan-tri/" not in told.body
    assert "Ảnh hơi tối" in told.body
    assert f"/ban-hang/hang/{listing.product.code}/" in told.body


def test_the_seller_changes_the_words_and_the_review_goes_on(client, cast, listing, moderator) -> None:
    client.force_login(moderator)
    decide(client, listing, "reject", "Viết rõ hơn")
    found = Listing.objects.get(pk=listing.pk)
    words = Words(title="Gạo thơm ST25", summary="Gạo sạch Trần Đề")
    change_words(listing=found, words=words, new_photos=[], actor=cast.lan_acts)
    send_for_review(listing=Listing.objects.get(pk=found.pk), actor=cast.lan_acts)
    decide(client, listing, "approve")
    found = Listing.objects.get(pk=listing.pk)
    assert found.live and found.summary == "Gạo sạch Trần Đề"


def test_new_words_wait_while_buyers_keep_reading_the_approved_ones(client, cast, listing, moderator) -> None:
    client.force_login(moderator)
    decide(client, listing, "approve")
    found = Listing.objects.get(pk=listing.pk)
    change_words(listing=found, words=Words(title="Gạo mới", summary="Lời mới"), new_photos=[], actor=cast.lan_acts)
    send_for_review(listing=Listing.objects.get(pk=found.pk), actor=cast.lan_acts)
    live = Listing.objects.get(pk=found.pk)
    assert (live.live, live.title) == (True, "Gạo thơm ST25")
    assert standing_of(live).review == Review.WAITING


def test_approving_an_old_draft_does_not_bring_an_old_price_back(client, cast, listing, moderator) -> None:
    pack = listing.product.packs.get()
    set_price(pack=pack, price_dong=99_000, actor=cast.lan_acts)
    client.force_login(moderator)
    decide(client, listing, "approve")
    pack.offer.refresh_from_db()
    assert pack.offer.price_dong == 99_000


def test_sending_twice_starts_one_review(cast, listing) -> None:
    send_for_review(listing=Listing.objects.get(pk=listing.pk), actor=cast.lan_acts)
    assert listing.workflow_states.count() == 1


def test_unpublishing_takes_it_off_the_market(client, listing, moderator) -> None:
    client.force_login(moderator)
    decide(client, listing, "approve")
    client.post(reverse("wagtailsnippets_marketplace_listing:unpublish", args=[listing.pk]))
    assert not Listing.objects.live().exists()


def test_the_moderators_screens_open(client, listing, moderator) -> None:
    client.force_login(moderator)
    place = "wagtailsnippets_marketplace_listing:"
    listed = client.get(reverse(place + "list"), {"review": "in_progress"})
    assert "Gạo thơm ST25" in listed.content.decode()
    assert client.get(reverse(place + "list"), {"review": "needs_changes"}).content.decode().count("Gạo thơm") == 0
    assert client.get(edit_url(listing)).status_code == 200
    assert client.get(reverse(place + "inspect", args=[listing.pk])).status_code == 200
    task = listing.current_workflow_task_state.task
    seen = client.get(reverse(place + "workflow_preview", args=[listing.pk, task.pk]))
    assert seen.status_code == 200
    assert "80.000" in seen.content.decode() and "HTX Hương Quê" in seen.content.decode()


@pytest.mark.parametrize("act", ["add", "delete"])
def test_nobody_makes_or_deletes_a_listing_in_the_admin(client, listing, hoa, act) -> None:
    client.force_login(hoa)
    arguments = [] if act == "add" else [listing.pk]
    response = client.post(reverse(f"wagtailsnippets_marketplace_listing:{act}", args=arguments))
    assert response.status_code in (302, 403)
    assert Listing.objects.count() == 1


def test_a_seller_is_not_let_into_the_admin(client, cast, listing) -> None:
    client.force_login(cast.lan)
    assert client.get(edit_url(listing)).status_code in (302, 403)
