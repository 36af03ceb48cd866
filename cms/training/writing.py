"""The first lessons: written once into an empty list of guides; what editors made of them stays."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db import transaction
from wagtail.models import Locale

from cms.pages.guides import GuideIndexPage, GuidePage

LESSONS_FILE = Path(__file__).parent / "data" / "lessons.toml"


@transaction.atomic
def write_lessons() -> int:
    """Add all of them in Vietnamese and English where no guide is a lesson yet. How many pages were added."""
    parent = GuideIndexPage.objects.filter(locale__language_code="vi").first()
    if parent is None or GuidePage.objects.exclude(lesson="").exists():
        return 0
    return sum(_write(row, parent) for row in first_lessons())


def first_lessons() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads(LESSONS_FILE.read_text("utf-8"))["lesson"]
    return rows


def _write(row: dict[str, Any], parent: GuideIndexPage) -> int:
    key = row["key"]
    shared = {name: row[name] for name in ("topic", "drawing", "minutes", "exercise", "act")}
    page = GuidePage(
        slug=f"bai-{key}", locale=parent.locale, for_whom="seller", lesson=key, **shared, **_words(row, "vi")
    )
    parent.add_child(instance=page)
    page.save_revision().publish()
    english = page.copy_for_translation(Locale.objects.get(language_code="en"))
    for name, value in (_words(row, "en") | {"slug": f"lesson-{key}"}).items():
        setattr(english, name, value)
    english.save_revision().publish()
    return 2


def _words(row: dict[str, Any], language: str) -> dict[str, Any]:
    """Both languages share the drawings, which stand in the Vietnamese steps."""
    told = row[language]
    steps = [
        ("step", {"drawing": own["drawing"]} | step)
        for own, step in zip(row["vi"]["steps"], told["steps"], strict=True)
    ]
    return {"title": told["title"], "intro": told["intro"], "steps": steps}
