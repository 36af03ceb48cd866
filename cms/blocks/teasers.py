"""Blocks of the home page that show other pages: programmes one can still join, guides for whoever reads."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.models import Locale
from wagtail.query import PageQuerySet

from community import clock

FOR_WHOM = [("buyer", _("For buyers")), ("seller", _("For cooperatives")), ("team", _("For the digital team"))]


class ProgrammeTeaserBlock(blocks.StructBlock):
    """Programmes that are open or about to open; nothing when there is none."""

    title = blocks.CharBlock(max_length=80, label=_("Title"))
    limit = blocks.IntegerBlock(min_value=1, max_value=6, default=2, label=_("How many at most"))

    class Meta:
        icon = "calendar-alt"
        label = _("Open programmes")
        template = "cms/blocks/programme_teaser.html"
        preview_value = {"title": "Chương trình đang nhận hồ sơ", "limit": 2}
        description = _("Cards of programmes that one can still join")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        today = clock.today()
        found = apps.get_model("cms", "ProgrammePage").objects.live().public().select_related("locale")
        found = found.exclude(closes_on__lt=today).soonest_first(today)
        context["programmes"] = in_this_language(found, value.get("limit") or 2)
        return context


class GuideTeaserBlock(blocks.StructBlock):
    """Guides for one kind of reader, or for all, in the editors' order; nothing when there is none."""

    title = blocks.CharBlock(max_length=80, label=_("Title"))
    for_whom = blocks.ChoiceBlock(choices=FOR_WHOM, required=False, label=_("For whom"))
    limit = blocks.IntegerBlock(min_value=1, max_value=8, default=4, label=_("How many at most"))

    class Meta:
        icon = "help"
        label = _("Guides")
        template = "cms/blocks/guide_teaser.html"
        preview_value = {"title": "Làm theo là được", "for_whom": "", "limit": 4}
        description = _("Links to guides, with how long they take to read")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        found = apps.get_model("cms", "GuidePage").objects.live().public().select_related("locale").order_by("path")
        if value.get("for_whom"):
            found = found.filter(for_whom=value["for_whom"])
        context["guides"] = in_this_language(found, value.get("limit") or 4)
        return context


def in_this_language(pages: PageQuerySet, most: int) -> list[Any]:
    """Those of the reader's language, else the Vietnamese ones: a page that nobody translated is better than none."""
    own = list(pages.filter(locale=Locale.get_active())[:most])
    return own or list(pages.filter(locale=Locale.get_default())[:most])
