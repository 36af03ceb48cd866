from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, F, IntegerField, Q, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from cms.pages.bodies import programme_body
from cms.pages.shared import crumbs_of, page_of
from community import clock


class ProgrammeQuerySet(PageQuerySet["ProgrammePage"]):
    def soonest_first(self, day: date) -> ProgrammeQuerySet:
        """Those one can still join by their last day, then those to come, then those that are over."""
        is_over, is_coming = Q(closes_on__lt=day), Q(opens_on__gt=day)
        order = Case(
            When(is_over, then=Value(2)), When(is_coming, then=Value(1)), default=Value(0), output_field=IntegerField()
        )
        return self.annotate(order=order).order_by("order", F("closes_on").asc(nulls_last=True), "opens_on", "pk")


class ProgrammeIndexPage(Page):
    """All programmes of a language: rounds of recognition, support, fairs and courses."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    template = "cms/programme_index_page.html"
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.ProgrammePage"]
    content_panels = [*Page.content_panels, FieldPanel("intro")]

    class Meta:
        verbose_name = _("list of programmes")
        verbose_name_plural = _("lists of programmes")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        found = ProgrammePage.objects.child_of(self).live().public().select_related("locale")
        context["programmes"] = page_of(found.soonest_first(clock.today()), request)
        context["crumbs"] = crumbs_of(self)
        return context


class ProgrammePage(Page):
    """One programme: for whom, from when to when, which papers, whom to ask."""

    class Kind(models.TextChoices):
        OCOP = "ocop", _("OCOP recognition")
        SUPPORT = "support", _("Support")
        COURSE = "course", _("Course")
        FAIR = "fair", _("Fair")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SUPPORT)
    intro = models.CharField(_("introduction"), max_length=300, blank=True)
    organiser = models.CharField(_("who runs it"), max_length=160, blank=True)
    for_whom = models.CharField(_("for whom"), max_length=240, blank=True)
    place = models.CharField(_("where"), max_length=160, blank=True)
    offers = models.CharField(_("what one gets"), max_length=300, blank=True)
    opens_on = models.DateField(_("opens on"), null=True, blank=True)
    closes_on = models.DateField(_("last day"), null=True, blank=True)
    contact_name = models.CharField(_("whom to ask"), max_length=120, blank=True)
    contact_phone = models.CharField(_("telephone"), max_length=20, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)
    body = programme_body()

    objects = PageManager.from_queryset(ProgrammeQuerySet)()

    template = "cms/programme_page.html"
    parent_page_types = ["cms.ProgrammeIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels,
        FieldPanel("kind"),
        FieldPanel("intro"),
        MultiFieldPanel(
            [
                FieldPanel("organiser"),
                FieldPanel("for_whom"),
                FieldPanel("offers"),
                FieldPanel("place"),
                FieldRowPanel([FieldPanel("opens_on"), FieldPanel("closes_on")]),
            ],
            heading=_("The programme"),
        ),
        MultiFieldPanel(
            [FieldPanel("contact_name"), FieldPanel("contact_phone"), FieldPanel("contact_email")],
            heading=_("Whom to ask"),
        ),
        FieldPanel("body", heading=_("Body")),
    ]

    class Meta:
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["ocop", "support", "course", "fair"]), name="programme_kind_known"
            ),
        ]

    @property
    def state(self) -> str:
        """ "open" | "coming" | "over", by today's date."""
        today = clock.today()
        if self.closes_on and self.closes_on < today:
            return "over"
        return "coming" if self.opens_on and self.opens_on > today else "open"

    @property
    def days_left(self) -> int | None:
        """Whole days until the last one, 0 on it; None when there is none or it is over."""
        if self.closes_on is None or self.state != "open":
            return None
        return (self.closes_on - clock.today()).days

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["crumbs"] = crumbs_of(self)
        return context
