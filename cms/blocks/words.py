"""Blocks made of words: a heading, a paragraph, a quotation, a notice, a call to action."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]


class HeadingBlock(blocks.CharBlock):
    """A heading inside a story or guide; the page's title is the only h1."""

    class Meta:
        icon = "title"
        label = _("Heading")
        template = "cms/blocks/heading.html"
        preview_value = "Từ ruộng đến túi gạo"
        description = _("A heading between paragraphs")


class TextBlock(blocks.RichTextBlock):
    """Paragraphs and lists."""

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "cms/blocks/text.html"
        preview_value = "<p>Lúa ST25 trồng trên ruộng lúa – tôm, mỗi năm <b>một vụ</b>.</p>"
        description = _("Paragraphs, lists and links")

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("features", TEXT_FEATURES)
        super().__init__(**kwargs)


class QuoteBlock(blocks.StructBlock):
    words = blocks.TextBlock(label=_("What was said"))
    who = blocks.CharBlock(max_length=120, required=False, label=_("Who said it"))

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "cms/blocks/quote.html"
        preview_value = {
            "words": "Ong đi xa ba cây số, mình cũng phải biết ba cây số quanh đó.",
            "who": "Người nuôi ong",
        }
        description = _("Words of a person, with the name")


class NoticeBlock(blocks.StructBlock):
    kind = blocks.ChoiceBlock(
        choices=[("", _("Note")), ("good", _("Good to know")), ("wait", _("Careful"))],
        required=False,
        label=_("Kind"),
    )
    title = blocks.CharBlock(max_length=120, required=False, label=_("Title"))
    text = blocks.TextBlock(label=_("Text"))

    class Meta:
        icon = "warning"
        label = _("Notice")
        template = "cms/blocks/notice.html"
        preview_value = {
            "kind": "wait",
            "title": "Chụp trong nhà kho tối?",
            "text": "Mở cửa cho sáng, đừng bật đèn flash.",
        }
        description = _("A short remark in a coloured box")


class CallToActionBlock(blocks.StructBlock):
    title = blocks.CharBlock(max_length=120, label=_("Title"))
    text = blocks.TextBlock(required=False, label=_("Text"))
    button = blocks.CharBlock(max_length=60, label=_("Words on the button"))
    page = blocks.PageChooserBlock(required=False, label=_("Page"))
    address = blocks.CharBlock(
        max_length=200, required=False, label=_("or address"), help_text=_("For instance /san-pham/ or https://…")
    )

    class Meta:
        icon = "pick"
        label = _("Call to action")
        template = "cms/blocks/call_to_action.html"
        preview_value = {
            "title": "Nhà mình có hàng muốn bán?",
            "text": "Hợp tác xã đăng ký miễn phí, có người hướng dẫn tận nơi.",
            "button": "Xem hướng dẫn",
            "address": "/huong-dan/",
        }
        description = _("A green band with one button")
