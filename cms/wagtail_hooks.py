"""The staff's admin: our name on it, the style page, and a frame that follows the editors' changes at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.navigation import forget_frames
from cms.style_guide import style_guide


@hooks.register("register_admin_urls")
def style_guide_address() -> list[URLPattern]:
    return [path("mau/", style_guide, name="style_guide")]


@hooks.register("register_settings_menu_item")
def style_guide_menu_item() -> MenuItem:
    return MenuItem(_("Style guide"), reverse("style_guide"), icon_name="view", order=9000)


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
