"""What the site knows about some words, in groups: goods, sellers, pages, documents, batches."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from cms.library.finding import Asked, papers
from cms.library.models import OfficialPaper
from cms.navigation import BORROWS
from cms.page_languages import path_here
from cms.searching.models import PageWords
from community.cooperatives.models import Cooperative
from community.text.folding import fold_for_search
from marketplace.catalogue.searching import did_you_mean, search
from marketplace.listings.shelves import CatalogueCard, cards_in_order
from traceability.batches.models import Batch
from traceability.passport.looking_up import look_up

LONGEST = 80
GOODS, SELLERS, PAGES, PAPERS = 8, 6, 8, 6
SELLERS_KEPT = 60
"""Seconds."""
_SELLERS_KEY = "cms.search.sellers"


@dataclass(frozen=True, slots=True)
class Hit:
    """A line that leads somewhere; ``words``: what stands under it."""

    title: str
    url: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """``goods_count``: all that were found, at least so many with ``goods_more``; ``read_as``: what they were searched
    by instead, or ""; ``rather``: words that find goods where these find none, or ""; ``batch``: the page that a typed
    code opens, or ""."""

    goods: list[CatalogueCard] = field(default_factory=list)
    goods_count: int = 0
    goods_more: bool = False
    read_as: str = ""
    rather: str = ""
    sellers: list[Hit] = field(default_factory=list)
    pages: list[Hit] = field(default_factory=list)
    papers: list[OfficialPaper] = field(default_factory=list)
    batch: str = ""
    batches: list[Batch] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        found = (self.goods, self.sellers, self.pages, self.papers, self.batch, self.batches)
        return not any(found)


def clean(text: str) -> str:
    """As much of what was typed as is searched for."""
    return text.replace("\0", "").strip()[:LONGEST]


def find(text: str, *, language: str) -> Results:
    """Twelve queries at most, however much there is."""
    typed = clean(text)
    words = fold_for_search(typed).split()
    if not words:
        return Results()
    goods = search(typed)
    return replace(
        find_beside_goods(typed, language=language),
        goods=cards_in_order(
            [hit.listing for hit in goods.hits[:GOODS]], today=timezone.localdate(), language=language
        ),
        goods_count=len(goods.hits),
        goods_more=goods.is_more,
        read_as=goods.read_as,
        rather="" if goods.hits else did_you_mean(typed),
    )


def find_beside_goods(text: str, *, language: str) -> Results:
    """All groups but the goods: what a list of goods found by these words leaves unsaid. Eight queries at most."""
    typed = clean(text)
    words = fold_for_search(typed).split()
    if not words:
        return Results()
    code = look_up(typed)
    return Results(
        sellers=_sellers(words),
        pages=_pages(words, language),
        papers=list(papers(Asked(q=typed))[:PAPERS]),
        batch=code.path,
        batches=list(code.batches),
    )


def _sellers(words: list[str]) -> list[Hit]:
    """Those with all words at the beginning of words of their name or place; names first."""
    rows = cache.get(_SELLERS_KEY)
    if rows is None:
        rows = list(_seller_rows())
        cache.set(_SELLERS_KEY, rows, SELLERS_KEPT)
    found = [row for row in rows if all(f" {word}" in row["words"] for word in words)]
    found.sort(key=lambda row: (not all(f" {word}" in row["name"] for word in words), row["name"]))
    return [Hit(row["title"], reverse("shopping:booth", args=[row["slug"]]), row["place"]) for row in found[:SELLERS]]


def _seller_rows() -> list[dict[str, Any]]:
    sellers = Cooperative.objects.active().select_related("commune__parent").order_by("name", "pk")
    return [
        {
            "title": seller.name,
            "slug": seller.slug,
            "place": seller.commune.full_name,
            "name": " " + fold_for_search(seller.name),
            "words": " " + fold_for_search(f"{seller.name} {seller.commune.full_name}"),
        }
        for seller in sellers
    ]


def _pages(words: list[str], language: str) -> list[Hit]:
    """Pages that this language shows and that hold all words; those with them in the title first, then the newest.
    Where a language borrows, each page it has no words of its own for is searched and shown in Vietnamese."""
    live = PageWords.objects.filter(page__live=True)
    found = live.filter(page__locale__language_code=language)
    if language in BORROWS:
        own = Page.objects.live().filter(locale__language_code=language).values("translation_key")
        found |= live.filter(page__locale__language_code="vi").exclude(page__translation_key__in=own)
    for word in words:
        found = found.filter(words__contains=f" {word}")
    rows = list(found.order_by("-page__first_published_at", "pk").values("pk", "title", "summary")[:200])
    rows.sort(key=lambda row: not all(f" {word}" in row["title"] for word in words))
    chosen = [row["pk"] for row in rows[:PAGES]]
    pages = {page.pk: page for page in Page.objects.filter(pk__in=chosen).select_related("locale")}
    summaries = {row["pk"]: row["summary"] for row in rows}
    shown = ((pages[pk], path_here(pages[pk], language)) for pk in chosen if pk in pages)
    return [Hit(page.title, url, summaries[page.pk]) for page, url in shown if url]
