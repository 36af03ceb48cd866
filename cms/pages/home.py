from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Locale, Page

from cms.pages.bodies import home_body
from marketplace.catalogue.cataloguing import catalogue_stamp
from marketplace.shopping.kept_pages import kept


class HomePage(Page):
    """The front door of one language: "/" in Vietnamese, "/en/" in English (its translation)."""

    body = home_body()

    template = "cms/home_page.html"
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "cms.StoryIndexPage",
        "cms.GuideIndexPage",
        "cms.ProgrammeIndexPage",
        "cms.LibraryPage",
        "cms.PlainPage",
    ]
    content_panels = [*Page.content_panels, FieldPanel("body", heading=_("Body"))]

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Kept whole as the shop's pages are (decision 0134); a preview never is."""
        if getattr(request, "is_preview", False):
            return super().serve(request, *args, **kwargs)
        return _whole(request, page=self)

    def route(self, request: HttpRequest, path_components: list[str]) -> Any:
        """What nobody translated is shown under this language's address in Vietnamese words, never as missing."""
        try:
            return super().route(request, path_components)
        except Http404:
            default = Locale.objects.filter(language_code=settings.LANGUAGE_CODE).exclude(pk=self.locale_id).first()
            origin = self.get_translation_or_none(default) if default else None
            if origin is None:
                raise
            found = origin.route(request, path_components)
            found.page = found.page.localized.specific
            return found


def _version(*, page: HomePage) -> str:
    return f"{catalogue_stamp()}.{page.pk}.{page.last_published_at}"


@kept(_version)
def _whole(request: HttpRequest, *, page: HomePage) -> HttpResponse:
    drawn: HttpResponse = Page.serve(page, request).render()
    return drawn
