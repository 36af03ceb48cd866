from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from cms.pages.bodies import story_body
from cms.pages.shared import crumbs_of, page_of
from community.consents.agreeing import may_tell_story
from community.photos.rendering import with_sizes


class StoryQuerySet(PageQuerySet["StoryPage"]):
    def with_photos(self) -> StoryQuerySet:
        """All that a card shows, in two queries however many cards there are."""
        return self.select_related("locale", "photo").prefetch_related(with_sizes("photo"))


class StoryIndexPage(Page):
    """All stories of a language, newest first."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    template = "cms/story_index_page.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.StoryPage"]
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("list of stories")
        verbose_name_plural = _("lists of stories")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        stories = StoryPage.objects.child_of(self).live().public().with_photos()
        context["stories"] = page_of(stories.order_by("-told_on", "-pk"), request)
        context["crumbs"] = crumbs_of(self)
        return context


class StoryPage(Page):
    """One story about the people and the work behind the goods."""

    told_on = models.DateField(_("date"), default=timezone.localdate)
    intro = models.CharField(_("introduction"), max_length=300, blank=True)
    photo = models.ForeignKey(
        "community.Photo",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("photo"),
    )
    photo_alt = models.CharField(_("what one sees"), max_length=160, blank=True)
    body = story_body()

    objects = PageManager.from_queryset(StoryQuerySet)()

    template = "cms/story_page.html"
    parent_page_types = ["cms.StoryIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("told_on"),
        FieldPanel("intro"),
        FieldPanel("photo"),
        FieldPanel("photo_alt"),
        FieldPanel("body", heading=_("Body")),
    ]

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")

    def clean(self) -> None:
        super().clean()
        others = StoryPage.objects.filter(translation_key=self.translation_key).values_list("slug", flat=True)
        if not may_tell_story(self.slug, *others):
            raise ValidationError(_("Somebody in this story took the consent back. Ask for a new one first."))

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["crumbs"] = crumbs_of(self)
        return context
