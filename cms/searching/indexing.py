"""Keeps ``PageWords`` as the live pages are: whatever was published, renamed or taken down since the last look.

A sweep, not a reaction to one event: editors, scheduled publishing and scripts all change pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Coalesce
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.rich_text import get_text_for_indexing

from cms.searching.models import PageWords
from community import clock
from community.text.folding import fold_for_search

SUMMARY = ("intro", "search_description")
AT_ONCE = 500
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def index_pages(*, limit: int = AT_ONCE) -> int:
    """Read what is new or changed, forget what is no longer public; returns how many pages were read."""
    readable = Page.objects.live().public().filter(depth__gt=2)
    PageWords.objects.exclude(page__in=readable.values("pk")).delete()
    latest = Coalesce("last_published_at", Value(_NEVER))  # a page that a script made live has no day
    known = PageWords.objects.filter(page=OuterRef("pk"), read_at__gte=OuterRef("latest"))
    pages = list(readable.annotate(latest=latest).filter(~Exists(known)).order_by("pk")[:limit].specific())
    for page in pages:
        _read(page)
    return len(pages)


def _read(page: Page) -> None:
    told = {
        "title": " " + fold_for_search(page.title),
        "words": " " + fold_for_search(" ".join([page.title, *_texts(page)])),
        "summary": next((text for name in SUMMARY if (text := getattr(page, name, ""))), "")[:300],
        "read_at": clock.now(),
    }
    PageWords.objects.update_or_create(page_id=page.pk, defaults=told)


def _texts(page: Page) -> Iterator[str]:
    """All that a reader can read of this page's own fields."""
    for field in page._meta.get_fields():
        name = field.name
        if isinstance(field, StreamField):
            yield from map(str, field.get_searchable_content(getattr(page, name)))
        elif isinstance(field, RichTextField):
            yield get_text_for_indexing(getattr(page, name))
        elif name in ("intro", "organiser", "for_whom", "place", "offers"):
            value: Any = getattr(page, name)
            yield str(value)
