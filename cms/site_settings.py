"""What the operator tells about itself: the law asks it in every footer, helpers are on every desk screen."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import StreamField


class FooterLinkBlock(blocks.StructBlock):
    """A link under "For cooperatives" in the footer; `title_en` may be empty."""

    title = blocks.CharBlock(max_length=60, label=_("Words"))
    title_en = blocks.CharBlock(max_length=60, required=False, label=_("Words in English"))
    page = blocks.PageChooserBlock(required=False, label=_("Page"))
    address = blocks.URLBlock(required=False, label=_("or address"))

    class Meta:
        icon = "link"
        label = _("Link")


@register_setting(icon="home")
class SiteSettings(BaseSiteSetting):
    operator_name = models.CharField(_("operator's name"), max_length=160, blank=True)
    operator_name_en = models.CharField(_("operator's name in English"), max_length=160, blank=True)
    address = models.CharField(_("address"), max_length=240, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    registration = models.CharField(
        _("registration"),
        max_length=240,
        blank=True,
        help_text=_("Number, date and office of the business registration, and of the e-commerce registration."),
    )
    help_name = models.CharField(_("who helps sellers"), max_length=80, blank=True)
    help_phone = models.CharField(_("helper's phone"), max_length=20, blank=True)
    licence = models.CharField(
        _("licence of words and pictures"),
        max_length=240,
        blank=True,
        help_text=_("One line at the foot of each page."),
    )
    footer_links = StreamField([("link", FooterLinkBlock())], blank=True, verbose_name=_("footer links"))

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("operator_name"),
                FieldPanel("operator_name_en"),
                FieldPanel("address"),
                FieldPanel("phone"),
                FieldPanel("email"),
                FieldPanel("registration"),
            ],
            heading=_("Operator"),
        ),
        MultiFieldPanel([FieldPanel("help_name"), FieldPanel("help_phone")], heading=_("Help for sellers")),
        MultiFieldPanel([FieldPanel("licence"), FieldPanel("footer_links")], heading=_("Footer")),
    ]

    class Meta:
        verbose_name = _("operator and footer")
        verbose_name_plural = _("operators and footers")
