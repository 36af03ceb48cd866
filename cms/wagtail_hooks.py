"""The staff's admin: our name on it, the style page, and a frame that follows the editors' changes at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.snippets.models import register_snippet

from cms.library.in_admin import OfficialPapers
from cms.navigation import forget_frames
from cms.searching.indexing import index_pages
from cms.style_guide import style_guide
from cms.training.desk import TrainingItem
from cms.training.desk import urlpatterns as training_urls

register_snippet(OfficialPapers)


@hooks.register("register_admin_urls")
def style_guide_address() -> list[URLPattern]:
    return [path("mau/", style_guide, name="style_guide")]


@hooks.register("register_settings_menu_item")
def style_guide_menu_item() -> MenuItem:
    return MenuItem(_("Style guide"), reverse("style_guide"), icon_name="view", order=9000)


@hooks.register("register_admin_urls")
def training_addresses() -> list[URLPattern]:
    return training_urls


@hooks.register("register_admin_menu_item")
def training_menu_item() -> MenuItem:
    return TrainingItem(_("Training"), reverse("training_desk"), icon_name="doc-full-inverse", order=248)


class KhmerNote(Component):
    """Until a speaker has read the Khmer words (docs/khmer.md), whoever works here is to know."""

    order = 900

    def render_html(self, parent_context: Any = None) -> SafeString:
        told = gettext(
            "The Khmer pages (/km/) await review by somebody who speaks Khmer. Do not advertise them before. "
            "How to review: docs/khmer.md."
        )
        return format_html('<p class="help-block help-info">{}</p>', told)


@hooks.register("construct_homepage_panels")
def khmer_awaits_review(request: HttpRequest, panels: list[Component]) -> None:
    panels.append(KhmerNote())


@hooks.register("insert_global_admin_css")
def admin_style() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("css/admin.css"))


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
@hooks.register("after_publish_page")
@hooks.register("after_unpublish_page")
@hooks.register("after_delete_page")
@hooks.register("after_move_page")
def menu_changed(request: HttpRequest, *pages: Any) -> None:
    forget_frames()
    index_pages()
