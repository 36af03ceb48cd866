"""Blocks that show goods: an editor says which, marketplace and traceability are asked once when the page is read."""

from __future__ import annotations

from typing import Any

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks.groups import GROUPS, group_links
from community import clock
from marketplace.listings.shelves import CatalogueCard, shelf
from traceability.batches.addresses import batch_path
from traceability.batches.models import Batch


class ShelfBlock(blocks.StructBlock):
    """A row of product cards. It stores the question ("in season", "group 1"), never the goods themselves."""

    KINDS = [
        ("in_season", _("In season now")),
        ("newest_batches", _("Newest batches")),
        ("stars", _("Five stars")),
        ("group", _("One OCOP group")),
        ("chosen", _("Chosen goods")),
    ]
    title = blocks.CharBlock(max_length=80, label=_("Title"))
    kind = blocks.ChoiceBlock(choices=KINDS, default="in_season", label=_("Which goods"))
    group = blocks.ChoiceBlock(choices=GROUPS, required=False, label=_("Group"))
    slugs = blocks.ListBlock(
        blocks.CharBlock(max_length=120),
        required=False,
        default=[],
        label=_("Chosen goods"),
        help_text=_("The last part of each product's address."),
    )
    limit = blocks.IntegerBlock(min_value=2, max_value=12, default=4, label=_("How many at most"))

    class Meta:
        icon = "table"
        label = _("Shelf")
        template = "cms/blocks/shelf.html"
        preview_value = {"title": "Đang vào vụ", "kind": "in_season", "limit": 4, "slugs": []}
        description = _("Product cards, always with today's price and stock")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        context["cards"] = shelf_cards(value)
        context["more"] = more_query(value)
        context["month"] = date_format(clock.today(), "F") if value["kind"] == "in_season" else ""
        return context


def shelf_cards(value: Any) -> list[CatalogueCard]:
    """The cards an editor asked for; an empty list when a needed criterion is missing."""
    kind, limit, language = value["kind"], value.get("limit") or 4, (get_language() or "vi")[:2]
    if kind == "group":
        return shelf(kind, limit, language, group=value["group"]) if value.get("group") else []
    if kind == "chosen":
        slugs = [slug for slug in value.get("slugs") or [] if slug]
        cards = shelf(kind, limit, language, slugs=slugs) if slugs else []
        return sorted(cards, key=lambda card: slugs.index(card.slug))
    if kind == "stars":
        return shelf(kind, limit, language, stars=5)
    return shelf(kind, limit, language)


def more_query(value: Any) -> str:
    """The query of "see all" on the product list, by the names of its filters."""
    kind = value["kind"]
    return {"in_season": "?season=now", "stars": "?stars=5", "group": f"?group={value.get('group') or ''}"}.get(
        kind, ""
    )


class GroupChipsBlock(blocks.StaticBlock):
    """The six OCOP groups, each with its drawing."""

    class Meta:
        icon = "tag"
        label = _("Groups of goods")
        template = "cms/blocks/group_tiles.html"
        preview_value = None
        description = _("The six OCOP groups as buttons")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        context["groups"] = group_links()
        return context


class BatchPassportBlock(blocks.StructBlock):
    """A link from a story to the page of one real batch. Says nothing when the batch has no public page."""

    code = blocks.CharBlock(
        max_length=10, label=_("Code of the batch"), help_text=_("The ten letters and digits under the QR code.")
    )
    words = blocks.CharBlock(max_length=160, required=False, label=_("Words before it"))

    class Meta:
        icon = "doc-full"
        label = _("Page of a batch")
        template = "cms/blocks/batch_passport.html"
        preview_value = {"code": "ABCDEFGHJK", "words": "Lô kể trong bài này:"}
        description = _("Leads to the page that a buyer sees after scanning")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        code = (value.get("code") or "").strip().upper()
        batch = (
            Batch.objects.published().select_related("product", "pack", "cooperative").filter(public_code=code).first()
        )
        context["batch"] = batch
        context["batch_url"] = batch_path(batch) if batch else ""
        return context
