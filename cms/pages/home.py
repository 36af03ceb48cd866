from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from cms.pages.bodies import home_body


class HomePage(Page):
    """The front door of one language: "/" in Vietnamese, "/en/" in English (its translation)."""

    body = home_body()

    template = "cms/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.StoryIndexPage", "cms.GuideIndexPage", "cms.PlainPage"]
    content_panels = [*Page.content_panels, FieldPanel("body", heading=_("Body"))]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")
