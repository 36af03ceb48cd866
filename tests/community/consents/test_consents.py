"""A yes is written down with its words; taken back it holds no more, from that moment."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image
from wagtail.models import Locale, Page

from cms.pages.stories import StoryIndexPage, StoryPage
from community import clock
from community.accounts.models import User
from community.append_only import AppendOnlyError
from community.audit.models import AuditEntry
from community.consents.agreeing import (
    CannotConsent,
    give_consent,
    holds,
    last_word,
    refuses_zalo,
    stop_what_ended,
    withdraw_consent,
)
from community.consents.models import ConsentRecord, Purpose
from community.consents.texts import TEXTS
from community.outbox.carriers import choosing
from community.outbox.carriers.choosing import ways_left
from community.outbox.models import OutboxMessage
from community.photos.paper_files import CleanPaper
from tests.cast import Cast, sign_in

pytestmark = pytest.mark.django_db
SLUG = "nguoi-giu-rung"


@pytest.fixture
def keeper(cast: Cast) -> User:
    user = User.objects.create_user("dong-y@example.org", "x", name="Đỗ Thị Thu", is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=["access_admin", "add_consentrecord"]))
    return user


@pytest.fixture
def story(db: None) -> StoryPage:
    home = Page.objects.get(depth=1).add_child(instance=Page(title="Nhà", slug="nha-thu"))
    index = home.add_child(instance=StoryIndexPage(title="Chuyện", slug="chuyen"))
    return index.add_child(instance=StoryPage(title="Người giữ rừng", slug=SLUG))


@pytest.fixture
def signed(cast: Cast, keeper: User) -> ConsentRecord:
    """Lan signed the paper about the story."""
    actor, paper = replace(cast.hoa_acts, user=keeper), CleanPaper(b"x", "application/pdf")
    return give_consent(person=cast.lan, purpose="story", about=SLUG, actor=actor, paper=paper)


def test_a_yes_keeps_the_words_that_were_shown(cast: Cast) -> None:
    word = give_consent(person=cast.lan, purpose="zalo", actor=cast.lan_acts)
    text = TEXTS[Purpose.ZALO]
    assert (word.text_version, word.text_sha256, word.channel) == (text.version, text.sha256, "own")
    assert holds(word) and AuditEntry.objects.get(action="consent.given").subject_id == cast.lan.pk


def test_the_same_yes_again_writes_nothing(cast: Cast) -> None:
    first = give_consent(person=cast.lan, purpose="zalo", actor=cast.lan_acts)
    assert give_consent(person=cast.lan, purpose="zalo", actor=cast.lan_acts) == first
    assert ConsentRecord.objects.count() == AuditEntry.objects.filter(action="consent.given").count() == 1


def test_words_once_agreed_to_do_not_change_unnoticed() -> None:
    """Changed the text? Raise its version in texts.py, then put the new fingerprint here."""
    told = {purpose: (text.version, text.sha256[:12]) for purpose, text in TEXTS.items()}
    assert told == {
        "story": (1, "b8f6bb82e013"),
        "zalo": (1, "f3af5030ea5b"),
        "photo": (1, "96a84d572d21"),
        "phone": (1, "c35566e6b924"),
    }


@pytest.mark.parametrize("who", ["son", "helper", "staff_without_right", "nobody"])
def test_nobody_else_says_yes_or_no_for_her(cast: Cast, who: str) -> None:
    actor = {
        "son": cast.son_acts,
        "helper": replace(cast.lan_acts, mandate_code="UQ7K2M4P"),
        "staff_without_right": replace(cast.hoa_acts, user=User(pk=cast.hoa.pk, is_active=True, is_staff=True)),
        "nobody": replace(cast.lan_acts, user=None, label="visitor"),
    }[who]
    for act in (give_consent, withdraw_consent):
        with pytest.raises(CannotConsent) as refused:
            act(person=cast.lan, purpose="zalo", actor=actor)
        assert refused.value.code == "not_allowed"
    assert not ConsentRecord.objects.exists()


def test_staff_need_the_signed_paper(cast: Cast, keeper: User) -> None:
    actor = replace(cast.hoa_acts, user=keeper)
    with pytest.raises(CannotConsent) as refused:
        give_consent(person=cast.lan, purpose="story", about=SLUG, actor=actor)
    assert refused.value.code == "no_paper"
    word = give_consent(
        person=cast.lan, purpose="story", about=SLUG, actor=actor, paper=CleanPaper(b"x", "application/pdf")
    )
    assert (word.channel, word.taken_by) == ("paper", keeper)


def test_a_consent_ends_with_its_day(cast: Cast) -> None:
    word = give_consent(person=cast.lan, purpose="zalo", actor=cast.lan_acts, until=clock.today())
    assert holds(word)
    word.until = clock.today() - timedelta(days=1)
    assert not holds(word)


def test_a_story_agreed_to_until_a_day_ends_after_it(cast: Cast, keeper: User, story: StoryPage) -> None:
    actor, paper, today = replace(cast.hoa_acts, user=keeper), CleanPaper(b"x", "application/pdf"), clock.today()
    told = {"person": cast.lan, "purpose": "story", "about": SLUG, "actor": actor, "paper": paper}
    give_consent(until=today, **told)
    assert stop_what_ended(today=today) == 0
    assert stop_what_ended(today=today + timedelta(days=1)) == 1
    story.refresh_from_db()
    assert not story.live


def test_zalo_agreed_to_until_a_day_ends_after_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    today = clock.today()
    give_consent(person=cast.lan, purpose="zalo", actor=cast.lan_acts, until=today)
    assert not refuses_zalo(cast.lan.phone or "")
    monkeypatch.setattr(clock, "today", lambda: today + timedelta(days=1))
    assert refuses_zalo(cast.lan.phone or "")


def test_what_was_said_is_never_changed(cast: Cast) -> None:
    give_consent(person=cast.lan, purpose="zalo", actor=cast.lan_acts)
    with pytest.raises(AppendOnlyError):
        ConsentRecord.objects.update(is_given=False)


@pytest.mark.usefixtures("signed")
def test_taken_back_it_leaves_the_pages_in_every_language(cast: Cast, story: StoryPage) -> None:
    english, _made = Locale.objects.get_or_create(language_code="en")
    told = StoryPage(title="Keeper", slug="the-keeper", locale=english, translation_key=story.translation_key)
    story.get_parent().add_child(instance=told)
    withdraw_consent(person=cast.lan, purpose="story", about=SLUG, actor=cast.lan_acts)
    told.refresh_from_db()
    assert not told.live
    with pytest.raises(ValidationError):
        told.clean()


@pytest.mark.usefixtures("signed")
def test_taken_back_the_story_leaves_the_pages_at_once(cast: Cast, story: StoryPage) -> None:
    withdraw_consent(person=cast.lan, purpose="story", about=SLUG, actor=cast.lan_acts)
    story.refresh_from_db()
    assert not story.live
    with pytest.raises(ValidationError):
        story.clean()
    give_consent(person=cast.lan, purpose="story", about=SLUG, actor=cast.lan_acts)
    story.clean()


def test_nobody_takes_a_story_down_by_saying_yes_and_no(client: Client, cast: Cast, story: StoryPage) -> None:
    sign_in(client, cast.son)
    for act in ("yes", "no"):
        client.post(reverse("privacy:consent"), {"purpose": "story", "about": SLUG, "act": act})
    story.refresh_from_db()
    story.clean()
    assert story.live and not ConsentRecord.objects.exists()


def test_what_was_never_given_is_not_taken_back(cast: Cast, story: StoryPage) -> None:
    with pytest.raises(CannotConsent) as refused:
        withdraw_consent(person=cast.lan, purpose="story", about=SLUG, actor=cast.lan_acts)
    story.refresh_from_db()
    assert refused.value.code == "not_given" and story.live and not ConsentRecord.objects.exists()


def test_without_zalo_the_next_message_goes_another_way(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for part in ("zalo", "esms"):
        monkeypatch.setattr(getattr(choosing, part), "is_set_up", lambda: True)
    monkeypatch.setattr(choosing.zalo, "has_template", lambda _message: True)
    message = OutboxMessage(to=cast.lan.phone, channel="sms", given_up=[])
    assert ways_left(message)[:2] == ["zns", "sms"]
    withdraw_consent(person=cast.lan, purpose="zalo", actor=cast.lan_acts)
    assert refuses_zalo(cast.lan.phone or "") and "zns" not in ways_left(message)
    give_consent(person=cast.lan, purpose="zalo", actor=cast.lan_acts)
    assert "zns" in ways_left(message)


def test_she_gives_and_takes_back_on_her_own_page(client: Client, cast: Cast) -> None:
    sign_in(client, cast.lan)
    client.post(reverse("privacy:consent"), {"purpose": "zalo", "act": "yes"})
    assert holds(last_word(cast.lan, "zalo"))
    client.post(reverse("privacy:consent"), {"purpose": "zalo", "act": "no"})
    assert not holds(last_word(cast.lan, "zalo"))
    assert client.get(reverse("privacy:mine")).status_code == 200


def test_staff_write_down_a_paper_and_who_looks_is_recorded(client: Client, cast: Cast, keeper: User) -> None:
    file = io.BytesIO()
    Image.new("RGB", (600, 800), "white").save(file, "JPEG")
    paper = SimpleUploadedFile("giay.jpg", file.getvalue(), "image/jpeg")
    sign_in(client, keeper)
    told = {"phone": cast.lan.phone, "purpose": "story", "about": SLUG, "paper": paper}
    assert client.post(reverse("consents_desk"), told).status_code == 302
    word = ConsentRecord.objects.get()
    assert client.get(reverse("consent_paper", args=[word.pk])).status_code == 200
    assert AuditEntry.objects.filter(action="consent.paper_looked_at").count() == 1
    assert client.post(reverse("consent_end", args=[word.pk])).status_code == 302
    assert not holds(last_word(cast.lan, "story", SLUG))
    assert SLUG in client.get(reverse("consents_desk")).content.decode()
