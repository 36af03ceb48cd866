from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page

from cms.blocks.drawings import DRAWINGS
from cms.navigation import BORROWS
from cms.page_languages import DEFAULT
from cms.pages.bodies import guide_body, lesson_steps
from cms.pages.shared import crumbs_of, page_of
from cms.training.audio import audio_type, check_audio
from cms.training.subjects import ACTS, EXERCISES, TOPICS


class GuideIndexPage(Page):
    """All guides of a language, in the order the editors put them."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    template = "cms/guide_index_page.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.GuidePage"]
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("list of guides")
        verbose_name_plural = _("lists of guides")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        shown = GuidePage.objects.live().public()
        guides = shown.child_of(self)
        if self.locale.language_code in BORROWS:  # what nobody translated, in Vietnamese, after its own
            lent = shown.filter(locale__language_code=DEFAULT)
            guides |= lent.exclude(translation_key__in=guides.values("translation_key"))
        rows = guides.select_related("locale").order_by("locale__language_code", "path")
        context["guides"] = page_of(rows, request)
        context["crumbs"] = crumbs_of(self)
        return context


class GuidePage(Page):
    """How to do one thing: take a photo, print labels, read a batch's page.

    With a ``lesson`` it is one of the training: the same key in every language, under which people's progress is kept.
    """

    class ForWhom(models.TextChoices):
        BUYER = "buyer", _("For buyers")
        SELLER = "seller", _("For cooperatives")
        TEAM = "team", _("For the digital team")

    for_whom = models.CharField(_("for whom"), max_length=8, choices=ForWhom, default=ForWhom.BUYER)
    minutes = models.PositiveSmallIntegerField(_("minutes to read"), default=3)
    drawing = models.CharField(_("drawing"), max_length=40, choices=DRAWINGS, default="open-book")
    intro = models.CharField(_("introduction"), max_length=300, blank=True)
    body = guide_body()
    lesson = models.SlugField(
        _("key of the lesson"),
        max_length=40,
        blank=True,
        help_text=_("The same in every language; progress is kept under it. Empty: a guide, no lesson."),
    )
    topic = models.CharField(_("topic"), max_length=12, choices=TOPICS, blank=True)
    steps = lesson_steps()
    audio = models.ForeignKey(
        "wagtaildocs.Document",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("the lesson read aloud"),
        help_text=_("mp3, m4a or ogg, at most 6 MB (ten minutes of speech at 64 kbit/s)."),
    )
    transcript = models.TextField(
        _("what is said in the recording"), blank=True, help_text=_("Empty where the steps are read as they stand.")
    )
    exercise = models.CharField(_("exercise"), max_length=20, choices=EXERCISES, blank=True)
    act = models.CharField(
        _("done alone when"),
        max_length=40,
        choices=ACTS,
        blank=True,
        help_text=_("Without an act, a helper attests it."),
    )

    template = "cms/guide_page.html"
    parent_page_types = ["cms.GuideIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("for_whom"),
        FieldPanel("minutes"),
        FieldPanel("drawing"),
        FieldPanel("intro"),
        FieldPanel("body", heading=_("Body")),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("lesson", "topic", "steps", "audio", "transcript", "exercise", "act")],
            heading=_("Lesson"),
        ),
    ]

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(for_whom__in=["buyer", "seller", "team"]), name="guide_for_whom_known"
            )
        ]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["crumbs"] = crumbs_of(self)
        context["audio_type"] = audio_type(self.audio) if self.audio is not None else ""
        return context

    def clean(self) -> None:
        super().clean()
        twins = GuidePage.objects.filter(lesson=self.lesson, locale=self.locale_id).exclude(pk=self.pk)
        if self.lesson and twins.exists():
            raise ValidationError({"lesson": _("Another guide in this language has this key.")})
        if self.audio is not None:
            check_audio(self.audio)
