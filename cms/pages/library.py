from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from cms.library.finding import Asked, choices, papers
from cms.library.models import OfficialPaper
from cms.pages.shared import crumbs_of, page_of


class LibraryPage(Page):
    """The library of documents: searched by words and number, narrowed by issuer, subject, kind and year."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    template = "cms/library_page.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("library page")
        verbose_name_plural = _("library pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        asked = Asked.of(request.GET)
        context |= choices()
        context |= {
            "asked": asked,
            "kinds": OfficialPaper.Kind.choices,
            "papers": page_of(papers(asked), request),
            "crumbs": crumbs_of(self),
        }
        return context
