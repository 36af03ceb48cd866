"""Practising answers as the desk does and leaves nothing: no row, no leaf of the log, no message, no job, no file."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from huey.contrib.djhuey import HUEY
from PIL import Image

from cms.practice.exercises import EXERCISES
from community import clock
from community.training.models import LessonLevel
from tests.cast import sign_in
from traceability.log.models import LogHead as Head

pytestmark = pytest.mark.django_db

OWN = {"community.LessonLevel", "community.Session"}


def everything() -> dict[str, list]:
    """Every row of every table but one's own progress, as it stands."""
    return {
        model._meta.label: sorted(map(str, model._base_manager.values_list()))
        for model in apps.get_models()
        if model._meta.managed and model._meta.label not in OWN
    }


def files() -> set[Path]:
    places = (Path(settings.MEDIA_ROOT), Path(settings.STORAGES["private"]["OPTIONS"]["location"]))
    return {path for place in places if place.exists() for path in place.rglob("*") if path.is_file()}


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (40, 30)).save(out, "JPEG")
    return SimpleUploadedFile("anh.jpg", out.getvalue(), content_type="image/jpeg")


def at(exercise: str, act: str) -> str:
    return reverse("training:practise_act", args=[exercise, act])


def field(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]


def press_price(client, page):
    asked = client.post(at("gia-hang", "gia"), {"price": "210.000"})
    assert "hai trăm mười nghìn đồng" in asked.content.decode()
    return client.post(at("gia-hang", "gia"), {"price": "210.000", "sure": "1"})


def press_step(client, page):
    now = clock.now().astimezone()
    hidden = {name: field(page, name) for name in ("client_uuid", "recorded_at")}
    told = {"day": f"{now:%Y-%m-%d}", "hour": "00:00", "photos": picture()}
    return client.post(at("ghi-buoc", "buoc"), hidden | told)


def press_accept(client, page):
    return client.post(at("nhan-don", "nhan"))


def press_pack(client, page):
    lot = page.split("lô ", 1)[1].split(".", 1)[0]
    counted = client.post(at("dong-goi", "dem"), {"code": lot}).content.decode()
    assert "1/1" in counted and f'action="{at("dong-goi", "thung")}"' in counted
    return client.post(at("dong-goi", "thung"), {"how": "scanned"})


PRESSES = {"gia-hang": press_price, "ghi-buoc": press_step, "nhan-don": press_accept, "dong-goi": press_pack}


@pytest.fixture
def learner(client, lan, site_ready):
    cache.clear()
    return sign_in(client, lan)


@pytest.mark.parametrize("key", EXERCISES)
def test_an_exercise_runs_the_real_verb_and_leaves_nothing(learner, lan, key):
    learner.get(reverse("training:mine"))  # the day of the session is noted
    before, kept, head = everything(), files(), list(Head.objects.values())
    page = learner.get(reverse("training:practise", args=[key])).content.decode()
    assert "BÀI TẬP" in page and not LessonLevel.objects.exists()
    answer = PRESSES[key](learner, page)
    done = answer.content.decode()
    assert answer.status_code == 200 and "BÀI TẬP" in done and "Đúng rồi" in done, done[:3000]
    assert everything() == before
    assert files() == kept and list(Head.objects.values()) == head and len(HUEY.pending()) == 0
    tried = LessonLevel.objects.get()
    assert (tried.person, tried.lesson, tried.level, tried.how) == (lan, EXERCISES[key].lesson, "tried", "sandbox")
