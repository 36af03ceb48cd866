"""What the moderator sees in the panel beside the words: the page as a buyer would, in a frame of the admin only."""

from __future__ import annotations

import pytest
from django.urls import reverse

from marketplace.listings.models import Listing
from marketplace.moderation.setting_up import set_up_review
from tests.making import make_photo, make_product

pytestmark = pytest.mark.django_db


def test_the_preview_shows_the_draft_and_may_stand_in_the_admins_frame(client, cast, site_ready) -> None:
    set_up_review()
    photo = make_photo(cooperative=cast.huong_que)
    listing = make_product(cast.huong_que, name="Gạo thơm ST25", photos=[photo], live=False).listing
    client.force_login(cast.hoa)
    url = reverse("wagtailsnippets_marketplace_listing:preview_on_edit", args=[listing.pk])
    typed = {"title": "Gạo mới gặt", "summary": "Thơm mùi lá dứa.", "story": "", "title_en": "", "summary_en": ""}
    no_photo_changed = {"photos-TOTAL_FORMS": 0, "photos-INITIAL_FORMS": 0}
    assert client.post(url, typed | no_photo_changed | {"story_en": ""}).json()["is_valid"]
    seen = client.get(url, {"in_preview_panel": "true", "mode": ""})
    assert seen.status_code == 200
    assert "Gạo mới gặt" in seen.content.decode()
    assert Listing.objects.get().title == "Gạo thơm ST25"
    policy = seen.headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in policy and "unsafe" not in policy
    assert seen.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_nobody_but_staff_sees_a_preview(client, cast, site_ready) -> None:
    listing = make_product(cast.huong_que, live=False).listing
    url = reverse("wagtailsnippets_marketplace_listing:preview_on_edit", args=[listing.pk])
    client.force_login(cast.lan)
    assert client.get(url).status_code in (302, 403)
