from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from cms.blocks.drawings import DRAWINGS
from cms.pages.bodies import guide_body
from cms.pages.shared import crumbs_of, page_of


class GuideIndexPage(Page):
    """All guides of a language, in the order the editors put them."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    template = "cms/guide_index_page.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.GuidePage"]
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("list of guides")
        verbose_name_plural = _("lists of guides")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        guides = GuidePage.objects.child_of(self).live().public().select_related("locale").order_by("path")
        context["guides"] = page_of(guides, request)
        context["crumbs"] = crumbs_of(self)
        return context


class GuidePage(Page):
    """How to do one thing: take a photo, print labels, read a batch's page."""

    class ForWhom(models.TextChoices):
        BUYER = "buyer", _("For buyers")
        SELLER = "seller", _("For cooperatives")
        TEAM = "team", _("For the digital team")

    for_whom = models.CharField(_("for whom"), max_length=8, choices=ForWhom, default=ForWhom.BUYER)
    minutes = models.PositiveSmallIntegerField(_("minutes to read"), default=3)
    drawing = models.CharField(_("drawing"), max_length=40, choices=DRAWINGS, default="open-book")
    intro = models.CharField(_("introduction"), max_length=300, blank=True)
    body = guide_body()

    template = "cms/guide_page.html"
    parent_page_types = ["cms.GuideIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("for_whom"),
        FieldPanel("minutes"),
        FieldPanel("drawing"),
        FieldPanel("intro"),
        FieldPanel("body", heading=_("Body")),
    ]

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(for_whom__in=["buyer", "seller", "team"]), name="guide_for_whom_known"
            )
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["crumbs"] = crumbs_of(self)
        return context
