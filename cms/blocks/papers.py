"""Blocks about papers: what one has to bring, and documents of the library."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.documents.blocks import DocumentChooserBlock


class NeededPapersBlock(blocks.StructBlock):
    """A list that one can tick off on paper: each with a remark and, if there is one, a form to download."""

    title = blocks.CharBlock(max_length=80, default="Giấy tờ cần có", label=_("Title"))
    papers = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("name", blocks.CharBlock(max_length=160, label=_("Paper"))),
                ("note", blocks.CharBlock(max_length=240, required=False, label=_("Remark"))),
                ("form", DocumentChooserBlock(required=False, label=_("Form to download"))),
            ]
        ),
        min_num=1,
        max_num=20,
        label=_("Papers"),
    )

    class Meta:
        icon = "list-ul"
        label = _("Papers to bring")
        template = "cms/blocks/needed_papers.html"
        preview_value = {
            "title": "Giấy tờ cần có",
            "papers": [
                {"name": "Phiếu đăng ký ý tưởng sản phẩm", "note": "1 bản, có chữ ký chủ thể"},
                {"name": "Giấy chứng nhận đăng ký hợp tác xã", "note": "Bản chụp"},
            ],
        }
        description = _("What one has to bring, with remarks and forms")


class LibraryPapersBlock(blocks.StructBlock):
    """The newest documents of one subject out of the library; nothing when there is none."""

    title = blocks.CharBlock(max_length=80, label=_("Title"))
    subject = blocks.CharBlock(
        max_length=40, required=False, label=_("Subject"), help_text=_("As it stands in the library; empty: any.")
    )
    limit = blocks.IntegerBlock(min_value=1, max_value=12, default=4, label=_("How many at most"))

    class Meta:
        icon = "doc-full"
        label = _("Documents of the library")
        template = "cms/blocks/library_papers.html"
        preview_value = {"title": "Văn bản liên quan", "subject": "", "limit": 4}
        description = _("The newest documents, with number and date")

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context)
        papers = apps.get_model("cms", "OfficialPaper").objects.select_related("file")
        if value.get("subject"):
            papers = papers.filter(subject__iexact=value["subject"])
        context["papers"] = papers.order_by("-issued_on", "-pk")[: value.get("limit") or 4]
        return context
