"""What stories, guides and their lists have in common: a photo, a paged list of children, the way back up."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page as PageOfRows
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.models import Page

from cms.page_languages import path_here

PER_PAGE = 12


def page_of(rows: QuerySet[Any], request: HttpRequest) -> PageOfRows:
    """The rows of `?page=`; a wrong number gives the nearest page, never an error."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def crumbs_of(page: Page) -> list[tuple[str, str]]:
    """(title, address) from the home page down to `page`, whose own address is left empty."""
    above = page.get_ancestors().filter(depth__gt=1).select_related("locale").order_by("depth")
    language = (get_language() or "vi")[:2]
    return [*((ancestor.title, path_here(ancestor, language)) for ancestor in above), (page.title, "")]
