"""The demo's stories, guides and plain pages in their languages, and the operator's data for the footer."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from wagtail.models import Locale, Page, Site

from cms.demo.pictures import Illustrator
from cms.navigation import forget_frames
from cms.pages.guides import GuideIndexPage, GuidePage
from cms.pages.home import HomePage
from cms.pages.plain import PlainPage
from cms.pages.stories import StoryIndexPage, StoryPage
from cms.site_settings import SiteSettings
from traceability.batches.models import Batch

PAGES_FILE = Path(__file__).parent / "data" / "pages.toml"


def write_pages(*, illustrator: Illustrator, sellers: Mapping[str, str]) -> int:
    """Add the pages that are missing; ``sellers`` maps a sku to its cooperative's name. How many were added."""
    content = tomllib.loads(PAGES_FILE.read_text("utf-8"))
    added = sum(_write_story(row, illustrator=illustrator, sellers=sellers) for row in content["story"])
    added += sum(_write_guide(row) for row in content["guide"])
    added += sum(_write_plain(row) for row in content["plain"])
    _tell_operator()
    return added


def _write_story(row: dict[str, Any], *, illustrator: Illustrator, sellers: Mapping[str, str]) -> int:
    parent = StoryIndexPage.objects.get(locale=_locale("vi"))
    if StoryPage.objects.child_of(parent).filter(slug=row["vi"]["slug"]).exists():
        return 0
    shared = {
        "told_on": timezone.localdate() - timedelta(days=row["days_ago"]),
        "photo": illustrator.scene(name=row["scene"], title=row["vi"]["title"]),
    }
    batch = Batch.objects.published().filter(cooperative__name=sellers[row["product"]]).order_by("-packed_on").first()
    passport = [["batch_passport", {"code": batch.public_code, "words": ""}]] if batch else []
    return _write(StoryPage, parent, row, shared=shared, ending=passport)


def _write_guide(row: dict[str, Any]) -> int:
    parent = GuideIndexPage.objects.get(locale=_locale("vi"))
    if GuidePage.objects.child_of(parent).filter(slug=row["vi"]["slug"]).exists():
        return 0
    if "km" in row:
        _khmer_guides(parent)
    shared = {name: row[name] for name in ("drawing", "for_whom", "minutes")}
    return _write(GuidePage, parent, row, shared=shared)


def _khmer_guides(guides: GuideIndexPage) -> None:
    if guides.get_translation_or_none(_locale("km")) is None:
        translated = guides.copy_for_translation(_locale("km"))
        translated.title, translated.intro = "ការណែនាំ", "អានពីរបីនាទី ក៏ធ្វើបាន។"
        translated.save_revision().publish()


def _write_plain(row: dict[str, Any]) -> int:
    parent = HomePage.objects.get(locale=_locale("vi"))
    if PlainPage.objects.child_of(parent).filter(slug=row["vi"]["slug"]).exists():
        return 0
    return _write(PlainPage, parent, row, shared={})


def _write(
    kind: type[Page], parent: Page, row: dict[str, Any], *, shared: dict[str, Any], ending: list[Any] | None = None
) -> int:
    words = dict(row["vi"])
    words["body"] = [*map(tuple, words["body"]), *map(tuple, ending or [])]
    page = kind(**shared, **words, locale=parent.locale)
    parent.add_child(instance=page)
    page.save_revision().publish()
    languages = [language for language in ("en", "km") if language in row]
    for language in languages:
        translated = page.copy_for_translation(_locale(language))
        told = dict(row[language])
        told["body"] = [*map(tuple, told["body"]), *map(tuple, ending or [])]
        for name, value in told.items():
            setattr(translated, name, value)
        translated.save_revision().publish()
    return 1 + len(languages)


def _tell_operator() -> None:
    settings = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    if settings.operator_name:
        return
    settings.operator_name = "Liên minh hợp tác xã (đơn vị vận hành mẫu)"
    settings.operator_name_en = "Cooperative union (sample operator)"
    settings.address = "Số 1 đường Mẫu, phường Ninh Kiều, thành phố Cần Thơ"
    settings.phone = "0292 000 0000"
    settings.email = "hotro@cho-nguon.example"
    settings.registration = "Số đăng ký mẫu 0000000000"
    settings.help_name = "Anh Tuấn, tổ công nghệ số (mẫu)"
    settings.help_phone = "0900 000 900"
    settings.save()
    forget_frames()


def _locale(code: str) -> Locale:
    return Locale.objects.get(language_code=code)
