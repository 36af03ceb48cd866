"""The seller's verbs: words wait for a moderator, prices change at once, and a refusal leaves everything as it was."""

from __future__ import annotations

import pytest

from community.audit.models import AuditEntry
from marketplace.catalogue.cataloguing import catalogue
from marketplace.catalogue.entries import CatalogueEntry
from marketplace.catalogue.searching import search
from marketplace.listings.models import Listing, Offer
from marketplace.listings.writing import (
    MAX_PRICE_DONG,
    BadListing,
    Words,
    change_words,
    free_slug,
    resume_selling,
    send_for_review,
    set_price,
    stop_selling,
)
from marketplace.moderation.setting_up import set_up_review
from tests.cast import Cast
from tests.making import make_photo, make_product, make_published_batch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_ready")]


@pytest.mark.parametrize("dong", [0, -1, MAX_PRICE_DONG + 1, 10**18])
def test_a_price_out_of_range_changes_nothing(dong: int, cast: Cast) -> None:
    pack = make_product(cast.huong_que).pack
    before = list(Offer.objects.values_list("price_dong", "on_sale")), AuditEntry.objects.count()
    with pytest.raises(BadListing) as refusal:
        set_price(pack=pack, price_dong=dong, actor=cast.lan_acts)
    assert refusal.value.code == "price_out_of_range"
    assert (list(Offer.objects.values_list("price_dong", "on_sale")), AuditEntry.objects.count()) == before


def test_a_new_price_counts_at_once_is_recorded_and_renews_the_passport(cast: Cast) -> None:
    pack = make_product(cast.huong_que).pack
    batch = make_published_batch(pack)
    set_price(pack=pack, price_dong=90_000, actor=cast.lan_acts)
    entry = AuditEntry.objects.get(action="offer.price_changed")
    assert (entry.facts["old_dong"], entry.facts["new_dong"]) == (80_000, 90_000)
    version = batch.page_version
    batch.refresh_from_db()
    assert batch.page_version > version


def test_the_same_price_again_is_no_change(cast: Cast) -> None:
    pack = make_product(cast.huong_que).pack
    set_price(pack=pack, price_dong=80_000, actor=cast.lan_acts)
    assert not AuditEntry.objects.filter(action="offer.price_changed").exists()


def test_selling_stops_and_goes_on_once_each(cast: Cast) -> None:
    pack = make_product(cast.huong_que).pack
    for act in (stop_selling, stop_selling, resume_selling, resume_selling):
        act(pack=pack, actor=cast.lan_acts)
    actions = AuditEntry.objects.filter(action__startswith="offer.").values_list("action", flat=True)
    assert sorted(actions) == ["offer.resumed", "offer.stopped"]
    assert Offer.objects.get(pack=pack).on_sale


def test_review_needs_a_photo_and_a_price(cast: Cast) -> None:
    set_up_review()
    bare = make_product(cast.huong_que, live=False).listing
    priceless = make_product(cast.huong_que, name="Không giá", live=False, packs=(), photos=[make_photo()]).listing
    for listing, code in ((bare, "no_photo"), (priceless, "no_pack")):
        with pytest.raises(BadListing) as refusal:
            send_for_review(listing=listing, actor=cast.lan_acts)
        assert refusal.value.code == code
        assert not listing.workflow_in_progress


def test_new_words_wait_while_buyers_keep_seeing_the_approved_ones(cast: Cast) -> None:
    set_up_review()
    listing = make_product(cast.huong_que, name="Gạo cũ", photos=[make_photo()]).listing
    change_words(listing=listing, words=Words("Gạo mới", "Mới"), new_photos=[], actor=cast.lan_acts)
    send_for_review(listing=listing, actor=cast.lan_acts)
    send_for_review(listing=listing, actor=cast.lan_acts)
    assert Listing.objects.get(pk=listing.pk).title == "Gạo cũ"
    assert listing.workflow_states.count() == 1
    with pytest.raises(BadListing) as refusal:
        change_words(listing=listing, words=Words("Gạo nữa", "Nữa"), new_photos=[], actor=cast.lan_acts)
    assert refusal.value.code == "in_review"
    assert listing.get_latest_revision_as_object().title == "Gạo mới"


def test_addresses_are_readable_and_never_taken_twice(cast: Cast) -> None:
    first, second = (make_product(cast.huong_que, name="Mật ong rừng").listing for _ in range(2))
    assert (first.slug, second.slug) == ("mat-ong-rung", "mat-ong-rung-2")
    assert free_slug("???") == "san-pham"


def test_cataloguing_twice_leaves_one_entry_with_todays_words(cast: Cast) -> None:
    listing = make_product(cast.huong_que, name="Đường thốt nốt").listing
    Listing.objects.filter(pk=listing.pk).update(title="Mật thốt nốt")
    listing.refresh_from_db()
    catalogue(listing)
    catalogue(listing)
    assert CatalogueEntry.objects.count() == 1
    assert [hit.listing for hit in search("mat thot").hits] == [listing.pk]
