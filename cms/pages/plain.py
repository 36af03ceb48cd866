from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from cms.pages.bodies import guide_body
from cms.pages.shared import crumbs_of


class PlainPage(Page):
    """Rules, privacy, contact: words without a date or an author."""

    body = guide_body()

    template = "cms/plain_page.html"
    parent_page_types = ["cms.HomePage", "cms.PlainPage"]
    subpage_types = ["cms.PlainPage"]
    content_panels = [*Page.content_panels, FieldPanel("body", heading=_("Body"))]

    class Meta:
        verbose_name = _("plain page")
        verbose_name_plural = _("plain pages")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["crumbs"] = crumbs_of(self)
        return context
