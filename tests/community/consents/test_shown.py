"""A person's own telephone and photos stand on pages for everybody only while that person's yes holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from wagtail.models import Site

from cms.navigation import forget_frames
from cms.site_settings import SiteSettings
from community import clock
from community.accounts.models import User
from community.audit.models import AuditEntry
from community.consents.agreeing import CannotConsent, give_consent, stop_what_ended, withdraw_consent
from community.consents.models import ConsentRecord
from community.consents.showing import shown_phone
from community.cooperatives.models import Cooperative
from community.photos.models import Photo
from community.photos.paper_files import CleanPaper
from community.photos.rendering import render_photo, unready_photos
from community.privacy.in_person import give_at_helper
from tests.cast import LAN_PIN, Cast, sign_in
from tests.harness.team import acts, make_helpers
from tests.making import make_photo, make_product, make_published_batch
from traceability.passport.storing import store_stale_pages
from traceability.products.models import Product

pytestmark = pytest.mark.django_db
PAPER = CleanPaper(b"x", "application/pdf")
FRESH = {"Accept": "text/html"}


@pytest.fixture
def keeper(cast: Cast) -> User:
    user = User.objects.create_user("dong-y@example.org", "x", name="Đỗ Thị Thu", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=["access_admin", "add_consentrecord"]))
    return user


@pytest.fixture
def picture(cast: Cast) -> Photo:
    photo = make_photo(cooperative=cast.huong_que)
    render_photo(photo.pk)
    return photo


@pytest.fixture
def pages(cast: Cast, picture: Photo, site_ready: None) -> list[str]:
    """Booth, product and batch, with the telephone with which Lan signs in and the photo on each."""
    Cooperative.objects.filter(pk=cast.huong_que.pk).update(phone=cast.lan.phone, photo=picture)
    goods = make_product(cast.huong_que, photos=[picture])
    batch = make_published_batch(goods.pack)
    Product.objects.filter(pk=goods.product.pk).update(photo=picture)
    store_stale_pages()
    return [f"/gian-hang/{cast.huong_que.slug}/", f"/san-pham/{goods.listing.slug}/", f"/t/{batch.public_code}"]


def read(address: str) -> str:
    answer = Client().get(address, headers=FRESH, follow=True)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def test_her_own_telephone_is_shown_only_while_she_agrees(cast: Cast, pages: list[str], settings) -> None:
    settings.PAGES_KEPT_SECONDS = 30
    number = f'tel:{cast.lan.phone}"'
    assert not any(number in read(page) for page in pages)
    give_consent(person=cast.lan, purpose="phone", actor=cast.lan_acts)
    store_stale_pages()
    assert all(number in read(page) for page in pages)
    withdraw_consent(person=cast.lan, purpose="phone", actor=cast.lan_acts)
    assert not any(cast.lan.phone in read(page) for page in pages)


def test_a_number_with_which_nobody_signs_in_needs_no_consent(cast: Cast) -> None:
    assert shown_phone(cast.huong_que) == cast.huong_que.phone != ""


def test_a_telephone_agreed_to_until_a_day_goes_after_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    Cooperative.objects.filter(pk=cast.huong_que.pk).update(phone=cast.lan.phone)
    today = clock.today()
    give_consent(person=cast.lan, purpose="phone", actor=cast.lan_acts, until=today)
    assert shown_phone(Cooperative.objects.get(pk=cast.huong_que.pk)) == cast.lan.phone
    monkeypatch.setattr(clock, "today", lambda: today + timedelta(days=1))
    assert shown_phone(Cooperative.objects.get(pk=cast.huong_que.pk)) == ""


def test_a_photo_of_somebody_goes_from_every_page_with_her_yes(
    cast: Cast, keeper: User, picture: Photo, pages: list[str], settings, django_capture_on_commit_callbacks
) -> None:
    settings.PAGES_KEPT_SECONDS = 30
    actor, old = replace(cast.hoa_acts, user=keeper), picture.file.name
    told = {"person": cast.lan, "purpose": "photo", "about": str(picture.pk)}
    give_consent(actor=actor, paper=PAPER, **told)
    store_stale_pages()
    sizes = [row.file.name for row in picture.renditions.all()]
    assert sizes and all(any(name in read(page) for name in sizes) for page in pages)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_consent(actor=cast.lan_acts, **told)
    picture.refresh_from_db()
    assert not any(name in read(page) for page in pages for name in [*sizes, old, picture.file.name])
    storage = picture.file.storage
    assert not any(storage.exists(name) for name in [*sizes, old]) and storage.exists(picture.file.name)
    assert not unready_photos().filter(pk=picture.pk).exists() and render_photo(picture.pk) == 0
    give_consent(actor=cast.lan_acts, **told)
    picture.refresh_from_db()
    assert not picture.is_withheld and render_photo(picture.pk)


def test_a_photo_of_two_is_shown_only_while_both_agree(cast: Cast, keeper: User, picture: Photo) -> None:
    actor = replace(cast.hoa_acts, user=keeper)
    for person in (cast.lan, cast.son):
        give_consent(person=person, purpose="photo", about=str(picture.pk), actor=actor, paper=PAPER)
    for person, acting in ((cast.lan, cast.lan_acts), (cast.son, cast.son_acts)):
        withdraw_consent(person=person, purpose="photo", about=str(picture.pk), actor=acting)
    give_consent(person=cast.lan, purpose="photo", about=str(picture.pk), actor=cast.lan_acts)
    picture.refresh_from_db()
    assert picture.is_withheld
    give_consent(person=cast.son, purpose="photo", about=str(picture.pk), actor=cast.son_acts)
    picture.refresh_from_db()
    assert not picture.is_withheld


def test_a_photo_agreed_to_until_a_day_goes_after_it(cast: Cast, keeper: User, picture: Photo) -> None:
    today = clock.today()
    actor = replace(cast.hoa_acts, user=keeper)
    told = {"person": cast.lan, "purpose": "photo", "about": str(picture.pk)}
    give_consent(actor=actor, paper=PAPER, until=today, **told)
    with clock.at(clock.now() + timedelta(days=2)):
        stop_what_ended(today=clock.today())
    picture.refresh_from_db()
    assert picture.is_withheld


@pytest.mark.parametrize("about", ["", "abc", "999999999", "9" * 30])
def test_a_photo_has_a_number(cast: Cast, keeper: User, about: str) -> None:
    actor = replace(cast.hoa_acts, user=keeper)
    with pytest.raises(CannotConsent) as refused:
        give_consent(person=cast.lan, purpose="photo", about=about, actor=actor, paper=PAPER)
    assert refused.value.code == "no_photo" and not ConsentRecord.objects.exists()


def test_nobody_takes_a_photo_down_by_saying_yes_and_no(client: Client, cast: Cast, picture: Photo) -> None:
    sign_in(client, cast.son)
    for act in ("yes", "no"):
        client.post(reverse("privacy:consent"), {"purpose": "photo", "about": str(picture.pk), "act": act})
    picture.refresh_from_db()
    assert not picture.is_withheld and not ConsentRecord.objects.exists()


# --- in person, on a helper's phone -----------------------------------------------------------------------------------
def test_a_yes_on_a_helpers_phone_is_the_members_with_her_pin(client: Client, cast: Cast) -> None:
    tuan = make_helpers(cast).tuan
    Cooperative.objects.filter(pk=cast.huong_que.pk).update(phone=cast.lan.phone)
    page = reverse("helping:consents", args=[cast.huong_que.code])
    member = cast.huong_que.memberships.get(user=cast.lan)
    told = {"member": member.code, "purpose": "phone", "pin": "000111"}
    sign_in(client, tuan.user)
    assert client.post(page, told).status_code == 400 and not ConsentRecord.objects.exists()
    assert client.post(page, told | {"pin": LAN_PIN}).status_code == 302
    word = ConsentRecord.objects.get()
    assert (word.person, word.channel, word.taken_by, word.is_given) == (cast.lan, "helper", tuan.user, True)
    assert AuditEntry.objects.get(action="consent.given").actor == cast.lan
    assert AuditEntry.objects.get(action="consent.wrong_pin").actor == tuan.user


@pytest.mark.parametrize("who", ["looker", "elsewhere", "mandate", "ended", "strange_photo", "story"])
def test_a_helper_never_says_yes(cast: Cast, who: str) -> None:
    helpers = make_helpers(cast)
    place = {"looker": helpers.nga, "elsewhere": helpers.elsewhere}.get(who, helpers.tuan)
    actor = replace(acts(place), mandate_code="UQ7K2M4P") if who == "mandate" else acts(place)
    membership = cast.huong_que.memberships.get(user=cast.lan)
    if who == "ended":
        membership.ended_at = clock.now()
    purpose, about = {"strange_photo": ("photo", str(make_photo().pk)), "story": ("story", "x")}.get(who, ("zalo", ""))
    with pytest.raises(CannotConsent):
        give_at_helper(membership=membership, purpose=purpose, about=about, place=place, actor=actor)
    assert not ConsentRecord.objects.exists()


def test_a_helper_who_is_a_member_says_yes_on_his_own_page(cast: Cast) -> None:
    tuan = make_helpers(cast).tuan
    own = cast.huong_que.memberships.create(user=tuan.user, role="viewer")
    with pytest.raises(CannotConsent) as refused:
        give_at_helper(membership=own, purpose="zalo", place=tuan, actor=acts(tuan))
    assert refused.value.code == "own_phone" and not ConsentRecord.objects.exists()


def test_where_her_telephone_is_not_shown_the_markets_is(cast: Cast, pages: list[str]) -> None:
    """Who sells must be reachable."""
    site = Site.objects.get(is_default_site=True)
    SiteSettings.objects.update_or_create(site=site, defaults={"phone": "+842920000000"})
    forget_frames()
    assert 'tel:+842920000000"' in read(pages[1]) and "(số của chợ)" in read(pages[1])
