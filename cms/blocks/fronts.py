"""Blocks of the home page: the opening, how scanning works, a look into the stories."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks.drawings import DRAWINGS
from cms.blocks.teasers import in_this_language


class HeroBlock(blocks.StructBlock):
    """The first words a buyer reads, the door to the shelves and the field for a code."""

    title = blocks.CharBlock(max_length=90, label=_("Title"))
    text = blocks.TextBlock(label=_("Text"))
    drawings = blocks.ListBlock(
        blocks.ChoiceBlock(choices=DRAWINGS),
        min_num=3,
        max_num=3,
        default=["mango", "sheaf-of-rice", "lotus"],
        label=_("Drawings"),
    )

    class Meta:
        icon = "home"
        label = _("Opening")
        template = "cms/blocks/hero.html"
        preview_value = {
            "title": "Biết rõ ai làm ra, rồi mới mua.",
            "text": "Sản phẩm OCOP của hợp tác xã. Mỗi lô hàng có mã QR kể đúng nơi trồng, cách làm và ai đã kiểm tra.",
            "drawings": ["mango", "sheaf-of-rice", "lotus"],
        }
        description = _("Title, words, two buttons and three drawings")


class HowItWorksBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=80, label=_("Title"))
    steps = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("drawing", blocks.ChoiceBlock(choices=DRAWINGS, label=_("Drawing"))),
                ("title", blocks.CharBlock(max_length=60, label=_("Title"))),
                ("text", blocks.TextBlock(label=_("Text"))),
            ]
        ),
        min_num=2,
        max_num=4,
        label=_("Steps"),
    )

    class Meta:
        icon = "list-ol"
        label = _("How scanning works")
        template = "cms/blocks/how_it_works.html"
        preview_value = {
            "title": "Quét một cái là rõ",
            "steps": [
                {
                    "drawing": "mobile-phone",
                    "title": "Quét mã trên gói",
                    "text": "Dùng máy ảnh của điện thoại, không cần cài gì.",
                },
                {
                    "drawing": "clipboard",
                    "title": "Đọc chuyện của lô hàng",
                    "text": "Ai trồng, ngày nào hái, ai đã kiểm tra.",
                },
                {
                    "drawing": "basket",
                    "title": "Ưng thì mua thêm",
                    "text": "Chuyển khoản bằng mã QR, hàng gửi từ hợp tác xã.",
                },
            ],
        }
        description = _("Two to four numbered steps with drawings")


class StoryTeaserBlock(blocks.StructBlock):
    """The newest stories of the page's language, else the Vietnamese ones; nothing when there is none."""

    title = blocks.CharBlock(max_length=80, label=_("Title"))
    limit = blocks.IntegerBlock(min_value=1, max_value=6, default=3, label=_("How many at most"))

    class Meta:
        icon = "openquote"
        label = _("Newest stories")
        template = "cms/blocks/story_teaser.html"
        preview_value = {"title": "Chuyện làng nghề", "limit": 3}
        description = _("Cards of the newest stories")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        story = apps.get_model("cms", "StoryPage")  # by name: pages/stories.py itself imports the blocks
        stories = story.objects.live().public().with_photos().order_by("-told_on", "-pk")
        context["stories"] = in_this_language(stories, value.get("limit") or 3)
        return context
