"""What search engines are told of: goods, booths, lots, pages. Whatever is not here is either reached by links (a
place, a paper) or nobody's business (baskets, orders, desks)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Page

from community.cooperatives.models import Cooperative
from community.text.languages import LANGUAGES
from marketplace.listings.models import Listing
from traceability.batches.addresses import batch_uri
from traceability.batches.models import Batch

FIXED = ("shopping:list", "shopping:provinces", "passport:lookup", "log_page", "rules:index", "questions:faq")


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing: its absolute address in each language that has one ("" for all in one), and when it changed."""

    addresses: Mapping[str, str]
    changed: datetime | None


@dataclass(frozen=True, slots=True)
class Window:
    """Rows by their number, ``first`` included and ``end`` not: a file keeps its rows when others come and go."""

    first: int
    end: int

    def of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(pk__gte=self.first, pk__lt=self.end).order_by("pk")


def goods(window: Window) -> Iterator[Shown]:
    rows = window.of(Listing.objects.live()).values_list("slug", "last_published_at")
    yield from (Shown(_in_each("shopping:product", slug), changed) for slug, changed in rows)


def booths(window: Window) -> Iterator[Shown]:
    sellers = window.of(Cooperative.objects.active())
    rows = sellers.values_list("slug", Max("products__listing__last_published_at"))
    yield from (Shown(_in_each("shopping:booth", slug), changed) for slug, changed in rows)


def lots(window: Window) -> Iterator[Shown]:
    """By their printed identities, which every language shares."""
    for batch in window.of(Batch.objects.published()).select_related("pack"):
        yield Shown({"": batch_uri(batch)}, batch.published_at)


def pages(window: Window) -> Iterator[Shown]:
    """Pages of the editors in the languages they have; with the first ones also the fixed pages."""
    if window.first == 0:
        yield from (Shown(_in_each(name), None) for name in FIXED)
    rows = list(window.of(_editors_pages()).select_related("locale"))
    others: dict[Any, dict[str, str]] = {}
    for page in (
        _editors_pages().filter(translation_key__in={row.translation_key for row in rows}).select_related("locale")
    ):
        others.setdefault(page.translation_key, {})[page.locale.language_code] = _site(page.get_url() or "/")
    for row in rows:
        addresses = others[row.translation_key]
        if row.locale.language_code == next(code for code in LANGUAGES if code in addresses):  # once for all of them
            yield Shown(addresses, row.last_published_at)


def _editors_pages() -> QuerySet[Page]:
    return Page.objects.live().public().filter(depth__gt=1, locale__language_code__in=LANGUAGES)


@dataclass(frozen=True, slots=True)
class Section:
    """``size``: rows a file; with the languages it stays far below the 50,000 addresses a file may hold."""

    rows: Any
    shown: Any
    size: int

    def windows(self) -> list[int]:
        """Numbers of the files that have rows, counted from 0."""
        last = self.rows().order_by().aggregate(last=Max("pk"))["last"]
        return list(range(last // self.size + 1)) if last else []

    def window(self, number: int) -> Window:
        return Window(number * self.size, (number + 1) * self.size)


SECTIONS = {
    "trang": Section(_editors_pages, pages, 2_000),
    "hang": Section(Listing.objects.live, goods, 2_000),
    "gian-hang": Section(Cooperative.objects.all, booths, 2_000),
    "lo": Section(Batch.objects.published, lots, 10_000),
}


def _in_each(name: str, *args: str) -> dict[str, str]:
    found = {}
    for language in LANGUAGES:
        with override(language):
            found[language] = _site(reverse(name, args=args))
    return found


def _site(path: str) -> str:
    return f"{str(settings.SITE_URL).rstrip('/')}{path}"
