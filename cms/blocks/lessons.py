"""One step of a lesson: what to do, in few words, with a picture; a tip and a warning where they are needed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from cms.blocks.drawings import DRAWINGS


class LessonStepBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=80, label=_("What to do"))
    words = blocks.RichTextBlock(features=["bold", "ol", "ul"], label=_("How"))
    drawing = blocks.ChoiceBlock(choices=DRAWINGS, required=False, label=_("Drawing"))
    photo = ImageChooserBlock(required=False, label=_("Photo"), help_text=_("Shown instead of the drawing."))
    alt = blocks.CharBlock(max_length=160, required=False, label=_("What one sees"))
    tip = blocks.TextBlock(required=False, label=_("Tip"))
    careful = blocks.TextBlock(required=False, label=_("Careful"))

    class Meta:
        icon = "list-ol"
        label = _("Step")
        template = "cms/blocks/lesson_step.html"
        preview_value = {
            "title": "Ra chỗ sáng",
            "words": "<p>Đặt hàng cạnh cửa sổ, lưng quay ra ngoài.</p>",
            "drawing": "camera",
            "tip": "Lau ống kính trước khi chụp.",
        }
        description = _("One step of a lesson, with picture, tip and warning")
