"""Blocks with pictures. A drawing says so beside it ("Hình minh họa"), a photo has words for the blind."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock


class PictureBlock(blocks.StructBlock):
    photo = ImageChooserBlock(label=_("Photo"))
    alt = blocks.CharBlock(max_length=160, label=_("What one sees"), help_text=_("Read aloud to those who cannot see."))
    caption = blocks.CharBlock(max_length=200, required=False, label=_("Caption"))

    class Meta:
        icon = "image"
        label = _("Photo")
        template = "cms/blocks/picture.html"
        preview_value = {"alt": "Ruộng lúa", "caption": "Ruộng lúa – tôm tháng Tám"}
        description = _("One photo with a caption")


class GalleryBlock(blocks.StructBlock):
    pictures = blocks.ListBlock(PictureBlock(), min_num=2, max_num=12, label=_("Photos"))

    class Meta:
        icon = "grip"
        label = _("Gallery")
        template = "cms/blocks/gallery.html"
        preview_value = {"pictures": [{"alt": "Gặt lúa", "caption": "Gặt"}, {"alt": "Sấy lúa", "caption": "Sấy"}]}
        description = _("Two to twelve photos side by side")
