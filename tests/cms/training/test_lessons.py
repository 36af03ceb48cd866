"""Lessons: steps in the reader's language, a recording that is one, and how far somebody is with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.urls import reverse
from wagtail.documents.models import Document

from cms.pages.guides import GuidePage
from cms.practice.exercises import EXERCISES
from cms.setting_up import set_up_site
from cms.training import audio
from cms.training.finding import acts_of, lessons
from cms.training.help import HELP, WITHOUT
from cms.training.subjects import ACTS, Topic
from cms.training.writing import first_lessons, write_lessons
from community import clock
from community.audit.actors import Actor
from community.audit.recording import record
from community.training.models import How, LessonLevel, Level
from community.training.progress import levels_of, reach
from tests.cast import sign_in
from tests.permissions.table import ADDRESSES

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(site_ready):
    site = set_up_site("testserver", 80)
    write_lessons()
    return site


def lesson_file(data: bytes, name: str) -> Document:
    return Document.objects.create(title="Bài đọc", file=ContentFile(data, name=name))


def test_the_first_lessons_are_written_once_in_both_languages(written):
    assert GuidePage.objects.filter(locale__language_code="vi").exclude(lesson="").count() == len(first_lessons())
    GuidePage.objects.filter(lesson="chup-anh", locale__language_code="vi").update(title="Biên tập viên đã sửa")
    assert write_lessons() == 0
    assert GuidePage.objects.filter(title="Biên tập viên đã sửa").exists()
    for page in GuidePage.objects.exclude(lesson=""):
        page.full_clean()
        assert page.topic in Topic.values and 4 <= len(page.steps) <= 6
        assert not page.exercise or EXERCISES[page.exercise].lesson == page.lesson
    assert set(EXERCISES) <= {row["exercise"] for row in first_lessons()}
    assert {row["act"] for row in first_lessons()} - {""} <= {act for act, _words in ACTS}


def test_a_lesson_is_read_in_the_language_of_the_reader_else_in_vietnamese(written, client, lan):
    sign_in(client, lan)
    assert "Lau ống kính" in client.get("/bai-hoc/chup-anh/").content.decode()
    english = client.get("/en/bai-hoc/chup-anh/").content.decode()
    assert "Wipe the lens" in english and 'id="buoc-3"' in english
    khmer = client.get("/km/bai-hoc/chup-anh/").content.decode()
    assert "Lau ống kính" in khmer and ' lang="vi"' in khmer
    GuidePage.objects.get(lesson="chup-anh", locale__language_code="en").unpublish()
    assert "Lau ống kính" in client.get("/en/bai-hoc/chup-anh/").content.decode()
    assert client.get("/bai-hoc/khong-co/").status_code == 404
    public = client.get("/huong-dan/bai-chup-anh/").content.decode()
    assert "Lau ống kính" in public and "csrfmiddlewaretoken" not in public


@pytest.mark.parametrize(
    ("name", "data", "is_one"),
    [
        ("bai.mp3", b"ID3\x04" + bytes(20), True),
        ("bai.mp3", b"\xff\xfb\x90" + bytes(20), True),
        ("bai.ogg", b"OggS" + bytes(20), True),
        ("bai.m4a", bytes(4) + b"ftypM4A " + bytes(20), True),
        ("bai.mp3", b"<script>" + bytes(20), False),
        ("bai.ogg", b"ID3\x04" + bytes(20), False),
        ("bai.pdf", b"%PDF-1.7" + bytes(20), False),
    ],
)
def test_a_recording_is_what_its_name_says(name, data, is_one):
    document = lesson_file(data, name)
    if is_one:
        audio.check_audio(document)
        assert audio.audio_type(document).startswith("audio/")
    else:
        with pytest.raises(ValidationError):
            audio.check_audio(document)


def test_a_recording_too_large_for_a_phone_is_refused(monkeypatch):
    monkeypatch.setattr(audio, "MOST_BYTES", 10)
    with pytest.raises(ValidationError):
        audio.check_audio(lesson_file(b"OggS" + bytes(20), "bai.ogg"))


def test_a_recording_waits_until_it_is_wanted_and_its_words_stand_beside_it(written, client, lan):
    page = GuidePage.objects.get(lesson="chup-anh", locale__language_code="vi")
    page.audio, page.transcript = lesson_file(b"OggS" + bytes(20), "bai.ogg"), "Chào bà con."
    page.save_revision().publish()
    shown = sign_in(client, lan).get("/bai-hoc/chup-anh/").content.decode()
    assert '<audio controls preload="none">' in shown and 'type="audio/ogg"' in shown and "Chào bà con." in shown


def test_a_key_names_one_lesson_a_language(written):
    page = GuidePage.objects.get(lesson="du-lieu", locale__language_code="vi")
    page.lesson = "chup-anh"
    with pytest.raises(ValidationError, match="lesson"):
        page.full_clean()


def test_seen_is_noted_once_and_leads_back_to_where_one_was(written, client, lan):
    sign_in(client, lan)
    there = reverse("training:seen", args=["chup-anh"])
    assert client.post(there, {"ve": "/ban-hang/hang/moi/"}).headers["Location"] == "/ban-hang/hang/moi/"
    assert client.post(there, {"ve": "//evil.example/"}).headers["Location"] == reverse("training:mine")
    assert client.post(there, {"ve": "https://evil.example/"}).headers["Location"] == reverse("training:mine")
    assert [(row.lesson, row.level, row.how) for row in LessonLevel.objects.all()] == [("chup-anh", "seen", "self")]
    assert "Đã xem" in client.get(reverse("training:mine")).content.decode()


def test_alone_is_what_one_did_oneself_never_under_a_mandate(written, lan, son, huong_que):
    acts = acts_of(lessons())
    helped = Actor(user=son, cooperative=huong_que, mandate_code="UQ7K2M4P", label=son.name)
    record(actor=helped, action="parcel.accepted", subject=huong_que)
    assert levels_of([lan, son], acts=acts) == {lan.pk: {}, son.pk: {}}
    then = clock.now() - timedelta(days=3)
    with clock.at(then):
        record(actor=Actor.of(lan, huong_que), action="parcel.accepted", subject=huong_que)
    record(actor=Actor.of(lan, huong_que), action="parcel.accepted", subject=huong_que)
    assert levels_of([lan, son], acts=acts) == {lan.pk: {"nhan-don": (Level.ALONE, then)}, son.pk: {}}


def test_the_highest_level_counts_and_nothing_takes_it_away(lan):
    for level, how in ((Level.TRIED, How.SANDBOX), (Level.SEEN, How.SELF)):
        reach(people=[lan], lessons=["nhan-don"], level=level, how=how)
    assert levels_of([lan], acts={})[lan.pk]["nhan-don"][0] == Level.TRIED
    rows = list(LessonLevel.objects.values_list("pk", "level"))
    reach(people=[lan], lessons=["nhan-don"], level=Level.TRIED, how=How.SANDBOX)
    assert list(LessonLevel.objects.values_list("pk", "level")) == rows


def test_every_screen_of_the_desk_has_help_or_says_why_not():
    """The screens are those of the access table that answer a page."""
    screens = {
        one.name
        for one in ADDRESSES
        if one.name.startswith(("selling:", "fieldwork:")) and one.get in ("200", "302", "404")
    }
    files = {"selling:statement_paper", "selling:statement_sheet", "selling:invoice_file", "selling:sheet_template",
             "selling:export_file", "selling:paper_scan", "selling:application_paper", "selling:claim_photo",
             "selling:slips_file", "selling:mandate_paper", "fieldwork:label_file"}  # fmt: skip
    told = set(HELP) | set(WITHOUT)
    assert screens - files - told == set(), "neither helped nor named"
    assert not set(HELP) & set(WITHOUT)
    assert told <= {one.name for one in ADDRESSES}, "named, but no such screen"
    steps = {row["key"]: len(row["vi"]["steps"]) for row in first_lessons()}
    assert [name for name, (key, step) in HELP.items() if not 1 <= step <= steps.get(key, 0)] == []


def test_the_question_mark_leads_to_the_step_and_back(written, client, lan):
    sign_in(client, lan)
    page = client.get("/ban-hang/hang/?xem=moi").content.decode()
    link = page.split('class="help-mark" href="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    assert link == "/bai-hoc/dang-hang/?ve=%2Fban-hang%2Fhang%2F%3Fxem%3Dmoi#buoc-1"
    helped = client.get(link).content.decode()
    assert 'href="/ban-hang/hang/?xem=moi"' in helped and 'id="buoc-1"' in helped
